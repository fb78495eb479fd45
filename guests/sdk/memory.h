/* Byte moves that the compiler may also call on its own, string helpers, and pages. */
#ifndef SDK_MEMORY_H
#define SDK_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE_BYTES 4096u

void *memcpy(void *restrict target, const void *restrict source, size_t bytes);
void *memmove(void *target, const void *source, size_t bytes);
void *memset(void *target, int value, size_t bytes);
int memcmp(const void *left, const void *right, size_t bytes);
size_t strlen(const char *text);
bool text_equals(const char *left, const char *right);

/* Copies at most size - 1 characters and always terminates. */
void text_copy(char *target, const char *source, size_t size);

/*
 * Takes whole zeroed pages behind the image for the rest of the run; nothing is given back, which is what
 * persistent grants want. Fails the guest when memory is exhausted.
 */
void *pages_take(size_t count);

/* Like pages_take by size in bytes, but leaves the contents as they are: for large bench arrays. */
void *memory_take(size_t bytes);

static inline uint64_t frame_of(const void *page)
{
    return (uint64_t)page / PAGE_BYTES;
}

#endif
