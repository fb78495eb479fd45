/* From the first C instruction to main and, by its result, to the end of the run. */

#include "board.h"
#include "clock.h"
#include "console.h"
#include "csr.h"
#include "power.h"
#include "xen.h"

int main(void);

_Noreturn void startup(uint64_t hart, const void *tree)
{
    board_read(hart, tree);
    xen_init();
    console_init();
    clock_init();
    interrupts_enable();
    int code = main();
    if (code != 0)
        fail("main returned %d", code);
    power_off();
}
