#include "store.h"

#include "idle.h"
#include "memory.h"
#include "store_ring.h"
#include "store_watch.h"
#include "xen_abi.h"

#define TRANSACTION_ATTEMPTS 100

struct message {
    uint32_t type, request, transaction, length;
};

_Static_assert(sizeof(struct message) == 16, "xsd_sockmsg");

/* One part of a request's payload. */
struct part {
    const void *bytes;
    size_t length;
};

static uint32_t last_request;

/* The newest answer; valid until the next request. One byte more, for a NUL. */
static char answer[XS_PAYLOAD_BYTES + 1];
static uint32_t answer_length;

static const struct {
    const char *name;
    int number;
} errors[] = {
    {"EINVAL", EINVAL}, {"EACCES", EACCES},       {"EEXIST", EEXIST}, {"EISDIR", EISDIR},
    {"ENOENT", ENOENT}, {"ENOMEM", ENOMEM},       {"ENOSPC", ENOSPC}, {"EIO", EIO},
    {"EROFS", EROFS},   {"ENOTEMPTY", ENOTEMPTY}, {"ENOSYS", ENOSYS}, {"EBUSY", EBUSY},
    {"EAGAIN", EAGAIN}, {"EISCONN", EISCONN},     {"E2BIG", E2BIG},   {"EPERM", EPERM},
};

bool store_init(void)
{
    return store_ring_init();
}

static int64_t error_number(const char *name)
{
    for (unsigned i = 0; i < sizeof errors / sizeof errors[0]; i++)
        if (text_equals(errors[i].name, name))
            return -errors[i].number;
    return -EIO;
}

/* Reads one whole message into the answer buffer. */
static bool receive(struct message *header)
{
    if (!store_ring_read(header, sizeof *header) || header->length > XS_PAYLOAD_BYTES)
        return false;
    answer_length = header->length;
    answer[answer_length] = 0;
    return store_ring_read(answer, answer_length);
}

/* Watch events come between a request and its answer, at message borders. */
static int64_t receive_answer(const struct message *request)
{
    struct message header;
    for (;;) {
        if (!receive(&header))
            return -EIO;
        if (header.type == XS_WATCH_EVENT)
            store_watch_note(answer, answer_length);
        else if (header.request == request->request)
            break;
    }
    if (header.type == XS_ERROR)
        return error_number(answer);
    return header.type == request->type ? (int64_t)answer_length : -EIO;
}

static int64_t request(uint32_t type, uint32_t transaction, const struct part *parts, unsigned count)
{
    struct message header = {.type = type, .request = ++last_request, .transaction = transaction};
    for (unsigned i = 0; i < count; i++)
        header.length += (uint32_t)parts[i].length;
    if (header.length > XS_PAYLOAD_BYTES)
        return -E2BIG;
    if (!store_ring_write(&header, sizeof header))
        return -EIO;
    for (unsigned i = 0; i < count; i++)
        if (!store_ring_write(parts[i].bytes, parts[i].length))
            return -EIO;
    return receive_answer(&header);
}

static struct part terminated(const char *text)
{
    return (struct part){text, strlen(text) + 1};
}

static int64_t path_request(uint32_t type, uint32_t transaction, const char *path)
{
    struct part part = terminated(path);
    return request(type, transaction, &part, 1);
}

static int64_t copy_answer(int64_t result, char *target, size_t size)
{
    if (result < 0)
        return result;
    if ((size_t)result >= size)
        return -E2BIG;
    memcpy(target, answer, (size_t)result + 1);
    return result;
}

int64_t store_read(uint32_t transaction, const char *path, char *value, size_t size)
{
    return copy_answer(path_request(XS_READ, transaction, path), value, size);
}

int64_t store_directory(uint32_t transaction, const char *path, char *names, size_t size)
{
    return copy_answer(path_request(XS_DIRECTORY, transaction, path), names, size);
}

int64_t store_write(uint32_t transaction, const char *path, const char *value)
{
    struct part parts[] = {terminated(path), {value, strlen(value)}};
    return request(XS_WRITE, transaction, parts, 2);
}

int64_t store_make_directory(uint32_t transaction, const char *path)
{
    return path_request(XS_MKDIR, transaction, path);
}

int64_t store_remove(uint32_t transaction, const char *path)
{
    return path_request(XS_RM, transaction, path);
}

int64_t store_watch(const char *path, const char *token)
{
    struct part parts[] = {terminated(path), terminated(token)};
    return request(XS_WATCH, STORE_NO_TRANSACTION, parts, 2);
}

int64_t store_unwatch(const char *path, const char *token)
{
    struct part parts[] = {terminated(path), terminated(token)};
    int64_t result = request(XS_UNWATCH, STORE_NO_TRANSACTION, parts, 2);
    store_watch_forget(token);
    return result;
}

/* Outside a request only watch events arrive; anything else is a late answer and is dropped. */
static void receive_events(void)
{
    struct message header;
    while (store_ring_readable(0) && receive(&header))
        if (header.type == XS_WATCH_EVENT)
            store_watch_note(answer, answer_length);
}

bool store_next_event(struct store_event *event)
{
    receive_events();
    return store_watch_take(event);
}

void store_wait_event(struct store_event *event)
{
    while (!store_next_event(event))
        wait_until(store_ring_readable, 0);
}

static int64_t start_transaction(uint32_t *transaction)
{
    int64_t result = path_request(XS_TRANSACTION_START, STORE_NO_TRANSACTION, "");
    *transaction = 0;
    for (int64_t i = 0; i < result && answer[i] >= '0' && answer[i] <= '9'; i++)
        *transaction = *transaction * 10 + (uint32_t)(answer[i] - '0');
    return result < 0 ? result : *transaction != 0 ? 0 : -EIO;
}

int64_t store_transact(store_body body, void *context)
{
    int64_t result = -EAGAIN;
    for (unsigned attempt = 0; attempt < TRANSACTION_ATTEMPTS && result == -EAGAIN; attempt++) {
        uint32_t transaction;
        result = start_transaction(&transaction);
        if (result < 0)
            continue;
        int64_t outcome = body(transaction, context);
        int64_t ended = path_request(XS_TRANSACTION_END, transaction, outcome == 0 ? "T" : "F");
        result = outcome != 0 ? outcome : ended < 0 ? ended : 0;
    }
    return result;
}
