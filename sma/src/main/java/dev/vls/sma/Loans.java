package dev.vls.sma;

import java.util.HashSet;
import java.util.Set;

/**
 * The loans of one port that are not taken back. The domain's thread lends and takes back; any
 * thread may write directly meanwhile.
 */
final class Loans {
  private final Set<Long> lent = new HashSet<>();

  synchronized void lend(long number) {
    lent.add(number);
  }

  /** When this returns, no direct write under the loan is in progress and none will begin. */
  synchronized void takeBack(long number) {
    lent.remove(number);
  }

  synchronized boolean holds(Loan loan) {
    return lent.contains(loan.number());
  }

  /** Runs {@code write} unless the loan is over. */
  synchronized void during(Loan loan, Runnable write) {
    if (lent.contains(loan.number())) {
      write.run();
    }
  }
}
