/** Recorder, replayer, leader and follower over one machine, and the vls command. */
module dev.vls.replay {
  requires transitive dev.vls.drivers;
  requires transitive dev.vls.log;
  requires info.picocli;
  requires io.netty.codec.http;
  requires io.netty.handler;
  requires io.netty.transport;
  requires io.netty.buffer;
  requires io.netty.common;
  requires io.netty.codec;
  requires java.management;
  requires jdk.management;
  requires transitive micrometer.core;
  requires transitive micrometer.registry.prometheus;
  requires org.jline.terminal;
  requires org.jline.terminal.ffm;
  requires org.slf4j;

  exports dev.vls.replay;
  exports dev.vls.replay.cli;
  exports dev.vls.replay.demo;
  exports dev.vls.replay.metrics;
  exports dev.vls.replay.role;

  opens dev.vls.replay.cli to
      info.picocli;

  uses dev.vls.replay.cli.CommandProvider;
}
