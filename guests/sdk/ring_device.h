/*
 * The front half of a split device with one ring, for requests one after another or several at once: handshake,
 * pages lent to the back-end, requests, responses. Used from the main flow only.
 */
#ifndef SDK_RING_DEVICE_H
#define SDK_RING_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "grant.h"
#include "ring.h"
#include "xenbus.h"

struct ring_device {
    struct xenbus_device bus;
    struct ring_front ring;
    uint32_t port, ring_ref;
};

/*
 * Connects device number index of a type; false if the machine has none. A handshake that goes wrong fails the
 * guest.
 *
 * entry_bytes: size of a ring entry, the larger of request and response; the back-end has to agree
 */
bool ring_device_open(struct ring_device *device, const char *type, unsigned index, uint32_t entry_bytes);

/* Lends a page to the back-end for the rest of the run; its grant reference. */
uint32_t ring_device_lend(const struct ring_device *device, const void *page, enum grant_kind kind);

/*
 * Puts a request, one ring entry, on the ring and notifies the back-end if it asked for that. Fails the guest if as
 * many requests as the ring has entries wait for ring_device_await.
 */
void ring_device_submit(struct ring_device *device, const void *request);

/* Waits for the next response and copies its first bytes out. */
void ring_device_await(struct ring_device *device, void *response, uint32_t bytes);

#endif
