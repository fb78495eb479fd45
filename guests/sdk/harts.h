/* Several harts: SBI HSM and IPI, and who executes. Hart 0 runs main; its number is 0 on this machine. */
#ifndef SDK_HARTS_H
#define SDK_HARTS_H

#include <stdbool.h>
#include <stdint.h>

#define MAX_HARTS 8

#define INTERRUPT_SOFTWARE 1

#define HART_STARTED 0
#define HART_STOPPED 1

/* To be called first, on hart 0. */
void harts_init(void);

/* How many harts the machine has, at most MAX_HARTS. */
unsigned hart_count(void);

/* The number of the hart that asks. */
static inline unsigned hart_self(void)
{
    unsigned long self;
    __asm__ volatile("mv %0, tp" : "=r"(self));
    return (unsigned)self;
}

/*
 * Starts a stopped hart in run, on a stack of its own, with interrupts disabled and no interrupt enabled in sie; traps
 * go where those of hart 0 go. The hart stops when run returns. The result is the SBI's error.
 */
int64_t hart_start(unsigned hart, void (*run)(void));

/* HART_STARTED, HART_STOPPED, or the SBI's error. */
int64_t hart_status(unsigned hart);

/* Raises the software interrupt of the harts in the mask. */
int64_t hart_interrupt(uint64_t mask);

/* Makes stores to code visible to the fetches of the harts in the mask. */
int64_t hart_fence_i(uint64_t mask);

/* The hint that somebody else should run: Zihintpause. */
static inline void hart_pause(void)
{
    __asm__ volatile(".4byte 0x0100000f" : : : "memory");
}

#endif
