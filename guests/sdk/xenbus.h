/* The handshake of split devices over XenStore: where the back-end is, keys, and the states of both halves. */
#ifndef SDK_XENBUS_H
#define SDK_XENBUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store.h"

struct xenbus_device {
    char front[64];     /* relative: device/<type>/<number> */
    char back[128];     /* absolute */
    char state_path[144];
    char token[STORE_TOKEN_BYTES];
    uint16_t back_domain;
};

/* States as a set, for xenbus_wait_back. */
#define XENBUS_SET(state) (1u << (state))

/* Finds device number index of a type ("vbd") in the order of the store, and watches its back-end's state. */
bool xenbus_open(struct xenbus_device *device, const char *type, unsigned index);

/* A number of the back-end's directory, or the fallback if it is absent or malformed. */
uint64_t xenbus_back_number(const struct xenbus_device *device, const char *key, uint64_t fallback);

/* Writes a key of our own directory; negative errno on failure. */
int64_t xenbus_write(const struct xenbus_device *device, uint32_t transaction, const char *key,
                     const char *value);
int64_t xenbus_write_number(const struct xenbus_device *device, uint32_t transaction, const char *key,
                            uint64_t value);

/* Announces our state. What the state promises must be in place: the peer acts on it at once. */
int64_t xenbus_switch_state(const struct xenbus_device *device, unsigned state);

/*
 * Waits until the back-end's state is in the set and returns it; -EIO if it closes or vanishes instead. The watch
 * was set before the first read, so no change falls between.
 */
int64_t xenbus_wait_back(const struct xenbus_device *device, unsigned states);

#endif
