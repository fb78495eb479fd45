/* Where SBI HSM starts a hart: a0 = hart id, a1 = struct beginning of harts.c. */

#define SSTATUS_FS         (3 << 13)
#define SSTATUS_FS_INITIAL (1 << 13)
#define SBI_EXT_HSM        0x48534d
#define HSM_STOP           1

    .section .text.hart_entry, "ax"
    .balign 4
    .globl hart_entry
hart_entry:
    .option push
    .option norelax
    la      gp, __global_pointer$
    .option pop
    mv      tp, a0
    csrw    sie, zero
    li      t0, SSTATUS_FS
    csrc    sstatus, t0
    li      t0, SSTATUS_FS_INITIAL
    csrs    sstatus, t0
    la      t0, trap_entry
    csrw    stvec, t0
    ld      sp, 0(a1)
    ld      t0, 8(a1)
    jalr    t0
    csrci   sstatus, 2
    li      a7, SBI_EXT_HSM
    li      a6, HSM_STOP
    ecall
1:  wfi
    j       1b
