package dev.vls.drivers.net;

/** A wire that leads back: every frame comes in again at once, on the thread that sent it. */
public final class EchoLink implements NetLink {
  private Receiver receiver;

  /** Creates a link. */
  public EchoLink() {}

  @Override
  public void open(Receiver to) {
    receiver = to;
  }

  /** What is sent is not to be modified, and what is received belongs to who gets it. */
  @Override
  public void send(byte[] frame) {
    receiver.frame(frame.clone());
  }

  @Override
  public void close() {}
}
