/** The event log on disk and on the wire. */
module dev.vls.log {
  exports dev.vls.log;
  exports dev.vls.log.store;
  exports dev.vls.log.wire;

  requires com.google.protobuf;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires org.slf4j;
}
