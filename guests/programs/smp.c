/*
 * A self-test of several harts: start and stop, atomics and LR/SC under contention, locks, interrupts between harts,
 * timers, remote fences, and the events of the paravirtual interface on each hart. Runs with one hart too.
 *
 * Options: rounds (500) of each contended test. Hart 0 prints; its output but for the line of measurements does not
 * depend on how the harts take turns.
 */

#include "barrier.h"
#include "board.h"
#include "bootargs.h"
#include "clock.h"
#include "console.h"
#include "csr.h"
#include "event.h"
#include "harts.h"
#include "hypercall.h"
#include "power.h"
#include "sbi.h"
#include "trap.h"
#include "xen.h"

#define EVTCHNOP_bind_ipi  7
#define EVTCHNOP_bind_vcpu 8

#define ERR_INVALID_PARAM     (-3)
#define ERR_ALREADY_AVAILABLE (-6)

#define PATIENCE_TICKS (60 * 10000000UL)

static unsigned harts;
static uint64_t rounds;
static uint64_t others; /* mask of all harts but 0 */

static uint64_t sum_amo, sum_reserved, sum_locked, sum_ticket;
static uint64_t failed_sc;
static uint32_t lock, next_ticket, now_serving;
static uint64_t latest_time;
static volatile uint64_t arrived;
static volatile uint64_t interrupts_taken[MAX_HARTS];
static volatile uint64_t timers_taken[MAX_HARTS];
static volatile uint64_t events_taken[MAX_HARTS];
static struct vcpu_info vcpus[MAX_HARTS] __attribute__((aligned(64)));

static void expect(bool holds, const char *what)
{
    if (!holds)
        fail("hart %u: %s", hart_self(), what);
}

/* A wait that spins; a machine whose harts do not all get their turn fails here. */
#define SPIN_UNTIL(condition, what)                                      \
    do {                                                                 \
        uint64_t deadline_ = read_time() + PATIENCE_TICKS;               \
        while (!(condition)) {                                           \
            expect(read_time() < deadline_, "no progress: " what);       \
            hart_pause();                                                \
        }                                                                \
    } while (0)

static void take_software_interrupt(void)
{
    csr_clear(0x144, 1 << INTERRUPT_SOFTWARE);
    __atomic_fetch_add(&interrupts_taken[hart_self()], 1, __ATOMIC_SEQ_CST);
}

static void take_timer(void)
{
    csr_write(CSR_STIMECMP, UINT64_MAX);
    timers_taken[hart_self()]++;
}

static struct vcpu_info *vcpu_of(unsigned hart)
{
    return hart == 0 ? &xen_vcpu : &vcpus[hart];
}

/* Every event of this guest belongs to one hart, which counts it. */
static void take_upcall(void)
{
    struct vcpu_info *vcpu = vcpu_of(hart_self());
    store_once(vcpu->upcall_pending, 0);
    full_barrier();
    uint64_t words = __atomic_exchange_n(&vcpu->pending_sel, 0, __ATOMIC_SEQ_CST);
    for (unsigned word = 0; word < EVENT_WORDS; word++)
        if ((words >> word & 1) != 0) {
            uint64_t active = load_once(xen_shared->pending[word]) & ~load_once(xen_shared->mask[word]);
            for (unsigned bit = 0; bit < 64; bit++)
                if ((active >> bit & 1) != 0) {
                    __atomic_fetch_and(&xen_shared->pending[word], ~(UINT64_C(1) << bit),
                                       __ATOMIC_SEQ_CST);
                    events_taken[hart_self()]++;
                }
        }
}

/* ---- what all harts do at the same time ------------------------------------------------------------------------ */

static void add_reserved(uint64_t *word)
{
    uint64_t old, failed;
    for (;;) {
        __asm__ volatile("lr.d.aq %0, (%2)\n\taddi %0, %0, 1\n\tsc.d.rl %1, %0, (%2)"
                         : "=&r"(old), "=&r"(failed)
                         : "r"(word)
                         : "memory");
        if (failed == 0)
            return;
        __atomic_fetch_add(&failed_sc, 1, __ATOMIC_RELAXED);
    }
}

static void add_locked(uint64_t *word)
{
    while (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE) != 0)
        hart_pause();
    uint64_t seen = load_once(*word);
    uint64_t time = read_time();
    expect(time >= latest_time, "time runs backwards from hart to hart");
    latest_time = time;
    store_once(*word, seen + 1);
    __atomic_store_n(&lock, 0, __ATOMIC_RELEASE);
}

