/** Recorder, replayer, leader and follower over one machine, and the vls command. */
module dev.vls.replay {
  requires transitive dev.vls.drivers;
  requires transitive dev.vls.log;
  requires info.picocli;
  requires io.netty.codec.http;
  requires jdk.management;
  requires micrometer.core;
  requires micrometer.registry.prometheus;
  requires org.slf4j;

  exports dev.vls.replay.cli;

  opens dev.vls.replay.cli to
      info.picocli;

  uses dev.vls.replay.cli.CommandProvider;
}
