package dev.vls.replay.metrics;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.log.store.LogDirectory;
import dev.vls.log.store.LogWriter;
import dev.vls.log.store.LogWriterConfig;
import dev.vls.replay.LogSink;
import dev.vls.replay.MachineSpec;
import dev.vls.replay.Recordings;
import dev.vls.replay.StandardDevices;
import dev.vls.replay.VirtualMachine;
import dev.vls.sma.HostException;
import dev.vls.sma.OutputGate;
import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsServerTest {
  private static final Path PAGE =
      Path.of(System.getProperty("vls.root", ".."), "docs", "metrics.md");
  private static final Pattern ROW =
      Pattern.compile(
          "\\| `(vls[a-z.]+)` \\| `(vls[a-z_]+)` \\| (counter|gauge) \\| .+ \\| .+ \\|");
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static final PrometheusMeterRegistry REGISTRY =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  @TempDir private static Path folder;
  private static VirtualMachine vm;
  private static MetricsServer server;

  @BeforeAll
  static void recordARun() throws Exception {
    MachineSpec spec = Recordings.spec("hello", "", MachineSpec.Time.VIRTUAL);
    vm = VirtualMachine.create(spec, StandardDevices.KINDS, OutputGate.Release.IMMEDIATE);
    Map<String, byte[]> images = spec.imageContents();
    LogDirectory log = LogDirectory.create(folder.resolve("log"), spec.manifest("t", 0), images);
    MachineMeters meters = new MachineMeters(REGISTRY);
    meters.bind(vm.domain());
    try (LogWriter writer = LogWriter.create(log, LogWriterConfig.DEFAULT)) {
      meters.bind(writer.counters());
      vm.record(new LogSink(writer));
    }
    server = MetricsServer.open(0, REGISTRY);
  }

  @AfterAll
  static void close() {
    server.close();
    vm.close();
  }

  @Test
  void shouldServeEveryMeterOfThePageWhenAsked() throws Exception {
    Answer response = get("/metrics");
    assertEquals(200, response.status());
    assertEquals("text/plain; version=0.0.4; charset=utf-8", response.type());
    for (Map.Entry<String, Row> row : page().entrySet()) {
      String type = "# TYPE " + row.getValue().exported() + " " + row.getValue().type();
      assertTrue(response.body().contains(type + "\n"), () -> type + "\n" + response.body());
    }
    long steps = vm.domain().machine().position().steps();
    Matcher value = Pattern.compile("(?m)^vls_machine_steps_total (.*)$").matcher(response.body());
    assertTrue(value.find(), response::body);
    assertEquals(steps, Math.round(Double.parseDouble(value.group(1))));
  }

  @Test
  void shouldHaveARowForEveryMeterWhenDocumented() throws Exception {
    TreeSet<String> registered = new TreeSet<>();
    for (Meter meter : REGISTRY.getMeters()) {
      registered.add(meter.getId().getName());
      assertFalse(meter.getId().getDescription() == null, meter.getId()::toString);
    }
    assertEquals(registered, page().keySet());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/metrics/", "/metric", "//metrics", "/metrics%00", "/../metrics"})
  void shouldAnswerNotFoundWhenThePathIsAnother(String path) throws Exception {
    assertEquals(404, get(path).status());
  }

  @Test
  void shouldIgnoreTheQueryWhenScraped() throws Exception {
    assertEquals(200, get("/metrics?name=vls").status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS"})
  void shouldAnswerNotAllowedWhenTheMethodIsAnother(String method) throws Exception {
    Answer response = ask(method, "/metrics");
    assertEquals(405, response.status());
    assertEquals("GET", response.allow());
  }

  @Test
  void shouldRefuseWhenHeadersOrBodiesAreTooLarge() throws Exception {
    String large = "x".repeat(100_000);
    assertRefused("GET /metrics HTTP/1.1\r\nHost: a\r\nX: " + large + "\r\n\r\n");
    assertRefused("GET /" + large + " HTTP/1.1\r\nHost: a\r\n\r\n");
    assertRefused("POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + large);
    assertRefused("GET /metrics HTTP/1.1\r\nContent-Length: -5\r\n\r\n");
    assertEquals(200, get("/metrics").status());
  }

  @Test
  void shouldGoOnWhenClientsSendGarbage() throws Exception {
    long seed = Long.getLong("vls.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int n = 0; n < 40; n++) {
      byte[] garbage = new byte[1 + random.nextInt(2000)];
      random.nextBytes(garbage);
      String answer = exchange(garbage);
      assertFalse(answer.startsWith("HTTP/1.1 200"), () -> "seed " + seed + ": " + answer);
    }
    try (Socket silent = connect()) {
      assertTrue(silent.isConnected());
      assertEquals(200, get("/metrics").status());
    }
  }

  @Test
  void shouldNameThePortWhenItIsTaken() {
    HostException refused =
        assertThrows(HostException.class, () -> MetricsServer.open(server.port(), REGISTRY));
    assertTrue(refused.getMessage().contains("" + server.port()), refused::getMessage);
  }

  private static void assertRefused(String request) throws IOException {
    String answer = exchange(request.getBytes(ISO_8859_1));
    assertTrue(answer.isEmpty() || answer.startsWith("HTTP/1.1 4"), answer);
  }

  /** Sends everything and returns what comes back until the server closes. */
  private static String exchange(byte[] request) throws IOException {
    try (Socket socket = connect()) {
      try {
        socket.getOutputStream().write(request);
        socket.shutdownOutput();
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
      } catch (IOException e) {
        return ""; // closed before it had read all of it
      }
    }
  }

  private static Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout((int) LIMIT.toMillis());
    return socket;
  }

  private record Answer(int status, String type, String allow, String body) {}

  private static Answer get(String path) throws IOException {
    return ask("GET", path);
  }

  private static Answer ask(String method, String path) throws IOException {
    URI uri = URI.create("http://localhost:" + server.port() + path);
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setReadTimeout((int) LIMIT.toMillis());
    connection.setRequestMethod(method);
    int status = connection.getResponseCode();
    try (InputStream body =
        status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      return new Answer(
          status,
          connection.getContentType(),
          connection.getHeaderField("Allow"),
          new String(body.readAllBytes(), UTF_8));
    }
  }

  private record Row(String exported, String type) {}

  private static Map<String, Row> page() throws IOException {
    Map<String, Row> rows = new TreeMap<>();
    for (String line : Files.readAllLines(PAGE)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        rows.put(row.group(1), new Row(row.group(2), row.group(3)));
      }
    }
    return rows;
  }
}
