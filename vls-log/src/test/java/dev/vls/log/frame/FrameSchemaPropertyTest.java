package dev.vls.log.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.vls.log.Event;
import dev.vls.log.LogSamples;
import dev.vls.log.SmaFrame;
import dev.vls.log.frame.EventDecoder.Step;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * The encoders and decoders written by hand against the classes that protoc makes of the schema.
 */
class FrameSchemaPropertyTest {
  private static final int SEED = 0x1234_5678;

  @Property(tries = 300)
  void shouldWriteWhatTheSchemaWrites(@ForAll long seed) throws Exception {
    for (Event event : LogSamples.remarkedEvents(5, seed)) {
      FrameEncoder encoder = new FrameEncoder(SEED);
      encoder.event(0, event);
      int at = 0;
      for (SmaFrame sma : event.sma()) {
        byte[] payload = payload(encoder, at);
        assertArrayEquals(payload, parseSma(payload).toByteArray());
        assertEquals(sma, SmaCodec.read(CodedInputStream.newInstance(payload)));
        assertEquals(FrameSizes.sma(sma), payload.length + FrameLayout.OVERHEAD_BYTES);
        at += FrameSizes.sma(sma);
      }
      byte[] payload = payload(encoder, at);
      var brk = dev.vls.log.proto.BrkFrame.parseFrom(payload);
      assertArrayEquals(payload, brk.toByteArray());
      assertEquals(event.brk().position().instret(), brk.getInstret());
      assertEquals(event.brk().position().traps(), brk.getTraps());
      assertEquals(event.brk().kind().name(), brk.getKind().name());
      assertEquals(event.brk().pc(), brk.getPc());
      assertEquals(event.brk().mark(), brk.getMark());
      assertEquals(event.brk().remark(), brk.getRemark());
      assertEquals(event.brk().ports(), brk.getPortsList());
      assertEquals(event.brk(), BrkCodec.read(CodedInputStream.newInstance(payload)));
    }
  }

  @Property(tries = 100)
  void shouldReadBackEventsWhenFedFrameByFrame(@ForAll long seed) throws BadFrameException {
    List<Event> events = LogSamples.remarkedEvents(20, seed);
    FrameEncoder encoder = new FrameEncoder(SEED);
    for (int i = 0; i < events.size(); i++) {
      encoder.event(i, events.get(i));
    }
    encoder.end(LogSamples.end(events), events.size(), 99);
    EventDecoder decoder = new EventDecoder(SEED, 0, Optional.empty());
    int at = 0;
    for (Event event : events) {
      Step step = decoder.accept(encoder.buffer(), at, encoder.length());
      for (; step == Step.FRAME; step = decoder.accept(encoder.buffer(), at, encoder.length())) {
        at += decoder.frameBytes();
      }
      at += decoder.frameBytes();
      assertEquals(Step.EVENT, step);
      assertEquals(event, decoder.event());
    }
    assertEquals(Step.END, decoder.accept(encoder.buffer(), at, encoder.length()));
    assertEquals(LogSamples.end(events), decoder.end().orElseThrow());
    assertEquals(99, decoder.endSmaFrames());
  }

  private static dev.vls.log.proto.SmaFrame parseSma(byte[] payload)
      throws InvalidProtocolBufferException {
    return dev.vls.log.proto.SmaFrame.parseFrom(payload);
  }

  private static byte[] payload(FrameEncoder encoder, int at) throws IOException {
    int from = at + FrameLayout.HEADER_BYTES;
    return Arrays.copyOfRange(
        encoder.buffer(), from, from + FrameLayout.payloadLength(encoder.buffer(), at));
  }
}
