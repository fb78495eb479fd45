/*
 * A self-test of the paravirtual interface as a guest sees it: event channels with masks, a grant's life, XenStore with
 * watches and a transaction that has to be repeated, poll, and time. Needs no disk.
 */

#include "barrier.h"
#include "board.h"
#include "clock.h"
#include "console.h"
#include "csr.h"
#include "event.h"
#include "grant.h"
#include "hypercall.h"
#include "idle.h"
#include "memory.h"
#include "power.h"
#include "store.h"
#include "xen.h"

struct bind_interdomain {
    uint16_t domain, pad;
    uint32_t remote_port, local_port;
};

struct poll {
    uint64_t ports;
    uint32_t count, pad;
    uint64_t timeout_ns;
};

static volatile unsigned events;

static void expect(bool holds, const char *what)
{
    if (!holds)
        fail("%s", what);
}

static void count_event(void *context)
{
    (void)context;
    events++;
}

static bool is_pending(uint32_t port)
{
    return (load_once(xen_shared->pending[port / 64]) >> (port % 64) & 1) != 0;
}

/* A channel from this domain to itself: what is sent on one port arrives at the other. */
static struct bind_interdomain make_loopback(void)
{
    int64_t listener = event_allocate(DOMID_SELF);
    expect(listener > 0, "alloc_unbound for a loopback");
    struct bind_interdomain loop = {.domain = DOMID_SELF, .remote_port = (uint32_t)listener};
    expect(hypercall_event(EVTCHNOP_bind_interdomain, &loop) == 0, "bind_interdomain");
    expect(is_pending(loop.local_port), "the binder's port is pending after the bind");
    return loop;
}

static void check_events(void)
{
    struct bind_interdomain loop = make_loopback();
    event_attach(loop.local_port, count_event, 0);
    expect(events == 1, "unmasking delivers the event of the bind");
    expect(event_send(loop.remote_port) == 0 && events == 2, "a send is delivered at once");
    event_mask(loop.local_port);
    event_send(loop.remote_port);
    event_send(loop.remote_port);
    expect(events == 2 && is_pending(loop.local_port), "a masked port only becomes pending");
    event_unmask(loop.local_port);
    expect(events == 3 && !is_pending(loop.local_port), "sends coalesce into one event");
    bool enabled = interrupts_disable();
    event_send(loop.remote_port);
    expect(events == 3, "no upcall while interrupts are off");
    interrupts_restore(enabled);
    expect(events == 4, "the upcall line is a level");
    expect(event_close(loop.local_port) == 0, "close");
    expect(event_send(loop.remote_port) == 0 && events == 4, "a send to nobody is dropped");
    expect(event_close(loop.remote_port) == 0, "close of the other end");
    expect(event_send(loop.remote_port) == -EINVAL, "a closed port refuses sends");
    printf("event channels fine\n");
}

static void check_mark(void)
{
    static const char remark[] = "half of the self-test is done";
    expect(hypercall_mark(remark, sizeof remark - 1) == 0, "a mark");
    expect(hypercall_mark(remark, (size_t)-1) < 0, "a mark of absurd length");
    expect(hypercall_mark((const char *)8, 4) == -EFAULT, "a mark from nowhere");
    printf("marks fine\n");
}

static void check_poll(void)
{
    struct bind_interdomain loop = make_loopback();
    struct poll poll = {.ports = (uintptr_t)&loop.local_port, .count = 1};
    expect(hypercall_pointer(HYPERVISOR_sched_op, SCHEDOP_poll, &poll) == 0,
           "poll of a masked pending port");
    __atomic_fetch_and(&xen_shared->pending[loop.local_port / 64],
                       ~(UINT64_C(1) << loop.local_port % 64), __ATOMIC_SEQ_CST);
    uint64_t now;
    if (!xen_system_time(&now))
        now = clock_ns();
    uint64_t start = read_time();
    poll.timeout_ns = now + 3000000;
    expect(hypercall_pointer(HYPERVISOR_sched_op, SCHEDOP_poll, &poll) == 0, "poll with a timeout");
    expect(clock_ticks_to_ns(read_time() - start) >= 2900000, "poll waits for its timeout");
    event_close(loop.local_port);
    event_close(loop.remote_port);
    printf("poll fine\n");
}

