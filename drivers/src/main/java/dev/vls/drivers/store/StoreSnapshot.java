package dev.vls.drivers.store;

import dev.vls.vmm.StateExchange;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An immutable state of the whole tree; a change makes a new one that shares everything it did not
 * touch, so a transaction's snapshot costs nothing.
 */
final class StoreSnapshot {
  static final long ABSENT = -1;

  private final StoreNode root;
  private final SortedMap<Integer, Integer> owned; // how many nodes each domain owns

  private StoreSnapshot(StoreNode root, SortedMap<Integer, Integer> owned) {
    this.root = root;
    this.owned = owned;
  }

  StoreNode root() {
    return root;
  }

  /** Returns a tree of the root alone, which everybody may read. */
  static StoreSnapshot empty() {
    StorePermissions readable = new StorePermissions(List.of(new StorePermissions.Entry(1, 0)));
    return new StoreSnapshot(StoreNode.empty(readable, 0), Collections.emptySortedMap());
  }

  /** Returns the node, or null. */
  StoreNode find(StorePath path) {
    StoreNode node = root;
    for (String name : path.segments()) {
      node = node.child(name);
      if (node == null) {
        return null;
      }
    }
    return node;
  }

  /** Returns the node's generation, or {@link #ABSENT}. */
  long generation(StorePath path) {
    StoreNode node = find(path);
    return node == null ? ABSENT : node.generation();
  }

  /** Returns the number of names of {@code path} that lead to existing nodes. */
  int existingDepth(StorePath path) {
    StoreNode node = root;
    int depth = 0;
    for (String name : path.segments()) {
      node = node.child(name);
      if (node == null) {
        return depth;
      }
      depth++;
    }
    return depth;
  }

  int ownedBy(int domain) {
    return owned.getOrDefault(domain, 0);
  }

  /**
   * Returns the tree with {@code node} in the place of the existing node at {@code path}; its
   * children stay.
   */
  StoreSnapshot replace(StorePath path, StoreNode node) {
    StoreNode old = find(path);
    int before = old.permissions().owner();
    int after = node.permissions().owner();
    SortedMap<Integer, Integer> counts =
        before == after ? owned : counted(counted(owned, before, -1), after, 1);
    return new StoreSnapshot(put(root, path, 0, node, ABSENT), counts);
  }

  /** Returns the tree with the missing node at {@code path} added below its existing parent. */
  StoreSnapshot add(StorePath path, StoreNode node, long generation) {
    return new StoreSnapshot(
        put(root, path, 0, node, generation), counted(owned, node.permissions().owner(), 1));
  }

  /** Returns the tree without the existing node at {@code path} and all below it. */
  StoreSnapshot remove(StorePath path, long generation) {
    NavigableMap<Integer, Integer> counts = new TreeMap<>(owned);
    discount(find(path), counts);
    StorePath parent = path.parent();
    StoreNode without = find(parent).withoutChild(path.segments().getLast(), generation);
    return new StoreSnapshot(
        put(root, parent, 0, without, ABSENT), Collections.unmodifiableSortedMap(counts));
  }

  private static StoreNode put(
      StoreNode at, StorePath path, int depth, StoreNode node, long generation) {
    if (depth == path.depth()) {
      return node;
    }
    String name = path.segments().get(depth);
    StoreNode child = at.child(name);
    StoreNode changed = child == null ? node : put(child, path, depth + 1, node, generation);
    return at.withChild(name, changed, generation);
  }

  private static SortedMap<Integer, Integer> counted(
      SortedMap<Integer, Integer> counts, int domain, int change) {
    TreeMap<Integer, Integer> changed = new TreeMap<>(counts);
    changed.merge(domain, change, Integer::sum);
    return Collections.unmodifiableSortedMap(changed);
  }

  private static void discount(StoreNode node, NavigableMap<Integer, Integer> counts) {
    counts.merge(node.permissions().owner(), -1, Integer::sum);
    node.children().forEach(child -> discount(child, counts));
  }

  /**
   * Passes a tree as state.
   *
   * @param tree null if it is to come back
   */
  static StoreSnapshot exchange(StateExchange exchange, StoreSnapshot tree) {
    StoreNode root = StoreNode.exchange(exchange, tree == null ? null : tree.root);
    SortedMap<Integer, Integer> owned = tree == null ? new TreeMap<>() : new TreeMap<>(tree.owned);
    List<Map.Entry<Integer, Integer>> counts =
        exchange.list(
            List.copyOf(owned.entrySet()),
            StorePermissions.MAX_DOMAIN,
            count ->
                Map.entry(
                    exchange.number(count == null ? 0 : count.getKey()),
                    exchange.number(count == null ? 0 : count.getValue())));
    counts.forEach(count -> owned.put(count.getKey(), count.getValue()));
    return tree == null ? new StoreSnapshot(root, Collections.unmodifiableSortedMap(owned)) : tree;
  }
}
