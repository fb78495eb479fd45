/* Traps: the saved frame, handlers in C, and a way to try an instruction that may fault. */
#ifndef SDK_TRAP_H
#define SDK_TRAP_H

#include <stdbool.h>
#include <stdint.h>

#define TRAP_INTERRUPT (UINT64_C(1) << 63)

#define INTERRUPT_TIMER 5

#define EXCEPTION_ILLEGAL       2
#define EXCEPTION_BREAKPOINT    3
#define EXCEPTION_LOAD_FAULT    5
#define EXCEPTION_STORE_FAULT   7
#define EXCEPTION_ECALL_USER    8

/* Built by trap_entry.S, which knows these offsets. floats: ft0-7, fa0-7, ft8-11, saved when FS was dirty. */
struct trap_frame {
    uint64_t x[32];
    uint64_t sepc, sstatus, scause, stval;
    uint64_t fcsr;
    uint64_t floats[20];
    uint64_t pad;
};

/* An exception handler changes frame->sepc if the instruction is not to run again. */
typedef void (*exception_handler)(struct trap_frame *frame);

typedef void (*interrupt_handler)(void);

/* Handlers run with interrupts disabled. A cause without a handler prints the frame and fails the guest. */
void trap_on_exception(unsigned cause, exception_handler handler);

/* Also enables the local interrupt in sie; a null handler disables it. */
void trap_on_interrupt(unsigned number, interrupt_handler handler);

/* Bytes of the instruction at an address: 2 or 4. */
unsigned instruction_bytes(uint64_t address);

/*
 * Between trap_try and trap_caught any exception is stepped over and noted; trap_caught returns the cause of
 * the last one, or -1, and ends the attempt.
 */
void trap_try(void);
int64_t trap_caught(void);

#endif
