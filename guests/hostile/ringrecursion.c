/* The pages that carry the protocols, granted as the data of a read: disk contents land in the rings. */

#include "grant.h"
#include "raw_block.h"

#define CONSOLE_REF 0
#define STORE_REF   1

/* Garbage on the disk, so that what lands in the rings is not just zeros. */
static void write_garbage(void)
{
    for (unsigned i = 0; i < PAGE_BYTES; i++)
        page.data[i] = (uint8_t)(i * 59 + (i >> 5));
    struct blkif_request request = raw_request(BLKIF_OP_WRITE, page.ref);
    raw_submit(&request);
}

static void read_over(const char *what, uint32_t ref)
{
    if (!abuse_chosen())
        return;
    struct blkif_request request = raw_request(BLKIF_OP_READ, ref);
    raw_push(&request);
    let_host_work();
    survived(what);
}

/* Every request may be refused or served; it must not do more than change the granted page. */
static void read_over_shared_info(void)
{
    if (!abuse_chosen())
        return;
    uint32_t ref = (uint32_t)grant_page(disk.bus.back_domain, page.data, GRANT_WRITABLE);
    uint64_t end = board.grant_window + board.grant_window_bytes;
    store_once(grant_entry_of(ref)->frame, (uint32_t)(end / PAGE_BYTES - 1));
    full_barrier();
    struct blkif_request request = raw_request(BLKIF_OP_READ, ref);
    raw_submit(&request);
    survived("shared info as data");
}

static void write_ring(void)
{
    if (!abuse_chosen())
        return;
    struct blkif_request request = raw_request(BLKIF_OP_WRITE, disk.ring_ref);
    raw_submit(&request);
    survived("ring page written to disk");
}

static void notify_ruins(void)
{
    for (unsigned i = 0; i < 40; i++)
        event_send(disk.port);
    let_host_work();
    survived("notifications of a ruined ring");
}

int main(void)
{
    raw_open();
    write_garbage();
    console_use_sbi();   /* the ring of the console is among the victims */
    write_ring();
    read_over_shared_info();
    read_over("console page as data", CONSOLE_REF);
    read_over("store page as data", STORE_REF);
    read_over("ring page as data", disk.ring_ref);
    notify_ruins();
    return abuses_done();
}
