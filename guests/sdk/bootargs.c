#include "bootargs.h"

#include "board.h"
#include "power.h"

static char value[128];

static const char *match(const char *word, const char *name)
{
    while (*name != 0 && *word == *name)
        word++, name++;
    return *name == 0 && *word == '=' ? word + 1 : 0;
}

static const char *copy_word(const char *from)
{
    size_t i = 0;
    for (; i + 1 < sizeof value && from[i] != 0 && from[i] != ' '; i++)
        value[i] = from[i];
    value[i] = 0;
    return value;
}

const char *bootarg_text(const char *name, const char *fallback)
{
    const char *at = board.bootargs;
    while (*at != 0) {
        const char *found = match(at, name);
        if (found != 0)
            return copy_word(found);
        while (*at != 0 && *at != ' ')
            at++;
        while (*at == ' ')
            at++;
    }
    return fallback;
}

static unsigned digit_of(char character)
{
    if (character >= '0' && character <= '9')
        return (unsigned)(character - '0');
    if (character >= 'a' && character <= 'f')
        return (unsigned)(character - 'a') + 10;
    return 16;
}

static unsigned unit_shift(const char **at)
{
    unsigned shift = **at == 'k' ? 10 : **at == 'm' ? 20 : **at == 'g' ? 30 : 0;
    if (shift != 0)
        (*at)++;
    return shift;
}

uint64_t bootarg_number(const char *name, uint64_t fallback)
{
    const char *text = bootarg_text(name, 0);
    if (text == 0)
        return fallback;
    const char *at = text;
    unsigned base = at[0] == '0' && at[1] == 'x' ? 16 : 10;
    if (base == 16)
        at += 2;
    const char *digits = at;
    uint64_t number = 0;
    for (; digit_of(*at) < base; at++)
        number = number * base + digit_of(*at);
    if (at == digits)
        fail("boot argument %s=%s is not a number", name, text);
    number <<= unit_shift(&at);
    if (*at != 0)
        fail("boot argument %s=%s is not a number", name, text);
    return number;
}
