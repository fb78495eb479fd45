/*
 * Keeps frames in flight to a network that sends every frame back as it is, and in order. Each carries its number.
 *
 * Boot arguments: frames=N (2000), size=OCTETS of a frame (1514, 60 to 65536), depth=N frames in flight (16, at most
 * 32), seed=N (1), check=1 compares every octet of what comes back, check=0 its length and number alone, of frames that
 * are not made anew (1), limit=SECONDS without a frame until it gives up (30; 0: never). The checksum depends on
 * these options alone.
 */

#include "barrier.h"
#include "bootargs.h"
#include "clock.h"
#include "console.h"
#include "csr.h"
#include "fnv.h"
#include "idle.h"
#include "memory.h"
#include "power.h"
#include "random.h"
#include "virtio.h"

#define MIN_BYTES     60u
#define MAX_BYTES     65536u
#define MAX_DEPTH     VIRTIO_ENTRIES
#define NET_HEADER    12
#define NET_F_MAC     (UINT64_C(1) << 5)
#define MAC_BYTES     6

enum { RECEIVE, TRANSMIT };

/* A frame behind its header for the device; the words are the number and a pattern, what is left over are zeros. */
struct packet {
    uint32_t unused;
    uint8_t header[NET_HEADER];
    uint8_t target[MAC_BYTES], source[MAC_BYTES];
    uint16_t type, zero;
    uint64_t word[];
};

#define FRAME_OFFSET (sizeof(uint32_t) + NET_HEADER)
#define WORDS_OFFSET 16   /* in the frame */

static struct virtio_device net;
static struct packet *sent_packet[MAX_DEPTH], *received_packet[MAX_DEPTH];
static bool sending[MAX_DEPTH];                             /* the device still reads it */
static unsigned sent_slot[VIRTIO_ENTRIES], received_slot[VIRTIO_ENTRIES];
static uint64_t frames, size, depth, seed, limit_s;
static bool checked;
static uint64_t sent, received, checksum = FNV_START;
static uint64_t received_before;                            /* at the watchdog's last look */
static bool silent;

static uint64_t pattern_key(uint64_t number)
{
    return mix64(seed ^ number << 20);
}

static uint64_t words(void)
{
    return (size - WORDS_OFFSET) / sizeof(uint64_t);
}

static uint64_t rest(void)
{
    return (size - WORDS_OFFSET) % sizeof(uint64_t);
}

static void fill(struct packet *packet, uint64_t number)
{
    uint64_t key = pattern_key(number);
    packet->word[0] = number;
    for (uint64_t i = 1; i < words(); i++)
        packet->word[i] = key += UINT64_C(0x9e3779b97f4a7c15);
}

/* Compares what came back with what was sent under this number, but for the number itself. */
static void check(const struct packet *packet, uint64_t number)
{
    static const uint8_t zeros[sizeof(uint64_t)];
    const struct packet *model = sent_packet[0];
    if (memcmp(packet->target, model->target, WORDS_OFFSET) != 0)
        fail("frame %lu: its header came back changed", number);
    uint64_t key = pattern_key(number), sum = number;
    for (uint64_t i = 1; i < words(); i++) {
        key += UINT64_C(0x9e3779b97f4a7c15);
        if (packet->word[i] != key)
            fail("frame %lu word %lu: found %016lx, expected %016lx", number, i, packet->word[i], key);
        sum += packet->word[i];
    }
    if (memcmp(&packet->word[words()], zeros, rest()) != 0)
        fail("frame %lu: its last octets came back changed", number);
    checksum = fnv_word(checksum, sum);
}

static void take(const struct packet *packet, uint32_t length)
{
    if (length != NET_HEADER + size)
        fail("frame %lu: %u octets came back, expected %lu", received, length, NET_HEADER + size);
    if (packet->word[0] != received)
        fail("frame %lu came where frame %lu was due: lost, or out of order", packet->word[0], received);
    if (checked)
        check(packet, received);
    checksum = fnv_word(checksum, packet->word[0]);
    received++;
}

static void give_room(unsigned slot)
{
    struct virtio_buffer room = {received_packet[slot]->header, NET_HEADER + (uint32_t)size};
    int entry = virtio_add(&net, RECEIVE, &room, 0, 1);
    if (entry < 0)
        fail("no entry to receive into");
    received_slot[entry] = slot;
}

/* Takes all that came and gives the room back, before another frame is sent for it. */
static bool receive(void)
{
    unsigned count = 0;
    uint32_t length;
    for (int entry; (entry = virtio_done(&net, RECEIVE, &length)) >= 0; count++) {
        unsigned slot = received_slot[entry];
        take(received_packet[slot], length);
        give_room(slot);
    }
    virtio_kick(&net, RECEIVE, count);
    return count > 0;
}