static void check_grants(void)
{
    void *page = pages_take(1);
    int64_t first = grant_page(DOMID_HOST, page, GRANT_READONLY);
    expect(first >= GRANT_RESERVED, "grant");
    expect(grant_entry_of((uint32_t)first)->frame == frame_of(page), "the grant names the page");
    expect(grant_revoke((uint32_t)first), "revoke");
    expect(grant_page(DOMID_HOST, page, GRANT_WRITABLE) == first, "a revoked reference is reused");
    expect(grant_revoke((uint32_t)first), "revoke again");
    for (unsigned i = 0; i < 1200; i++)
        expect(grant_page(DOMID_HOST, page, GRANT_READONLY) > 0, "the table grows");
    printf("grants fine\n");
}

static void wait_for(const char *path, const char *token)
{
    struct store_event event;
    store_wait_event(&event);
    expect(text_equals(event.path, path) && text_equals(event.token, token), "watch event");
}

static void check_store(void)
{
    char value[64], names[256];
    expect(store_write(0, "data/a/b", "hello") >= 0, "write");
    expect(store_read(0, "data/a/b", value, sizeof value) == 5 && text_equals(value, "hello"), "read");
    expect(store_read(0, "data/a", value, sizeof value) == 0, "a parent is made, and empty");
    expect(store_read(0, "data/none", value, sizeof value) == -ENOENT, "ENOENT");
    expect(store_make_directory(0, "data/a/c") >= 0, "mkdir");
    expect(store_directory(0, "data/a", names, sizeof names) == 4, "directory");
    expect(store_watch("data/a", "me") >= 0, "watch");
    wait_for("data/a", "me");
    expect(store_write(0, "data/a/b", "again") >= 0, "write under a watch");
    wait_for("data/a/b", "me");
    expect(store_watch("data/a", "me") == -EEXIST, "EEXIST");
    expect(store_unwatch("data/a", "me") >= 0, "unwatch");
    printf("store fine\n");
}

/* Spoils its own first attempt: the node it has read changes before the commit. */
static int64_t add_one(uint32_t transaction, void *context)
{
    unsigned *attempts = context;
    char value[16];
    if (store_read(transaction, "data/count", value, sizeof value) < 0)
        return -EIO;
    if ((*attempts)++ == 0)
        store_write(STORE_NO_TRANSACTION, "data/count", "8");
    value[0]++;
    return store_write(transaction, "data/count", value) < 0 ? -EIO : 0;
}

static void check_transaction(void)
{
    unsigned attempts = 0;
    char value[16];
    store_write(STORE_NO_TRANSACTION, "data/count", "1");
    expect(store_transact(add_one, &attempts) == 0 && attempts == 2, "a spoilt transaction is repeated");
    store_read(STORE_NO_TRANSACTION, "data/count", value, sizeof value);
    expect(text_equals(value, "9"), "the second attempt read anew");
    expect(store_remove(STORE_NO_TRANSACTION, "data/count") >= 0, "rm");
    printf("transactions fine\n");
}

static void check_time(void)
{
    uint64_t system_ns, wall_ns, base_ns;
    uint64_t before = clock_ns();
    if (xen_system_time(&system_ns)) {
        uint64_t after = clock_ns();
        expect(system_ns + 1000 >= before && system_ns <= after + 1000, "system time follows time");
    }
    expect(xen_wall_clock_base(&base_ns) && clock_wall_ns(&wall_ns), "wall clock");
    expect(wall_ns >= base_ns, "the wall clock is not behind its base");
    printf("time fine\n");
}

int main(void)
{
    if (!hypercall_available() || !store_init())
        fail("no hypervisor");
    check_events();
    check_poll();
    check_grants();
    check_mark();
    check_store();
    check_transaction();
    check_time();
    expect(event_spurious_count() == 0, "no spurious event came");
    printf("ABI PASS\n");
    return 0;
}
