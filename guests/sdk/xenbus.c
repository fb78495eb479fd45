#include "xenbus.h"

#include "format.h"
#include "memory.h"
#include "xen_abi.h"

#define PATH_BYTES 192

static uint64_t parse_number(const char *text, uint64_t fallback)
{
    uint64_t number = 0;
    if (*text == 0)
        return fallback;
    for (; *text != 0; text++) {
        if (*text < '0' || *text > '9')
            return fallback;
        number = number * 10 + (uint64_t)(*text - '0');
    }
    return number;
}

/* Name number index of a NUL-separated list; null if there are fewer. */
static const char *name_at(const char *names, int64_t length, unsigned index)
{
    const char *at = names;
    for (; at < names + length; at += strlen(at) + 1)
        if (index-- == 0)
            return at;
    return 0;
}

static uint64_t read_number(const char *directory, const char *key, uint64_t fallback)
{
    char path[PATH_BYTES], value[32];
    format(path, sizeof path, "%s/%s", directory, key);
    int64_t length = store_read(STORE_NO_TRANSACTION, path, value, sizeof value);
    return length < 0 ? fallback : parse_number(value, fallback);
}

static bool find(struct xenbus_device *device, const char *type, unsigned index)
{
    char names[512];
    format(device->front, sizeof device->front, "device/%s", type);
    int64_t length =
        store_directory(STORE_NO_TRANSACTION, device->front, names, sizeof names);
    const char *name = length < 0 ? 0 : name_at(names, length, index);
    if (name == 0)
        return false;
    format(device->front, sizeof device->front, "device/%s/%s", type, name);
    return true;
}

bool xenbus_open(struct xenbus_device *device, const char *type, unsigned index)
{
    static unsigned opened;
    char path[PATH_BYTES];
    if (!find(device, type, index))
        return false;
    format(path, sizeof path, "%s/backend", device->front);
    if (store_read(STORE_NO_TRANSACTION, path, device->back, sizeof device->back) < 0)
        return false;
    device->back_domain = (uint16_t)read_number(device->front, "backend-id", DOMID_HOST);
    format(device->state_path, sizeof device->state_path, "%s/state", device->back);
    format(device->token, sizeof device->token, "bus%u", opened++);
    return store_watch(device->state_path, device->token) >= 0;
}

uint64_t xenbus_back_number(const struct xenbus_device *device, const char *key, uint64_t fallback)
{
    return read_number(device->back, key, fallback);
}

int64_t xenbus_write(const struct xenbus_device *device, uint32_t transaction, const char *key,
                     const char *value)
{
    char path[PATH_BYTES];
    format(path, sizeof path, "%s/%s", device->front, key);
    return store_write(transaction, path, value);
}

int64_t xenbus_write_number(const struct xenbus_device *device, uint32_t transaction, const char *key,
                            uint64_t value)
{
    char text[24];
    format(text, sizeof text, "%lu", value);
    return xenbus_write(device, transaction, key, text);
}

int64_t xenbus_switch_state(const struct xenbus_device *device, unsigned state)
{
    return xenbus_write_number(device, STORE_NO_TRANSACTION, "state", state);
}

/* 0 while the state is neither wanted nor an end. */
static int64_t judge_state(const struct xenbus_device *device, unsigned states)
{
    uint64_t state = xenbus_back_number(device, "state", XENBUS_Closed);
    if (state < 32 && (XENBUS_SET(state) & states) != 0)
        return (int64_t)state;
    return state >= XENBUS_Closing ? -EIO : 0;
}

int64_t xenbus_wait_back(const struct xenbus_device *device, unsigned states)
{
    struct store_event event;
    for (;;) {
        int64_t verdict = judge_state(device, states);
        if (verdict != 0)
            return verdict;
        store_wait_event(&event);
    }
}
