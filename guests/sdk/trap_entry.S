/*
 * Trap entry and exit. The frame is built on the interrupted stack: there is one stack, and U-mode code of a
 * program (bench/traps) runs on it too. Offsets are those of struct trap_frame in trap.h.
 */

#define FRAME_BYTES   464
#define FRAME_SEPC    256
#define FRAME_SSTATUS 264
#define FRAME_SCAUSE  272
#define FRAME_STVAL   280
#define FRAME_FCSR    288
#define FRAME_FLOATS  296
#define FS_DIRTY_BITS 0x6000

    .macro each_integer op
    \op     x1, 8(sp)
    \op     x3, 24(sp)
    \op     x4, 32(sp)
    .irp    n, 5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    \op     x\n, (8 * \n)(sp)
    .endr
    .endm

    /* Callee-saved float registers survive the C handler by themselves. */
    .macro each_float op
    .irp    n, 0,1,2,3,4,5,6,7
    \op     ft\n, (FRAME_FLOATS + 8 * \n)(sp)
    \op     fa\n, (FRAME_FLOATS + 64 + 8 * \n)(sp)
    .endr
    \op     ft8, (FRAME_FLOATS + 128)(sp)
    \op     ft9, (FRAME_FLOATS + 136)(sp)
    \op     ft10, (FRAME_FLOATS + 144)(sp)
    \op     ft11, (FRAME_FLOATS + 152)(sp)
    .endm

    .section .text.trap_entry, "ax"
    .balign 4
    .globl trap_entry
trap_entry:
    addi    sp, sp, -FRAME_BYTES
    each_integer sd
    addi    t0, sp, FRAME_BYTES
    sd      t0, 16(sp)
    csrr    t0, sepc
    csrr    t1, sstatus
    csrr    t2, scause
    csrr    t3, stval
    sd      t0, FRAME_SEPC(sp)
    sd      t1, FRAME_SSTATUS(sp)
    sd      t2, FRAME_SCAUSE(sp)
    sd      t3, FRAME_STVAL(sp)
    li      t4, FS_DIRTY_BITS
    and     t1, t1, t4
    bne     t1, t4, 1f
    each_float fsd
    frcsr   t0
    sd      t0, FRAME_FCSR(sp)
1:  mv      a0, sp
    call    trap_dispatch

    ld      t0, FRAME_SEPC(sp)
    ld      t1, FRAME_SSTATUS(sp)
    csrw    sepc, t0
    csrw    sstatus, t1
    li      t4, FS_DIRTY_BITS
    and     t1, t1, t4
    bne     t1, t4, 2f
    ld      t0, FRAME_FCSR(sp)
    fscsr   t0
    each_float fld
2:  each_integer ld
    ld      sp, 16(sp)
    sret
