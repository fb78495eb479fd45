/*
 * Timer and wall-clock checks. Boot arguments: ticks=N timer interrupts (100), period_us=N between them (1000),
 * maxlate_us=N fails if an interrupt comes later than that (0: only reported).
 */

#include "board.h"
#include "bootargs.h"
#include "clock.h"
#include "console.h"
#include "csr.h"
#include "hypercall.h"
#include "idle.h"
#include "power.h"

#define READS 100000

static volatile uint64_t fired_at;

static void note_time(void)
{
    fired_at = read_time();
}

static bool has_fired(void *unused)
{
    (void)unused;
    return fired_at != 0;
}

static uint64_t check_monotonic(uint64_t (*read)(void), const char *name)
{
    uint64_t first = read(), last = first;
    for (unsigned i = 0; i < READS; i++) {
        uint64_t now = read();
        if (now < last)
            fail("%s ran backwards from %lu to %lu", name, last, now);
        last = now;
    }
    if (last == first)
        fail("%s stands still", name);
    return last - first;
}

static uint64_t read_cycle(void)
{
    return csr_read(CSR_CYCLE);
}

static uint64_t read_instret(void)
{
    return csr_read(CSR_INSTRET);
}

static uint64_t read_ticks(void)
{
    return read_time();
}

/* The loop executes a fixed number of instructions; a machine that counts exactly says so. */
static uint64_t count_loop(uint64_t rounds)
{
    uint64_t start, end;
    bool enabled = interrupts_disable();
    __asm__ volatile(
        "   rdinstret %0\n"
        "1: addi %2, %2, -1\n"
        "   bnez %2, 1b\n"
        "   rdinstret %1\n"
        : "=&r"(start), "=&r"(end), "+&r"(rounds));
    interrupts_restore(enabled);
    return end - start;
}

static void check_instret(void)
{
    uint64_t counted = count_loop(1010) - count_loop(10);
    if (hypercall_available() && counted != 2000)   /* emulators without hypercalls only estimate */
        fail("instret counted %lu for 2000 instructions", counted);
    printf("instret %s over 2000 instructions\n", counted == 2000 ? "exact" : "inexact");
}

static void check_timers(void)
{
    uint64_t count = bootarg_number("ticks", 100);
    uint64_t period = clock_ns_to_ticks(bootarg_number("period_us", 1000) * 1000);
    uint64_t latest = 0;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t deadline = read_time() + period;
        fired_at = 0;
        timer_arm(deadline, note_time);
        wait_until(has_fired, 0);
        if (fired_at < deadline)
            fail("timer %lu fired %lu ticks early", i, deadline - fired_at);
        if (fired_at - deadline > latest)
            latest = fired_at - deadline;
    }
    uint64_t limit = clock_ns_to_ticks(bootarg_number("maxlate_us", 0) * 1000);
    if (limit != 0 && latest > limit)
        fail("a timer was %lu ns late", clock_ticks_to_ns(latest));
    printf("timers %lu, none early, latest by %lu ns\n", count, clock_ticks_to_ns(latest));
}

/* A deadline in the past is due at once, and a disarmed timer never. */
static void check_edges(void)
{
    fired_at = 0;
    timer_arm(0, note_time);
    wait_until(has_fired, 0);
    fired_at = 0;
    timer_arm(read_time() + clock_ns_to_ticks(1000000), note_time);
    timer_disarm();
    sleep_until(read_time() + clock_ns_to_ticks(5000000));
    if (fired_at != 0)
        fail("a disarmed timer fired");
    printf("timer edges fine\n");
}

static void check_sleep(void)
{
    uint64_t wanted = clock_ns_to_ticks(20000000);
    uint64_t start = read_time();
    sleep_until(start + wanted);
    uint64_t slept = read_time() - start;
    if (slept < wanted)
        fail("slept %lu of %lu ticks", slept, wanted);
    printf("sleep of 20 ms took %lu us\n", clock_ticks_to_ns(slept) / 1000);
}

static void check_wall(void)
{
    uint64_t before, after;
    if (!clock_wall_ns(&before)) {
        printf("no wall clock\n");
        return;
    }
    sleep_until(read_time() + clock_ns_to_ticks(10000000));
    clock_wall_ns(&after);
    if (after < before + 9900000)
        fail("the wall clock advanced %ld ns in 10 ms", (long)(after - before));
    printf("wall clock %lu.%09lu\n", after / NS_PER_SECOND, after % NS_PER_SECOND);
}

int main(void)
{
    printf("timer %s, timebase %lu Hz\n", clock_timer_kind() == TIMER_SSTC ? "sstc" : "sbi",
           board.timebase_hz);
    check_monotonic(read_ticks, "time");
    check_monotonic(read_cycle, "cycle");
    if (check_monotonic(read_instret, "instret") < READS)
        fail("instret counts less than one per read");
    printf("time, cycle and instret never ran backwards\n");
    check_instret();
    check_timers();
    check_edges();
    check_sleep();
    check_wall();
    printf("CLOCK PASS\n");
    return 0;
}
