package dev.vls.vmm.hart;

import java.util.ArrayList;
import java.util.List;

/**
 * CSR numbers and the fields of mstatus, menvcfg and satp (privileged spec, chapter 2 and 3; names
 * are the spec's).
 */
final class CsrLayout {
  static final int FFLAGS = 0x001;
  static final int FRM = 0x002;
  static final int FCSR = 0x003;
  static final int SSTATUS = 0x100;
  static final int SIE = 0x104;
  static final int STVEC = 0x105;
  static final int SCOUNTEREN = 0x106;
  static final int SENVCFG = 0x10a;
  static final int SSCRATCH = 0x140;
  static final int SEPC = 0x141;
  static final int SCAUSE = 0x142;
  static final int STVAL = 0x143;
  static final int SIP = 0x144;
  static final int STIMECMP = 0x14d;
  static final int SATP = 0x180;
  static final int MSTATUS = 0x300;
  static final int MISA = 0x301;
  static final int MEDELEG = 0x302;
  static final int MIDELEG = 0x303;
  static final int MIE = 0x304;
  static final int MTVEC = 0x305;
  static final int MCOUNTEREN = 0x306;
  static final int MENVCFG = 0x30a;
  static final int MCOUNTINHIBIT = 0x320;
  static final int MHPMEVENT3 = 0x323;
  static final int MSCRATCH = 0x340;
  static final int MEPC = 0x341;
  static final int MCAUSE = 0x342;
  static final int MTVAL = 0x343;
  static final int MIP = 0x344;
  static final int PMPCFG0 = 0x3a0;
  static final int PMPADDR0 = 0x3b0;
  static final int MCYCLE = 0xb00;
  static final int MINSTRET = 0xb02;
  static final int MHPMCOUNTER3 = 0xb03;
  static final int CYCLE = 0xc00;
  static final int TIME = 0xc01;
  static final int INSTRET = 0xc02;
  static final int HPMCOUNTER3 = 0xc03;
  static final int HPMCOUNTER31 = 0xc1f;
  static final int MVENDORID = 0xf11;
  static final int MARCHID = 0xf12;
  static final int MIMPID = 0xf13;
  static final int MHARTID = 0xf14;
  static final int MCONFIGPTR = 0xf15;

  static final long STATUS_SIE = 1L << 1;
  static final long STATUS_MIE = 1L << 3;
  static final long STATUS_SPIE = 1L << 5;
  static final long STATUS_MPIE = 1L << 7;
  static final long STATUS_SPP = 1L << 8;
  static final int STATUS_MPP_SHIFT = 11;
  static final long STATUS_MPP = 3L << STATUS_MPP_SHIFT;
  static final long STATUS_FS = 3L << 13;
  static final long STATUS_MPRV = 1L << 17;
  static final long STATUS_SUM = 1L << 18;
  static final long STATUS_MXR = 1L << 19;
  static final long STATUS_TVM = 1L << 20;
  static final long STATUS_TW = 1L << 21;
  static final long STATUS_TSR = 1L << 22;
  static final long STATUS_UXL_SXL = 2L << 32 | 2L << 34;
  static final long STATUS_SD = 1L << 63;
  static final long SSTATUS_WRITABLE =
      STATUS_SIE | STATUS_SPIE | STATUS_SPP | STATUS_FS | STATUS_SUM | STATUS_MXR;
  static final long SSTATUS_READABLE = SSTATUS_WRITABLE | 3L << 32 | STATUS_SD;
  static final long MSTATUS_WRITABLE =
      SSTATUS_WRITABLE
          | STATUS_MIE
          | STATUS_MPIE
          | STATUS_MPP
          | STATUS_MPRV
          | STATUS_TVM
          | STATUS_TW
          | STATUS_TSR;

  /** Writable bits of mcounteren and scounteren. */
  static final long COUNTERS = 0xffff_ffffL;

  static final long ENVCFG_FIOM = 1;
  static final long MENVCFG_ADUE = 1L << 61;
  static final long MENVCFG_STCE = 1L << 63;

  static final int SATP_MODE_SHIFT = 60;
  static final int SATP_SV39 = 8;
  static final int SATP_SV48 = 9;

  /** RV64 with A, C, D, F, I, M, S, U. */
  static final long MISA_VALUE = 2L << 62 | 0x14_112dL;

  /** Delegable exceptions: all but ECALL from M-mode and the reserved codes. */
  static final long MEDELEG_WRITABLE = 0xb3ff;

  static final List<Csr> KNOWN = known();

  private CsrLayout() {}

  private static List<Csr> known() {
    List<Csr> list = new ArrayList<>();
    String plain =
        "001 fflags,002 frm,003 fcsr,100 sstatus,104 sie,105 stvec,106 scounteren,10a senvcfg,140"
            + " sscratch,141 sepc,142 scause,143 stval,180 satp,300 mstatus,302 medeleg,303"
            + " mideleg,304 mie,305 mtvec,306 mcounteren,30a menvcfg,320 mcountinhibit,340"
            + " mscratch,341 mepc,342 mcause,343 mtval,3a0 pmpcfg0,3a2 pmpcfg2";
    String sources =
        "144 sip,14d stimecmp,301 misa,344 mip,b00 mcycle,b02 minstret,c00 cycle,c01 time,c02"
            + " instret,f11 mvendorid,f12 marchid,f13 mimpid,f14 mhartid,f15 mconfigptr";
    add(list, plain, false);
    add(list, sources, true);
    for (int i = 0; i < 16; i++) {
      list.add(new Csr(PMPADDR0 + i, "pmpaddr" + i, false));
    }
    for (int i = 3; i < 32; i++) {
      list.add(new Csr(MHPMEVENT3 + i - 3, "mhpmevent" + i, true));
      list.add(new Csr(MHPMCOUNTER3 + i - 3, "mhpmcounter" + i, true));
      list.add(new Csr(HPMCOUNTER3 + i - 3, "hpmcounter" + i, true));
    }
    list.sort((a, b) -> Integer.compare(a.number(), b.number()));
    return List.copyOf(list);
  }

  private static void add(List<Csr> list, String entries, boolean source) {
    for (String entry : entries.split(",", -1)) {
      list.add(new Csr(Integer.parseInt(entry.substring(0, 3), 16), entry.substring(4), source));
    }
  }
}
