package dev.vls.drivers.console;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;

/** One connection of a client; event loop only. */
// Futures of writes are not looked at: a write that fails ends the connection, and that is acted
// on.
@SuppressWarnings("FutureReturnValueIgnored")
final class RelayConnection extends SimpleChannelInboundHandler<RelayFrame> {
  private final RelayClient client;

  RelayConnection(RelayClient client) {
    super(RelayFrame.class);
    this.client = client;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    client.connected(context.channel());
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, RelayFrame frame) {
    if (frame instanceof RelayFrame.Close close) {
      client.problem("the relay said: " + close.reason());
      context.close();
    } else if (!client.take(frame)) {
      client.problem("the relay broke its protocol");
      context.close();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    client.pump();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    client.disconnected(context.channel());
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    client.problem(String.valueOf(cause.getMessage()));
    context.close();
  }
}
