#include "memory.h"

typedef uint64_t __attribute__((may_alias)) word;

void *memcpy(void *restrict target, const void *restrict source, size_t bytes)
{
    uint8_t *to = target;
    const uint8_t *from = source;
    if ((((uintptr_t)to | (uintptr_t)from) & 7) == 0) {
        for (; bytes >= 32; bytes -= 32, to += 32, from += 32) {
            const word *in = (const word *)from;
            word *out = (word *)to;
            word a = in[0], b = in[1], c = in[2], d = in[3];
            out[0] = a, out[1] = b, out[2] = c, out[3] = d;
        }
        for (; bytes >= 8; bytes -= 8, to += 8, from += 8)
            *(word *)to = *(const word *)from;
    }
    while (bytes-- > 0)
        *to++ = *from++;
    return target;
}

void *memmove(void *target, const void *source, size_t bytes)
{
    uint8_t *to = target;
    const uint8_t *from = source;
    if (to <= from || to >= from + bytes)
        return memcpy(target, source, bytes);
    while (bytes-- > 0)
        to[bytes] = from[bytes];
    return target;
}

void *memset(void *target, int value, size_t bytes)
{
    uint8_t *to = target;
    word pattern = UINT64_C(0x0101010101010101) * (uint8_t)value;
    for (; bytes > 0 && ((uintptr_t)to & 7) != 0; bytes--)
        *to++ = (uint8_t)value;
    for (; bytes >= 8; bytes -= 8, to += 8)
        *(word *)to = pattern;
    while (bytes-- > 0)
        *to++ = (uint8_t)value;
    return target;
}

int memcmp(const void *left, const void *right, size_t bytes)
{
    const uint8_t *a = left, *b = right;
    for (; bytes > 0; bytes--, a++, b++)
        if (*a != *b)
            return *a - *b;
    return 0;
}

size_t strlen(const char *text)
{
    size_t length = 0;
    while (text[length] != 0)
        length++;
    return length;
}

bool text_equals(const char *left, const char *right)
{
    while (*left != 0 && *left == *right)
        left++, right++;
    return *left == *right;
}

void text_copy(char *target, const char *source, size_t size)
{
    size_t i = 0;
    for (; i + 1 < size && source[i] != 0; i++)
        target[i] = source[i];
    target[i] = 0;
}
