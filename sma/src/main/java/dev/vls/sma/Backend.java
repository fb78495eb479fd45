package dev.vls.sma;

/**
 * The outside half of a split device: does the I/O (DESIGN section 5). It sees the guest only
 * through the port's messages and its channel, and may be attached and detached at any ring state.
 */
public interface Backend extends AutoCloseable {
  /**
   * Takes the channel by which programs reach the guest. Called before the first message, on the
   * domain's thread; must not block.
   */
  void attach(Channel channel);

  /**
   * Takes the next message of the port. Called in order, on the domain's thread or on the one that
   * reports stability; must not block: queue it. A back-end that throws has failed: it gets no more
   * messages and the domain's run ends.
   */
  void accept(OutputMessage message);

  /**
   * Stops the back-end's thread and releases what it holds; requests in progress may or may not be
   * done.
   */
  @Override
  void close();
}
