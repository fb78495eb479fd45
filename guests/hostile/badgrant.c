/* Data grants that do not exist, forbid what is asked, or name frames that are no RAM of ours. */

#include "grant.h"
#include "hypercall.h"
#include "memory.h"
#include "raw_block.h"

struct copy_element {
    uint64_t source;
    uint16_t source_domain, source_offset;
    uint32_t pad;
    uint64_t target;
    uint16_t target_domain, target_offset;
    uint32_t pad2;
    uint16_t length, flags;
    int16_t status;
    uint16_t pad3;
};

struct map_element {
    uint64_t address;
    uint32_t flags, ref;
    uint16_t domain;
    int16_t status;
    uint32_t handle;
    uint64_t bus_address;
};

_Static_assert(sizeof(struct copy_element) == 40, "gnttab_copy");
_Static_assert(sizeof(struct map_element) == 32, "gnttab_map_grant_ref");

static void read_into(const char *what, uint32_t ref)
{
    struct blkif_request request = raw_request(BLKIF_OP_READ, ref);
    raw_expect_error(what, &request);
}

static void abuse_refs(void)
{
    read_into("unused reference", 400);
    read_into("reserved reference", 5);
    read_into("reference beyond the table's frames", 3000);
    read_into("reference beyond the table's limit", 40000);
    read_into("largest reference", UINT32_MAX);
    read_into("sign bit reference", 0x80000000);
}

/* An entry of our own making: any flags, any domain, any frame. */
static void abuse_entry(const char *what, uint16_t flags, uint16_t domain, uint32_t frame)
{
    uint32_t ref = (uint32_t)grant_page(domain, page.data, GRANT_WRITABLE);
    struct grant_entry *entry = grant_entry_of(ref);
    store_once(entry->flags, 0);
    store_once(entry->frame, frame);
    write_barrier();
    store_once(entry->flags, flags);
    full_barrier();
    read_into(what, ref);
}

static void abuse_entries(void)
{
    uint32_t good = (uint32_t)frame_of(page.data);
    uint16_t host = disk.bus.back_domain;
    abuse_entry("read-only grant as a target", GTF_permit_access | GTF_readonly, host, good);
    abuse_entry("grant to another domain", GTF_permit_access, 5, good);
    abuse_entry("grant of type invalid", 0, host, good);
    abuse_entry("grant of type transfer", 2, host, good);
    abuse_entry("grant of type transitive", 3, host, good);
    abuse_entry("frame 0", GTF_permit_access, host, 0);
    abuse_entry("frame of nothing", GTF_permit_access, host, UINT32_MAX);
    abuse_entry("frame behind RAM", GTF_permit_access, host, (uint32_t)(board.memory_end / PAGE_BYTES));
    abuse_entry("frame of a UART", GTF_permit_access, host, 0x10000000 / PAGE_BYTES);
}

/* The table granted as data: its bytes may change or the request may be refused, but nothing else. */
static void abuse_table(void)
{
    if (!abuse_chosen())
        return;
    uint32_t ref = (uint32_t)grant_page(disk.bus.back_domain, page.data, GRANT_WRITABLE);
    store_once(grant_entry_of(ref)->frame, (uint32_t)(board.grant_window / PAGE_BYTES));
    full_barrier();
    struct blkif_request request = raw_request(BLKIF_OP_WRITE, ref);
    raw_submit(&request);
    survived("grant table granted as data");
}

/* Withdrawing an entry by a plain store while the host works on it: only the status may differ. */
static void abuse_revocation(void)
{
    if (!abuse_chosen())
        return;
    for (unsigned i = 0; i < 32; i++) {
        uint32_t ref = (uint32_t)grant_page(disk.bus.back_domain, page.data, GRANT_WRITABLE);
        struct blkif_request request = raw_request(BLKIF_OP_READ, ref);
        raw_push(&request);
        store_once(grant_entry_of(ref)->flags, 0);
        if (raw_await() == BROKEN_RESPONSE)
            fail("a revocation in flight broke the ring");
    }
    survived("revocation in flight");
}

static void abuse_hypercalls(void)
{
    if (!abuse_chosen())
        return;
    for (uint32_t ref = 0; ref < 64; ref++) {
        struct map_element map = {
            .address = (uint64_t)page.data, .flags = 2, .ref = ref * 0x01010101, .domain = (uint16_t)ref};
        hypercall_grant(GNTTABOP_map_grant_ref, &map, 1);
        struct copy_element copy = {.source = ref * 77, .source_domain = (uint16_t)ref,
                                    .source_offset = (uint16_t)(ref * 1021), .target = ~0u - ref,
                                    .target_domain = DOMID_SELF, .length = (uint16_t)(ref * 999),
                                    .flags = GNTCOPY_source_gref | GNTCOPY_dest_gref};
        hypercall_grant(GNTTABOP_copy, &copy, 1);
        hypercall_grant(GNTTABOP_unmap_grant_ref, &map, 1);
    }
    hypercall_grant(GNTTABOP_copy, &page, UINT32_MAX);
    survived("grant hypercalls without sense");
}

int main(void)
{
    raw_open();
    abuse_refs();
    abuse_entries();
    abuse_table();
    abuse_revocation();
    abuse_hypercalls();
    raw_expect_alive();
    return abuses_done();
}
