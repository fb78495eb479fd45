package dev.vls.bench.suite;

import dev.vls.bench.guest.NetChoice;
import dev.vls.bench.guest.Workload;
import dev.vls.bench.plot.Plot;
import dev.vls.bench.result.Distribution;
import dev.vls.bench.result.Numbers;
import dev.vls.bench.result.QemuPair;
import dev.vls.bench.result.Section;
import dev.vls.bench.result.TextTable;
import dev.vls.bench.result.Variant;
import dev.vls.bench.suite.BenchConfig.Scale;
import dev.vls.sma.CaptureMode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The network rings: {@code netstress}, whose frames all come back, from memory and over a socket,
 * strict and sampled. The bare load looks at the length and the number of a frame alone: what is
 * measured are the rings, the back-end and SMA. The checked load makes and compares every octet.
 */
final class NetLoads {
  /** The suite of its samples; a part of {@link IoSuite} for people. */
  static final String NAME = "io-net";

  static final String GUEST = "netstress";

  private static final List<String> BESIDE_QEMU =
      List.of("QEMU MB/s", "QEMU MB/CPU s", "VLS / QEMU", "VLS / QEMU, CPU");

  private NetLoads() {}

  static void run(Bench bench) throws Exception {
    RingTrial.Expected expected = new RingTrial.Expected();
    for (boolean checked : loads(bench.config().scale())) {
      for (NetChoice net : NetChoice.values()) {
        for (CaptureMode mode : modes(bench.config().scale())) {
          String subject =
              String.join(" ", checked ? "checked" : "bare", IoSuite.word(net), IoSuite.word(mode));
          Workload workload =
              Workload.net(
                  GUEST,
                  arguments(bench.config().scale(), checked),
                  bench.config().ramBytes(),
                  mode,
                  net);
          bench.compare(
              NAME,
              subject,
              groups(bench.config(), net, mode),
              new RingTrial(bench, workload, expected));
        }
      }
    }
  }

  /** The quick bench leaves out what is mostly the guest's own arithmetic. */
  private static List<Boolean> loads(Scale scale) {
    return scale == Scale.QUICK ? List.of(false) : List.of(false, true);
  }

  /** The quick bench has what is usual alone. */
  private static List<CaptureMode> modes(Scale scale) {
    return scale == Scale.QUICK ? List.of(CaptureMode.STRICT) : List.of(CaptureMode.values());
  }

  private static String arguments(Scale scale, boolean checked) {
    int frames =
        switch (scale) {
          case FULL -> checked ? 100_000 : 200_000;
          case QUICK -> 20_000;
          case TINY -> 50;
        };
    return "frames=" + frames + " check=" + (checked ? 1 : 0);
  }

  /**
   * QEMU has a socket, and captures nothing; it runs beside what is usual here. In sampled mode
   * frames are in memory before they are committed, and the digests on the way see them: a replay
   * that is right may differ from its recording there, so there is none.
   */
  private static List<List<Variant>> groups(BenchConfig config, NetChoice net, CaptureMode mode) {
    if (mode == CaptureMode.SAMPLED) {
      return List.of(List.of(Variant.PLAIN), List.of(Variant.RECORD));
    }
    boolean beside = config.beside().qemu().isPresent() && net == NetChoice.SOCKET;
    return beside
        ? Stream.concat(RingTrial.GROUPS.stream(), Stream.of(List.of(Variant.QEMU_PLAIN))).toList()
        : RingTrial.GROUPS;
  }

  static Plot plot(RingRates rates) {
    return new Plot(
        "Throughput of the network rings",
        rates.chart().svg(),
        List.of(
            "Frames of 1514 bytes, each sent and received; bytes count once, when they are back."
                + " 'bare': the guest looks at length and number alone; 'checked': it makes and"
                + " compares every octet. QEMU runs the same guest over the same kind of socket."));
  }

  static Section section(RingRates rates) {
    boolean qemu = rates.samples().has(NAME, Variant.QEMU_PLAIN);
    List<String> header = new ArrayList<>(RingRates.HEADER);
    List<String> notes =
        new ArrayList<>(
            List.of(
                "MB: million bytes of frames that came back to the guest, 1514 a frame, 16 in"
                    + " flight; MB/s by wall time, MB/CPU s by CPU time of the process, what sends"
                    + " the frames back included.",
                "bare: the guest looks at a frame's length and number; checked: it makes and"
                    + " compares every octet. memory: frames come back in this process; socket: by"
                    + " way of a Unix domain socket.",
                "cost: CPU time of the process, recorded / plain, pair by pair. replay speed: wall"
                    + " time of the recorded run / of its replay, which has no network; sampled"
                    + " runs are not replayed: the digests on the way see frames before their"
                    + " commit."));
    if (qemu) {
      header.addAll(BESIDE_QEMU);
      notes.add(
          "QEMU: plain, the same guest and the same other end of the socket, less a run of 0"
              + " frames; its CPU time too includes what sends the frames back.");
      notes.add("VLS / QEMU: speeds, plain, pair by pair; above 1 VLS is faster.");
    }
    TextTable table = new TextTable(header.toArray(String[]::new));
    for (String subject : rates.subjects()) {
      List<String> cells = new ArrayList<>(rates.cells(subject));
      if (qemu) {
        cells.addAll(besideQemu(rates, subject));
      }
      table.row(cells.toArray(String[]::new));
    }
    return new Section("io: netstress on the network rings", notes, table);
  }

  private static List<String> besideQemu(RingRates rates, String subject) {
    return List.of(
        Numbers.spread(rates.speed(subject, Variant.QEMU_PLAIN), 0),
        Numbers.spread(rates.cpuSpeed(subject, Variant.QEMU_PLAIN), 0),
        Numbers.ranged(rates.beside(subject, Variant.PLAIN, Variant.QEMU_PLAIN), 2),
        Numbers.ranged(rates.cpuBeside(subject, Variant.PLAIN, Variant.QEMU_PLAIN), 2));
  }

  static List<QemuPair> qemuPairs(RingRates rates) {
    List<QemuPair> pairs = new ArrayList<>();
    for (String subject : rates.subjects()) {
      pairs.add(pair(subject, "wall", rates.beside(subject, Variant.QEMU_PLAIN, Variant.PLAIN)));
      pairs.add(
          pair(
              subject,
              "CPU of the process",
              rates.cpuBeside(subject, Variant.QEMU_PLAIN, Variant.PLAIN)));
    }
    return pairs;
  }

  private static QemuPair pair(String subject, String by, Distribution times) {
    String compared =
        "%s / %s, %s".formatted(Variant.PLAIN.label(), Variant.QEMU_PLAIN.label(), by);
    return new QemuPair(IoSuite.NAME, GUEST + " " + subject, compared, times);
  }
}
