package dev.vls.drivers.share;

import dev.vls.vmm.StateException;
import dev.vls.vmm.StateExchange;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The guest's numbers for places in the share, within bounds of memory. Domain's thread. */
final class Fids implements StateExchange.Restorable {
  /** Most of them. */
  static final int MAX = 1 << 16;

  /** Most octets of all their paths. */
  static final int MAX_OCTETS = 8 << 20;

  private final Map<Integer, Fid> fids = new TreeMap<>();
  private int octets;

  /** Returns what a number stands for, unless nothing or not yet. */
  Optional<Fid> find(int number) {
    return Optional.ofNullable(fids.get(number)).filter(fid -> fid.state() != Fid.State.RESERVED);
  }

  /** Whether a number stands for something, or soon may. */
  boolean isTaken(int number) {
    return fids.containsKey(number);
  }

  /** Returns whether there is room for one more. */
  boolean hasRoom(SharePath path) {
    return fids.size() < MAX && octets + path.octets().length() <= MAX_OCTETS;
  }

  /** Returns whether {@code request} has reserved this number and nothing has come of it yet. */
  boolean isReserved(int number, long request) {
    Fid fid = fids.get(number);
    return fid != null && fid.state() == Fid.State.RESERVED && fid.identity() == request;
  }

  /** Lets a number stand for something, whatever it stood for. */
  void put(int number, Fid fid) {
    drop(number);
    fids.put(number, fid);
    octets += fid.path().octets().length();
  }

  /** Lets a number stand for nothing. */
  void drop(int number) {
    Fid was = fids.remove(number);
    octets -= was == null ? 0 : was.path().octets().length();
  }

  /** Gives up what is reserved. */
  void dropReserved() {
    List<Integer> reserved =
        fids.entrySet().stream()
            .filter(each -> each.getValue().state() == Fid.State.RESERVED)
            .map(Map.Entry::getKey)
            .toList();
    reserved.forEach(this::drop);
  }

  void clear() {
    fids.clear();
    octets = 0;
  }

  @Override
  public void exchange(StateExchange exchange) {
    List<Map.Entry<Integer, Fid>> passed =
        exchange.list(
            List.copyOf(fids.entrySet()),
            MAX,
            entry ->
                Map.entry(
                    exchange.number(entry == null ? 0 : entry.getKey()),
                    Fid.exchange(exchange, entry == null ? null : entry.getValue())));
    if (exchange.restores()) {
      clear();
      for (Map.Entry<Integer, Fid> entry : passed) {
        if (isTaken(entry.getKey()) || !hasRoom(entry.getValue().path())) {
          throw new StateException("the saved state has fids that cannot be");
        }
        put(entry.getKey(), entry.getValue());
      }
    }
  }
}
