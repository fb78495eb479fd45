#include "trap.h"

#include <stddef.h>

#include "console.h"
#include "csr.h"
#include "power.h"

#define EXCEPTIONS 16
#define INTERRUPTS 64

_Static_assert(offsetof(struct trap_frame, sepc) == 256, "FRAME_SEPC of trap_entry.S");
_Static_assert(offsetof(struct trap_frame, fcsr) == 288, "FRAME_FCSR of trap_entry.S");
_Static_assert(offsetof(struct trap_frame, floats) == 296, "FRAME_FLOATS of trap_entry.S");
_Static_assert(sizeof(struct trap_frame) == 464, "FRAME_BYTES of trap_entry.S");

void trap_dispatch(struct trap_frame *frame);

static exception_handler exceptions[EXCEPTIONS];
static interrupt_handler interrupts[INTERRUPTS];
static volatile bool trying;
static volatile int64_t caught;

void trap_on_exception(unsigned cause, exception_handler handler)
{
    exceptions[cause % EXCEPTIONS] = handler;
}

void trap_on_interrupt(unsigned number, interrupt_handler handler)
{
    interrupts[number % INTERRUPTS] = handler;
    if (handler != 0)
        csr_set(CSR_SIE, UINT64_C(1) << number);
    else
        csr_clear(CSR_SIE, UINT64_C(1) << number);
}

unsigned instruction_bytes(uint64_t address)
{
    return (*(const volatile uint16_t *)address & 3) == 3 ? 4 : 2;
}

void trap_try(void)
{
    caught = -1;
    trying = true;
}

int64_t trap_caught(void)
{
    trying = false;
    return caught;
}

static _Noreturn void unexpected(const struct trap_frame *frame)
{
    fail("unexpected trap: scause=%lx sepc=%lx stval=%lx ra=%lx sp=%lx", frame->scause, frame->sepc,
         frame->stval, frame->x[1], frame->x[2]);
}

static void dispatch_interrupt(struct trap_frame *frame, uint64_t number)
{
    if (number >= INTERRUPTS || interrupts[number] == 0)
        unexpected(frame);
    interrupts[number]();
}

static void dispatch_exception(struct trap_frame *frame)
{
    if (trying) {
        caught = (int64_t)frame->scause;
        frame->sepc += instruction_bytes(frame->sepc);
        return;
    }
    if (frame->scause >= EXCEPTIONS || exceptions[frame->scause] == 0)
        unexpected(frame);
    exceptions[frame->scause](frame);
}

void trap_dispatch(struct trap_frame *frame)
{
    if (frame->scause & TRAP_INTERRUPT)
        dispatch_interrupt(frame, frame->scause & ~TRAP_INTERRUPT);
    else
        dispatch_exception(frame);
}
