/* XenStore requests that are wrong, then bytes that are no requests, then indices that cannot be. */

#include "barrier.h"
#include "bootargs.h"
#include "format.h"
#include "hostile.h"
#include "memory.h"
#include "power.h"
#include "random.h"
#include "store.h"
#include "store_ring.h"

#define LONG_PATH 4000

static void expect_error(const char *what, int64_t result)
{
    if (result >= 0)
        fail("%s: the store said yes", what);
}

static void abuse_paths(void)
{
    static char path[LONG_PATH + 1], value[64];
    if (!abuse_chosen())
        return;
    memset(path, 'a', LONG_PATH);
    expect_error("path too long", store_read(0, path, value, sizeof value));
    expect_error("empty path", store_read(0, "", value, sizeof value));
    expect_error("double slash", store_write(0, "data//x", "1"));
    expect_error("trailing slash", store_write(0, "data/x/", "1"));
    expect_error("bad characters", store_write(0, "data/\x01\xff?*", "1"));
    expect_error("foreign node", store_write(0, "/local/domain/0/name", "mine"));
    expect_error("unknown transaction", store_write(12345, "data/x", "1"));
    expect_error("unknown watch", store_unwatch("data", "nobody"));
    expect_error("root removed", store_remove(0, "/"));
    survived("wrong requests");
}

static void abuse_nodes(void)
{
    char path[64];
    int64_t result = 0;
    if (!abuse_chosen())
        return;
    for (unsigned i = 0; i < 5000 && result >= 0; i++) {
        format(path, sizeof path, "data/many/%u", i);
        result = store_write(0, path, "x");
    }
    store_remove(0, "data/many");
    survived("more nodes than anybody needs");
}

static void abuse_watches(void)
{
    char token[32];
    int64_t result = 0;
    if (!abuse_chosen())
        return;
    for (unsigned i = 0; i < 1000 && result >= 0; i++) {
        format(token, sizeof token, "token%u", i);
        result = store_watch("data/quiet", token);
        for (struct store_event event; store_next_event(&event);)
            ;
    }
    survived("more watches than anybody needs");
}

/* Puts bytes on the ring without a look at the answers, dropping those that come. */
static void pour(const void *bytes, size_t count)
{
    const uint8_t *at = bytes;
    for (size_t i = 0; i < count; i++) {
        uint32_t prod = load_once(store_page->req_prod);
        if (prod - load_once(store_page->req_cons) >= sizeof store_page->req)
            return;
        store_page->req[prod % sizeof store_page->req] = at[i];
        write_barrier();
        store_once(store_page->req_prod, prod + 1);
        store_once(store_page->rsp_cons, load_once(store_page->rsp_prod));
    }
    full_barrier();
    store_ring_notify();
    let_host_work();
}

static void abuse_messages(void)
{
    uint32_t headers[][4] = {
        {999, 1, 0, 0},           {2, 2, 0, 0},  {11, 3, 0, 1},  {6, 4, 77, 1}, {15, 5, 0, 4},
        {UINT32_MAX, 6, 0, 0},    {20, 7, 0, 2}, {0, 8, 0, 16},  {4, 9, 0, 3},  {22, 10, 0, 2},
        {2, 11, 0, 4097},         {2, 12, 0, UINT32_MAX},
    };
    for (unsigned i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        if (!abuse_chosen())
            continue;
        pour(headers[i], sizeof headers[i]);
        pour("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", headers[i][3] < 16 ? headers[i][3] : 16);
        survived("message without sense");
    }
}

static void abuse_bytes(void)
{
    uint64_t state = bootarg_number("seed", 1);
    uint8_t bytes[256];
    if (!abuse_chosen())
        return;
    for (unsigned round = 0; round < 64; round++) {
        for (unsigned i = 0; i < sizeof bytes; i++)
            bytes[i] = (uint8_t)random_next(&state);
        pour(bytes, sizeof bytes);
    }
    survived("random bytes");
}

static void jump(const char *what, uint32_t *index, uint32_t value)
{
    if (!abuse_chosen())
        return;
    store_once(*index, value);
    full_barrier();
    store_ring_notify();
    let_host_work();
    survived(what);
}

static void abuse_indices(void)
{
    jump("req_prod far ahead", &store_page->req_prod, load_once(store_page->req_prod) + 5000);
    jump("rsp_cons far ahead", &store_page->rsp_cons, load_once(store_page->rsp_prod) + 1);
    jump("req_cons overwritten", &store_page->req_cons, 0x80000000);
    jump("rsp_prod overwritten", &store_page->rsp_prod, 0x7fffffff);
    jump("reconnection asked for", &store_page->connection, 1);
    jump("connection without sense", &store_page->connection, UINT32_MAX);
    if (!abuse_chosen())
        return;
    memset(store_page, 0xff, sizeof *store_page);
    full_barrier();
    store_ring_notify();
    let_host_work();
    survived("store page overwritten");
}

int main(void)
{
    if (!store_init())
        fail("no store to abuse");
    abuse_paths();
    abuse_nodes();
    abuse_watches();
    abuse_messages();
    abuse_bytes();
    abuse_indices();
    return abuses_done();
}
