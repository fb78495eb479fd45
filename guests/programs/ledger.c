/*
 * The demo workload: numbered transfers between 64 accounts, journalled on the block device before they are answered,
 * each receipt chained to the one before by a hash. The protocol is described in guests/README.md.
 *
 * Lines that arrive together are answered together: their journal sectors are written, one flush makes them durable,
 * and only then do the receipts go out. Boot argument: journal=0 runs without a disk.
 */

#include "block.h"
#include "bootargs.h"
#include "console.h"
#include "fnv.h"
#include "format.h"
#include "ledger_line.h"
#include "memory.h"
#include "power.h"
#include "store.h"

#define ACCOUNTS        64
#define START_BALANCE   1000000
#define BATCH_TRANSFERS (8 * SECTORS_PER_PAGE)
#define ANSWER_BYTES    128
#define JOURNAL_MAGIC   UINT64_C(0x524744454c534c56)   /* "VLSLEDGR" */

/* Sector n of the disk: the record of transfer n, little-endian, rest zero. */
struct journal_record {
    uint64_t magic, number, from, to, amount, from_balance, to_balance, hash, accepted;
};

static uint64_t balances[ACCOUNTS];
static uint64_t transfers;   /* the number of the last one */
static uint64_t last_hash;

static struct block_device disk;
static struct block_page journal[BATCH_TRANSFERS / SECTORS_PER_PAGE];
static bool has_disk;

/* The batch: records waiting in the journal pages, and the answers that must not leave before them. */
static uint32_t batched;
static char answers[(BATCH_TRANSFERS + 8) * ANSWER_BYTES];
static size_t answers_length;

static struct journal_record *record_slot(uint32_t index)
{
    uint8_t *page = journal[index / SECTORS_PER_PAGE].data;
    return (struct journal_record *)(page + index % SECTORS_PER_PAGE * SECTOR_BYTES);
}

static void write_journal(void)
{
    struct block_io io = {.operation = BLKIF_OP_WRITE, .sector = transfers - batched + 1};
    for (uint32_t left = batched; left > 0; io.segments++) {
        uint32_t here = left < SECTORS_PER_PAGE ? left : SECTORS_PER_PAGE;
        io.segment[io.segments] =
            (struct block_segment){&journal[io.segments], 0, (uint8_t)(here - 1)};
        left -= here;
    }
    block_submit(&disk, &io);
    if (!block_wait(&io) || !block_flush(&disk))
        fail("journal write of sector %lu failed", io.sector);
}

static void commit_batch(void)
{
    if (batched > 0 && has_disk)
        write_journal();
    batched = 0;
    console_write(answers, answers_length);
    answers_length = 0;
}

static void answer_error(const char *reason)
{
    answers_length += format(answers + answers_length, ANSWER_BYTES, "E %s\n", reason);
}

/* Applies a valid request and chains its receipt. */
static void transfer(const struct ledger_line *line)
{
    bool accepted = line->amount <= balances[line->from];
    if (accepted) {
        balances[line->from] -= line->amount;
        balances[line->to] += line->amount;
    }
    char *receipt = answers + answers_length;
    size_t length = format(receipt, ANSWER_BYTES, "%c %lu %lu %lu ", accepted ? 'R' : 'N',
                           line->number, balances[line->from], balances[line->to]);
    last_hash = fnv_bytes(fnv_word(FNV_START, last_hash), receipt, length);
    answers_length += length;
    answers_length += format(receipt + length, ANSWER_BYTES - length, "%016lx\n", last_hash);
    transfers = line->number;
    *record_slot(batched++) = (struct journal_record){
        JOURNAL_MAGIC, line->number, line->from, line->to, line->amount,
        balances[line->from], balances[line->to], last_hash, accepted};
}

static const char *refusal(const struct ledger_line *line)
{
    if (line->number != transfers + 1)
        return "sequence";
    if (line->from >= ACCOUNTS || line->to >= ACCOUNTS)
        return "account";
    if (has_disk && line->number >= disk.sectors)
        return "full";
    return 0;
}

static _Noreturn void quit(void)
{
    commit_batch();
    printf("Q %lu %016lx\n", transfers, last_hash);
    power_off();
}

static void handle(const char *text)
{
    struct ledger_line line;
    switch (ledger_line_parse(text, &line)) {
    case LEDGER_QUIT:
        quit();
    case LEDGER_TRANSFER: {
        const char *reason = refusal(&line);
        if (reason == 0)
            transfer(&line);
        else
            answer_error(reason);
        break;
    }
    case LEDGER_MALFORMED:
        answer_error("malformed");
        break;
    }
}

static bool batch_is_full(void)
{
    return batched == BATCH_TRANSFERS || sizeof answers - answers_length < 2 * ANSWER_BYTES;
}

/* Collects characters into lines; an overlong line is malformed as a whole. */
static void take_character(char character)
{
    static char line[LEDGER_LINE_BYTES];
    static size_t length;
    if (character != '\n') {
        if (length < sizeof line - 1)
            line[length] = character;
        length++;
        return;
    }
    bool fits = length < sizeof line;
    line[fits ? length : 0] = 0;
    length = 0;
    handle(line);
}

static void serve(void)
{
    char character;
    for (;;) {
        while (!batch_is_full() && console_read(&character, 1) == 1)
            take_character(character);
        if (answers_length > 0)
            commit_batch();
        else
            console_wait_input();
    }
}

static void open_journal(void)
{
    has_disk = bootarg_number("journal", 1) != 0;
    if (has_disk && (!store_init() || !block_open(&disk, 0)))
        fail("no block device for the journal (journal=0 runs without)");
    if (has_disk && disk.read_only)
        fail("the journal's block device is read-only");
    for (unsigned i = 0; i < sizeof journal / sizeof journal[0]; i++) {
        if (has_disk)
            journal[i] = block_page_new(&disk);
        else
            journal[i].data = pages_take(1);
    }
}

int main(void)
{
    for (unsigned i = 0; i < ACCOUNTS; i++)
        balances[i] = START_BALANCE;
    open_journal();
    printf("LEDGER READY\n");
    serve();
    return 0;
}
