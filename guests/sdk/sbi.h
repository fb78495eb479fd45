/* Calls to the supervisor binary interface (SBI 1.0 with DBCN, and the legacy console). */
#ifndef SDK_SBI_H
#define SDK_SBI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SBI_EXT_LEGACY_PUTCHAR 0x01
#define SBI_EXT_LEGACY_GETCHAR 0x02
#define SBI_EXT_BASE           0x10
#define SBI_EXT_TIME           0x54494d45
#define SBI_EXT_IPI            0x735049
#define SBI_EXT_RFENCE         0x52464e43
#define SBI_EXT_HSM            0x48534d
#define SBI_EXT_SRST           0x53525354
#define SBI_EXT_DBCN           0x4442434e

#define SBI_SUCCESS           0
#define SBI_ERR_NOT_SUPPORTED (-2)

struct sbi_result {
    int64_t error;
    uint64_t value;
};

struct sbi_result sbi_call(uint64_t extension, uint64_t function, uint64_t arg0, uint64_t arg1,
                           uint64_t arg2);

bool sbi_probe(uint64_t extension);
uint64_t sbi_spec_version(void);
uint64_t sbi_implementation(void);

/* Absolute time CSR value of the next timer interrupt; also clears a pending one. */
void sbi_set_timer(uint64_t ticks);

/* All bytes, through DBCN if it is there, else one by one through the legacy call. */
void sbi_console_write(const void *bytes, size_t count);

/* Returns how many bytes were there, 0 if none: the SBI consoles do not wait. */
size_t sbi_console_read(void *bytes, size_t count);

/* SRST shutdown, reason 0 (none) or 1 (system failure); comes back only if SRST is not supported. */
void sbi_shutdown(bool failure);

#endif
