/*
 * One operation of the machine, n=N times: op=loop (nothing), call, csr, mmio, ecall, hypercall, trap, illegal,
 * pgfault, ptemod. What it costs is the time of a run less that of op=loop. Traps go to the shortest handler there is.
 */

#include "bench.h"
#include "fnv.h"
#include "hypercall.h"
#include "paging.h"
#include "power.h"
#include "sbi.h"
#include "trap.h"

#define UART_SCRATCH UINT64_C(0x10000007) /* a register without any effect */

static volatile uint64_t *leaf;

/* Steps over an instruction of four octets; a5 counts, a4 is lost. */
__attribute__((naked, aligned(4))) static void skip(void)
{
    __asm__ volatile(
        "csrr   a4, sepc\n"
        "addi   a4, a4, 4\n"
        "csrw   sepc, a4\n"
        "addi   a5, a5, 1\n"
        "sret");
}

#define TRAPPING(name, instruction, ...)                                                          \
    static uint64_t name(uint64_t n)                                                              \
    {                                                                                             \
        register uint64_t taken __asm__("a5") = 0;                                                \
        while (n-- > 0)                                                                           \
            __asm__ volatile(".option push\n.option norvc\n" instruction "\n.option pop"          \
                             : "+r"(taken)                                                        \
                             : __VA_ARGS__                                                        \
                             : "a4", "memory");                                                   \
        return taken;                                                                             \
    }

TRAPPING(run_trap, "ebreak")
TRAPPING(run_illegal, "unimp")
TRAPPING(run_pgfault, "lbu zero, 0(%1)", "r"(PAGING_WINDOW))

static uint64_t run_loop(uint64_t n)
{
    uint64_t sum = 0;
    for (; n > 0; n--)
        __asm__ volatile("" : "+r"(sum));
    return sum;
}

__attribute__((noinline, noclone)) static uint64_t callee(uint64_t value)
{
    __asm__ volatile("" : "+r"(value));
    return value;
}

static uint64_t run_call(uint64_t n)
{
    uint64_t sum = 0;
    for (; n > 0; n--)
        sum = callee(sum);
    return sum;
}

static uint64_t run_csr(uint64_t n)
{
    for (uint64_t i = 0; i < n; i++)
        csr_write(CSR_SSCRATCH, i);
    return csr_read(CSR_SSCRATCH);
}

static uint64_t run_mmio(uint64_t n)
{
    volatile uint8_t *scratch = (volatile uint8_t *)UART_SCRATCH;
    uint64_t sum = 0;
    *scratch = 0x5a;
    for (; n > 0; n--)
        sum += *scratch;
    return sum;
}

static uint64_t run_ecall(uint64_t n)
{
    uint64_t failed = 0;
    for (; n > 0; n--)
        failed += sbi_call(SBI_EXT_BASE, 0, 0, 0, 0).error != SBI_SUCCESS;
    return failed;
}

static uint64_t run_hypercall(uint64_t n)
{
    uint64_t failed = 0;
    for (; n > 0; n--)
        failed += hypercall(HYPERVISOR_xen_version, XENVER_version, 0, 0) < 0;
    return failed;
}

/* The window's first page is one of two frames in turn. */
static uint64_t run_ptemod(uint64_t n)
{
    uint64_t *frames = pages_take(2), sum = 0;
    frames[0] = 1;
    frames[PAGE_BYTES / sizeof *frames] = 2;
    for (uint64_t i = 0; i < n; i++) {
        leaf[0] = pte_of((uintptr_t)frames + i % 2 * PAGE_BYTES, PTE_DATA);
        paging_flush(PAGING_WINDOW);
        sum += *(volatile uint64_t *)PAGING_WINDOW;
    }
    return sum;
}

static const struct operation {
    const char *name;
    uint64_t (*run)(uint64_t n);
} operations[] = {
    {"loop", run_loop},   {"call", run_call},           {"csr", run_csr},   {"mmio", run_mmio},
    {"ecall", run_ecall}, {"hypercall", run_hypercall}, {"trap", run_trap}, {"illegal", run_illegal},
    {"pgfault", run_pgfault}, {"ptemod", run_ptemod},
};

int main(void)
{
    const char *name = bootarg_text("op", "loop");
    const struct operation *operation = operations;
    while (!text_equals(operation->name, name))
        if (++operation == operations + sizeof operations / sizeof *operations)
            fail("there is no operation '%s'", name);
    leaf = paging_start();
    struct bench bench = bench_start("nano", 1000000);
    interrupts_disable();
    uintptr_t handler = csr_swap(CSR_STVEC, (uintptr_t)skip);
    uint64_t result = operation->run(bench.rounds);
    csr_write(CSR_STVEC, handler);
    interrupts_enable();
    bench_report(&bench, fnv_word(fnv_word(FNV_START, bench.rounds), result));
    return 0;
}
