package dev.vls.log.frame;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.vls.log.LogException;
import dev.vls.log.LogException.Kind;
import dev.vls.log.MachineConfig;
import dev.vls.log.MachineConfig.StartMode;
import dev.vls.log.Manifest;
import dev.vls.log.proto.Device;
import dev.vls.log.proto.Feature;
import dev.vls.log.proto.Image;
import dev.vls.log.proto.Option;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The manifest file (docs/format.md).
 *
 * <pre>
 * offset  size  field
 *      0     8  magic "VLSLOG\r\n"
 *      8     4  version
 *     12     4  length n of the payload
 *     16     n  payload
 *   16+n     4  CRC-32C over all octets before it
 * </pre>
 */
public final class ManifestCodec {
  /** Largest manifest file. */
  public static final int MAX_BYTES = 20 + (1 << 20);

  private static final long MAGIC = 0x0A0D474F4C534C56L;
  private static final int VERSION = 8;
  private static final int LENGTH = 12;
  private static final int PAYLOAD = 16;
  private static final int CRC_BYTES = 4;

  private ManifestCodec() {}

  /**
   * Returns the octets of the file.
   *
   * @throws IllegalArgumentException if the manifest exceeds {@link #MAX_BYTES}
   */
  public static byte[] encode(Manifest manifest) {
    byte[] payload = toMessage(manifest).toByteArray();
    byte[] file = new byte[PAYLOAD + payload.length + CRC_BYTES];
    if (file.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a manifest has at most " + MAX_BYTES + " octets, this one " + file.length);
    }
    FrameLayout.putInt64(file, 0, MAGIC);
    FrameLayout.putInt32(file, VERSION, Manifest.FORMAT_VERSION);
    FrameLayout.putInt32(file, LENGTH, payload.length);
    System.arraycopy(payload, 0, file, PAYLOAD, payload.length);
    FrameLayout.putInt32(file, file.length - CRC_BYTES, crc(file));
    return file;
  }

  /**
   * Returns the checksum at the end of a manifest that {@link #encode} made or {@link #decode}
   * accepted.
   */
  public static int seed(byte[] file) {
    return FrameLayout.int32(file, file.length - CRC_BYTES);
  }

  /**
   * Returns the manifest in {@code file}.
   *
   * @param where what to call it in messages
   * @throws LogException if it is none, is damaged, or needs more than this program implements
   */
  public static Manifest decode(byte[] file, String where) throws LogException {
    check(file, where);
    try {
      return fromMessage(
          dev.vls.log.proto.Manifest.parser()
              .parseFrom(file, PAYLOAD, file.length - PAYLOAD - CRC_BYTES),
          where);
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new LogException(
          Kind.DAMAGED, where + " has content without meaning: " + e.getMessage(), e);
    }
  }

  private static void check(byte[] file, String where) throws LogException {
    checkMagic(file, where);
    int stored = seed(file);
    if (stored != crc(file)) {
      throw new LogException(
          Kind.DAMAGED,
          String.format(
              "%s is damaged: its checksum is %08x where %08x was expected; restore it from a copy",
              where, stored, crc(file)));
    }
    int version = FrameLayout.int32(file, VERSION);
    if (version != Manifest.FORMAT_VERSION) {
      throw new LogException(
          Kind.UNKNOWN_VERSION,
          where
              + " is written in format version "
              + Integer.toUnsignedString(version)
              + ", this program reads version "
              + Manifest.FORMAT_VERSION
              + "; use the program that wrote it or a newer one");
    }
    if (FrameLayout.int32(file, LENGTH) != file.length - PAYLOAD - CRC_BYTES) {
      throw new LogException(
          Kind.DAMAGED, where + " is damaged: its length field does not match its size");
    }
  }

  /** Tells a manifest with a damaged beginning from a file of another kind. */
  private static void checkMagic(byte[] file, String where) throws LogException {
    byte[] magic = new byte[VERSION];
    FrameLayout.putInt64(magic, 0, MAGIC);
    byte[] repaired = file.clone();
    System.arraycopy(magic, 0, repaired, 0, Math.min(magic.length, file.length));
    boolean isShort = file.length < PAYLOAD + CRC_BYTES;
    if (!Arrays.equals(file, repaired)) {
      boolean isLog = !isShort && seed(file) == crc(repaired);
      throw isLog
          ? damaged(where, "its first bytes have changed")
          : new LogException(
              Kind.NOT_A_LOG, where + " is not the manifest of a log: it does not begin like one");
    }
    if (isShort) {
      throw damaged(where, "it ends after " + file.length + " bytes");
    }
  }

