/** Recorder, replayer, leader and follower over one machine, and the vls command. */
module dev.vls.replay {
  requires transitive dev.vls.drivers;
  requires transitive dev.vls.log;
  requires info.picocli;
  requires io.netty.codec.http;
  requires micrometer.core;
  requires micrometer.registry.prometheus;
  requires org.slf4j;
}
