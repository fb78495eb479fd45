/* The guest half of the example in docs/embedding.md: prints random bytes from outside. Boot argument: bytes=N (16). */

#include "bootargs.h"
#include "console.h"
#include "power.h"
#include "ring_device.h"

#define REQUESTS 4

struct entropy_request {
    uint32_t id, page, bytes;   /* page: a grant reference; bytes: how many to store at its start */
};

struct entropy_response {
    uint32_t id;
    int32_t status;             /* 0, or minus an errno */
};

static struct ring_device entropy;

int main(void)
{
    if (!store_init() || !ring_device_open(&entropy, "entropy", 0, sizeof(struct entropy_request)))
        fail("no entropy device");
    const uint8_t *page = pages_take(1);
    struct entropy_request request = {
        .page = ring_device_lend(&entropy, page, GRANT_WRITABLE),
        .bytes = (uint32_t)bootarg_number("bytes", 16),
    };
    for (; request.id < REQUESTS; request.id++) {
        struct entropy_response response;
        ring_device_submit(&entropy, &request);
        ring_device_await(&entropy, &response, sizeof response);
        if (response.id != request.id || response.status != 0)
            fail("request %u: status %d", response.id, response.status);
        for (uint32_t i = 0; i < request.bytes; i++)
            printf("%02x", page[i]);
        printf("\n");
    }
    return 0;
}
