package dev.vls.log.wire;

import io.netty.channel.ChannelPipeline;
import java.util.function.LongSupplier;

/** The handlers of one connection, in order. A TLS handler would go in front of them. */
final class WirePipeline {
  private WirePipeline() {}

  static void install(
      ChannelPipeline pipeline,
      LivenessConfig liveness,
      LongSupplier nanoClock,
      WireCounters counters,
      WireSession session) {
    pipeline.addLast("liveness", new LivenessHandler(liveness, nanoClock, counters));
    pipeline.addLast("decoder", new WireDecoder(counters));
    pipeline.addLast("encoder", new WireEncoder(counters));
    pipeline.addLast("session", session);
  }
}
