/*
 * A mix like that of small control programs: linked lists (find, reverse, sort), small matrices, a state machine over
 * text, and a CRC over all results. n=ROUNDS.
 */

#include "bench.h"
#include "fnv.h"
#include "memory.h"
#include "random.h"

#define ITEMS  128
#define SIDE   12
#define TEXT   512

struct item {
    struct item *next;
    int16_t key, value;
};

static struct item items[ITEMS];
static int16_t left[SIDE][SIDE], right[SIDE][SIDE];
static int32_t product[SIDE][SIDE];
static char text[TEXT];

static uint16_t crc16(uint16_t crc, uint32_t word)
{
    for (unsigned i = 0; i < 32; i++, word >>= 1) {
        bool odd = ((crc ^ word) & 1) != 0;
        crc = (uint16_t)(crc >> 1);
        if (odd)
            crc ^= 0xa001;
    }
    return crc;
}

static struct item *build_list(uint64_t *state)
{
    for (unsigned i = 0; i < ITEMS; i++) {
        uint64_t random = random_next(state);
        items[i].next = i + 1 < ITEMS ? &items[i + 1] : 0;
        items[i].key = (int16_t)random;
        items[i].value = (int16_t)(random >> 16);
    }
    return items;
}

static struct item *reverse(struct item *list)
{
    struct item *done = 0;
    while (list != 0) {
        struct item *next = list->next;
        list->next = done;
        done = list;
        list = next;
    }
    return done;
}

static unsigned find(const struct item *list, int16_t key)
{
    unsigned steps = 0;
    for (; list != 0 && list->key != key; list = list->next)
        steps++;
    return steps;
}

typedef bool (*item_order)(const struct item *a, const struct item *b);

static bool by_key(const struct item *a, const struct item *b)
{
    return a->key <= b->key;
}

static bool by_value(const struct item *a, const struct item *b)
{
    return a->value <= b->value;
}

static struct item *merge(struct item *a, struct item *b, item_order before)
{
    struct item head = {0}, *tail = &head;
    while (a != 0 && b != 0) {
        struct item **source = before(a, b) ? &a : &b;
        tail->next = *source;
        tail = *source;
        *source = (*source)->next;
    }
    tail->next = a != 0 ? a : b;
    return head.next;
}

static struct item *merge_sort(struct item *list, unsigned length, item_order before)
{
    if (length == 1) {
        list->next = 0;
        return list;
    }
    struct item *middle = list;
    for (unsigned i = 0; i < length / 2; i++)
        middle = middle->next;
    struct item *back = merge_sort(middle, length - length / 2, before);
    return merge(merge_sort(list, length / 2, before), back, before);
}

static uint16_t list_work(uint16_t crc, uint64_t *state)
{
    struct item *list = build_list(state);
    for (unsigned i = 0; i < 16; i++) {
        list = reverse(list);
        crc = crc16(crc, find(list, items[i * 7].key));
    }
    list = merge_sort(list, ITEMS, by_key);
    crc = crc16(crc, (uint16_t)list->value);
    list = merge_sort(list, ITEMS, by_value);
    return crc16(crc, (uint16_t)list->key);
}

static void multiply(void)
{
    for (unsigned i = 0; i < SIDE; i++)
        for (unsigned j = 0; j < SIDE; j++) {
            int32_t sum = 0;
            for (unsigned k = 0; k < SIDE; k++)
                sum += left[i][k] * right[k][j];
            product[i][j] = sum;
        }
}

static uint16_t matrix_work(uint16_t crc, uint64_t *state)
{
    for (unsigned i = 0; i < SIDE; i++)
        for (unsigned j = 0; j < SIDE; j++) {
            uint64_t random = random_next(state);
            left[i][j] = (int16_t)(random & 0xfff);
            right[i][j] = (int16_t)(random >> 16 & 0xfff);
        }
    multiply();
    for (unsigned i = 0; i < SIDE; i++)
        crc = crc16(crc, (uint32_t)(product[i][i] >> (i % 4)) ^ (uint32_t)product[i][SIDE - 1 - i]);
    return crc;
}

enum scan { START, SIGN, INTEGER, FRACTION, EXPONENT, INVALID, SCANS };

static enum scan next_scan(enum scan scan, char character)
{
    bool digit = character >= '0' && character <= '9';
    switch (scan) {
    case START:
        return digit ? INTEGER : character == '+' || character == '-' ? SIGN
               : character == '.' ? FRACTION : INVALID;
    case SIGN:
        return digit ? INTEGER : character == '.' ? FRACTION : INVALID;
    case INTEGER:
        return digit ? INTEGER : character == '.' ? FRACTION : character == 'e' ? EXPONENT : INVALID;
    case FRACTION:
        return digit ? FRACTION : character == 'e' ? EXPONENT : INVALID;
    case EXPONENT:
        return digit || character == '-' ? EXPONENT : INVALID;
    default:
        return INVALID;
    }
}

/* Words of numbers, good and bad, separated by commas. */
static void write_text(uint64_t *state)
{
    static const char characters[16] = {'0', '1', '2', '3', '4', '5', '6', '7',
                                        '8', '9', '.', 'e', '+', ',', ',', ','};
    for (unsigned i = 0; i < TEXT; i += 16)
        for (uint64_t random = random_next(state), j = 0; j < 16; j++, random >>= 4)
            text[i + j] = characters[random & 15];
}

static uint16_t scan_work(uint16_t crc, uint64_t *state)
{
    uint32_t ends[SCANS] = {0};
    enum scan scan = START;
    write_text(state);
    for (unsigned i = 0; i < TEXT; i++) {
        if (text[i] == ',') {
            ends[scan]++;
            scan = START;
        } else {
            scan = next_scan(scan, text[i]);
        }
    }
    for (unsigned i = 0; i < SCANS; i++)
        crc = crc16(crc, ends[i]);
    return crc;
}

int main(void)
{
    struct bench bench = bench_start("core", 2000);
    uint64_t state = 1;
    uint16_t crc = 0xffff;
    for (uint64_t round = 0; round < bench.rounds; round++) {
        crc = list_work(crc, &state);
        crc = matrix_work(crc, &state);
        crc = scan_work(crc, &state);
    }
    bench_report(&bench, fnv_word(FNV_START, (uint64_t)crc << 32 | bench.rounds));
    return 0;
}
