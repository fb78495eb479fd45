#include "power.h"

#include <stdarg.h>
#include <stdbool.h>

#include "console.h"
#include "csr.h"
#include "format.h"
#include "hypercall.h"
#include "sbi.h"

/* SCHEDOP_shutdown carries the reason best; SRST is for machines without hypercalls, and the last resort. */
static _Noreturn void shut_down(bool failure)
{
    console_drain();
    interrupts_disable();
    if (hypercall_available())
        hypercall_shutdown(failure ? SHUTDOWN_CRASH : SHUTDOWN_POWEROFF);
    sbi_shutdown(failure);
    for (;;)
        __asm__ volatile("wfi");
}

void power_off(void)
{
    shut_down(false);
}

void fail(const char *text, ...)
{
    static bool failing;
    char message[256];
    va_list values;
    va_start(values, text);
    vformat(message, sizeof message, text, values);
    va_end(values);
    if (!failing) {   /* a failure while printing the failure must not recurse */
        failing = true;
        printf("FAIL: %s\n", message);
    }
    shut_down(true);
}
