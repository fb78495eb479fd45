package dev.vls.replay.role;

import dev.vls.drivers.block.BlockConfig;
import dev.vls.drivers.block.DiskImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A disk that both sides of a pair reach, one after the other: it is locked while it is open. */
final class SharedDisk {
  private final byte[] bytes = new byte[SECTORS * BlockConfig.SECTOR_BYTES];
  private final AtomicInteger writes = new AtomicInteger();
  private Side holder;
  private boolean stuck;

  static final int SECTORS = 2048;

  /** Opens it when it is free. */
  synchronized Side open() throws InterruptedException {
    while (holder != null) {
      wait();
    }
    holder = new Side();
    return holder;
  }

  /** Returns how many writes and flushes were asked for, done or not. */
  int requests() {
    return writes.get();
  }

  /** From now on nothing that is asked for is done, as long as the disk is not opened anew. */
  synchronized void stick() {
    stuck = true;
  }

  /** The host that has it open is dead: what it asks for has no effect any more. */
  synchronized void forget() {
    holder = null;
    stuck = false;
    notifyAll();
  }

  /** Writes the content to a file. */
  synchronized Path dump(Path file) throws IOException {
    return Files.write(file, bytes);
  }

  /** The disk as one host has it open. */
  final class Side implements DiskImage {
    @Override
    public long sectors() {
      return SECTORS;
    }

    @Override
    public BlockConfig.Writing writing() {
      return BlockConfig.Writing.ALLOWED;
    }

    @Override
    public void read(long sector, byte[] target, int offset, int length) {
      synchronized (SharedDisk.this) {
        System.arraycopy(bytes, at(sector), target, offset, length);
      }
    }

    @Override
    public void write(long sector, byte[] source, int offset, int length) throws IOException {
      writes.incrementAndGet();
      synchronized (SharedDisk.this) {
        if (awaitMine()) {
          System.arraycopy(source, offset, bytes, at(sector), length);
        }
      }
    }

    @Override
    public void flush() throws IOException {
      writes.incrementAndGet();
      synchronized (SharedDisk.this) {
        boolean _ = awaitMine();
      }
    }

    private boolean awaitMine() throws IOException {
      try {
        while (stuck && holder == this) {
          SharedDisk.this.wait();
        }
        return holder == this;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }

    @Override
    public void close() {
      synchronized (SharedDisk.this) {
        if (holder == this) {
          forget();
        }
      }
    }

    private static int at(long sector) {
      return Math.toIntExact(sector * BlockConfig.SECTOR_BYTES);
    }
  }
}
