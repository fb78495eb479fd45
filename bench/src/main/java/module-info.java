/** Measurements. */
module dev.vls.bench {
  requires dev.vls.replay;
}
