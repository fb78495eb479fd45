/* Front-end of the Xen console ring: two byte streams in one page, found through the HVM parameters. */
#ifndef SDK_CONSOLE_RING_H
#define SDK_CONSOLE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct console_page {
    uint8_t in[1024], out[2048];
    uint32_t in_cons, in_prod, out_cons, out_prod;
    uint8_t connection;
};

/* The page, for guests that abuse it; null without a ring. */
extern struct console_page *console_page;

/* False if the machine has no console ring. */
bool console_ring_init(void);

/* Writes all bytes, waiting for room; false if the indices are out of range. */
bool console_ring_write(const void *bytes, size_t count);

/* Takes what is there; 0 if nothing, or if the indices are out of range. */
size_t console_ring_read(void *bytes, size_t count);

/* A condition for waits: the back-end has consumed all output. */
bool console_ring_drained(void *unused);

void console_ring_notify(void);

#endif
