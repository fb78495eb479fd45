package dev.vls.drivers.share;

import dev.vls.sma.HostException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A directory of the host, looked at and never changed. Every question walks from its top, name by
 * name, and follows no link: so nobody gets out of it, whatever the host's files do meanwhile. One
 * thread, except that any may close it once that is done.
 */
public final class HostTree implements AutoCloseable {
  private static final byte[] HERE = {'.'};
  private static final int ENTRY_BUFFER = 32 << 10;
  private static final int MAX_READ = VirtioShareDevice.MAX_MESSAGE;

  /** A record of getdents64: inode[8] offset[8] length[2] type[1] name, up to a 0. */
  private static final int RECORD_NAME = 19;

  private static final int ENTRY_DIRECTORY = 4;
  private static final int ENTRY_LINK = 10;
  private static final int STATFS_ROOM = 256;

  private final HostCalls calls;
  private final int top;
  private final Attributes.Identities identities;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment buffer = arena.allocate(MAX_READ, Long.BYTES);

  private HostTree(HostCalls calls, int top, Attributes.Identities identities) {
    this.calls = calls;
    this.top = top;
    this.identities = identities;
  }

  /**
   * Opens a directory.
   *
   * @throws HostException if there is none, or this user may not look into it
   */
  public static HostTree open(Path directory) throws HostException {
    if (!System.getProperty("os.name").equals("Linux")) {
      throw new HostException("sharing the directory '" + directory + "' needs Linux on the host");
    }
    HostCalls calls = new HostCalls();
    try {
      int top = calls.open(directory.toString().getBytes(StandardCharsets.UTF_8));
      return new HostTree(calls, top, new Attributes.Identities(calls.attributes(top).device()));
    } catch (ErrnoException e) {
      calls.close();
      throw new HostException(
          "'%s' cannot be shared: expected a directory that this user may look into, found %s"
              .formatted(directory, reason(e.errno())));
    }
  }

  private static String reason(int errno) {
    return switch (errno) {
      case Errno.ENOENT -> "nothing";
      case Errno.ENOTDIR -> "no directory";
      default -> "error " + errno;
    };
  }

  /** What is done with something open. */
  @FunctionalInterface
  private interface Use<T> {
    T on(int descriptor) throws ErrnoException;
  }

  private <T> T with(int descriptor, Use<T> use) throws ErrnoException {
    try {
      return use.on(descriptor);
    } finally {
      calls.close(descriptor);
    }
  }

  /** Does something with what is at a place, opened to be looked at. */
  private <T> T at(SharePath path, Use<T> use) throws ErrnoException {
    return down(top, path.names(), use);
  }

  private <T> T down(int from, List<String> names, Use<T> use) throws ErrnoException {
    if (names.isEmpty()) {
      return use.on(from);
    }
    int next = calls.open(from, SharePath.octets(names.getFirst()), HostCalls.LOOK);
    return with(next, there -> down(there, names.subList(1, names.size()), use));
  }

  /** Does something with what is at a place, opened for reading, if it is what it was. */
  private <T> T reading(SharePath path, long identity, Use<T> use) throws ErrnoException {
    Attributes seen = attributes(path, identity);
    if (!seen.isFile() && !seen.isDirectory()) {
      throw new ErrnoException(seen.isLink() ? Errno.ELOOP : Errno.EOPNOTSUPP);
    }
    List<String> names = path.names();
    byte[] last = names.isEmpty() ? HERE : SharePath.octets(names.getLast());
    List<String> way = names.isEmpty() ? names : names.subList(0, names.size() - 1);
    return down(
        top,
        way,
        directory ->
            with(
                calls.open(directory, last, HostCalls.READ),
                opened -> {
                  Attributes now = calls.attributes(opened);
                  if (!now.qid(identities).isSameFile(seen.qid(identities))) {
                    throw new ErrnoException(Errno.ESTALE);
                  }
                  return use.on(opened);
                }));
  }

  private Attributes attributes(SharePath path, long identity) throws ErrnoException {
    Attributes attributes = at(path, calls::attributes);
    if (identity != 0 && attributes.qid(identities).path() != identity) {
      throw new ErrnoException(Errno.ESTALE);
    }
    return attributes;
  }

  /** Returns the qid of a place. */
  Qid look(SharePath path) throws ErrnoException {
    return attributes(path, 0).qid(identities);
  }

  /** Returns the qid of a file or directory after trying to open it. */
  Qid open(SharePath path) throws ErrnoException {
    return reading(path, 0, opened -> calls.attributes(opened).qid(identities));
  }

