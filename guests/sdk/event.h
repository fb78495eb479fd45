/* Event channels, 2-level ABI: handlers per port, masks, the upcall. */
#ifndef SDK_EVENT_H
#define SDK_EVENT_H

#include <stdint.h>

#define EVENT_PORTS 256   /* ports with handlers; the host allocates the lowest free port */

typedef void (*event_handler)(void *context);

/* Enables the upcall interrupt. All ports are masked before. */
void event_init(void);

/*
 * Binds a handler and unmasks the port. The handler runs with interrupts disabled, after the pending bit was
 * cleared, so it must look at the ring after it starts; it must bear spurious calls.
 */
void event_attach(uint32_t port, event_handler handler, void *context);

/* Masks first, then forgets the handler: a late event of the port counts as spurious. */
void event_detach(uint32_t port);

void event_mask(uint32_t port);
void event_unmask(uint32_t port);

/* A listening port that only the remote domain may bind; negative errno on failure. */
int64_t event_allocate(uint16_t remote_domain);
int64_t event_close(uint32_t port);

/* The caller has published what the peer shall see and has fenced it. */
int64_t event_send(uint32_t port);

/* Events that came for ports without a handler. */
uint64_t event_spurious_count(void);

#endif
