/* Formatting without floats: %d %u %x %c %s %p %%, with l, ll, z, 0, - and a width. */
#ifndef SDK_FORMAT_H
#define SDK_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/* Writes at most size - 1 characters and a NUL; returns how many were written, NUL not counted. */
size_t vformat(char *buffer, size_t size, const char *text, va_list values);

__attribute__((format(printf, 3, 4))) size_t format(char *buffer, size_t size, const char *text, ...);

#endif
