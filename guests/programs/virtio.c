/*
 * Uses every virtio device that it finds and checks what comes back: disks by a model, entropy by looking, the network
 * by an echo of its own frames.
 *
 * Boot arguments: ops=N requests to each disk (200), seed=N (1), span=SECTORS (2048), frames=N echoed frames (0: the
 * network is left alone), bytes=N random bytes (64), typed=N octets of input to read from the console (0).
 */

#include "bootargs.h"
#include "console.h"
#include "fnv.h"
#include "memory.h"
#include "power.h"
#include "random.h"
#include "virtio.h"

#define SECTOR_BYTES   512
#define SECTOR_WORDS   (SECTOR_BYTES / 8)
#define MOST_SECTORS   64

enum { BLK_IN = 0, BLK_OUT = 1, BLK_FLUSH = 4, BLK_GET_ID = 8, BLK_DISCARD = 11, BLK_WRITE_ZEROES = 13 };
enum { BLK_F_RO = 5, BLK_F_FLUSH = 9, BLK_F_DISCARD = 13, BLK_F_WRITE_ZEROES = 14 };
enum { NET_F_MAC = 5, NET_F_STATUS = 16 };

#define BIT(n) (UINT64_C(1) << (n))

struct block_header {
    uint32_t type, reserved;
    uint64_t sector;
};

struct block_range {
    uint64_t sector;
    uint32_t sectors, flags;
};

static struct virtio_device disk, entropy, net;
static uint64_t seed, span, random_state, checksum;
static uint32_t *written;   /* per sector: how often; 0 = zeros or unknown */
static uint64_t buffer[MOST_SECTORS * SECTOR_WORDS];

/* Sends a request and returns the status octet; data is cut into `pieces` buffers. */
static uint8_t block_request(uint32_t type, uint64_t sector, void *data, uint32_t bytes, unsigned pieces)
{
    static struct block_header header;
    static uint8_t status;
    struct virtio_buffer buffers[VIRTIO_MAX_BUFFERS] = {{&header, sizeof header}};
    bool reads = type == BLK_IN || type == BLK_GET_ID;
    unsigned used = 1;
    header = (struct block_header){.type = type, .sector = sector};
    status = 0xff;
    for (uint32_t at = 0; at < bytes; used++) {
        uint32_t part = used == pieces ? bytes - at : (bytes / pieces / 8 + 1) * 8;
        part = part > bytes - at ? bytes - at : part;
        buffers[used] = (struct virtio_buffer){(uint8_t *)data + at, part};
        at += part;
    }
    buffers[used++] = (struct virtio_buffer){&status, 1};
    unsigned in = reads ? used - 1 : 1;
    uint32_t length;
    if (virtio_submit(&disk, 0, buffers, used - in, in) < 0)
        fail("the disk's queue is full");
    virtio_await(&disk, 0, &length);
    if (status == 0 && length != (reads ? bytes + 1 : 1))
        fail("type %u: %u bytes written", type, length);
    return *(volatile uint8_t *)&status;
}

static void expect(uint8_t status, uint8_t expected, const char *what)
{
    if (status != expected)
        fail("%s: status %u, expected %u", what, (unsigned)status, (unsigned)expected);
}

static uint64_t word_of(uint64_t sector, unsigned word)
{
    return written[sector] == 0 ? 0 : mix64(seed ^ sector << 24 ^ (uint64_t)written[sector] << 8 ^ word);
}

static void check(uint64_t sector, unsigned sectors)
{
    for (unsigned i = 0; i < sectors * SECTOR_WORDS; i++) {
        uint64_t expected = word_of(sector + i / SECTOR_WORDS, i % SECTOR_WORDS);
        if (buffer[i] != expected)
            fail("sector %lu word %u: found %016lx, expected %016lx", sector + i / SECTOR_WORDS, i % SECTOR_WORDS,
                 buffer[i], expected);
    }
    checksum = fnv_bytes(checksum, buffer, sectors * SECTOR_BYTES);
}

static void write_some(uint64_t sector, unsigned sectors, unsigned pieces)
{
    for (unsigned i = 0; i < sectors; i++)
        written[sector + i]++;
    for (unsigned i = 0; i < sectors * SECTOR_WORDS; i++)
        buffer[i] = word_of(sector + i / SECTOR_WORDS, i % SECTOR_WORDS);
    expect(block_request(BLK_OUT, sector, buffer, sectors * SECTOR_BYTES, pieces), 0, "write");
}

static void zero_some(uint64_t sector, unsigned sectors)
{
    struct block_range range = {sector, sectors, 0};
    for (unsigned i = 0; i < sectors; i++)
        written[sector + i] = 0;
    expect(block_request(BLK_WRITE_ZEROES, 0, &range, sizeof range, 1), 0, "write zeroes");
}

