package dev.vls.vmm.jit;

/**
 * What running regions has shown of guest addresses, for regions that are planned later.
 *
 * @param frontier where regions are left for
 * @param slow loads and stores that left regions often
 * @param beyond loads and stores that went to other pages than their range has
 * @param large where regions came to too much code
 */
record Experience(AddressSet frontier, AddressSet slow, AddressSet beyond, AddressSet large) {
  /** None yet. */
  Experience() {
    this(new AddressSet(), new AddressSet(), new AddressSet(), new AddressSet());
  }

  /** Forgets everything. */
  void clear() {
    frontier.clear();
    slow.clear();
    beyond.clear();
    large.clear();
  }
}