  /** Returns the body of Rgetattr. */
  byte[] describe(SharePath path, long identity) throws ErrnoException {
    ByteBuffer body = AnswerLayout.little(NinePLayout.ATTRIBUTES_BYTES);
    attributes(path, identity).put(body, identities);
    return AnswerLayout.bytes(body);
  }

  /** Returns at most {@code count} bytes of a file; none behind its end. */
  byte[] read(SharePath path, long identity, long offset, int count) throws ErrnoException {
    return reading(
        path,
        identity,
        file -> {
          int done = 0;
          while (done < count) {
            MemorySegment rest = buffer.asSlice(done);
            long part = calls.read(file, rest, count - done, offset + done);
            if (part == 0) {
              break;
            }
            done += (int) part;
          }
          return bytes(done);
        });
  }

  private byte[] bytes(long count) {
    return buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
  }

  /** Returns what a symbolic link says. */
  byte[] link(SharePath path, int room) throws ErrnoException {
    return at(
        path,
        there -> {
          if (!calls.attributes(there).isLink()) {
            throw new ErrnoException(Errno.EINVAL);
          }
          long count = calls.link(there, buffer);
          if (count > room) {
            throw new ErrnoException(Errno.ENAMETOOLONG);
          }
          return bytes(count);
        });
  }

  /**
   * Returns entries of a directory, as Rreaddir has them.
   *
   * @param offset that of the entry after which to go on, or 0
   * @param room most bytes
   */
  byte[] list(SharePath path, long identity, long offset, int room) throws ErrnoException {
    return reading(
        path,
        identity,
        directory -> {
          calls.seek(directory, offset);
          Attributes own = calls.attributes(directory);
          ByteBuffer entries = AnswerLayout.little(room);
          while (add(entries, directory, path, own)) {}
          return AnswerLayout.bytes(entries);
        });
  }

  /** Adds what one call gives; returns whether there may be more, and room. */
  private boolean add(ByteBuffer entries, int directory, SharePath path, Attributes own)
      throws ErrnoException {
    long length = calls.entries(directory, buffer.asSlice(0, ENTRY_BUFFER));
    byte[] records = bytes(length);
    ByteBuffer fields = ByteBuffer.wrap(records).order(ByteOrder.nativeOrder());
    for (int at = 0; at < length; at += fields.getShort(at + 16) & 0xffff) {
      int end = at + RECORD_NAME;
      while (records[end] != 0) {
        end++;
      }
      int octets = end - at - RECORD_NAME;
      if (entries.remaining() < NinePLayout.ENTRY_BYTES + octets) {
        if (entries.position() == 0) {
          throw new ErrnoException(Errno.EINVAL);
        }
        return false;
      }
      int type = records[at + RECORD_NAME - 1] & 0xff;
      boolean up = octets == 2 && records[end - 1] == '.' && records[end - 2] == '.';
      long inode = up && path.isRoot() ? own.inode() : fields.getLong(at);
      new Qid(qidType(type), 0, identities.of(own.device(), inode)).put(entries);
      entries
          .putLong(fields.getLong(at + 8))
          .put((byte) type)
          .putShort((short) octets)
          .put(records, at + RECORD_NAME, octets);
    }
    return length > 0;
  }

  private static int qidType(int entryType) {
    return switch (entryType) {
      case ENTRY_DIRECTORY -> NinePLayout.QID_DIRECTORY;
      case ENTRY_LINK -> NinePLayout.QID_LINK;
      default -> NinePLayout.QID_FILE;
    };
  }

  /**
   * Returns the body of Rstatfs. The host's answer is, in words of 8 bytes: type, block size,
   * blocks, free, available, files, free files, number, longest name.
   */
  byte[] space(SharePath path) throws ErrnoException {
    return at(
        path,
        there -> {
          calls.fileSystem(there, buffer.asSlice(0, STATFS_ROOM));
          ByteBuffer body = AnswerLayout.little(NinePLayout.STATFS_BYTES);
          body.putInt((int) word(0)).putInt((int) word(1));
          for (int field = 2; field <= 7; field++) {
            body.putLong(word(field));
          }
          return AnswerLayout.bytes(body.putInt((int) word(8)));
        });
  }

  private long word(int index) {
    return buffer.get(ValueLayout.JAVA_LONG, (long) index * Long.BYTES);
  }

  @Override
  public void close() {
    calls.close(top);
    calls.close();
    arena.close();
  }
}