/* Fair, and without a pause: every turn of a hart whose ticket is not called is lost. */
static void add_ticket(uint64_t *word)
{
    uint32_t ticket = __atomic_fetch_add(&next_ticket, 1, __ATOMIC_RELAXED);
    while (__atomic_load_n(&now_serving, __ATOMIC_ACQUIRE) != ticket)
        ;
    store_once(*word, load_once(*word) + 1);
    __atomic_store_n(&now_serving, ticket + 1, __ATOMIC_RELEASE);
}

static void contend(void)
{
    __atomic_fetch_add(&arrived, 1, __ATOMIC_SEQ_CST);
    SPIN_UNTIL(arrived >= harts, "the harts do not meet");
    for (uint64_t i = 0; i < rounds; i++) {
        __atomic_fetch_add(&sum_amo, hart_self() + 1, __ATOMIC_RELAXED);
        add_reserved(&sum_reserved);
        add_locked(&sum_locked);
        if (i % 16 == 0)
            add_ticket(&sum_ticket);
    }
    __atomic_fetch_add(&arrived, 1, __ATOMIC_SEQ_CST);
}

/* ---- a reservation ends with anybody's store --------------------------------------------------------------------- */

static uint64_t reserved __attribute__((aligned(64)));
static volatile uint64_t stage;

static void overwrite(void)
{
    SPIN_UNTIL(stage == 1, "the reservation is not made");
    store_once(reserved, load_once(reserved)); /* the same value, which does not matter */
    full_barrier();
    stage = 2;
    SPIN_UNTIL(stage == 3, "the second reservation is not made");
    __atomic_fetch_add(&reserved, 0, __ATOMIC_SEQ_CST);
    stage = 4;
}

static bool conditional_fails_after(uint64_t made, uint64_t stored)
{
    uint64_t value, failed;
    __asm__ volatile("lr.d %0, (%1)" : "=r"(value) : "r"(&reserved) : "memory");
    stage = made;
    SPIN_UNTIL(stage == stored, "nobody stores");
    __asm__ volatile("sc.d %0, %1, (%2)" : "=r"(failed) : "r"(value), "r"(&reserved) : "memory");
    return failed != 0;
}

static void check_reservations(void)
{
    expect(hart_start(1, overwrite) == 0, "hart 1 starts");
    expect(conditional_fails_after(1, 2), "SC fails after another hart's store");
    expect(conditional_fails_after(3, 4), "SC fails after another hart's AMO");
    SPIN_UNTIL(hart_status(1) == HART_STOPPED, "hart 1 stops");
}

/* ---- harts that wait ------------------------------------------------------------------------------------------- */

static volatile bool leave;

static void wait_once(void)
{
    __asm__ volatile("wfi" : : : "memory");
    interrupts_enable();
    interrupts_disable();
}

static void serve(void)
{
    unsigned self = hart_self();
    if (xen_shared != 0) {
        int64_t result = hypercall_register_vcpu_info(self, &vcpus[self]);
        expect(result == 0 || result == -EBUSY, "register_vcpu_info");
        csr_set(CSR_SIE, UINT64_C(1) << board.upcall_interrupt);
    }
    csr_set(CSR_SIE, UINT64_C(1) << INTERRUPT_SOFTWARE | UINT64_C(1) << INTERRUPT_TIMER);
    __atomic_fetch_add(&arrived, 1, __ATOMIC_SEQ_CST);
    uint64_t seen = 0;
    while (!leave) {
        wait_once();
        uint64_t taken = interrupts_taken[self];
        if (taken != seen) {
            seen = taken;
            if (!leave)
                csr_write(CSR_STIMECMP, read_time() + 100 * (self + 1));
        }
    }
    csr_write(CSR_STIMECMP, UINT64_MAX);
}

static void check_interrupts(void)
{
    for (uint64_t i = 1; i <= 20; i++) {
        expect(hart_interrupt(others) == 0, "send_ipi");
        for (unsigned hart = 1; hart < harts; hart++)
            SPIN_UNTIL(timers_taken[hart] >= i, "a hart's timer");
    }
    for (unsigned hart = 1; hart < harts; hart++)
        expect(interrupts_taken[hart] == 20 && timers_taken[hart] == 20, "one timer for each IPI");
    expect(hart_interrupt(UINT64_C(1) << harts) == ERR_INVALID_PARAM, "no IPI for a hart that is not");
}

struct bind_ipi {
    uint32_t vcpu, port;
};

struct bind_interdomain {
    uint16_t domain, pad;
    uint32_t remote_port, local_port;
};

struct bind_vcpu {
    uint32_t port, vcpu;
};

static void send_to(uint32_t port, unsigned hart)
{
    uint64_t before = events_taken[hart];
    expect(event_send(port) == 0, "send");
    SPIN_UNTIL(events_taken[hart] != before, "an event on the hart that it is for");
    expect(events_taken[hart] == before + 1, "one event");
}

