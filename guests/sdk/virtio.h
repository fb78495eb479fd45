/*
 * Virtio over MMIO, version 2, with split queues, event indices and indirect descriptors. Each request takes one
 * entry of the descriptor table and a table of its own, so its number is that of its entry.
 */
#ifndef SDK_VIRTIO_H
#define SDK_VIRTIO_H

#include <stdbool.h>
#include <stdint.h>

#define VIRTIO_SLOTS        8
#define VIRTIO_QUEUES       2
#define VIRTIO_ENTRIES      32
#define VIRTIO_MAX_BUFFERS  16

#define VIRTIO_ID_NET       1
#define VIRTIO_ID_BLOCK     2
#define VIRTIO_ID_CONSOLE   3
#define VIRTIO_ID_ENTROPY   4
#define VIRTIO_ID_9P        9

#define VIRTIO_F_INDIRECT_DESC (UINT64_C(1) << 28)
#define VIRTIO_F_EVENT_IDX     (UINT64_C(1) << 29)
#define VIRTIO_F_VERSION_1     (UINT64_C(1) << 32)

enum virtio_register {
    VIRTIO_MAGIC = 0x00, VIRTIO_VERSION = 0x04, VIRTIO_DEVICE_ID = 0x08,
    VIRTIO_DEVICE_FEATURES = 0x10, VIRTIO_DEVICE_FEATURES_SEL = 0x14,
    VIRTIO_DRIVER_FEATURES = 0x20, VIRTIO_DRIVER_FEATURES_SEL = 0x24,
    VIRTIO_QUEUE_SEL = 0x30, VIRTIO_QUEUE_NUM_MAX = 0x34, VIRTIO_QUEUE_NUM = 0x38, VIRTIO_QUEUE_READY = 0x44,
    VIRTIO_QUEUE_NOTIFY = 0x50, VIRTIO_INTERRUPT_STATUS = 0x60, VIRTIO_INTERRUPT_ACK = 0x64, VIRTIO_STATUS = 0x70,
    VIRTIO_QUEUE_DESC = 0x80, VIRTIO_QUEUE_DRIVER = 0x90, VIRTIO_QUEUE_DEVICE = 0xa0,
    VIRTIO_CONFIG_GENERATION = 0xfc, VIRTIO_CONFIG = 0x100,
};

enum { VIRTIO_ACKNOWLEDGE = 1, VIRTIO_DRIVER = 2, VIRTIO_DRIVER_OK = 4, VIRTIO_FEATURES_OK = 8,
       VIRTIO_NEEDS_RESET = 64, VIRTIO_FAILED = 128 };

enum { VIRTQ_NEXT = 1, VIRTQ_WRITE = 2, VIRTQ_INDIRECT = 4 };

struct virtq_descriptor {
    uint64_t address;
    uint32_t length;
    uint16_t flags, next;
};

struct virtq_avail {
    uint16_t flags, index, ring[VIRTIO_ENTRIES], used_event;
};

struct virtq_used {
    uint16_t flags, index;
    struct { uint32_t id, length; } ring[VIRTIO_ENTRIES];
    uint16_t avail_event;
};

struct virtio_buffer {
    void *address;
    uint32_t length;
};

struct virtio_queue {
    struct virtq_descriptor *descriptor;
    struct virtq_avail *avail;
    struct virtq_used *used;
    struct virtq_descriptor (*table)[VIRTIO_MAX_BUFFERS];
    uint16_t used_taken;
    bool busy[VIRTIO_ENTRIES];
};

struct virtio_device {
    uintptr_t base;
    unsigned slot, queues;
    uint64_t features;            /* negotiated */
    struct virtio_queue queue[VIRTIO_QUEUES];
    uint64_t notifications, interrupts;
};

uint32_t virtio_get(const struct virtio_device *device, unsigned offset);
void virtio_put(const struct virtio_device *device, unsigned offset, uint32_t value);

/* Any width, as the field has it. */
uint8_t virtio_config8(const struct virtio_device *device, unsigned offset);
uint64_t virtio_config64(const struct virtio_device *device, unsigned offset);

/* Finds the nth device of a kind, without touching it. */
bool virtio_find(struct virtio_device *device, uint32_t id, unsigned nth);

/* Resets it, takes all of the wanted features that it offers, and makes its queues; false if it refuses. */
bool virtio_open(struct virtio_device *device, uint32_t id, unsigned nth, uint64_t wanted, unsigned queues);

/*
 * Puts a request into a queue: `out` buffers for the device to read, then `in` buffers for it to write. Returns the
 * request's number, or -1 if the queue is full. The device sees it at once.
 */
int virtio_submit(struct virtio_device *device, unsigned queue, const struct virtio_buffer *buffers, unsigned out,
                  unsigned in);

/* The same, but the device is told of it only by virtio_kick: one notification for several. */
int virtio_add(struct virtio_device *device, unsigned queue, const struct virtio_buffer *buffers, unsigned out,
               unsigned in);

/* Tells the device of the last `added` requests of a queue, if it asked for that. */
void virtio_kick(struct virtio_device *device, unsigned queue, unsigned added);

/* The number of a request that is done, or -1; length: how much the device has written. */
int virtio_done(struct virtio_device *device, unsigned queue, uint32_t *length);

/* Waits for one. */
int virtio_await(struct virtio_device *device, unsigned queue, uint32_t *length);

#endif
