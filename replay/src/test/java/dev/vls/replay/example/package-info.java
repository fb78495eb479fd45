/**
 * The example of docs/embedding.md: a new split device and a program around it, as somebody who
 * embeds VLS would write them.
 *
 * <p>Uses exported packages alone; a test compiles it as a module of its own.
 */
package dev.vls.replay.example;
