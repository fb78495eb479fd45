package dev.vls.drivers.store;

import static dev.vls.drivers.store.StoreMessageLayout.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class StoreProtocolTest {
  private final StoreGuest guest = new StoreGuest();
  private final StoreAccess host = new StoreAccess(guest.tree);

  @Test
  void shouldReadTheToolstacksNodesWhenRelativeOrAbsolute() {
    assertEquals("1", guest.read("domid"));
    assertEquals("guest", guest.read("/local/domain/1/name"));
    assertEquals("65536", guest.read("memory/target"));
    assertEquals("1", guest.read("control/platform-feature-xs_reset_watches"));
  }

  @Test
  void shouldCreateParentsAndInheritWhenWriting() {
    assertEquals("OK", guest.write(0, "data/a/b/c", "v\0w"));
    assertEquals("v\0w", guest.read("data/a/b/c"));
    assertEquals("", guest.read("data/a/b"));
    assertEquals("n1\0", guest.text(XS_GET_PERMS, 0, "data/a/b/c"));
    assertEquals("a\0", guest.text(XS_DIRECTORY, 0, "data"));
  }

  @Test
  void shouldListInNameOrderWhateverTheOrderOfCreation() {
    for (String name : List.of("m", "a", "z", "B", "0")) {
      assertEquals("OK\0", guest.text(XS_MKDIR, 0, "data/" + name));
    }
    assertEquals("0\0B\0a\0m\0z\0", guest.text(XS_DIRECTORY, 0, "data"));
    String part = guest.text(XS_DIRECTORY_PART, 0, "data", "2");
    assertEquals("B\0a\0m\0z\0\0", part.substring(part.indexOf('\0') + 1));
  }

  @Test
  void shouldAcceptMakeDirectoryAndRemoveWhenThereIsNothingToDo() {
    guest.write(0, "data/x", "1");
    assertEquals("OK\0", guest.text(XS_MKDIR, 0, "data/x"));
    assertEquals("1", guest.read("data/x"));
    assertEquals("OK\0", guest.text(XS_RM, 0, "data/x"));
    assertEquals("OK\0", guest.text(XS_RM, 0, "data/x"));
    assertEquals("ENOENT", guest.text(XS_RM, 0, "data/y/z"));
    assertEquals("EINVAL", guest.text(XS_RM, 0, "/"));
  }

  @Test
  void shouldRefuseWhatPermissionsForbid() {
    assertEquals("EACCES", guest.write(0, "domid", "7"));
    assertEquals("EACCES", guest.write(0, "/other", "7"));
    assertEquals("EACCES", guest.text(XS_SET_PERMS, 0, "domid", "n1"));
    host.makeDirectory("/secret", "n0");
    host.write("/secret/x", "1");
    assertEquals("EACCES", guest.read("/secret/x"));
    assertEquals("EACCES", guest.read("/secret/nothing"), "absence is hidden too");
    guest.write(0, "data/mine", "");
    assertEquals("EPERM", guest.text(XS_SET_PERMS, 0, "data/mine", "n0"));
    assertEquals("OK\0", guest.text(XS_SET_PERMS, 0, "data/mine", "n1", "r0", "b7"));
    assertEquals("n1\0r0\0b7\0", guest.text(XS_GET_PERMS, 0, "data/mine"));
    assertEquals(
        "ENOSPC", guest.text(XS_SET_PERMS, 0, "data/mine", "n1", "r2", "r3", "r4", "r5", "r6"));
  }

  @Test
  void shouldRefuseMalformedArguments() {
    for (String path :
        List.of(
            "",
            "a//b",
            "a/",
            "/a/",
            "a b",
            "é",
            "@nothing",
            "a".repeat(2049),
            "/" + "a".repeat(3072))) {
      assertEquals("EINVAL", guest.read(path), path);
    }
    assertEquals("EINVAL", guest.text(XS_READ, 0, "a", "b"));
    assertEquals("EINVAL\0", guest.ask(XS_READ, 0, StoreText.bytes("a")).text());
    assertEquals("EINVAL\0", guest.ask(XS_WRITE, 0, StoreText.bytes("a")).text());
    for (String perm : List.of("", "x1", "r", "r-1", "r99999", "r1x")) {
      assertEquals("EINVAL", guest.text(XS_SET_PERMS, 0, "data", perm), perm);
    }
    assertEquals("ENOSYS", guest.text(20, 0, ""));
    assertEquals("ENOSYS", guest.text(65535, 0, ""));
    assertEquals("EACCES", guest.text(XS_INTRODUCE, 0, "2", "3", "4"));
    assertEquals("EINVAL", guest.text(XS_TRANSACTION_END, guest.start(), "X"));
    assertEquals("ENOENT", guest.text(XS_READ, 77, "domid"));
  }

  @Test
  void shouldEnforceQuotas() {
    assertEquals("ENOSPC", guest.write(0, "data/big", "x".repeat(2048)));
    int made = 0;
    while (guest.write(0, "data/n" + made, "").equals("OK")) {
      made++;
    }
    assertTrue(made > 900 && made < 1000, made + " nodes");
    assertEquals("ENOSPC", guest.write(0, "data/more", ""));
    guest.text(XS_RM, 0, "data/n0");
    assertEquals("OK", guest.write(0, "data/more", ""), "room again");
    for (int i = 0; i < 128; i++) {
      assertEquals("OK\0", guest.text(XS_WATCH, 0, "data", "t" + i));
    }
    assertEquals("E2BIG", guest.text(XS_WATCH, 0, "data", "t128"));
    for (int i = 0; i < 10; i++) {
      guest.start();
    }
    assertEquals("ENOSPC", guest.text(XS_TRANSACTION_START, 0, ""));
    assertEquals("OK\0", guest.text(XS_RESET_WATCHES, 0, ""));
    assertEquals("OK\0", guest.text(XS_WATCH, 0, "data", "t"));
    guest.start();
  }

  @Test
  void shouldFireWatchesOnceAtRegistrationAndForChangesBelow() {
    assertEquals("OK\0", guest.text(XS_WATCH, 0, "data", "tok"));
    assertEquals("EEXIST", guest.text(XS_WATCH, 0, "data", "tok"));
    assertEquals(List.of("data=tok"), guest.takeEvents());
    guest.write(0, "data/a/b", "1");
    assertEquals(List.of("data/a/b=tok"), guest.takeEvents());
    guest.write(0, "drivers/x", "1");
    guest.write(0, "database", "1");
    assertEquals(List.of(), guest.takeEvents());
    host.write("/local/domain/1/data/h", "2");
    assertEquals(List.of("data/h=tok"), guest.takeEvents());
    assertEquals("OK\0", guest.text(XS_UNWATCH, 0, "data", "tok"));
    assertEquals("ENOENT", guest.text(XS_UNWATCH, 0, "data", "tok"));
    guest.write(0, "data/a", "2");
    assertEquals(List.of(), guest.takeEvents());
  }

  @Test
  void shouldTellTheWatchedPathWhenAnAncestorIsRemoved() {
    guest.write(0, "data/a/b", "1");
    guest.text(XS_WATCH, 0, "/local/domain/1/data/a/b", "deep");
    guest.text(XS_WATCH, 0, "data/a/missing", "never");
    guest.text(XS_WATCH, 0, "data", "flat", "1");
    guest.takeEvents();
    guest.text(XS_RM, 0, "data/a");
    assertEquals(List.of("/local/domain/1/data/a/b=deep", "data/a=flat"), guest.takeEvents());
    guest.write(0, "data/q/r", "too deep");
    assertEquals(List.of(), guest.takeEvents());
  }

  @Test
  void shouldNotTellOfNodesThatTheGuestMayNotRead() {
    host.makeDirectory("/local/domain/1/hidden", "n0");
    guest.text(XS_WATCH, 0, "/local/domain/1", "t");
    guest.takeEvents();
    host.write("/local/domain/1/hidden/x", "1");
    assertEquals(List.of(), guest.takeEvents());
    assertEquals("OK\0", guest.text(XS_WATCH, 0, "@releaseDomain", "r"));
    guest.takeEvents();
    host.introduce(3);
    host.release(3);
    assertEquals(List.of(), guest.takeEvents());
    assertEquals("F\0", guest.text(XS_IS_DOMAIN_INTRODUCED, 0, "3"));
    assertEquals("/local/domain/9\0", guest.text(XS_GET_DOMAIN_PATH, 0, "9"));
  }

  @Test
  void shouldIsolateTransactionsAndFireOnCommit() {
    guest.text(XS_WATCH, 0, "data", "t");
    guest.takeEvents();
    int tx = guest.start();
    assertEquals("OK", guest.write(tx, "data/x", "in"));
    assertEquals("in", guest.text(XS_READ, tx, "data/x"));
    assertEquals("ENOENT", guest.read("data/x"));
    assertEquals(List.of(), guest.takeEvents());
    assertEquals("OK", guest.end(tx, "T"));
    assertEquals("in", guest.read("data/x"));
    assertEquals(List.of("data/x=t"), guest.takeEvents());
    int aborted = guest.start();
    guest.write(aborted, "data/x", "never");
    assertEquals("OK", guest.end(aborted, "F"));
    assertEquals("in", guest.read("data/x"));
    assertEquals("ENOENT", guest.end(aborted, "T"));
  }

  @Test
  void shouldConflictOnlyWhenSomethingReadHasChanged() {
    guest.write(0, "data/r", "1");
    int reader = guest.start();
    int writer = guest.start();
    guest.text(XS_READ, reader, "data/r");
    guest.write(reader, "data/w", "reader");
    guest.write(writer, "data/w", "writer");
    guest.write(0, "data/r", "2");
    assertEquals("EAGAIN", guest.end(reader, "T"));
    assertEquals("OK", guest.end(writer, "T"), "it has read nothing");
    assertEquals("writer", guest.read("data/w"));
    int lister = guest.start();
    guest.text(XS_DIRECTORY, lister, "data");
    guest.text(XS_READ, lister, "data/absent");
    guest.write(0, "data/r/below", "");
    assertEquals("OK", guest.end(lister, "T"), "the list itself is the same");
    int again = guest.start();
    guest.text(XS_READ, again, "data/absent");
    guest.write(0, "data/absent", "");
    assertEquals("EAGAIN", guest.end(again, "T"), "absence was read");
  }

  @Test
  void shouldApplyAWholeTransactionOrNothingWhenItNoLongerFits() {
    guest.write(0, "data/a/b", "1");
    int tx = guest.start();
    guest.write(tx, "data/first", "1");
    guest.text(XS_RM, tx, "data/a/b/c");
    guest.text(XS_RM, 0, "data/a");
    assertEquals("EAGAIN", guest.end(tx, "T"));
    assertEquals("ENOENT", guest.read("data/first"));
  }

  @Test
  void shouldBoundWhatOneTransactionHolds() {
    int tx = guest.start();
    int made = 0;
    while (guest.write(tx, "data/x", "" + made).equals("OK")) {
      made++;
    }
    assertEquals(StoreQuota.DEFAULT.transactionNodes(), made);
    assertEquals("OK", guest.end(tx, "T"));
    assertEquals("" + (made - 1), guest.read("data/x"));
  }

  @Test
  void shouldRemoveADepartedDomainsNodes() {
    host.introduce(1);
    guest.write(0, "data/x/y", "1");
    host.release(1);
    assertEquals("ENOENT", guest.read("data/x"));
    assertEquals("1", guest.read("domid"));
  }

  @Test
  void shouldTellInsideListenersInOrderAndAfterTheOperation() {
    java.util.List<String> heard = new java.util.ArrayList<>();
    host.watch(
        "/local/domain/1/data",
        path -> {
          heard.add("a:" + path);
          if (path.endsWith("/ping")) {
            host.write("/local/domain/1/data/pong", "1");
          }
        });
    new StoreAccess(guest.tree).watch("/local/domain/1/data", path -> heard.add("b:" + path));
    heard.clear();
    guest.write(0, "data/ping", "1");
    assertEquals(
        List.of(
            "a:/local/domain/1/data/ping",
            "b:/local/domain/1/data/ping",
            "a:/local/domain/1/data/pong",
            "b:/local/domain/1/data/pong"),
        heard);
  }
}
