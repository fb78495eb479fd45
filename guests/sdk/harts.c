#include "harts.h"

#include "sbi.h"

#define HSM_START  0
#define HSM_STATUS 2

#define STACK_BYTES 16384

/* Read by hart_entry. */
struct beginning {
    void *stack_top;
    void (*run)(void);
};

void hart_entry(void);

static uint8_t stacks[MAX_HARTS][STACK_BYTES] __attribute__((aligned(16)));
static struct beginning beginnings[MAX_HARTS];

void harts_init(void)
{
    __asm__ volatile("mv tp, zero");
}

unsigned hart_count(void)
{
    unsigned count = 0;
    while (count < MAX_HARTS && hart_status(count) >= 0)
        count++;
    return count;
}

int64_t hart_start(unsigned hart, void (*run)(void))
{
    beginnings[hart].stack_top = stacks[hart] + STACK_BYTES;
    beginnings[hart].run = run;
    return sbi_call(SBI_EXT_HSM, HSM_START, hart, (uintptr_t)hart_entry,
                    (uintptr_t)&beginnings[hart])
        .error;
}

int64_t hart_status(unsigned hart)
{
    struct sbi_result result = sbi_call(SBI_EXT_HSM, HSM_STATUS, hart, 0, 0);
    return result.error == SBI_SUCCESS ? (int64_t)result.value : result.error;
}

int64_t hart_interrupt(uint64_t mask)
{
    return sbi_call(SBI_EXT_IPI, 0, mask, 0, 0).error;
}

int64_t hart_fence_i(uint64_t mask)
{
    __asm__ volatile("fence rw,rw" : : : "memory");
    return sbi_call(SBI_EXT_RFENCE, 0, mask, 0, 0).error;
}
