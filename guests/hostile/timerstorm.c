/* Interrupts without end: a timer that is always in the past, and event channels that ring themselves. */

#include "bootargs.h"
#include "event.h"
#include "hostile.h"
#include "hypercall.h"
#include "trap.h"

struct bind_ipi {
    uint32_t vcpu, port;
};

static volatile uint64_t left;
static uint32_t own_port;

/* The compare value stays in the past, so the line never drops: sret leads straight back here. */
static void past_again(void)
{
    if (--left > 0)
        timer_arm(0, past_again);
}

static void ring_again(void *context)
{
    (void)context;
    if (left > 0 && --left > 0)
        event_send(own_port);
}

static bool storm_over(void *unused)
{
    (void)unused;
    return left == 0;
}

static void timer_storm(uint64_t count)
{
    if (!abuse_chosen())
        return;
    left = count;
    timer_arm(0, past_again);
    wait_until(storm_over, 0);
    survived("timer always in the past");
}

static void event_storm(uint64_t count)
{
    if (!abuse_chosen())
        return;
    struct bind_ipi ipi = {0};
    if (hypercall_event(7, &ipi) < 0) {
        survived("event storm (no IPI channels here)");
        return;
    }
    own_port = ipi.port;
    left = count;
    event_attach(own_port, ring_again, 0);
    event_send(own_port);
    wait_until(storm_over, 0);
    event_close(own_port);
    survived("event channel ringing itself");
}

/* WFI with an interrupt pending and masked in sstatus falls through every time. */
static void wakeful_storm(uint64_t count)
{
    if (!abuse_chosen())
        return;
    bool enabled = interrupts_disable();
    csr_write(CSR_STIMECMP, 0);
    for (uint64_t i = 0; i < count; i++)
        __asm__ volatile("wfi");
    csr_write(CSR_STIMECMP, UINT64_MAX);
    interrupts_restore(enabled);
    survived("WFI that never waits");
}

int main(void)
{
    uint64_t count = bootarg_number("n", 100000);
    timer_storm(count);
    if (hypercall_available())
        event_storm(count / 10 + 1);
    if (clock_timer_kind() == TIMER_SSTC)
        wakeful_storm(count);
    return abuses_done();
}
