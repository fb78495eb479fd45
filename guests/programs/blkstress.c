/*
 * Random reads and writes over a disk, checked against a model. Every written sector holds a pattern made of the
 * seed, its number and how often it was written; what was never written is read but not checked.
 *
 * Boot arguments: ops=N (2000), bytes=N ends earlier (unlimited), seed=N (1), span=SECTORS (16384 or the disk),
 * depth=N requests in flight (8, at most 16), writes=PERCENT (50), flush=N operations between flushes (64), disk=N,
 * close=1 takes the device down at the end. The checksum depends on these options alone.
 */

#include "block.h"
#include "board.h"
#include "bootargs.h"
#include "clock.h"
#include "console.h"
#include "csr.h"
#include "fnv.h"
#include "memory.h"
#include "power.h"
#include "random.h"
#include "store.h"

#define MAX_DEPTH       16
#define WORDS_PER_SECTOR (SECTOR_BYTES / 8)

struct slot {
    struct block_io io;
    struct block_page page[BLKIF_MAX_SEGMENTS];
    bool busy;
};

static struct block_device disk;
static struct slot slots[MAX_DEPTH];
static uint32_t *written;   /* per sector: how often; 0 = contents unknown */
static uint64_t seed, span, depth;
static uint64_t random_state;
static uint64_t reads, writes, flushes, bytes, checksum;

static uint64_t pattern_key(uint64_t sector)
{
    return mix64(seed ^ sector << 24 ^ (uint64_t)written[sector] << 1);
}

static void fill_sector(uint64_t *words, uint64_t sector)
{
    uint64_t key = pattern_key(sector);
    words[0] = sector;
    for (unsigned i = 1; i < WORDS_PER_SECTOR; i++)
        words[i] = key += UINT64_C(0x9e3779b97f4a7c15);
}

static void check_sector(const uint64_t *words, uint64_t sector)
{
    if (written[sector] == 0)
        return;
    uint64_t key = pattern_key(sector), expected = sector;
    for (unsigned i = 0; i < WORDS_PER_SECTOR; i++) {
        if (words[i] != expected)
            fail("sector %lu write %u word %u: found %016lx, expected %016lx", sector, written[sector],
                 i, words[i], expected);
        expected = key += UINT64_C(0x9e3779b97f4a7c15);
    }
    checksum += key;   /* a sum: the order of completions does not matter */
}

typedef void (*sector_action)(uint64_t *words, uint64_t sector);

static void each_sector(const struct block_io *io, sector_action action)
{
    uint64_t sector = io->sector;
    for (unsigned i = 0; i < io->segments; i++)
        for (unsigned s = io->segment[i].first; s <= io->segment[i].last; s++)
            action((uint64_t *)(io->segment[i].page->data + s * SECTOR_BYTES), sector++);
}

static void write_action(uint64_t *words, uint64_t sector)
{
    written[sector]++;
    fill_sector(words, sector);
}

static void read_action(uint64_t *words, uint64_t sector)
{
    check_sector(words, sector);
}

static uint64_t sectors_of(const struct block_io *io)
{
    uint64_t sectors = 0;
    for (unsigned i = 0; i < io->segments; i++)
        sectors += io->segment[i].last - io->segment[i].first + 1u;
    return sectors;
}

static void finish(struct slot *slot)
{
    if (!slot->busy)
        return;
    if (!block_wait(&slot->io))
        fail("operation %u at sector %lu: status %d", slot->io.operation, slot->io.sector,
             slot->io.status);
    if (slot->io.operation == BLKIF_OP_READ)
        each_sector(&slot->io, read_action);
    slot->busy = false;
}

static void finish_all(void)
{
    for (unsigned i = 0; i < depth; i++)
        finish(&slots[i]);
}

/* Two requests on the same sector have no order while both are in flight, so the earlier one ends first. */
static void finish_overlapping(const struct block_io *io)
{
    uint64_t start = io->sector, end = start + sectors_of(io);
    for (unsigned i = 0; i < depth; i++) {
        const struct block_io *other = &slots[i].io;
        if (slots[i].busy && other->sector < end && start < other->sector + sectors_of(other))
            finish(&slots[i]);
    }
}

