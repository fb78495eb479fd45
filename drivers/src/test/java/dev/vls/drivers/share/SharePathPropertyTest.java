package dev.vls.drivers.share;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** Whatever octets a guest walks along, the path stays inside. */
class SharePathPropertyTest {
  private static final List<String> TRICKY =
      List.of("..", ".", "", "a", "b", "/", "../..", "...", "a/..", "\0", "..\0", "\u00ff");

  @Property
  void shouldGoWhereAStackOfNamesGoes(@ForAll @Size(max = 40) List<Byte> choices) {
    SharePath path = SharePath.ROOT;
    Deque<String> names = new ArrayDeque<>();
    for (byte choice : choices) {
      String name = TRICKY.get(Math.floorMod(choice, TRICKY.size()));
      if (SharePath.errorOf(name) != 0) {
        continue;
      }
      path = path.step(name);
      if (!name.equals("..")) {
        names.addLast(name);
      } else if (!names.isEmpty()) {
        names.removeLast();
      }
    }
    assertEquals(new ArrayList<>(names), path.names());
    assertEquals(path, new SharePath(path.octets()));
  }

  @Property
  void shouldTakeOnlyWhatIsInside(@ForAll byte[] octets) {
    String text = new String(octets, StandardCharsets.ISO_8859_1);
    try {
      for (String name : new SharePath(text).names()) {
        assertEquals(0, SharePath.errorOf(name));
        assertNotEquals("..", name);
      }
      assertEquals(text, String.join("/", new SharePath(text).names()));
    } catch (IllegalArgumentException e) {
      assertTrue(
          List.of(text.split("/", -1)).stream()
              .anyMatch(name -> SharePath.errorOf(name) != 0 || name.equals("..")));
    }
  }

  @Property
  void shouldRefuseWhatIsNoOctet(@ForAll char character) {
    if (character > 0xff) {
      assertThrows(IllegalArgumentException.class, () -> new SharePath("a" + character));
    }
  }
}
