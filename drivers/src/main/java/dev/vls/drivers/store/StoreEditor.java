package dev.vls.drivers.store;

import dev.vls.vmm.StateExchange;

/**
 * Applies changes to snapshots: checks permissions and quotas (ABI 9.3) and numbers the
 * generations.
 */
final class StoreEditor {
  private final StoreQuota quota;
  private long generation;

  StoreEditor(StoreQuota quota) {
    this.quota = quota;
  }

  /** Passes the last generation given out as state. */
  void exchange(StateExchange exchange) {
    generation = exchange.word(generation);
  }

  /** Returns the changed tree, or {@code tree} itself if there was nothing to do. */
  StoreSnapshot apply(StoreSnapshot tree, int domain, StoreChange change) throws StoreException {
    return switch (change) {
      case StoreChange.Write write -> write(tree, domain, write.path(), write.value());
      case StoreChange.MakeDirectory make -> makeDirectory(tree, domain, make.path());
      case StoreChange.Remove remove -> remove(tree, domain, remove.path());
      case StoreChange.SetPermissions set ->
          setPermissions(tree, domain, set.path(), set.permissions());
    };
  }

  private StoreSnapshot write(StoreSnapshot tree, int domain, StorePath path, byte[] value)
      throws StoreException {
    StoreNode old = tree.find(path);
    if (old != null) {
      checkWrite(old, domain);
      checkSize(path, value.length, old.permissions(), domain);
      return tree.replace(path, old.withValue(value, ++generation));
    }
    StoreSnapshot made = create(tree, domain, path);
    StoreNode node = made.find(path);
    checkSize(path, value.length, node.permissions(), domain);
    return made.replace(path, node.withValue(value, node.generation()));
  }

  private StoreSnapshot makeDirectory(StoreSnapshot tree, int domain, StorePath path)
      throws StoreException {
    StoreNode old = tree.find(path);
    if (old == null) {
      return create(tree, domain, path);
    }
    checkWrite(old, domain);
    return tree;
  }

  private StoreSnapshot remove(StoreSnapshot tree, int domain, StorePath path)
      throws StoreException {
    if (path.root()) {
      throw new StoreException(StoreError.EINVAL);
    }
    StoreNode old = tree.find(path);
    if (old != null) {
      checkWrite(old, domain);
      return tree.remove(path, ++generation);
    }
    StoreNode nearest = nearest(tree, path);
    if (tree.existingDepth(path) < path.depth() - 1) {
      throw missing(nearest, domain);
    }
    checkWrite(nearest, domain);
    return tree;
  }

  private StoreSnapshot setPermissions(
      StoreSnapshot tree, int domain, StorePath path, StorePermissions permissions)
      throws StoreException {
    StoreNode old = tree.find(path);
    if (old == null) {
      throw missing(nearest(tree, path), domain);
    }
    checkOwner(old.permissions(), permissions, domain);
    checkSize(path, old.value().length, permissions, domain);
    return tree.replace(path, old.withPermissions(permissions, ++generation));
  }

  /** Checks that {@code domain} may set {@code wanted} where {@code present} holds. */
  void checkOwner(StorePermissions present, StorePermissions wanted, int domain)
      throws StoreException {
    if (domain == 0) {
      return;
    }
    if (present.owner() != domain) {
      throw new StoreException(StoreError.EACCES);
    }
    if (wanted.owner() != domain) {
      throw new StoreException(StoreError.EPERM);
    }
    if (wanted.entries().size() > quota.permissions()) {
      throw new StoreException(StoreError.ENOSPC);
    }
  }

  /**
   * Makes the missing node and those missing above it; each inherits from its parent, its creator
   * owns it.
   */
  private StoreSnapshot create(StoreSnapshot tree, int domain, StorePath path)
      throws StoreException {
    int depth = tree.existingDepth(path);
    StoreNode above = tree.find(path.ancestor(depth));
    checkWrite(above, domain);
    if (domain != 0 && tree.ownedBy(domain) + path.depth() - depth > quota.nodes()) {
      throw new StoreException(StoreError.ENOSPC);
    }
    StorePermissions inherited = above.permissions();
    StorePermissions permissions = domain == 0 ? inherited : inherited.withOwner(domain);
    StoreSnapshot grown = tree;
    for (int next = depth + 1; next <= path.depth(); next++) {
      StorePath at = path.ancestor(next);
      checkSize(at, 0, permissions, domain);
      long made = ++generation;
      grown = grown.add(at, StoreNode.empty(permissions, made), made);
    }
    return grown;
  }

  private void checkSize(StorePath path, int valueBytes, StorePermissions permissions, int domain)
      throws StoreException {
    int bytes = path.text().length() + valueBytes + permissions.entries().size() * Integer.BYTES;
    if (domain != 0 && bytes > quota.nodeBytes()) {
      throw new StoreException(StoreError.ENOSPC);
    }
  }

  private static void checkWrite(StoreNode node, int domain) throws StoreException {
    if (!node.permissions().mayWrite(domain)) {
      throw new StoreException(StoreError.EACCES);
    }
  }

  private static StoreNode nearest(StoreSnapshot tree, StorePath path) {
    return tree.find(path.ancestor(tree.existingDepth(path)));
  }

  /**
   * Returns what a client hears about a missing node: whether it is missing is for those only who
   * may look there.
   */
  static StoreException missing(StoreSnapshot tree, StorePath path, int domain) {
    return missing(nearest(tree, path), domain);
  }

  private static StoreException missing(StoreNode nearest, int domain) {
    return new StoreException(
        nearest.permissions().mayRead(domain) ? StoreError.ENOENT : StoreError.EACCES);
  }
}