static void check_events(void)
{
    int64_t listener = event_allocate(DOMID_SELF);
    struct bind_interdomain loop = {.domain = DOMID_SELF, .remote_port = (uint32_t)listener};
    expect(hypercall_event(EVTCHNOP_bind_interdomain, &loop) == 0, "bind_interdomain");
    event_unmask(loop.local_port);
    for (unsigned hart = 0; hart < harts; hart++) {
        struct bind_ipi ipi = {.vcpu = hart};
        expect(hypercall_event(EVTCHNOP_bind_ipi, &ipi) == 0, "bind_ipi");
        event_unmask(ipi.port);
        send_to(ipi.port, hart);
        struct bind_vcpu move = {.port = loop.local_port, .vcpu = hart};
        expect(hypercall_event(EVTCHNOP_bind_vcpu, &move) == 0, "bind_vcpu");
        send_to(loop.remote_port, hart);
    }
    struct bind_ipi nobody = {.vcpu = harts};
    expect(hypercall_event(EVTCHNOP_bind_ipi, &nobody) == -ENOENT, "no vCPU behind the last");
}

/* ---- code that another hart changes ------------------------------------------------------------------------------ */

static uint32_t code[2] __attribute__((aligned(64))) = {0x00100513, 0x00008067}; /* li a0, 1; ret */
static volatile uint64_t answers[MAX_HARTS];

static uint64_t call_code(void)
{
    return ((uint64_t (*)(void))(uintptr_t)code)();
}

static void execute(void)
{
    uint64_t answer;
    do {
        answer = call_code();
        answers[hart_self()] = answer;
    } while (answer != 3);
}

static void check_code(void)
{
    for (uint32_t value = 1; value <= 3; value++) {
        store_once(code[0], 0x00000513 | value << 20);
        expect(hart_fence_i(others) == 0, "remote_fence_i");
        if (value == 1)
            for (unsigned hart = 1; hart < harts; hart++)
                expect(hart_start(hart, execute) == 0, "a hart starts again");
        for (unsigned hart = 1; hart < harts; hart++)
            SPIN_UNTIL(answers[hart] == value, "new code");
    }
}

/* ------------------------------------------------------------------------------------------------------------------ */

static void start_others(void (*run)(void))
{
    for (unsigned hart = 1; hart < harts; hart++) {
        expect(hart_status(hart) == HART_STOPPED, "a hart is stopped");
        expect(hart_start(hart, run) == 0, "a hart starts");
        expect(hart_start(hart, run) == ERR_ALREADY_AVAILABLE, "a hart starts once");
    }
}

static void await_stopped(void)
{
    for (unsigned hart = 1; hart < harts; hart++)
        SPIN_UNTIL(hart_status(hart) == HART_STOPPED, "a hart stops");
}

static void check_contention(void)
{
    start_others(contend);
    contend();
    SPIN_UNTIL(arrived == 2 * harts, "the harts do not finish");
    await_stopped();
    expect(sum_amo == rounds * harts * (harts + 1) / 2, "AMOs are atomic");
    expect(sum_reserved == rounds * harts, "LR and SC are atomic");
    expect(sum_locked == rounds * harts, "a lock excludes");
    expect(sum_ticket == (rounds + 15) / 16 * harts, "a ticket lock excludes");
}

static void check_waiting(void)
{
    arrived = 1;
    start_others(serve);
    SPIN_UNTIL(arrived == harts, "the harts do not wait");
    if (harts > 1)
        check_interrupts();
    if (xen_shared != 0)
        check_events();
    leave = true;
    expect(hart_interrupt(others) == 0 || harts == 1, "the last IPI");
    await_stopped();
}

int main(void)
{
    harts_init();
    console_drain();
    console_use_sbi(); /* upcalls are this program's own from here on */
    harts = hart_count();
    others = (UINT64_C(1) << harts) - 2;
    rounds = bootarg_number("rounds", 500);
    expect(hart_start(harts, contend) == ERR_INVALID_PARAM, "no hart behind the last");
    trap_on_interrupt(INTERRUPT_SOFTWARE, take_software_interrupt);
    trap_on_interrupt(INTERRUPT_TIMER, take_timer);
    if (xen_shared != 0) {
        for (unsigned word = 0; word < EVENT_WORDS; word++)
            store_once(xen_shared->mask[word], UINT64_MAX);
        trap_on_interrupt(board.upcall_interrupt, take_upcall);
    }
    check_contention();
    printf("contention: %lu %lu %lu %lu\n", sum_amo, sum_reserved, sum_locked, sum_ticket);
    if (harts > 1)
        check_reservations();
    check_waiting();
    check_code();
    await_stopped();
    printf("time %lu, %lu conditional stores failed\n", read_time(), failed_sc);
    printf("SMP PASS harts=%u rounds=%lu\n", harts, rounds);
    return 0;
}
