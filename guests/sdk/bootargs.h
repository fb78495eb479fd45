/* Options of a program: name=value words in the kernel command line. */
#ifndef SDK_BOOTARGS_H
#define SDK_BOOTARGS_H

#include <stdint.h>

#include "memory.h"

/* The value of name, or the fallback; the text lives until the next call. */
const char *bootarg_text(const char *name, const char *fallback);

/* Decimal, or hexadecimal with 0x, with an optional k, m or g (powers of 1024). Fails the guest if malformed. */
uint64_t bootarg_number(const char *name, uint64_t fallback);

#endif