static void choose_segments(struct slot *slot)
{
    slot->io.segments = (uint8_t)(1 + random_below(&random_state, BLKIF_MAX_SEGMENTS));
    for (unsigned i = 0; i < slot->io.segments; i++) {
        uint8_t a = (uint8_t)random_below(&random_state, SECTORS_PER_PAGE);
        uint8_t b = (uint8_t)random_below(&random_state, SECTORS_PER_PAGE);
        slot->io.segment[i] =
            (struct block_segment){&slot->page[i], a < b ? a : b, a < b ? b : a};
    }
}

static void start(struct slot *slot, uint64_t write_percent)
{
    bool writing = random_below(&random_state, 100) < write_percent && !disk.read_only;
    slot->io.operation = writing ? BLKIF_OP_WRITE : BLKIF_OP_READ;
    choose_segments(slot);
    uint64_t sectors = sectors_of(&slot->io);
    slot->io.sector = random_below(&random_state, span - sectors + 1);
    finish_overlapping(&slot->io);
    if (writing)
        each_sector(&slot->io, write_action);
    *(writing ? &writes : &reads) += 1;
    bytes += sectors * SECTOR_BYTES;
    slot->busy = true;
    block_submit(&disk, &slot->io);
}

static void flush(void)
{
    if (!block_flush(&disk))
        fail("flush failed");
    flushes++;
}

static void stress(void)
{
    uint64_t ops = bootarg_number("ops", 2000);
    uint64_t byte_limit = bootarg_number("bytes", UINT64_MAX);
    uint64_t write_percent = bootarg_number("writes", 50);
    uint64_t flush_every = bootarg_number("flush", 64);
    for (uint64_t op = 0; op < ops && bytes < byte_limit; op++) {
        struct slot *slot = &slots[op % depth];
        finish(slot);
        start(slot, write_percent);
        if (flush_every != 0 && op % flush_every == flush_every - 1)
            flush();
    }
    finish_all();
    flush();
}

/* Reads everything that was ever written once more. */
static void verify(void)
{
    static uint64_t buffer[BLKIF_MAX_SEGMENTS * PAGE_BYTES / 8];
    uint32_t most = sizeof buffer / SECTOR_BYTES;
    for (uint64_t sector = 0; sector < span; sector += most) {
        uint32_t now = span - sector < most ? (uint32_t)(span - sector) : most;
        if (!block_read(&disk, sector, buffer, now))
            fail("reading back sector %lu failed", sector);
        for (uint32_t i = 0; i < now; i++)
            check_sector(buffer + i * WORDS_PER_SECTOR, sector + i);
    }
}

static void prepare(void)
{
    if (!store_init() || !block_open(&disk, (unsigned)bootarg_number("disk", 0)))
        fail("no block device");
    seed = bootarg_number("seed", 1);
    random_state = seed;
    depth = bootarg_number("depth", 8);
    span = bootarg_number("span", 16384);
    if (span > disk.sectors)
        span = disk.sectors;
    if (depth < 1 || depth > MAX_DEPTH || span < BLKIF_MAX_SEGMENTS * SECTORS_PER_PAGE)
        fail("depth must be 1..%u and span at least %u sectors", MAX_DEPTH,
             BLKIF_MAX_SEGMENTS * SECTORS_PER_PAGE);
    written = pages_take((span * sizeof *written + PAGE_BYTES - 1) / PAGE_BYTES);
    for (unsigned i = 0; i < depth; i++)
        for (unsigned j = 0; j < BLKIF_MAX_SEGMENTS; j++)
            slots[i].page[j] = block_page_new(&disk);
}

int main(void)
{
    prepare();
    printf("blkstress: %lu sectors, span %lu, depth %lu, seed %lu\n", disk.sectors, span, depth, seed);
    uint64_t start_ns = clock_ns();
    stress();
    uint64_t elapsed_us = (clock_ns() - start_ns) / 1000;
    verify();
    printf("blkstress: reads %lu writes %lu flushes %lu bytes %lu checksum %016lx\n", reads, writes,
           flushes, bytes, checksum);
    printf("blkstress: %lu us, %lu notifications, %lu upcalls\n", elapsed_us, disk.notifications,
           disk.interrupts);
    if (bootarg_number("close", 0) != 0 && !block_close(&disk))
        fail("the back-end did not let go of the ring");
    printf("BLKSTRESS PASS\n");
    return 0;
}
