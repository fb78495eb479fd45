/* n=ROUNDS of three traps each to the guest's own handler: ebreak, an illegal instruction, and ecall from U-mode. */

#include "bench.h"
#include "fnv.h"
#include "trap.h"

#define LEAVE_USER 1

static uint64_t seen;

static void step_over(struct trap_frame *frame)
{
    seen = seen * 3 + frame->scause;
    frame->sepc += instruction_bytes(frame->sepc);
}

/* a7 = LEAVE_USER makes the return go to S-mode, at the next instruction. */
static void user_call(struct trap_frame *frame)
{
    step_over(frame);
    frame->x[10]++;
    if (frame->x[17] == LEAVE_USER)
        frame->sstatus |= SSTATUS_SPP;
}

/* Runs `calls` ecalls in U-mode, on this stack and with paging off, and comes back. */
static uint64_t run_user(uint64_t calls)
{
    register uint64_t a0 __asm__("a0") = 0;
    __asm__ volatile(
        "   la      t0, 1f\n"
        "   csrw    sepc, t0\n"
        "   li      t0, %[spp]\n"
        "   csrc    sstatus, t0\n"
        "   sret\n"
        "1: li      a7, 0\n"
        "2: ecall\n"
        "   addi    %[calls], %[calls], -1\n"
        "   bnez    %[calls], 2b\n"
        "   li      a7, 1\n"
        "   ecall\n"
        : "+r"(a0), [calls] "+r"(calls)
        : [spp] "i"(SSTATUS_SPP)
        : "t0", "a7", "memory");
    return a0;
}

int main(void)
{
    struct bench bench = bench_start("traps", 300000);
    trap_on_exception(EXCEPTION_BREAKPOINT, step_over);
    trap_on_exception(EXCEPTION_ILLEGAL, step_over);
    trap_on_exception(EXCEPTION_ECALL_USER, user_call);
    for (uint64_t round = 0; round < bench.rounds; round++) {
        __asm__ volatile("ebreak");
        __asm__ volatile(".option push\n.option norvc\nunimp\n.option pop");
    }
    uint64_t user = bench.rounds > 0 ? run_user(bench.rounds) : 0;
    bench_report(&bench, fnv_word(fnv_word(FNV_START, seen), user));
    return 0;
}
