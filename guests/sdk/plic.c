#include "plic.h"

#include "power.h"

#define PLIC_BASE       0x0c000000ul
#define PLIC_ENABLE     (PLIC_BASE + 0x2000 + 0x80)        /* context 1: hart 0, S-mode */
#define PLIC_THRESHOLD  (PLIC_BASE + 0x200000 + 0x1000)
#define PLIC_CLAIM      (PLIC_THRESHOLD + 4)

#define INTERRUPT_EXTERNAL 9

static interrupt_handler handlers[PLIC_SOURCES];

static volatile uint32_t *reg(uintptr_t address)
{
    return (volatile uint32_t *)address;
}

static void external(void)
{
    for (uint32_t source = *reg(PLIC_CLAIM); source != 0; source = *reg(PLIC_CLAIM)) {
        if (source < PLIC_SOURCES && handlers[source] != 0)
            handlers[source]();
        *reg(PLIC_CLAIM) = source;
    }
}

void plic_attach(unsigned source, interrupt_handler handler)
{
    if (source == 0 || source >= PLIC_SOURCES)
        fail("interrupt source %u", source);
    handlers[source] = handler;
    *reg(PLIC_BASE + 4 * source) = 1;
    *reg(PLIC_THRESHOLD) = 0;
    *reg(PLIC_ENABLE) |= 1u << source;
    trap_on_interrupt(INTERRUPT_EXTERNAL, external);
}
