package dev.vls.vmm;

import dev.vls.vmm.engine.Engine;
import dev.vls.vmm.engine.Interpreter;
import dev.vls.vmm.jit.JitConfig;
import dev.vls.vmm.jit.Translator;
import dev.vls.vmm.memory.GuestMemory;
import java.util.function.Function;

/**
 * The engines there are. Which one a machine has is no part of its configuration and of no log:
 * what the machine does is the same (R3).
 */
public enum EngineKind implements Function<GuestMemory, Engine> {
  /** The reference: interprets everything. */
  INTERPRETER {
    @Override
    public Engine apply(GuestMemory memory) {
      return new Interpreter(memory);
    }
  },

  /** The fast one: translates what is hot to JVM bytecode. */
  TRANSLATOR {
    @Override
    public Engine apply(GuestMemory memory) {
      return new Translator(memory, JitConfig.DEFAULT);
    }
  }
}