static void reclaim(void)
{
    for (int entry; (entry = virtio_done(&net, TRANSMIT, 0)) >= 0;)
        sending[sent_slot[entry]] = false;
}

/* Whether a frame is due that cannot go because the device still reads the one before it in its slot. */
static bool held_up(void)
{
    return sent < frames && sent - received < depth && sending[sent % depth];
}

static void send_one(void)
{
    unsigned slot = (unsigned)(sent % depth);
    struct packet *packet = sent_packet[slot];
    if (checked)
        fill(packet, sent);
    else
        packet->word[0] = sent;
    struct virtio_buffer buffer = {packet->header, NET_HEADER + (uint32_t)size};
    int entry = virtio_add(&net, TRANSMIT, &buffer, 1, 0);
    if (entry < 0)
        fail("no entry to send from");
    sent_slot[entry] = slot;
    sending[slot] = true;
    sent++;
}

static bool send(void)
{
    unsigned count = 0;
    for (reclaim(); sent < frames && sent - received < depth && !sending[sent % depth]; count++)
        send_one();
    virtio_kick(&net, TRANSMIT, count);
    return count > 0;
}

/* Asks for the interrupt before it looks, so none is lost. */
static bool has_done(struct virtio_queue *queue)
{
    store_once(queue->avail->used_event, queue->used_taken);
    full_barrier();
    return load_once(queue->used->index) != queue->used_taken;
}

static bool can_go_on(void *context)
{
    (void)context;
    return load_once(silent) || has_done(&net.queue[RECEIVE]) || (held_up() && has_done(&net.queue[TRANSMIT]));
}

/* Looks once per limit, so that waiting costs no timer: it notices silence after the limit, at most twice that. */
static void watch(void)
{
    silent = received == received_before;
    received_before = received;
    timer_arm(read_time() + clock_ns_to_ticks(limit_s * NS_PER_SECOND), watch);
}

static void stress(void)
{
    received_before = UINT64_MAX;
    if (limit_s != 0)
        watch();
    while (received < frames) {
        bool sent_some = send();
        if (receive() || sent_some)
            continue;
        wait_until(can_go_on, 0);
        if (silent)
            fail("no frame for %lu s: frame %lu has not come back", limit_s, received);
    }
    timer_disarm();
}

static struct packet *packet_new(void)
{
    return pages_take((FRAME_OFFSET + size + PAGE_BYTES - 1) / PAGE_BYTES);
}

static void prepare_packets(void)
{
    for (unsigned slot = 0; slot < depth; slot++) {
        struct packet *packet = sent_packet[slot] = packet_new();
        memset(packet->target, 0xff, MAC_BYTES);
        for (unsigned i = 0; i < MAC_BYTES; i++)
            packet->source[i] = virtio_config8(&net, i);
        packet->type = 0xb588;   /* local experimental, 0x88b5, highest octet first */
        fill(packet, slot);
        received_packet[slot] = packet_new();
        give_room(slot);
    }
    virtio_kick(&net, RECEIVE, (unsigned)depth);
}

static void prepare(void)
{
    frames = bootarg_number("frames", 2000);
    size = bootarg_number("size", 1514);
    depth = bootarg_number("depth", 16);
    seed = bootarg_number("seed", 1);
    checked = bootarg_number("check", 1) != 0;
    limit_s = bootarg_number("limit", 30);
    if (depth < 1 || depth > MAX_DEPTH)
        fail("depth must be 1..%u", MAX_DEPTH);
    if (size < MIN_BYTES || size > MAX_BYTES)
        fail("size must be %u..%u octets", MIN_BYTES, MAX_BYTES);
    if (!virtio_open(&net, VIRTIO_ID_NET, 0, NET_F_MAC, 2))
        fail("no network card");
    prepare_packets();
}

int main(void)
{
    prepare();
    printf("netstress: %lu octets a frame, depth %lu, seed %lu, check %u\n", size, depth, seed, checked);
    uint64_t start_ns = clock_ns();
    stress();
    uint64_t elapsed_us = (clock_ns() - start_ns) / 1000;
    printf("netstress: frames %lu bytes %lu checksum %016lx\n", received, received * size, checksum);
    printf("netstress: %lu us, %lu notifications, %lu interrupts\n", elapsed_us, net.notifications, net.interrupts);
    printf("NETSTRESS PASS\n");
    return 0;
}
