#include "virtio.h"

#include "barrier.h"
#include "idle.h"
#include "memory.h"
#include "plic.h"
#include "power.h"

#define SLOT_BASE   0x10001000ul
#define SLOT_BYTES  0x1000ul
#define SLOT_SOURCE 1
#define MAGIC_VALUE 0x74726976u

static struct virtio_device *plugged[VIRTIO_SLOTS];

static void interrupted(unsigned slot)
{
    struct virtio_device *device = plugged[slot];
    virtio_put(device, VIRTIO_INTERRUPT_ACK, virtio_get(device, VIRTIO_INTERRUPT_STATUS));
    device->interrupts++;
}

#define HANDLER(slot) static void interrupt##slot(void) { interrupted(slot); }
HANDLER(0) HANDLER(1) HANDLER(2) HANDLER(3) HANDLER(4) HANDLER(5) HANDLER(6) HANDLER(7)

static const interrupt_handler handlers[VIRTIO_SLOTS] = {
    interrupt0, interrupt1, interrupt2, interrupt3, interrupt4, interrupt5, interrupt6, interrupt7,
};

uint32_t virtio_get(const struct virtio_device *device, unsigned offset)
{
    return *(volatile uint32_t *)(device->base + offset);
}

/* What was written to memory before is there when the device looks (a store to a device is not ordered by itself). */
void virtio_put(const struct virtio_device *device, unsigned offset, uint32_t value)
{
    __asm__ volatile("fence w,o" : : : "memory");
    *(volatile uint32_t *)(device->base + offset) = value;
}

uint8_t virtio_config8(const struct virtio_device *device, unsigned offset)
{
    return *(volatile uint8_t *)(device->base + VIRTIO_CONFIG + offset);
}

uint64_t virtio_config64(const struct virtio_device *device, unsigned offset)
{
    return virtio_get(device, VIRTIO_CONFIG + offset) | (uint64_t)virtio_get(device, VIRTIO_CONFIG + offset + 4) << 32;
}

bool virtio_find(struct virtio_device *device, uint32_t id, unsigned nth)
{
    *device = (struct virtio_device){0};
    for (unsigned slot = 0; slot < VIRTIO_SLOTS; slot++) {
        device->slot = slot;
        device->base = SLOT_BASE + slot * SLOT_BYTES;
        if (virtio_get(device, VIRTIO_MAGIC) == MAGIC_VALUE && virtio_get(device, VIRTIO_VERSION) == 2
            && virtio_get(device, VIRTIO_DEVICE_ID) == id && nth-- == 0)
            return true;
    }
    return false;
}

static uint64_t offered(const struct virtio_device *device)
{
    virtio_put(device, VIRTIO_DEVICE_FEATURES_SEL, 1);
    uint64_t high = virtio_get(device, VIRTIO_DEVICE_FEATURES);
    virtio_put(device, VIRTIO_DEVICE_FEATURES_SEL, 0);
    return high << 32 | virtio_get(device, VIRTIO_DEVICE_FEATURES);
}

static bool negotiate(struct virtio_device *device, uint64_t wanted)
{
    device->features = offered(device) & (wanted | VIRTIO_F_VERSION_1 | VIRTIO_F_INDIRECT_DESC | VIRTIO_F_EVENT_IDX);
    for (unsigned half = 0; half < 2; half++) {
        virtio_put(device, VIRTIO_DRIVER_FEATURES_SEL, half);
        virtio_put(device, VIRTIO_DRIVER_FEATURES, (uint32_t)(device->features >> 32 * half));
    }
    virtio_put(device, VIRTIO_STATUS, VIRTIO_ACKNOWLEDGE | VIRTIO_DRIVER | VIRTIO_FEATURES_OK);
    return (virtio_get(device, VIRTIO_STATUS) & VIRTIO_FEATURES_OK) != 0;
}

static void put_address(const struct virtio_device *device, unsigned offset, const void *address)
{
    virtio_put(device, offset, (uint32_t)(uintptr_t)address);
    virtio_put(device, offset + 4, (uint32_t)((uintptr_t)address >> 32));
}

static void make_queue(struct virtio_device *device, unsigned number)
{
    struct virtio_queue *queue = &device->queue[number];
    uint8_t *page = pages_take(1);
    queue->descriptor = (struct virtq_descriptor *)page;
    queue->avail = (struct virtq_avail *)(page + 1024);
    queue->used = (struct virtq_used *)(page + 2048);
    queue->table = pages_take((VIRTIO_ENTRIES * sizeof *queue->table + PAGE_BYTES - 1) / PAGE_BYTES);
    virtio_put(device, VIRTIO_QUEUE_SEL, number);
    virtio_put(device, VIRTIO_QUEUE_NUM, VIRTIO_ENTRIES);
    put_address(device, VIRTIO_QUEUE_DESC, queue->descriptor);
    put_address(device, VIRTIO_QUEUE_DRIVER, queue->avail);
    put_address(device, VIRTIO_QUEUE_DEVICE, queue->used);
    virtio_put(device, VIRTIO_QUEUE_READY, 1);
}

