/* XenStore client. Paths are relative to this domain's directory unless they start with a slash. */
#ifndef SDK_STORE_H
#define SDK_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STORE_PATH_BYTES  256
#define STORE_TOKEN_BYTES 32
#define STORE_NO_TRANSACTION 0

/* Octet layout of the shared page, for guests that abuse it. */
struct store_page {
    uint8_t req[1024], rsp[1024];
    uint32_t req_cons, req_prod, rsp_cons, rsp_prod;
    uint32_t server_features, connection, error, evtchn_port;
};

struct store_event {
    char path[STORE_PATH_BYTES];
    char token[STORE_TOKEN_BYTES];
};

extern struct store_page *store_page;

/* False if the machine has no store. All other calls need a true one. */
bool store_init(void);

/* All results are minus an errno on failure; -EIO if the ring or an answer is malformed. */

/* Length of the value, which is also terminated by NUL; a longer one is -E2BIG. */
int64_t store_read(uint32_t transaction, const char *path, char *value, size_t size);
int64_t store_write(uint32_t transaction, const char *path, const char *value);

/* NUL-separated names into the buffer; how many bytes. */
int64_t store_directory(uint32_t transaction, const char *path, char *names, size_t size);
int64_t store_make_directory(uint32_t transaction, const char *path);
int64_t store_remove(uint32_t transaction, const char *path);

int64_t store_watch(const char *path, const char *token);
int64_t store_unwatch(const char *path, const char *token);

/*
 * Takes the next watch event if there is one. Events of one token coalesce, with the path of the newest: an event
 * is a hint to look again, never a datum.
 */
bool store_next_event(struct store_event *event);
void store_wait_event(struct store_event *event);

/*
 * Runs the body in transactions until one commits. The body reads everything anew each time; it returns 0, or an
 * error that aborts. -EAGAIN if other writers win too often.
 */
typedef int64_t (*store_body)(uint32_t transaction, void *context);
int64_t store_transact(store_body body, void *context);

#endif