static void read_some(uint64_t sector, unsigned sectors, unsigned pieces)
{
    memset(buffer, 0xa5, sizeof buffer);
    expect(block_request(BLK_IN, sector, buffer, sectors * SECTOR_BYTES, pieces), 0, "read");
    check(sector, sectors);
}

static void operate(bool zeroes)
{
    unsigned sectors = 1 + (unsigned)random_below(&random_state, MOST_SECTORS);
    unsigned pieces = 1 + (unsigned)random_below(&random_state, VIRTIO_MAX_BUFFERS - 2);
    uint64_t sector = random_below(&random_state, span - sectors + 1);
    switch (random_below(&random_state, 8)) {
    case 0:
        if (zeroes) {
            zero_some(sector, sectors);
            break;
        }
        /* fall through */
    case 1: case 2: case 3:
        write_some(sector, sectors, pieces);
        break;
    case 4:
        expect(block_request(BLK_FLUSH, 0, 0, 0, 1), 0, "flush");
        break;
    default:
        read_some(sector, sectors, pieces);
    }
}

static void refuse(uint64_t sectors)
{
    char id[20];
    expect(block_request(BLK_GET_ID, 0, id, sizeof id, 1), 0, "get id");
    printf("disk id %s\n", id);
    expect(block_request(BLK_IN, sectors, buffer, SECTOR_BYTES, 1), 1, "read behind the end");
    expect(block_request(BLK_IN, sectors - 1, buffer, 2 * SECTOR_BYTES, 1), 1, "read across the end");
    expect(block_request(BLK_IN, UINT64_MAX, buffer, SECTOR_BYTES, 1), 1, "read of the largest sector");
    expect(block_request(77, 0, buffer, SECTOR_BYTES, 1), 2, "unknown type");
}

static void clear_disk(void)
{
    memset(buffer, 0, sizeof buffer);
    for (uint64_t sector = 0; sector < span; sector += MOST_SECTORS) {
        unsigned sectors = span - sector < MOST_SECTORS ? (unsigned)(span - sector) : MOST_SECTORS;
        expect(block_request(BLK_OUT, sector, buffer, sectors * SECTOR_BYTES, 1), 0, "clear");
    }
}

static void test_writable(uint64_t sectors)
{
    written = pages_take((span * sizeof *written + PAGE_BYTES - 1) / PAGE_BYTES);
    clear_disk();
    for (uint64_t op = bootarg_number("ops", 200); op > 0; op--)
        operate((disk.features & BIT(BLK_F_WRITE_ZEROES)) != 0);
    for (uint64_t sector = 0; sector < span; sector += MOST_SECTORS)
        read_some(sector, span - sector < MOST_SECTORS ? (unsigned)(span - sector) : MOST_SECTORS, 3);
    if ((disk.features & BIT(BLK_F_DISCARD)) != 0) {
        struct block_range range = {0, 8, 0};
        expect(block_request(BLK_DISCARD, 0, &range, sizeof range, 1), 0, "discard");
        range.sector = sectors;
        expect(block_request(BLK_DISCARD, 0, &range, sizeof range, 1), 1, "discard behind the end");
    }
}

static void test_disk(void)
{
    uint64_t sectors = virtio_config64(&disk, 0);
    span = bootarg_number("span", 2048);
    span = span > sectors ? sectors : span;
    seed = bootarg_number("seed", 1);
    random_state = seed;
    checksum = FNV_START;
    if (span <= MOST_SECTORS)
        fail("a disk of %lu sectors is too small", sectors);
    refuse(sectors);
    if ((disk.features & BIT(BLK_F_RO)) != 0)
        expect(block_request(BLK_OUT, 0, buffer, SECTOR_BYTES, 1), 1, "write to a read-only disk");
    else
        test_writable(sectors);
    printf("disk of %lu sectors, checksum %016lx\n", sectors, checksum);
}

static void test_entropy(void)
{
    uint32_t bytes = (uint32_t)bootarg_number("bytes", 64), length;
    uint8_t *page = pages_take(1);
    if (bytes > PAGE_BYTES)
        fail("at most %u random bytes", PAGE_BYTES);
    struct virtio_buffer room = {page, bytes};
    virtio_submit(&entropy, 0, &room, 0, 1);
    virtio_await(&entropy, 0, &length);
    unsigned zeros = 0;
    for (uint32_t i = 0; i < length; i++)
        zeros += page[i] == 0;
    if (length == 0 || length > bytes || zeros == length)
        fail("entropy: %u bytes, %u of them zero", length, zeros);
    printf("entropy %u bytes, hash %016lx\n", length, fnv_bytes(FNV_START, page, length));
}

