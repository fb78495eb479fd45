package dev.vls.log.wire;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Event loops: one daemon thread for each link. */
final class WireLoops {
  private static final long QUIET_MS = 0;
  private static final long STOP_MS = 2000;

  private WireLoops() {}

  static EventLoopGroup create(String name) {
    return new MultiThreadIoEventLoopGroup(
        1, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
  }

  /** Closes all connections of the loop and ends its thread, soon. */
  static void stop(EventLoopGroup group) {
    Future<?> _ = group.shutdownGracefully(QUIET_MS, STOP_MS, TimeUnit.MILLISECONDS);
  }
}
