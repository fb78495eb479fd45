package dev.vls.replay.cli;

import dev.vls.drivers.net.MacAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A network card as named on the command line.
 *
 * @param link what it is plugged into
 * @param mac its address, if one was chosen
 */
record NetOption(Link link, Optional<MacAddress> mac) {
  /** What a card is plugged into. */
  sealed interface Link {}

  /**
   * The host's network by way of a passt process.
   *
   * @param tcp ports that are forwarded to the guest, {@code HOST:GUEST}
   * @param udp likewise
   */
  record ViaPasst(List<String> tcp, List<String> udp) implements Link {}

  /** A Unix domain socket at which somebody listens. */
  record Socket(Path path) implements Link {}

  /** A TAP interface of the host. */
  record Tap(String name) implements Link {}

  /** Reads {@code passt[,tcp=PORTS][,udp=PORTS]}, {@code socket:PATH} or {@code tap:NAME}. */
  static final class Converter implements ITypeConverter<NetOption> {
    private static final String SOCKET = "socket:";
    private static final String TAP = "tap:";
    private static final String PORTS = "[0-9]{1,5}(-[0-9]{1,5})?(:[0-9]{1,5}(-[0-9]{1,5})?)?";
    private static final String FORMS =
        "write passt, socket:PATH or tap:NAME, then ,mac=ADDRESS, and for passt ,tcp=PORT:PORT or"
            + " ,udp=PORT:PORT";

    @Override
    public NetOption convert(String text) {
      String[] parts = text.split(",", -1);
      List<String> tcp = new ArrayList<>();
      List<String> udp = new ArrayList<>();
      Optional<MacAddress> mac = Optional.empty();
      for (int i = 1; i < parts.length; i++) {
        String[] option = parts[i].split("=", 2);
        String value = option.length == 2 ? option[1] : "";
        switch (option[0]) {
          case "mac" -> mac = Optional.of(mac(value));
          case "tcp" -> tcp.add(ports(value));
          case "udp" -> udp.add(ports(value));
          default -> throw wrong(parts[i]);
        }
      }
      return new NetOption(link(parts[0], tcp, udp), mac);
    }

    private static Link link(String text, List<String> tcp, List<String> udp) {
      if (text.equals("passt")) {
        return new ViaPasst(List.copyOf(tcp), List.copyOf(udp));
      }
      if (!tcp.isEmpty() || !udp.isEmpty()) {
        throw new TypeConversionException("only passt forwards ports; " + FORMS);
      }
      if (text.startsWith(SOCKET) && text.length() > SOCKET.length()) {
        return new Socket(Path.of(text.substring(SOCKET.length())));
      }
      if (text.startsWith(TAP) && text.length() > TAP.length()) {
        return new Tap(text.substring(TAP.length()));
      }
      throw wrong(text);
    }

    private static MacAddress mac(String text) {
      try {
        return MacAddress.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(
            "'" + text + "' is not the address of a card; write 52:54:00:12:34:56");
      }
    }

    private static String ports(String text) {
      if (!text.matches(PORTS)) {
        throw new TypeConversionException("'" + text + "' are no ports to forward; " + FORMS);
      }
      return text;
    }

    private static TypeConversionException wrong(String text) {
      return new TypeConversionException("'" + text + "' is not a network option; " + FORMS);
    }
  }
}
