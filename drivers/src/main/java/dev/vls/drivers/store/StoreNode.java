package dev.vls.drivers.store;

import dev.vls.vmm.StateException;
import dev.vls.vmm.StateExchange;
import java.util.Arrays;
import java.util.List;

/**
 * One immutable node: value, permissions and children in the order of their names.
 *
 * <p>{@code generation} is new whenever the value, the permissions or the set of children changes,
 * and stays when something changes further below: equal generations of one path mean that a reader
 * of the node saw the same.
 */
final class StoreNode {
  private static final int MOST_SAVED_BYTES = 1 << 16;
  private static final int MOST_SAVED_NODES = 1 << 16;
  private static final byte[] EMPTY = {};
  private static final String[] NO_NAMES = {};
  private static final StoreNode[] NO_NODES = {};

  private final byte[] value;
  private final StorePermissions permissions;
  private final long generation;
  private final String[] names;
  private final StoreNode[] nodes;

  private StoreNode(
      byte[] value,
      StorePermissions permissions,
      long generation,
      String[] names,
      StoreNode[] nodes) {
    this.value = value;
    this.permissions = permissions;
    this.generation = generation;
    this.names = names;
    this.nodes = nodes;
  }

  /** Returns a node without value and children. */
  static StoreNode empty(StorePermissions permissions, long generation) {
    return new StoreNode(EMPTY, permissions, generation, NO_NAMES, NO_NODES);
  }

  /** Returns the value itself: not to be modified. */
  byte[] value() {
    return value;
  }

  StorePermissions permissions() {
    return permissions;
  }

  long generation() {
    return generation;
  }

  List<String> names() {
    return List.of(names);
  }

  List<StoreNode> children() {
    return List.of(nodes);
  }

  /** Returns the child, or null. */
  StoreNode child(String name) {
    int index = Arrays.binarySearch(names, name);
    return index < 0 ? null : nodes[index];
  }

  StoreNode withValue(byte[] newValue, long newGeneration) {
    return new StoreNode(newValue, permissions, newGeneration, names, nodes);
  }

  StoreNode withPermissions(StorePermissions newPermissions, long newGeneration) {
    return new StoreNode(value, newPermissions, newGeneration, names, nodes);
  }

  /** Returns this node with a child replaced or added; only an addition makes a new generation. */
  StoreNode withChild(String name, StoreNode child, long newGeneration) {
    int index = Arrays.binarySearch(names, name);
    if (index >= 0) {
      StoreNode[] changed = nodes.clone();
      changed[index] = child;
      return new StoreNode(value, permissions, generation, names, changed);
    }
    int at = -index - 1;
    String[] moreNames = Arrays.copyOf(names, names.length + 1);
    StoreNode[] moreNodes = Arrays.copyOf(nodes, nodes.length + 1);
    System.arraycopy(names, at, moreNames, at + 1, names.length - at);
    System.arraycopy(nodes, at, moreNodes, at + 1, nodes.length - at);
    moreNames[at] = name;
    moreNodes[at] = child;
    return new StoreNode(value, permissions, newGeneration, moreNames, moreNodes);
  }

  /** Returns this node without the child, which must exist. */
  StoreNode withoutChild(String name, long newGeneration) {
    int at = Arrays.binarySearch(names, name);
    String[] fewerNames = Arrays.copyOf(names, names.length - 1);
    StoreNode[] fewerNodes = Arrays.copyOf(nodes, nodes.length - 1);
    System.arraycopy(names, at + 1, fewerNames, at, fewerNames.length - at);
    System.arraycopy(nodes, at + 1, fewerNodes, at, fewerNodes.length - at);
    return new StoreNode(value, permissions, newGeneration, fewerNames, fewerNodes);
  }

  /**
   * Passes a node and all below it as state; as deep as the longest path.
   *
   * @param node null if it is to come back
   */
  static StoreNode exchange(StateExchange exchange, StoreNode node) {
    return exchange(exchange, node, StorePath.MAX_ABSOLUTE / 2);
  }

  private static StoreNode exchange(StateExchange exchange, StoreNode node, int depth) {
    if (depth < 0) {
      throw new StateException("the saved state has a store that is too deep");
    }
    byte[] value = exchange.block(node == null ? EMPTY : node.value, MOST_SAVED_BYTES);
    long generation = exchange.word(node == null ? 0 : node.generation);
    StorePermissions permissions =
        StorePermissions.exchange(exchange, node == null ? null : node.permissions);
    int count = exchange.number(node == null ? 0 : node.nodes.length, 0, MOST_SAVED_NODES);
    String[] names = new String[count];
    StoreNode[] nodes = new StoreNode[count];
    for (int i = 0; i < count; i++) {
      names[i] = StoreText.exchange(exchange, node == null ? "" : node.names[i]);
      nodes[i] = exchange(exchange, node == null ? null : node.nodes[i], depth - 1);
      if (i > 0 && names[i - 1].compareTo(names[i]) >= 0) {
        throw new StateException("the saved state has a store out of order");
      }
    }
    return node == null ? new StoreNode(value, permissions, generation, names, nodes) : node;
  }
}