bool virtio_open(struct virtio_device *device, uint32_t id, unsigned nth, uint64_t wanted, unsigned queues)
{
    if (!virtio_find(device, id, nth))
        return false;
    virtio_put(device, VIRTIO_STATUS, 0);
    virtio_put(device, VIRTIO_STATUS, VIRTIO_ACKNOWLEDGE);
    virtio_put(device, VIRTIO_STATUS, VIRTIO_ACKNOWLEDGE | VIRTIO_DRIVER);
    if (!negotiate(device, wanted))
        return false;
    device->queues = queues;
    for (unsigned number = 0; number < queues; number++)
        make_queue(device, number);
    plugged[device->slot] = device;
    plic_attach(SLOT_SOURCE + device->slot, handlers[device->slot]);
    virtio_put(device, VIRTIO_STATUS,
               VIRTIO_ACKNOWLEDGE | VIRTIO_DRIVER | VIRTIO_FEATURES_OK | VIRTIO_DRIVER_OK);
    return true;
}

static int free_entry(const struct virtio_queue *queue)
{
    for (int entry = 0; entry < VIRTIO_ENTRIES; entry++)
        if (!queue->busy[entry])
            return entry;
    return -1;
}

static void fill_table(struct virtq_descriptor *table, const struct virtio_buffer *buffers, unsigned out, unsigned in)
{
    for (unsigned i = 0; i < out + in; i++)
        table[i] = (struct virtq_descriptor){
            .address = (uintptr_t)buffers[i].address,
            .length = buffers[i].length,
            .flags = (uint16_t)((i >= out ? VIRTQ_WRITE : 0) | (i + 1 < out + in ? VIRTQ_NEXT : 0)),
            .next = (uint16_t)(i + 1),
        };
}

/* Whether the device asked to be notified of the entries from old to now. */
static bool wants_notice(const struct virtio_device *device, const struct virtio_queue *queue, uint16_t old, uint16_t now)
{
    if ((device->features & VIRTIO_F_EVENT_IDX) == 0)
        return load_once(queue->used->flags) == 0;
    uint16_t event = load_once(queue->used->avail_event);
    return (uint16_t)(now - event - 1) < (uint16_t)(now - old);
}

/* Puts a request into a queue; the device may see it, but is not told. Sets the index that it was put at. */
static inline int add(struct virtio_device *device, unsigned number, const struct virtio_buffer *buffers, unsigned out,
                      unsigned in, uint16_t *at)
{
    struct virtio_queue *queue = &device->queue[number];
    int entry = free_entry(queue);
    if (entry < 0)
        return -1;
    if (out + in > VIRTIO_MAX_BUFFERS || (device->features & VIRTIO_F_INDIRECT_DESC) == 0)
        fail("virtio: %u buffers need indirect descriptors of at most %u", out + in, VIRTIO_MAX_BUFFERS);
    queue->busy[entry] = true;
    fill_table(queue->table[entry], buffers, out, in);
    queue->descriptor[entry] = (struct virtq_descriptor){
        .address = (uintptr_t)queue->table[entry],
        .length = (out + in) * (uint32_t)sizeof(struct virtq_descriptor),
        .flags = VIRTQ_INDIRECT,
    };
    uint16_t old = queue->avail->index;
    queue->avail->ring[old % VIRTIO_ENTRIES] = (uint16_t)entry;
    write_barrier();
    store_once(queue->avail->index, (uint16_t)(old + 1));
    *at = old;
    return entry;
}

/* Notifies the device of the entries from old to now, if it asked for that. */
static inline void notify(struct virtio_device *device, unsigned number, uint16_t old, uint16_t now)
{
    full_barrier();
    if (wants_notice(device, &device->queue[number], old, now)) {
        virtio_put(device, VIRTIO_QUEUE_NOTIFY, number);
        device->notifications++;
    }
}

int virtio_submit(struct virtio_device *device, unsigned number, const struct virtio_buffer *buffers, unsigned out,
                  unsigned in)
{
    uint16_t old;
    int entry = add(device, number, buffers, out, in, &old);
    if (entry < 0)
        return -1;
    notify(device, number, old, (uint16_t)(old + 1));
    return entry;
}

int virtio_add(struct virtio_device *device, unsigned number, const struct virtio_buffer *buffers, unsigned out,
               unsigned in)
{
    uint16_t at;
    return add(device, number, buffers, out, in, &at);
}

void virtio_kick(struct virtio_device *device, unsigned number, unsigned added)
{
    uint16_t now = device->queue[number].avail->index;
    if (added > 0)
        notify(device, number, (uint16_t)(now - added), now);
}

int virtio_done(struct virtio_device *device, unsigned number, uint32_t *length)
{
    struct virtio_queue *queue = &device->queue[number];
    if (load_once(queue->used->index) == queue->used_taken)
        return -1;
    read_barrier();
    uint16_t at = queue->used_taken++ % VIRTIO_ENTRIES;
    uint32_t entry = queue->used->ring[at].id;
    if (entry >= VIRTIO_ENTRIES || !queue->busy[entry])
        fail("virtio: entry %u is done and was not asked for", entry);
    queue->busy[entry] = false;
    if (length != 0)
        *length = queue->used->ring[at].length;
    return (int)entry;
}

/* Asks for the interrupt before it looks, so none is lost. */
static bool has_done(void *context)
{
    struct virtio_queue *queue = context;
    store_once(queue->avail->used_event, queue->used_taken);
    full_barrier();
    return load_once(queue->used->index) != queue->used_taken;
}

int virtio_await(struct virtio_device *device, unsigned number, uint32_t *length)
{
    wait_until(has_done, &device->queue[number]);
    return virtio_done(device, number, length);
}
