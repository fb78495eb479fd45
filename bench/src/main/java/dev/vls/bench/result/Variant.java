package dev.vls.bench.result;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** A way of running the same guest. */
public enum Variant {
  /** Live, not recorded. */
  PLAIN("plain", Kind.MACHINE),
  /** Live and recorded to a log directory. */
  RECORD("record", Kind.MACHINE),
  /** Replayed from the log of the same round. */
  REPLAY("replay", Kind.MACHINE),
  /** Live, recorded in turns; the log is thrown away. */
  SWITCHED("record in turns", Kind.MACHINE),
  /** Live with Sv39 paging on in the guest, in pages of 4 KiB, in turns with a run without. */
  PAGED_IN_TURNS("paging in turns", Kind.MACHINE),
  /** Live and recorded, in turns with a replay of a recording of the same. */
  REPLAYED_IN_TURNS("replay in turns", Kind.MACHINE),
  /** Live, not recorded, in the interpreter, at a size of its own. */
  INTERPRETER("interpreter", Kind.MACHINE),
  /** The command {@code vls run} from its start to its exit. */
  PROCESS("vls run", Kind.COMMAND),
  /** The command {@code vls record} from its start to its exit. */
  PROCESS_RECORD("vls record", Kind.COMMAND),
  /**
   * The command {@code vls lead} from its start to its exit, with a follower that replays the run.
   */
  REPLICATED("replicated", Kind.COMMAND),
  /** A leader that is killed, a follower and a client, in processes of their own. */
  PAIR("pair", Kind.COMMAND),
  /** QEMU's translator. */
  QEMU_PLAIN("qemu", Kind.QEMU),
  /** QEMU counting instructions. */
  QEMU_ICOUNT("qemu-icount", Kind.QEMU),
  /** QEMU recording. */
  QEMU_RECORD("qemu-record", Kind.QEMU),
  /** QEMU replaying what it recorded in the same round. */
  QEMU_REPLAY("qemu-replay", Kind.QEMU);

  /** What runs a guest. */
  public enum Kind {
    /** A fresh machine in the JVM of the bench. */
    MACHINE,
    /** The launcher, as a child process. */
    COMMAND,
    /** QEMU, as a child process. */
    QEMU
  }

  /** Variants with both sides of a comparison in one run, which leaves out its own beginning. */
  public static final Set<Variant> IN_TURNS =
      Collections.unmodifiableSet(EnumSet.of(SWITCHED, PAGED_IN_TURNS, REPLAYED_IN_TURNS));

  private final String label;
  private final Kind kind;

  Variant(String label, Kind kind) {
    this.label = label;
    this.kind = kind;
  }

  /** Returns the name in tables and JSON. */
  public String label() {
    return label;
  }

  /** Returns the name on the command line: the label in one word. */
  public String word() {
    return label.replace(' ', '-');
  }

  /** Returns what runs the guest. */
  public Kind kind() {
    return kind;
  }
}
