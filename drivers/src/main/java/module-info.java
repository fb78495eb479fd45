/** Split devices: a port inside, a back-end outside. */
module dev.vls.drivers {
  exports dev.vls.drivers.block;
  exports dev.vls.drivers.console;
  exports dev.vls.drivers.entropy;
  exports dev.vls.drivers.net;
  exports dev.vls.drivers.ring;
  exports dev.vls.drivers.share;
  exports dev.vls.drivers.store;
  exports dev.vls.drivers.virtio;

  requires transitive dev.vls.sma;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.common;
  requires io.netty.transport;
}
