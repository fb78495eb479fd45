/* Hypercalls of the machine: `ecall` with a7 = XEN_SBI_EXTENSION, a6 = number, a0..a4 = arguments. */
#ifndef SDK_HYPERCALL_H
#define SDK_HYPERCALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xen_abi.h"

/* Asked of SBI BASE once; without it an unknown-extension error would read as -ENOENT. */
bool hypercall_available(void);

/* The result of the call: not negative, or minus an errno of xen_abi.h. */
int64_t hypercall(uint64_t number, uint64_t arg0, uint64_t arg1, uint64_t arg2);

static inline int64_t hypercall_pointer(uint64_t number, uint64_t operation, void *argument)
{
    return hypercall(number, operation, (uintptr_t)argument, 0);
}

int64_t hypercall_map_frame(uint32_t space, uint64_t index, uint64_t frame);
int64_t hypercall_register_vcpu_info(uint64_t vcpu, const void *info);
int64_t hypercall_hvm_param(uint32_t index, uint64_t *value);
int64_t hypercall_event(uint32_t operation, void *argument);
int64_t hypercall_grant(uint32_t operation, void *elements, uint32_t count);
int64_t hypercall_console_write(const void *bytes, size_t count);
int64_t hypercall_version(void);

/* Puts a remark into the recording, if there is one: `vls log dump` shows it. */
int64_t hypercall_mark(const char *text, size_t count);

void hypercall_yield(void);
void hypercall_shutdown(uint32_t reason);

#endif
