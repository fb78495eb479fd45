package dev.vls.replay.metrics;

import dev.vls.sma.HostException;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Serves the meters as Prometheus text at {@code /metrics} on the loopback address. */
public final class MetricsServer implements AutoCloseable {
  private static final int MAX_REQUEST_BYTES = 16 << 10;
  private static final int IDLE_SECONDS = 30;
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final MultiThreadIoEventLoopGroup group;
  private final Channel channel;

  private MetricsServer(MultiThreadIoEventLoopGroup group, Channel channel) {
    this.group = group;
    this.channel = channel;
  }

  /**
   * Opens the port.
   *
   * @param port 0 for any free one
   * @throws HostException if it cannot be opened
   */
  public static MetricsServer open(int port, PrometheusMeterRegistry registry)
      throws HostException {
    MultiThreadIoEventLoopGroup group =
        new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel client) {
                    client
                        .pipeline()
                        .addLast(new ReadTimeoutHandler(IDLE_SECONDS))
                        .addLast(new HttpServerCodec())
                        .addLast(new HttpObjectAggregator(MAX_REQUEST_BYTES))
                        .addLast(new Answer(registry));
                  }
                });
    var bound =
        bootstrap
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      Future<?> _ = group.shutdownGracefully();
      throw new HostException(
          "the metrics port "
              + port
              + " cannot be opened: "
              + bound.cause().getMessage()
              + "; name another with --metrics",
          bound.cause());
    }
    return new MetricsServer(group, bound.channel());
  }

  /** Returns the port in use. */
  public int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  @Override
  public void close() {
    channel.close().awaitUninterruptibly();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private static final class Answer extends SimpleChannelInboundHandler<FullHttpRequest> {
    private final PrometheusMeterRegistry registry;

    Answer(PrometheusMeterRegistry registry) {
      this.registry = registry;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
      ChannelFuture _ =
          context.writeAndFlush(response(request)).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      ChannelFuture _ = context.close(); // a client that speaks no HTTP, or went away
    }

    private FullHttpResponse response(FullHttpRequest request) {
      if (request.decoderResult().isFailure()) {
        return text(HttpResponseStatus.BAD_REQUEST, "this is no request that can be read\n");
      }
      if (!request.method().equals(HttpMethod.GET)) {
        FullHttpResponse refusal =
            text(HttpResponseStatus.METHOD_NOT_ALLOWED, "only GET is answered\n");
        refusal.headers().set(HttpHeaderNames.ALLOW, HttpMethod.GET);
        return refusal;
      }
      String uri = request.uri();
      if (!uri.equals("/metrics") && !uri.startsWith("/metrics?")) {
        return text(HttpResponseStatus.NOT_FOUND, "the meters are at /metrics\n");
      }
      return text(HttpResponseStatus.OK, registry.scrape());
    }

    private static FullHttpResponse text(HttpResponseStatus status, String body) {
      FullHttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(body, StandardCharsets.UTF_8));
      response.headers().set(HttpHeaderNames.CONTENT_TYPE, TEXT);
      response.headers().set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      return response;
    }
  }
}