  private static LogException damaged(String where, String how) {
    return new LogException(
        Kind.DAMAGED, where + " is damaged: " + how + "; restore it from a copy");
  }

  private static int crc(byte[] file) {
    CRC32C crc = new CRC32C();
    crc.update(file, 0, file.length - CRC_BYTES);
    return (int) crc.getValue();
  }

  private static dev.vls.log.proto.Manifest toMessage(Manifest manifest) {
    var builder =
        dev.vls.log.proto.Manifest.newBuilder()
            .setFormatVersion(Manifest.FORMAT_VERSION)
            .setCreator(manifest.creator())
            .setCreatedUnixMs(manifest.createdUnixMs())
            .setMachine(toMessage(manifest.machine()));
    manifest
        .features()
        .forEach(f -> builder.addFeatures(Feature.newBuilder().setBit(f.bit()).setName(f.name())));
    for (Manifest.Image image : manifest.images()) {
      builder.addImages(
          Image.newBuilder()
              .setRole(image.role())
              .setName(image.name())
              .setSha256(Messages.octets(image.sha256()))
              .setSize(image.sizeBytes()));
    }
    return builder.build();
  }

  private static dev.vls.log.proto.MachineConfig toMessage(MachineConfig machine) {
    var builder =
        dev.vls.log.proto.MachineConfig.newBuilder()
            .setRamBytes(machine.ramBytes())
            .setHarts(machine.harts())
            .setTimePolicyValue(Codes.TIME_POLICY.code(machine.timePolicy()))
            .setInstructionsPerSecond(machine.instructionsPerSecond())
            .setFirmware(machine.start() == StartMode.FIRMWARE)
            .setAppend(machine.append())
            .setCaptureModeValue(Codes.CAPTURE_MODE.code(machine.captureMode()))
            .addAllOptions(toMessages(machine.options()));
    for (MachineConfig.Device device : machine.devices()) {
      builder.addDevices(
          Device.newBuilder()
              .setKind(device.kind())
              .setName(device.name())
              .addAllOptions(toMessages(device.options()))
              .setSize(device.sizeBytes())
              .setSha256(Messages.octets(device.sha256())));
    }
    return builder.build();
  }

  private static List<Option> toMessages(SortedMap<String, String> options) {
    return options.entrySet().stream()
        .map(e -> Option.newBuilder().setKey(e.getKey()).setValue(e.getValue()).build())
        .toList();
  }

  private static Manifest fromMessage(dev.vls.log.proto.Manifest message, String where)
      throws LogException {
    List<Manifest.Feature> features =
        message.getFeaturesList().stream()
            .map(f -> new Manifest.Feature(f.getBit(), f.getName()))
            .toList();
    if (!features.isEmpty()) {
      throw new LogException(
          Kind.UNKNOWN_FEATURE,
          where
              + " needs "
              + String.join(
                  ", ",
                  features.stream().map(f -> "'" + f.name() + "' (bit " + f.bit() + ")").toList())
              + ", which this program does not have; use the program that wrote it or a newer one");
    }
    return new Manifest(
        features,
        message.getCreator(),
        message.getCreatedUnixMs(),
        fromMessage(message.getMachine()),
        message.getImagesList().stream()
            .map(
                i ->
                    new Manifest.Image(
                        i.getRole(), i.getName(), Messages.hash(i.getSha256()), i.getSize()))
            .toList());
  }

  private static MachineConfig fromMessage(dev.vls.log.proto.MachineConfig machine) {
    return new MachineConfig(
        machine.getRamBytes(),
        machine.getHarts(),
        Codes.TIME_POLICY.constant(machine.getTimePolicyValue()),
        machine.getInstructionsPerSecond(),
        machine.getFirmware() ? StartMode.FIRMWARE : StartMode.SUPERVISOR,
        machine.getAppend(),
        Codes.CAPTURE_MODE.constant(machine.getCaptureModeValue()),
        machine.getDevicesList().stream()
            .map(
                d ->
                    new MachineConfig.Device(
                        d.getKind(),
                        d.getName(),
                        fromMessages(d.getOptionsList()),
                        d.getSize(),
                        Messages.hash(d.getSha256())))
            .toList(),
        fromMessages(machine.getOptionsList()));
  }

  private static SortedMap<String, String> fromMessages(List<Option> options) {
    SortedMap<String, String> map = new TreeMap<>();
    for (Option option : options) {
      if (!map.isEmpty() && option.getKey().compareTo(map.lastKey()) <= 0) {
        throw new IllegalArgumentException("option keys must ascend, found " + option.getKey());
      }
      map.put(option.getKey(), option.getValue());
    }
    return map;
  }
}