#define NET_HEADER   12
#define FRAME_BYTES  1514
#define RECEIVERS    8

static uint8_t received[RECEIVERS][NET_HEADER + FRAME_BYTES];
static int receiver_of[VIRTIO_ENTRIES];

static void post_receiver(unsigned number)
{
    struct virtio_buffer room = {received[number], sizeof received[number]};
    receiver_of[virtio_submit(&net, 0, &room, 0, 1)] = (int)number;
}

static void send(const uint8_t *mac, uint64_t number, uint32_t bytes)
{
    static uint8_t frame[NET_HEADER + FRAME_BYTES];
    memset(frame, 0, sizeof frame);
    memset(frame + NET_HEADER, 0xff, 6);
    memcpy(frame + NET_HEADER + 6, mac, 6);
    frame[NET_HEADER + 12] = 0x88;   /* local experimental */
    frame[NET_HEADER + 13] = 0xb5;
    for (uint32_t i = 14; i < bytes; i++)
        frame[NET_HEADER + i] = (uint8_t)mix64(number << 16 ^ i);
    struct virtio_buffer buffers[2] = {{frame, NET_HEADER}, {frame + NET_HEADER, bytes}};
    virtio_submit(&net, 1, buffers, 2, 0);
    virtio_await(&net, 1, 0);
}

static void test_echo(const uint8_t *mac, uint64_t frames)
{
    for (unsigned i = 0; i < RECEIVERS; i++)
        post_receiver(i);
    uint64_t hash = FNV_START;
    for (uint64_t number = 0; number < frames; number++) {
        uint32_t bytes = 60 + (uint32_t)random_below(&random_state, FRAME_BYTES - 60 + 1), length;
        send(mac, number, bytes);
        unsigned receiver = (unsigned)receiver_of[virtio_await(&net, 0, &length)];
        const uint8_t *frame = received[receiver] + NET_HEADER;
        if (length != NET_HEADER + bytes)
            fail("frame %lu: %u bytes came back of %u", number, length, bytes);
        for (uint32_t i = 14; i < bytes; i++)
            if (frame[i] != (uint8_t)mix64(number << 16 ^ i))
                fail("frame %lu octet %u", number, i);
        hash = fnv_bytes(hash, frame, bytes);
        post_receiver(receiver);
    }
    printf("echoed %lu frames, hash %016lx\n", frames, hash);
}

static void test_net(uint64_t frames)
{
    uint8_t mac[6];
    for (unsigned i = 0; i < 6; i++)
        mac[i] = virtio_config8(&net, i);
    printf("net %02x:%02x:%02x:%02x:%02x:%02x\n", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
    if (frames > 0)
        test_echo(mac, frames);
}

static struct virtio_device console;

static void say(const char *text, uint32_t bytes)
{
    static char copy[128];
    memcpy(copy, text, bytes);
    struct virtio_buffer text_out = {copy, bytes};
    virtio_submit(&console, 1, &text_out, 1, 0);
    virtio_await(&console, 1, 0);
}

/* Writes by way of the virtio console, and then says what was typed there. */
static void test_console(uint64_t typed)
{
    static char input[16];
    const char hello[] = "virtio console\n";
    say(hello, sizeof hello - 1);
    while (typed > 0) {
        uint32_t length;
        struct virtio_buffer room = {input, typed < sizeof input ? (uint32_t)typed : sizeof input};
        virtio_submit(&console, 0, &room, 0, 1);
        virtio_await(&console, 0, &length);
        if (length == 0 || length > room.length)
            fail("console: %u octets", length);
        say(input, length);
        typed -= length;
    }
}

int main(void)
{
    uint64_t block_features = BIT(BLK_F_RO) | BIT(BLK_F_FLUSH) | BIT(BLK_F_DISCARD) | BIT(BLK_F_WRITE_ZEROES);
    uint64_t frames = bootarg_number("frames", 0);
    unsigned found = 0;
    for (unsigned nth = 0; virtio_open(&disk, VIRTIO_ID_BLOCK, nth, block_features, 1); nth++, found++)
        test_disk();
    if (virtio_open(&entropy, VIRTIO_ID_ENTROPY, 0, 0, 1)) {
        test_entropy();
        found++;
    }
    if (virtio_open(&net, VIRTIO_ID_NET, 0, BIT(NET_F_MAC) | BIT(NET_F_STATUS), 2)) {
        test_net(frames);
        found++;
    }
    if (virtio_open(&console, VIRTIO_ID_CONSOLE, 0, 0, 2)) {
        test_console(bootarg_number("typed", 0));
        found++;
    }
    if (found == 0)
        fail("no virtio device");
    printf("VIRTIO PASS\n");
    return 0;
}
