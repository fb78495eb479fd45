#include "xen.h"

#include <stddef.h>

#include "barrier.h"
#include "board.h"
#include "clock.h"
#include "csr.h"
#include "event.h"
#include "hypercall.h"
#include "memory.h"
#include "power.h"

_Static_assert(sizeof(struct vcpu_info) == 48, "vcpu_info");
_Static_assert(offsetof(struct shared_info, pending) == 48, "evtchn_pending");
_Static_assert(offsetof(struct shared_info, mask) == 560, "evtchn_mask");
_Static_assert(sizeof(struct shared_info) == 1088, "shared_info");

struct shared_info *xen_shared;
struct vcpu_info xen_vcpu __attribute__((aligned(64)));   /* must not cross a page */

/* The last frame of the grant window is address space without RAM that no grant table reaches. */
static uint64_t shared_info_address(void)
{
    return board.grant_window + board.grant_window_bytes - PAGE_BYTES;
}

static void map_shared_info(void)
{
    uint64_t address = shared_info_address();
    int64_t result = hypercall_map_frame(XENMAPSPACE_shared_info, 0, address / PAGE_BYTES);
    if (result < 0)
        fail("shared info: add_to_physmap gave %ld", result);
    xen_shared = (struct shared_info *)address;
    for (unsigned i = 0; i < EVENT_WORDS; i++)
        store_once(xen_shared->mask[i], UINT64_MAX);
    full_barrier();   /* all masked before the host can deliver to the registered vcpu_info */
}

void xen_init(void)
{
    if (!hypercall_available())
        return;
    map_shared_info();
    int64_t result = hypercall_register_vcpu_info(board.hart, &xen_vcpu);
    if (result < 0)
        fail("vcpu_info: register_vcpu_info gave %ld", result);
    event_init();
}

/* Reader of the version protocol: an odd or a changed version means that the writer was at work. */
static bool version_changed(const uint32_t *version, uint32_t before)
{
    read_barrier();
    return (before & 1) != 0 || load_once(*version) != before;
}

bool xen_wall_clock_base(uint64_t *utc_ns)
{
    if (xen_shared == 0)
        return false;
    uint32_t version;
    uint64_t seconds, ns;
    do {
        version = load_once(xen_shared->wc_version);
        read_barrier();
        seconds = (uint64_t)load_once(xen_shared->wc_sec_hi) << 32 | load_once(xen_shared->wc_sec);
        ns = load_once(xen_shared->wc_nsec);
    } while (version_changed(&xen_shared->wc_version, version));
    *utc_ns = seconds * NS_PER_SECOND + ns;
    return version != 0;
}

static struct vcpu_time copy_time(uint32_t *version)
{
    struct vcpu_time copy;
    const struct vcpu_time *time = &xen_vcpu.time;
    do {
        *version = load_once(time->version);
        read_barrier();
        copy.tsc_timestamp = load_once(time->tsc_timestamp);
        copy.system_time = load_once(time->system_time);
        copy.tsc_to_system_mul = load_once(time->tsc_to_system_mul);
        copy.tsc_shift = load_once(time->tsc_shift);
    } while (version_changed(&time->version, *version));
    return copy;
}

bool xen_system_time(uint64_t *system_ns)
{
    uint32_t version;
    struct vcpu_time time = copy_time(&version);
    if (version == 0)
        return false;
    uint64_t delta = read_time() - time.tsc_timestamp;
    uint64_t shifted = time.tsc_shift >= 0 ? delta << time.tsc_shift : delta >> -time.tsc_shift;
    unsigned __int128 product = (unsigned __int128)shifted * time.tsc_to_system_mul;
    *system_ns = time.system_time + (uint64_t)(product >> 32);
    return true;
}
