package dev.vls.drivers.ring;

import dev.vls.sma.Grant;
import dev.vls.vmm.StateExchange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The pages of one request: pinned while it is decoded, unpinned when it is done. Domain's thread.
 */
public final class RequestGrants implements StateExchange.Restorable {
  private static final int MOST_SAVED = 1 << 12;
  private static final Grant NONE = new Grant(0, 0, false);

  private final XenPort xen;
  private final List<Grant> held = new ArrayList<>();

  RequestGrants(XenPort xen) {
    this.xen = xen;
  }

  /**
   * Pins a page that the back-end will store to, until the request is done; nothing if the guest
   * does not permit it.
   */
  public Optional<Grant> hold(int ref) {
    Optional<Grant> grant = xen.pin(ref, true);
    grant.ifPresent(held::add);
    return grant;
  }

  /**
   * Copies bytes of a page out now.
   *
   * @return false if the guest does not permit it; then {@code target} is unchanged
   */
  public boolean read(int ref, int offset, byte[] target, int at, int length) {
    Optional<Grant> grant = xen.pin(ref, false);
    if (grant.isEmpty()) {
      return false;
    }
    xen.memory().read(grant.get().frame(), offset, target, at, length);
    xen.unpin(grant.get());
    return true;
  }

  /** Unpins everything. */
  void release() {
    held.forEach(xen::unpin);
    held.clear();
  }

  @Override
  public void exchange(StateExchange exchange) {
    List<Grant> passed =
        exchange.list(
            List.copyOf(held),
            MOST_SAVED,
            grant -> Grant.exchange(exchange, grant == null ? NONE : grant));
    held.clear();
    held.addAll(passed);
  }
}
