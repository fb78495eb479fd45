/* Hypercalls and SBI calls with arguments that point nowhere, everywhere, and across borders. */

#include "hostile.h"
#include "hypercall.h"
#include "memory.h"
#include "power.h"
#include "sbi.h"

#define HYPERCALLS 64
#define OPERATIONS 40

static uint64_t pointers[16];
static unsigned pointer_count;

static void add_pointer(uint64_t pointer)
{
    pointers[pointer_count++] = pointer;
}

/* None of these can be read and written as a whole structure. */
static void choose_pointers(void)
{
    add_pointer(0);
    add_pointer(1);
    add_pointer(0xfff);
    add_pointer(0x7fffffff);
    add_pointer(0x7ffffffc);
    add_pointer(0xfffffffc);
    add_pointer(UINT64_MAX);
    add_pointer(UINT64_MAX - 3);
    add_pointer(UINT64_C(1) << 63);
    add_pointer(UINT64_C(1) << 56);
    add_pointer(board.memory_end);
    add_pointer(board.memory_end - 1);
    add_pointer(0x50000000);
    add_pointer(0x10000000);   /* a device is not memory */
}

static uint64_t sum;

static void call_all(uint64_t number)
{
    for (uint64_t operation = 0; operation < OPERATIONS; operation++)
        for (unsigned i = 0; i < pointer_count; i++) {
            sum += (uint64_t)hypercall(number, operation, pointers[i], 1);
            sum += (uint64_t)hypercall(number, operation, pointers[i], UINT64_MAX);
            sum += (uint64_t)hypercall(number, operation | UINT64_C(1) << 40, 1, pointers[i]);
            sum += (uint64_t)hypercall(number, operation, UINT64_MAX, pointers[i]);
        }
}

/* yield, block, shutdown and the like would do as they are told; of these only the pointer is tried. */
static void call_scheduler(void)
{
    if (!abuse_chosen())
        return;
    for (unsigned i = 0; i < pointer_count; i++) {
        sum += (uint64_t)hypercall(HYPERVISOR_sched_op, SCHEDOP_poll, pointers[i], 0);
        sum += (uint64_t)hypercall(HYPERVISOR_sched_op, 99, pointers[i], 0);
    }
    survived("scheduler calls with wild pointers");
}

static void abuse_hypercalls(void)
{
    if (!abuse_chosen())
        return;
    for (uint64_t number = 0; number < HYPERCALLS; number++)
        if (number != HYPERVISOR_sched_op)
            call_all(number);
    sum += (uint64_t)hypercall(UINT64_MAX, 0, 0, 0);
    survived("hypercalls with wild pointers");
}

/* Structures in good memory whose own pointers and counts are wild. */
static void abuse_nested(void)
{
    if (!abuse_chosen())
        return;
    static uint64_t words[512];
    for (unsigned i = 0; i < pointer_count; i++) {
        for (unsigned j = 0; j < 512; j++)
            words[j] = pointers[(i + j) % pointer_count];
        sum += (uint64_t)hypercall_pointer(HYPERVISOR_memory_op, XENMEM_add_to_physmap, words);
        sum += (uint64_t)hypercall_pointer(HYPERVISOR_hvm_op, HVMOP_get_param, words);
        sum += (uint64_t)hypercall_grant(GNTTABOP_map_grant_ref, words, 64);
        sum += (uint64_t)hypercall_grant(GNTTABOP_copy, words, 64);
        sum += (uint64_t)hypercall_grant(GNTTABOP_setup_table, words, 1);
        sum += (uint64_t)hypercall(HYPERVISOR_vcpu_op, VCPUOP_register_vcpu_info, 0, (uintptr_t)words);
        sum += (uint64_t)hypercall(HYPERVISOR_vcpu_op, VCPUOP_register_vcpu_info, UINT64_MAX,
                                   (uintptr_t)words);
        for (uint32_t operation = 0; operation < 14; operation++)
            if (operation != EVTCHNOP_close && operation != 10 && operation != EVTCHNOP_send)
                sum += (uint64_t)hypercall_event(operation, words);
    }
    survived("structures with wild contents");
}

static void abuse_poll(void)
{
    if (!abuse_chosen())
        return;
    struct {
        uint64_t ports;
        uint32_t count, pad;
        uint64_t timeout;
    } poll = {.timeout = 1};
    for (unsigned i = 0; i < pointer_count; i++) {
        poll.ports = pointers[i];
        poll.count = 128;
        sum += (uint64_t)hypercall_pointer(HYPERVISOR_sched_op, SCHEDOP_poll, &poll);
        poll.count = UINT32_MAX;
        sum += (uint64_t)hypercall_pointer(HYPERVISOR_sched_op, SCHEDOP_poll, &poll);
    }
    survived("polls of wild port lists");
}

static void abuse_sbi(void)
{
    if (!abuse_chosen())
        return;
    static const uint64_t extensions[] = {SBI_EXT_BASE, SBI_EXT_TIME, SBI_EXT_IPI, SBI_EXT_RFENCE,
                                          0x09000000, 0x0a000007, 0x7fffffff, UINT64_MAX};
    for (unsigned i = 0; i < sizeof extensions / sizeof extensions[0]; i++)
        for (uint64_t function = 0; function < 12; function++)
            for (unsigned j = 0; j < pointer_count; j++)
                sum += (uint64_t)sbi_call(extensions[i], function, pointers[j] | 1, pointers[j],
                                          pointers[pointer_count - 1 - j]).error;
    for (unsigned j = 0; j < pointer_count; j++) {
        for (uint64_t function = 0; function < 2; function++)   /* 2 would print the byte */
            sum += (uint64_t)sbi_call(SBI_EXT_DBCN, function, UINT64_MAX - j, pointers[j], 0).error;
        sum += (uint64_t)sbi_call(SBI_EXT_SRST, 0, 0xffff, pointers[j] | 0x100, 0).error;
    }
    for (unsigned j = 0; j < pointer_count; j++)
        sum += (uint64_t)sbi_call(SBI_EXT_HSM, 0, pointers[j] | 2, pointers[j], 0).error;
    sbi_set_timer(UINT64_MAX);
    survived("SBI calls with wild arguments");
}

int main(void)
{
    if (!hypercall_available())
        fail("no hypervisor to abuse");
    choose_pointers();
    abuse_hypercalls();
    call_scheduler();
    abuse_nested();
    abuse_poll();
    abuse_sbi();
    printf("results hash to %016lx\n", sum);
    return abuses_done();
}
