#include "hypercall.h"

#include "memory.h"
#include "sbi.h"

struct add_to_physmap {
    uint16_t domain, size;
    uint32_t space;
    uint64_t index, frame;
};

struct register_vcpu_info {
    uint64_t frame;
    uint32_t offset, reserved;
};

struct hvm_param {
    uint16_t domain, pad;
    uint32_t index;
    uint64_t value;
};

_Static_assert(sizeof(struct add_to_physmap) == 24, "xen_add_to_physmap");
_Static_assert(sizeof(struct register_vcpu_info) == 16, "vcpu_register_vcpu_info");
_Static_assert(sizeof(struct hvm_param) == 16, "xen_hvm_param");

bool hypercall_available(void)
{
    static enum { UNKNOWN, ABSENT, PRESENT } state;
    if (state == UNKNOWN)
        state = sbi_probe(XEN_SBI_EXTENSION) ? PRESENT : ABSENT;
    return state == PRESENT;
}

int64_t hypercall(uint64_t number, uint64_t arg0, uint64_t arg1, uint64_t arg2)
{
    return sbi_call(XEN_SBI_EXTENSION, number, arg0, arg1, arg2).error;
}

int64_t hypercall_map_frame(uint32_t space, uint64_t index, uint64_t frame)
{
    struct add_to_physmap map = {
        .domain = DOMID_SELF, .space = space, .index = index, .frame = frame};
    return hypercall_pointer(HYPERVISOR_memory_op, XENMEM_add_to_physmap, &map);
}

int64_t hypercall_register_vcpu_info(uint64_t vcpu, const void *info)
{
    struct register_vcpu_info place = {
        .frame = frame_of(info), .offset = (uint32_t)((uintptr_t)info % PAGE_BYTES)};
    return hypercall(HYPERVISOR_vcpu_op, VCPUOP_register_vcpu_info, vcpu, (uintptr_t)&place);
}

int64_t hypercall_hvm_param(uint32_t index, uint64_t *value)
{
    struct hvm_param param = {.domain = DOMID_SELF, .index = index};
    int64_t result = hypercall_pointer(HYPERVISOR_hvm_op, HVMOP_get_param, &param);
    *value = param.value;
    return result;
}

int64_t hypercall_event(uint32_t operation, void *argument)
{
    return hypercall_pointer(HYPERVISOR_event_channel_op, operation, argument);
}

int64_t hypercall_grant(uint32_t operation, void *elements, uint32_t count)
{
    return hypercall(HYPERVISOR_grant_table_op, operation, (uintptr_t)elements, count);
}

int64_t hypercall_console_write(const void *bytes, size_t count)
{
    return hypercall(HYPERVISOR_console_io, CONSOLEIO_write, count, (uintptr_t)bytes);
}

int64_t hypercall_version(void)
{
    return hypercall_pointer(HYPERVISOR_xen_version, XENVER_version, 0);
}

void hypercall_yield(void)
{
    hypercall_pointer(HYPERVISOR_sched_op, SCHEDOP_yield, 0);
}

void hypercall_shutdown(uint32_t reason)
{
    hypercall_pointer(HYPERVISOR_sched_op, SCHEDOP_shutdown, &reason);
}

int64_t hypercall_mark(const char *text, size_t count)
{
    return hypercall(HYPERVISOR_arch_0, VLSOP_mark, (uintptr_t)text, count);
}
