/** An embedder. */
module dev.vls.example {
  requires dev.vls.replay;
}
