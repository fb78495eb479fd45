/* The first thing to run on a new machine: says what it found and powers off. */

#include "board.h"
#include "clock.h"
#include "console.h"
#include "hypercall.h"
#include "sbi.h"

int main(void)
{
    printf("Hello from RISC-V.\n");
    printf("hart %lu, isa %s\n", board.hart, board.isa[0] != 0 ? board.isa : "unknown");
    printf("memory %lu MiB at %lx, timebase %lu Hz, timer %s\n",
           (board.memory_end - board.memory_start) >> 20, board.memory_start, board.timebase_hz,
           clock_timer_kind() == TIMER_SSTC ? "sstc" : "sbi");
    printf("sbi %lx.%lx, implementation %lx\n", sbi_spec_version() >> 24,
           sbi_spec_version() & 0xffffff, sbi_implementation());
    if (hypercall_available())
        printf("hypervisor %lx\n", hypercall_version());
    else
        printf("no hypervisor\n");
    printf("console %s, bootargs \"%s\"\n", console_is_ring() ? "ring" : "sbi", board.bootargs);
    return 0;
}
