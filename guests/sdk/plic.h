/* External interrupts of the virt board: the PLIC's supervisor context of hart 0. */
#ifndef SDK_PLIC_H
#define SDK_PLIC_H

#include "trap.h"

#define PLIC_SOURCES 32

/* Enables a source (1 .. PLIC_SOURCES - 1); the handler has to quiet the device's line. */
void plic_attach(unsigned source, interrupt_handler handler);

#endif
