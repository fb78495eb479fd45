/* Request lines of the ledger: `T <n> <from> <to> <amount>` and `Q`, single spaces, decimal numbers. */
#ifndef LEDGER_LINE_H
#define LEDGER_LINE_H

#include <stdbool.h>
#include <stdint.h>

#define LEDGER_LINE_BYTES 100

enum ledger_kind { LEDGER_MALFORMED, LEDGER_TRANSFER, LEDGER_QUIT };

struct ledger_line {
    uint64_t number, from, to, amount;
};

/* One to eighteen digits, so that no sum overflows. */
static inline bool ledger_number(const char **at, uint64_t *number)
{
    unsigned digits = 0;
    for (*number = 0; **at >= '0' && **at <= '9'; (*at)++, digits++)
        *number = *number * 10 + (uint64_t)(**at - '0');
    return digits >= 1 && digits <= 18;
}

static inline bool ledger_field(const char **at, uint64_t *number)
{
    if (**at != ' ')
        return false;
    (*at)++;
    return ledger_number(at, number);
}

static inline enum ledger_kind ledger_line_parse(const char *text, struct ledger_line *line)
{
    if (text[0] == 'Q' && text[1] == 0)
        return LEDGER_QUIT;
    const char *at = text + 1;
    bool fine = text[0] == 'T' && ledger_field(&at, &line->number) && ledger_field(&at, &line->from)
                && ledger_field(&at, &line->to) && ledger_field(&at, &line->amount) && *at == 0;
    return fine ? LEDGER_TRANSFER : LEDGER_MALFORMED;
}

#endif
