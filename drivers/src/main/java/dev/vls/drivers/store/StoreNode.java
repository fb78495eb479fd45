package dev.vls.drivers.store;

import dev.vls.vmm.StateSink;
import java.util.Arrays;
import java.util.List;

/**
 * One immutable node: value, permissions and children in the order of their names.
 *
 * <p>{@code generation} is new whenever the value, the permissions or the set of children changes,
 * and stays when something changes further below: equal generations of one path mean that a reader
 * of the node saw the same.
 */
final class StoreNode implements StateSink.Stateful {
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

  /** Writes this node and all below it; as deep as the longest path. */
  @Override
  public void save(StateSink sink) {
    sink.block(value);
    sink.word(generation);
    StoreText.save(sink, permissions.texts());
    sink.word(nodes.length);
    for (int i = 0; i < nodes.length; i++) {
      sink.block(StoreText.bytes(names[i]));
      nodes[i].save(sink);
    }
  }
}
