/** Split devices: a port inside, a back-end outside. */
module dev.vls.drivers {
  requires transitive dev.vls.sma;
  requires org.slf4j;
}
