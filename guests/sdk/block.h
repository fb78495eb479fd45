/*
 * Front-end of the split block device. Requests go out in any number up to the ring's 32; data pages are granted
 * once, writable, and stay granted (persistent grants).
 */
#ifndef SDK_BLOCK_H
#define SDK_BLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "memory.h"
#include "ring.h"
#include "xen_abi.h"
#include "xenbus.h"

#define SECTOR_BYTES       512u
#define SECTORS_PER_PAGE   (PAGE_BYTES / SECTOR_BYTES)
#define BLOCK_RING_ENTRIES 32u

/* A page that the back-end may read and write at any time between submit and completion. */
struct block_page {
    uint8_t *data;
    uint32_t ref;
};

/* Sectors first..last of the page, both inclusive. */
struct block_segment {
    const struct block_page *page;
    uint8_t first, last;
};

/* One request; the caller keeps it until done. */
struct block_io {
    uint8_t operation;          /* BLKIF_OP_* */
    uint8_t segments;           /* 1..11, 0 for a flush */
    uint64_t sector;
    struct block_segment segment[BLKIF_MAX_SEGMENTS];
    volatile bool done;
    volatile int16_t status;    /* BLKIF_RSP_* once done */
};

/* The entry of the ring as the ABI has it. */
struct blkif_request {
    uint8_t operation, segments;
    uint16_t handle;
    uint64_t id, sector;
    struct {
        uint32_t ref;
        uint8_t first, last;
        uint16_t pad;
    } segment[BLKIF_MAX_SEGMENTS];
};

struct block_device {
    struct xenbus_device bus;
    struct ring_front ring;
    uint32_t port, ring_ref;
    uint64_t sectors;
    bool read_only, can_flush;
    uint64_t notifications, interrupts;
    struct block_io *pending[BLOCK_RING_ENTRIES];   /* by request id */
    struct block_page bounce[BLKIF_MAX_SEGMENTS];
};

/* Connects disk number index; false if there is none. A handshake that goes wrong fails the guest. */
bool block_open(struct block_device *device, unsigned index);

/* Ends the connection and takes the ring's grant back; false if the back-end keeps it. */
bool block_close(struct block_device *device);

/* A fresh page, granted to the back-end for the rest of the run. */
struct block_page block_page_new(const struct block_device *device);

/* Queues a request, waiting for a free slot, and publishes it. Clears done. */
void block_submit(struct block_device *device, struct block_io *io);

/* Waits for completion; true if the back-end reported success. */
bool block_wait(struct block_io *io);

/* Whole sectors through bounce pages, waiting; false on an I/O error. Any alignment of the buffer. */
bool block_read(struct block_device *device, uint64_t sector, void *buffer, uint32_t sectors);
bool block_write(struct block_device *device, uint64_t sector, const void *buffer, uint32_t sectors);

/* What was completed before the call survives; a no-op if the back-end has no volatile cache. */
bool block_flush(struct block_device *device);

#endif
