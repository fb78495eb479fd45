/* Virtio queues that cannot be, requests that ask for the impossible, and registers of garbage. */

#include "barrier.h"
#include "hostile.h"
#include "memory.h"
#include "power.h"
#include "random.h"
#include "virtio.h"

static struct virtio_device disk;
static uint8_t *page;

struct header {
    uint32_t type, reserved;
    uint64_t sector;
};

static struct header header;
static uint8_t status_octet;

static bool open_disk(void)
{
    return virtio_open(&disk, VIRTIO_ID_BLOCK, 0, 0, 1);
}

static uint8_t request(uint32_t type, uint64_t sector, uint32_t bytes, bool in)
{
    header = (struct header){.type = type, .sector = sector};
    status_octet = 0xff;
    struct virtio_buffer buffers[3] = {{&header, sizeof header}, {page, bytes}, {&status_octet, 1}};
    virtio_submit(&disk, 0, buffers, in ? 1 : 2, in ? 2 : 1);
    virtio_await(&disk, 0, 0);
    return load_once(status_octet);
}

/* A good request works: the device is as it should be. */
static void expect_alive(void)
{
    if (!open_disk() || request(0, 0, 512, true) != 0)
        fail("the disk does not work any more");
}

static bool broken(void)
{
    return (virtio_get(&disk, VIRTIO_STATUS) & VIRTIO_NEEDS_RESET) != 0;
}

static void publish(uint16_t head, uint16_t index)
{
    disk.queue[0].avail->ring[disk.queue[0].avail->index % VIRTIO_ENTRIES] = head;
    write_barrier();
    store_once(disk.queue[0].avail->index, index);
    virtio_put(&disk, VIRTIO_QUEUE_NOTIFY, 0);
    let_host_work();
}

/* The queue breaks, says so, and is as new after a reset. */
static void expect_broken(const char *what)
{
    if (!broken())
        fail("%s: the device did not mind", what);
    expect_alive();
    survived(what);
}

static void abuse_descriptor(const char *what, uint64_t address, uint32_t length, uint16_t flags, uint16_t next)
{
    if (!abuse_chosen())
        return;
    disk.queue[0].descriptor[0] = (struct virtq_descriptor){address, length, flags, next};
    publish(0, (uint16_t)(disk.queue[0].avail->index + 1));
    expect_broken(what);
}

static void abuse_index(const char *what, uint16_t ahead)
{
    if (!abuse_chosen())
        return;
    publish(0, (uint16_t)(disk.queue[0].avail->index + ahead));
    expect_broken(what);
}

static void abuse_rings(void)
{
    uint64_t good = (uintptr_t)page;
    abuse_index("index one ring too far", VIRTIO_ENTRIES + 1);
    abuse_index("index far ahead", 0x8000);
    abuse_index("index behind", 0xffff);
    abuse_descriptor("circle", good, 16, VIRTQ_NEXT, 0);
    abuse_descriptor("next outside the table", good, 16, VIRTQ_NEXT, VIRTIO_ENTRIES);
    abuse_descriptor("next far outside", good, 16, VIRTQ_NEXT, 0xffff);
    abuse_descriptor("no bytes", good, 0, 0, 0);
    abuse_descriptor("four gigabytes", good, 0xffffffff, VIRTQ_WRITE, 0);
    abuse_descriptor("address zero", 0, 16, 0, 0);
    abuse_descriptor("registers as a buffer", 0x10001000, 16, VIRTQ_WRITE, 0);
    abuse_descriptor("address that wraps", UINT64_MAX - 3, 16, VIRTQ_WRITE, 0);
    abuse_descriptor("behind the end of memory", board.memory_end - 8, 16, VIRTQ_WRITE, 0);
    abuse_descriptor("table with a successor", good, 16, VIRTQ_INDIRECT | VIRTQ_NEXT, 1);
    abuse_descriptor("empty table", good, 0, VIRTQ_INDIRECT, 0);
    abuse_descriptor("table of odd length", good, 24, VIRTQ_INDIRECT, 0);
    abuse_descriptor("table nowhere", 0x1000, 16, VIRTQ_INDIRECT, 0);
    ((struct virtq_descriptor *)page)[0] = (struct virtq_descriptor){good, 16, VIRTQ_INDIRECT, 0};
    abuse_descriptor("table in a table", good, 16, VIRTQ_INDIRECT, 0);
    ((struct virtq_descriptor *)page)[0] = (struct virtq_descriptor){good, 16, VIRTQ_NEXT, 0};
    abuse_descriptor("circle in a table", good, 16, VIRTQ_INDIRECT, 0);
    if (abuse_chosen()) {
        publish(VIRTIO_ENTRIES, (uint16_t)(disk.queue[0].avail->index + 1));
        expect_broken("head outside the table");
    }
}

static void expect_error(const char *what, uint32_t type, uint64_t sector, uint32_t bytes, bool in)
{
    if (!abuse_chosen())
        return;
    uint8_t status = request(type, sector, bytes, in);
    if (status == 0)
        fail("%s was done", what);
    survived(what);
}

static void abuse_requests(void)
{
    expect_error("read of half a sector", 0, 0, 256, true);
    expect_error("write of half a sector", 1, 0, 256, false);
    expect_error("largest sector", 0, UINT64_MAX, 512, true);
    expect_error("sector whose offset wraps", 1, UINT64_C(1) << 55, 512, false);
    expect_error("discard without a range", 11, 0, 8, false);
    memset(page, 0xff, 16);
    expect_error("discard of everything", 11, 0, 16, false);
    expect_error("zeroes over everything", 13, 0, 16, false);
    expect_error("unknown type", 0xdeadbeef, 0, 512, true);
}

/* The device writes into its own rings: the guest's loss, the machine's business never. */
static void abuse_overlap(void)
{
    if (!abuse_chosen())
        return;
    struct virtio_buffer buffers[3] = {{&header, sizeof header}, {disk.queue[0].descriptor, PAGE_BYTES}, {page, 1}};
    header = (struct header){0};
    virtio_submit(&disk, 0, buffers, 1, 2);
    let_host_work();
    virtio_put(&disk, VIRTIO_QUEUE_NOTIFY, 0);
    let_host_work();
    expect_alive();
    survived("data over the rings");
}

static void abuse_reset(void)
{
    if (!abuse_chosen())
        return;
    for (unsigned round = 0; round < 20; round++) {
        struct virtio_buffer buffers[3] = {{&header, sizeof header}, {page, 512}, {&status_octet, 1}};
        header = (struct header){0};
        virtio_submit(&disk, 0, buffers, 1, 2);
        virtio_put(&disk, VIRTIO_STATUS, 0);
        if (!open_disk())
            fail("the device does not come back");
    }
    let_host_work();
    expect_alive();
    survived("reset with requests under way");
}

static void abuse_registers(void)
{
    if (!abuse_chosen())
        return;
    uint64_t state = 1;
    for (unsigned round = 0; round < 3000; round++) {
        unsigned offset = (unsigned)random_below(&state, 0x140) & ~3u;
        virtio_put(&disk, offset, (uint32_t)(random_next(&state) >> random_below(&state, 64)));
        (void)virtio_get(&disk, offset);
        (void)virtio_config8(&disk, (unsigned)random_below(&state, 0xf00));
    }
    expect_alive();
    survived("registers of garbage");
}

int main(void)
{
    if (!open_disk())
        fail("no disk");
    page = pages_take(1);
    expect_alive();
    abuse_rings();
    abuse_requests();
    abuse_overlap();
    abuse_reset();
    abuse_registers();
    return abuses_done();
}
