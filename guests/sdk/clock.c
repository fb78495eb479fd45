#include "clock.h"

#include "board.h"
#include "bootargs.h"
#include "csr.h"
#include "sbi.h"
#include "trap.h"
#include "xen.h"

#define NEVER UINT64_MAX

static enum timer_kind kind;
static void (*on_expiry)(void);

static void set_compare(uint64_t ticks)
{
    if (kind == TIMER_SSTC)
        csr_write(CSR_STIMECMP, ticks);
    else
        sbi_set_timer(ticks);
}

static void timer_interrupt(void)
{
    set_compare(NEVER);   /* the line is a level: it stays up until the deadline moves away */
    if (on_expiry != 0)
        on_expiry();
}

/* Firmware decides whether S-mode may touch stimecmp, whatever the ISA string says: so try it. */
static bool stimecmp_works(void)
{
    trap_try();
    csr_write(CSR_STIMECMP, NEVER);
    return trap_caught() < 0;
}

void clock_init(void)
{
    bool forced = text_equals(bootarg_text("timer", ""), "sbi");
    kind = !forced && stimecmp_works() ? TIMER_SSTC : TIMER_SBI;
    set_compare(NEVER);
    trap_on_interrupt(INTERRUPT_TIMER, timer_interrupt);
}

enum timer_kind clock_timer_kind(void)
{
    return kind;
}

static uint64_t scale(uint64_t value, uint64_t multiplier, uint64_t divisor)
{
    return value / divisor * multiplier + value % divisor * multiplier / divisor;
}

uint64_t clock_ticks_to_ns(uint64_t ticks)
{
    return scale(ticks, NS_PER_SECOND, board.timebase_hz);
}

uint64_t clock_ns_to_ticks(uint64_t ns)
{
    return scale(ns, board.timebase_hz, NS_PER_SECOND);
}

uint64_t clock_ns(void)
{
    return clock_ticks_to_ns(read_time());
}

void timer_arm(uint64_t deadline_ticks, void (*handler)(void))
{
    bool enabled = interrupts_disable();
    on_expiry = handler;
    set_compare(deadline_ticks);
    interrupts_restore(enabled);
}

void timer_disarm(void)
{
    timer_arm(NEVER, 0);
}

bool clock_wall_ns(uint64_t *utc_ns)
{
    uint64_t base_ns, system_ns;
    if (!xen_wall_clock_base(&base_ns))
        return false;
    if (!xen_system_time(&system_ns))
        system_ns = clock_ns();
    *utc_ns = base_ns + system_ns;
    return true;
}
