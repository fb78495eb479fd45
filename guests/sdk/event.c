#include "event.h"

#include "barrier.h"
#include "board.h"
#include "csr.h"
#include "hypercall.h"
#include "power.h"
#include "trap.h"
#include "xen.h"

struct alloc_unbound {
    uint16_t domain, remote_domain;
    uint32_t port;
};

static struct {
    event_handler handler;
    void *context;
} handlers[EVENT_PORTS];

static uint64_t spurious;

static uint64_t bit_of(uint32_t port)
{
    return UINT64_C(1) << (port % 64);
}

/* Number of the lowest set bit of a word that is not 0 (rv64gc has no instruction for it). */
static unsigned lowest_bit(uint64_t bits)
{
    unsigned number = 0;
    for (unsigned half = 32; half > 0; half /= 2)
        if ((bits & ((UINT64_C(1) << half) - 1)) == 0) {
            bits >>= half;
            number += half;
        }
    return number;
}

static void dispatch(uint32_t port)
{
    /* Clear before the handler looks at its ring: an event after that look sets the bit again. */
    __atomic_fetch_and(&xen_shared->pending[port / 64], ~bit_of(port), __ATOMIC_SEQ_CST);
    if (port < EVENT_PORTS && handlers[port].handler != 0)
        handlers[port].handler(handlers[port].context);
    else
        spurious++;
}

static void scan_word(unsigned word)
{
    uint64_t active = load_once(xen_shared->pending[word]) & ~load_once(xen_shared->mask[word]);
    for (; active != 0; active &= active - 1)
        dispatch(word * 64 + lowest_bit(active));
}

/*
 * The order is the protocol: the upcall flag is cleared before the selector is taken, and the selector is taken
 * by one exchange. An event that comes in between sets both again and is found in the next round.
 */
static void upcall(void)
{
    do {
        store_once(xen_vcpu.upcall_pending, 0);
        full_barrier();
        uint64_t words = __atomic_exchange_n(&xen_vcpu.pending_sel, 0, __ATOMIC_SEQ_CST);
        for (; words != 0; words &= words - 1)
            scan_word(lowest_bit(words));
    } while (load_once(xen_vcpu.upcall_pending) != 0);
}

void event_init(void)
{
    trap_on_interrupt(board.upcall_interrupt, upcall);
}

void event_attach(uint32_t port, event_handler handler, void *context)
{
    if (port == 0 || port >= EVENT_PORTS)
        fail("event port %u is beyond this guest's table", port);
    handlers[port].context = context;
    handlers[port].handler = handler;
    event_unmask(port);
}

void event_detach(uint32_t port)
{
    event_mask(port);
    handlers[port].handler = 0;
}

void event_mask(uint32_t port)
{
    __atomic_fetch_or(&xen_shared->mask[port / 64], bit_of(port), __ATOMIC_SEQ_CST);
}

/*
 * An event that arrived while the port was masked left its pending bit but raised nothing. So after the mask is
 * gone, and fenced, the bit is tested again; the hypercall then raises the upcall for us.
 */
void event_unmask(uint32_t port)
{
    __atomic_fetch_and(&xen_shared->mask[port / 64], ~bit_of(port), __ATOMIC_SEQ_CST);
    full_barrier();
    if ((load_once(xen_shared->pending[port / 64]) & bit_of(port)) != 0)
        hypercall_event(EVTCHNOP_unmask, &port);
}

int64_t event_allocate(uint16_t remote_domain)
{
    struct alloc_unbound request = {.domain = DOMID_SELF, .remote_domain = remote_domain};
    int64_t result = hypercall_event(EVTCHNOP_alloc_unbound, &request);
    return result < 0 ? result : request.port;
}

int64_t event_close(uint32_t port)
{
    event_detach(port);   /* masked before it is closed, so that the next owner of the port starts clean */
    return hypercall_event(EVTCHNOP_close, &port);
}

int64_t event_send(uint32_t port)
{
    return hypercall_event(EVTCHNOP_send, &port);
}

uint64_t event_spurious_count(void)
{
    return spurious;
}
