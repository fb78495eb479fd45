#include "format.h"

#include <stdbool.h>
#include <stdint.h>

#include "memory.h"

struct output {
    char *at, *end;
};

struct field {
    bool left, zeros, is_long;
    unsigned width;
};

static void put(struct output *output, char character)
{
    if (output->at < output->end)
        *output->at++ = character;
}

static void put_repeated(struct output *output, char character, unsigned count)
{
    while (count-- > 0)
        put(output, character);
}

static void put_field(struct output *output, const struct field *field, bool negative,
                      const char *text, size_t length)
{
    size_t shown = length + negative;
    unsigned padding = shown < field->width ? (unsigned)(field->width - shown) : 0;
    if (!field->left && !field->zeros)
        put_repeated(output, ' ', padding);
    if (negative)
        put(output, '-');
    if (!field->left && field->zeros)
        put_repeated(output, '0', padding);
    for (size_t i = 0; i < length; i++)
        put(output, text[i]);
    if (field->left)
        put_repeated(output, ' ', padding);
}

static void put_number(struct output *output, const struct field *field, bool negative,
                       uint64_t value, unsigned base)
{
    char digits[20];
    char *at = digits + sizeof digits;
    do {
        *--at = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    put_field(output, field, negative, at, (size_t)(digits + sizeof digits - at));
}

static void put_text(struct output *output, const struct field *field, const char *text)
{
    struct field plain = *field;
    plain.zeros = false;
    put_field(output, &plain, false, text, strlen(text));
}

/* Reads flags, width and length modifiers; returns the conversion character's place. */
static const char *parse_field(const char *at, struct field *field)
{
    *field = (struct field){0};
    for (; *at == '-' || *at == '0'; at++)
        *(*at == '-' ? &field->left : &field->zeros) = true;
    for (; *at >= '0' && *at <= '9'; at++)
        field->width = field->width * 10 + (unsigned)(*at - '0');
    for (; *at == 'l' || *at == 'z'; at++)
        field->is_long = true;
    return at;
}

static int64_t signed_value(const struct field *field, va_list *values)
{
    return field->is_long ? va_arg(*values, long) : va_arg(*values, int);
}

static uint64_t unsigned_value(const struct field *field, va_list *values)
{
    return field->is_long ? va_arg(*values, unsigned long) : va_arg(*values, unsigned);
}

static void put_conversion(struct output *output, char conversion, const struct field *field,
                           va_list *values)
{
    switch (conversion) {
    case 'd': {
        int64_t value = signed_value(field, values);
        put_number(output, field, value < 0, value < 0 ? -(uint64_t)value : (uint64_t)value, 10);
        break;
    }
    case 'u':
        put_number(output, field, false, unsigned_value(field, values), 10);
        break;
    case 'x':
        put_number(output, field, false, unsigned_value(field, values), 16);
        break;
    case 'p':
        put_number(output, field, false, (uint64_t)va_arg(*values, void *), 16);
        break;
    case 'c': {
        char character = (char)va_arg(*values, int);
        put_field(output, field, false, &character, 1);
        break;
    }
    case 's':
        put_text(output, field, va_arg(*values, const char *));
        break;
    default:
        put(output, conversion);
        break;
    }
}

size_t vformat(char *buffer, size_t size, const char *text, va_list values)
{
    struct output output = {buffer, buffer + (size > 0 ? size - 1 : 0)};
    va_list rest;
    va_copy(rest, values);
    for (; *text != 0; text++) {
        if (*text != '%') {
            put(&output, *text);
            continue;
        }
        struct field field;
        text = parse_field(text + 1, &field);
        if (*text == 0)
            break;
        put_conversion(&output, *text, &field, &rest);
    }
    va_end(rest);
    if (size > 0)
        *output.at = 0;
    return (size_t)(output.at - buffer);
}

size_t format(char *buffer, size_t size, const char *text, ...)
{
    va_list values;
    va_start(values, text);
    size_t length = vformat(buffer, size, text, values);
    va_end(values);
    return length;
}
