/* The hypervisor as the guest sees it: shared info and vcpu_info, and what is read from them. */
#ifndef SDK_XEN_H
#define SDK_XEN_H

#include <stdbool.h>
#include <stdint.h>

struct vcpu_time {
    uint32_t version, pad;
    uint64_t tsc_timestamp, system_time;
    uint32_t tsc_to_system_mul;
    int8_t tsc_shift;
    uint8_t flags, pad2[2];
};

struct vcpu_info {
    uint8_t upcall_pending, pad[7];
    uint64_t pending_sel;
    struct vcpu_time time;
};

#define EVENT_WORDS 64

struct shared_info {
    struct vcpu_info legacy_vcpu;   /* unused: vcpu_info is registered elsewhere */
    uint64_t pending[EVENT_WORDS];
    uint64_t mask[EVENT_WORDS];
    uint32_t wc_version, wc_sec, wc_nsec, wc_sec_hi;
};

/* Null without a hypervisor. */
extern struct shared_info *xen_shared;
extern struct vcpu_info xen_vcpu;

/* Maps shared info, masks all events, registers vcpu_info, enables the upcall; no-op without a hypervisor. */
void xen_init(void);

/* UTC nanoseconds at system time 0; false if there is none. */
bool xen_wall_clock_base(uint64_t *utc_ns);

/* System time from the vcpu_time record; false if the host never filled it (then the time CSR is the clock). */
bool xen_system_time(uint64_t *system_ns);

#endif
