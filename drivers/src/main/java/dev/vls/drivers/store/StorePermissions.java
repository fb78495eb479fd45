package dev.vls.drivers.store;

import dev.vls.vmm.StateException;
import dev.vls.vmm.StateExchange;
import java.util.ArrayList;
import java.util.List;

/**
 * Who may do what with a node (ABI 9.3): the first entry names the owner, who may do everything,
 * and what everybody else may do by default; the others name exceptions.
 */
record StorePermissions(List<Entry> entries) {
  /** Highest domain id that can be meant. */
  static final int MAX_DOMAIN = 0x7fef;

  private static final String LETTERS = "nrwb";
  private static final int READ = 1;
  private static final int WRITE = 2;

  /**
   * One entry.
   *
   * @param access bit 0: may read, bit 1: may write
   * @param domain whom it is about
   */
  record Entry(int access, int domain) {}

  StorePermissions {
    entries = List.copyOf(entries);
    if (entries.isEmpty()) {
      throw new IllegalArgumentException("permissions without an owner");
    }
  }

  /** Reads entries such as {@code r7}; EINVAL if there is none or one is malformed. */
  static StorePermissions parse(List<String> texts) throws StoreException {
    List<Entry> entries = new ArrayList<>();
    for (String text : texts) {
      int access = text.isEmpty() ? -1 : LETTERS.indexOf(text.charAt(0));
      if (access < 0) {
        throw new StoreException(StoreError.EINVAL);
      }
      entries.add(new Entry(access, StoreText.domain(text.substring(1))));
    }
    if (entries.isEmpty()) {
      throw new StoreException(StoreError.EINVAL);
    }
    return new StorePermissions(entries);
  }

  /**
   * Passes permissions as state.
   *
   * @param permissions null if they are to come back
   */
  static StorePermissions exchange(StateExchange exchange, StorePermissions permissions) {
    List<String> texts = permissions == null ? List.of() : permissions.texts();
    List<String> passed = StoreText.exchange(exchange, texts);
    try {
      return parse(passed);
    } catch (StoreException malformed) {
      throw new StateException("the saved state has permissions that are none: " + passed);
    }
  }

  /** Returns permissions of a node that {@code owner} has for itself. */
  static StorePermissions ownedBy(int owner) {
    return new StorePermissions(List.of(new Entry(0, owner)));
  }

  /** Returns the same permissions with another owner. */
  StorePermissions withOwner(int owner) {
    List<Entry> changed = new ArrayList<>(entries);
    changed.set(0, new Entry(entries.getFirst().access(), owner));
    return new StorePermissions(changed);
  }

  int owner() {
    return entries.getFirst().domain();
  }

  boolean mayRead(int domain) {
    return (access(domain) & READ) != 0;
  }

  boolean mayWrite(int domain) {
    return (access(domain) & WRITE) != 0;
  }

  private int access(int domain) {
    if (domain == 0 || domain == owner()) {
      return READ | WRITE;
    }
    for (Entry entry : entries.subList(1, entries.size())) {
      if (entry.domain() == domain) {
        return entry.access();
      }
    }
    return entries.getFirst().access();
  }

  /** Returns the entries in their order, as texts. */
  List<String> texts() {
    return entries.stream()
        .map(entry -> "" + LETTERS.charAt(entry.access()) + entry.domain())
        .toList();
  }
}
