#include "sbi.h"

#define BASE_SPEC_VERSION   0
#define BASE_IMPLEMENTATION 1
#define BASE_PROBE          3
#define DBCN_WRITE          0
#define DBCN_READ           1

static enum { UNPROBED, LEGACY, DBCN } console_kind;

struct sbi_result sbi_call(uint64_t extension, uint64_t function, uint64_t arg0, uint64_t arg1,
                           uint64_t arg2)
{
    register uint64_t a0 __asm__("a0") = arg0;
    register uint64_t a1 __asm__("a1") = arg1;
    register uint64_t a2 __asm__("a2") = arg2;
    register uint64_t a6 __asm__("a6") = function;
    register uint64_t a7 __asm__("a7") = extension;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a6), "r"(a7) : "memory");
    return (struct sbi_result){(int64_t)a0, a1};
}

bool sbi_probe(uint64_t extension)
{
    struct sbi_result result = sbi_call(SBI_EXT_BASE, BASE_PROBE, extension, 0, 0);
    return result.error == SBI_SUCCESS && result.value != 0;
}

uint64_t sbi_spec_version(void)
{
    return sbi_call(SBI_EXT_BASE, BASE_SPEC_VERSION, 0, 0, 0).value;
}

uint64_t sbi_implementation(void)
{
    return sbi_call(SBI_EXT_BASE, BASE_IMPLEMENTATION, 0, 0, 0).value;
}

void sbi_set_timer(uint64_t ticks)
{
    sbi_call(SBI_EXT_TIME, 0, ticks, 0, 0);
}

static bool has_debug_console(void)
{
    if (console_kind == UNPROBED)
        console_kind = sbi_probe(SBI_EXT_DBCN) ? DBCN : LEGACY;
    return console_kind == DBCN;
}

/* DBCN may take fewer bytes than offered; an error or a zero ends the attempt rather than looping. */
static void debug_console_write(const uint8_t *bytes, size_t count)
{
    while (count > 0) {
        struct sbi_result result = sbi_call(SBI_EXT_DBCN, DBCN_WRITE, count, (uintptr_t)bytes, 0);
        if (result.error != SBI_SUCCESS || result.value == 0 || result.value > count)
            return;
        bytes += result.value;
        count -= result.value;
    }
}

void sbi_console_write(const void *bytes, size_t count)
{
    const uint8_t *at = bytes;
    if (has_debug_console()) {
        debug_console_write(at, count);
        return;
    }
    while (count-- > 0)
        sbi_call(SBI_EXT_LEGACY_PUTCHAR, 0, *at++, 0, 0);
}

size_t sbi_console_read(void *bytes, size_t count)
{
    if (count == 0)
        return 0;
    if (has_debug_console()) {
        struct sbi_result result = sbi_call(SBI_EXT_DBCN, DBCN_READ, count, (uintptr_t)bytes, 0);
        return result.error == SBI_SUCCESS && result.value <= count ? result.value : 0;
    }
    int64_t character = sbi_call(SBI_EXT_LEGACY_GETCHAR, 0, 0, 0, 0).error;
    if (character < 0)
        return 0;
    *(uint8_t *)bytes = (uint8_t)character;
    return 1;
}

void sbi_shutdown(bool failure)
{
    sbi_call(SBI_EXT_SRST, 0, 0, failure ? 1 : 0, 0);
}
