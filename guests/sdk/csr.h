/* Control and status registers by name, and the interrupt-enable critical section. */
#ifndef SDK_CSR_H
#define SDK_CSR_H

#include <stdbool.h>
#include <stdint.h>

#define CSR_STIMECMP 0x14d

#define SSTATUS_SIE  (UINT64_C(1) << 1)
#define SSTATUS_SPIE (UINT64_C(1) << 5)
#define SSTATUS_SPP  (UINT64_C(1) << 8)

#define csr_read(csr)                                                     \
    ({                                                                    \
        uint64_t csr_value_;                                              \
        __asm__ volatile("csrr %0, %1" : "=r"(csr_value_) : "i"(csr) : "memory"); \
        csr_value_;                                                       \
    })
#define csr_write(csr, value) \
    __asm__ volatile("csrw %0, %1" : : "i"(csr), "r"((uint64_t)(value)) : "memory")
#define csr_swap(csr, value)                                              \
    ({                                                                    \
        uint64_t csr_old_;                                                \
        __asm__ volatile("csrrw %0, %1, %2"                               \
                         : "=r"(csr_old_)                                 \
                         : "i"(csr), "r"((uint64_t)(value))               \
                         : "memory");                                     \
        csr_old_;                                                         \
    })
#define csr_set(csr, bits) \
    __asm__ volatile("csrs %0, %1" : : "i"(csr), "r"((uint64_t)(bits)) : "memory")
#define csr_clear(csr, bits) \
    __asm__ volatile("csrc %0, %1" : : "i"(csr), "r"((uint64_t)(bits)) : "memory")

#define CSR_SSTATUS  0x100
#define CSR_SIE      0x104
#define CSR_STVEC    0x105
#define CSR_SSCRATCH 0x140
#define CSR_SEPC     0x141
#define CSR_CYCLE    0xc00
#define CSR_TIME     0xc01
#define CSR_INSTRET  0xc02

static inline uint64_t read_time(void)
{
    return csr_read(CSR_TIME);
}

/* Disables interrupts; the result, given to interrupts_restore, brings back what was before. */
static inline bool interrupts_disable(void)
{
    uint64_t old;
    __asm__ volatile("csrrci %0, sstatus, 2" : "=r"(old) : : "memory");
    return (old & SSTATUS_SIE) != 0;
}

static inline void interrupts_enable(void)
{
    __asm__ volatile("csrsi sstatus, 2" : : : "memory");
}

static inline void interrupts_restore(bool enabled)
{
    if (enabled)
        interrupts_enable();
}

#endif
