/* Byte streams of the XenStore page: blocking reads and writes of exact lengths. */
#ifndef SDK_STORE_RING_H
#define SDK_STORE_RING_H

#include <stdbool.h>
#include <stddef.h>

bool store_ring_init(void);

/* False if the indices are out of range. */
bool store_ring_write(const void *bytes, size_t count);
bool store_ring_read(void *bytes, size_t count);

/* A condition for waits: the server has sent something. */
bool store_ring_readable(void *unused);

void store_ring_notify(void);

#endif
