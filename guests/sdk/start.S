/* Entry of a payload: S-mode, paging off, a0 = hart id, a1 = physical address of the device tree. */

#define SSTATUS_SIE        (1 << 1)
#define SSTATUS_FS         (3 << 13)
#define SSTATUS_FS_INITIAL (1 << 13)

    .section .text.start, "ax"
    .globl _start
_start:
    .option push
    .option norelax
    la      gp, __global_pointer$
    .option pop
    csrci   sstatus, SSTATUS_SIE
    csrw    sie, zero
    la      sp, __stack_top

    la      t0, __bss_start
    la      t1, __bss_end
1:  bgeu    t0, t1, 2f
    sd      zero, 0(t0)
    addi    t0, t0, 8
    j       1b

    /* FS = Initial: the trap code saves float registers only once a program has dirtied them. */
2:  li      t0, SSTATUS_FS
    csrc    sstatus, t0
    li      t0, SSTATUS_FS_INITIAL
    csrs    sstatus, t0

    la      t0, trap_entry
    csrw    stvec, t0
    call    startup
3:  wfi
    j       3b
