#include "idle.h"

#include "clock.h"
#include "csr.h"

static void nothing(void)
{
}

/*
 * With interrupts disabled WFI still wakes for a pending interrupt that sie enables. So an interrupt that
 * arrives after the test is not lost: WFI falls through, and the window lets its handler run.
 */
static void sleep_once(bool enabled)
{
    if (!enabled)
        return;   /* a caller that holds interrupts off polls: its handlers cannot quiet the line */
    __asm__ volatile("wfi" : : : "memory");
    interrupts_enable();
    interrupts_disable();
}

void wait_until(condition holds, void *context)
{
    bool enabled = interrupts_disable();
    while (!holds(context))
        sleep_once(enabled);
    interrupts_restore(enabled);
}

bool wait_until_deadline(condition holds, void *context, uint64_t deadline_ticks)
{
    bool enabled = interrupts_disable();
    timer_arm(deadline_ticks, nothing);
    while (!holds(context) && read_time() < deadline_ticks)
        sleep_once(enabled);
    bool held = holds(context);
    timer_disarm();
    interrupts_restore(enabled);
    return held;
}

static bool never(void *context)
{
    (void)context;
    return false;
}

void sleep_until(uint64_t deadline_ticks)
{
    wait_until_deadline(never, 0, deadline_ticks);
}
