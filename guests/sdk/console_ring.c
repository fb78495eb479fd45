#include "console_ring.h"

#include "barrier.h"
#include "event.h"
#include "hypercall.h"
#include "idle.h"
#include "memory.h"

_Static_assert(offsetof(struct console_page, in_cons) == 3072, "xencons_interface");
_Static_assert(offsetof(struct console_page, connection) == 3088, "xencons_interface");

struct console_page *console_page;
static uint32_t port;

/* The event only ends a WFI: whoever waits looks at the indices himself. */
static void wake(void *context)
{
    (void)context;
}

bool console_ring_init(void)
{
    uint64_t frame, channel;
    if (!hypercall_available() || hypercall_hvm_param(HVM_PARAM_CONSOLE_PFN, &frame) < 0
        || hypercall_hvm_param(HVM_PARAM_CONSOLE_EVTCHN, &channel) < 0 || frame == 0 || channel == 0)
        return false;
    console_page = (struct console_page *)(frame * PAGE_BYTES);
    port = (uint32_t)channel;
    event_attach(port, wake, 0);
    return true;
}

/* This ring has no event hold-off: every move of an index is told, in both directions. */
void console_ring_notify(void)
{
    event_send(port);
}

static uint32_t output_fill(void)
{
    return load_once(console_page->out_prod) - load_once(console_page->out_cons);
}

static bool has_room(void *unused)
{
    (void)unused;
    return output_fill() != sizeof console_page->out;
}

/* Copies what fits now and publishes it; 0 only if the indices are broken. */
static size_t write_some(const uint8_t *bytes, size_t count)
{
    uint32_t fill = output_fill();
    if (fill > sizeof console_page->out)
        return 0;
    full_barrier();   /* the room was seen before the bytes in it are overwritten */
    size_t room = sizeof console_page->out - fill;
    size_t moved = count < room ? count : room;
    uint32_t prod = load_once(console_page->out_prod);
    for (size_t i = 0; i < moved; i++)
        console_page->out[(prod + i) % sizeof console_page->out] = bytes[i];
    write_barrier();   /* bytes before the index that covers them */
    store_once(console_page->out_prod, prod + (uint32_t)moved);
    full_barrier();    /* the index before the notification */
    console_ring_notify();
    return moved;
}

bool console_ring_write(const void *bytes, size_t count)
{
    const uint8_t *at = bytes;
    while (count > 0) {
        wait_until(has_room, 0);
        size_t moved = write_some(at, count);
        if (moved == 0)
            return false;
        at += moved;
        count -= moved;
    }
    return true;
}

size_t console_ring_read(void *bytes, size_t count)
{
    uint32_t cons = load_once(console_page->in_cons);
    uint32_t fill = load_once(console_page->in_prod) - cons;
    if (fill == 0 || fill > sizeof console_page->in)
        return 0;
    read_barrier();   /* the index before the bytes it covers */
    size_t moved = count < fill ? count : fill;
    for (size_t i = 0; i < moved; i++)
        ((uint8_t *)bytes)[i] = console_page->in[(cons + i) % sizeof console_page->in];
    full_barrier();   /* the bytes were read before their room is given back */
    store_once(console_page->in_cons, cons + (uint32_t)moved);
    full_barrier();
    console_ring_notify();
    return moved;
}

bool console_ring_drained(void *unused)
{
    (void)unused;
    return output_fill() == 0;
}
