/*
 * The console: the Xen console ring where there is one, else the SBI debug console, else the legacy calls. So the
 * same program runs on a plain virt board.
 */
#ifndef SDK_CONSOLE_H
#define SDK_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

void console_init(void);

/* Whether the Xen ring is in use. */
bool console_is_ring(void);

/* Gives up the ring for the SBI console: for guests that break the ring on purpose. */
void console_use_sbi(void);

/* All bytes; waits for room in the ring. */
void console_write(const void *bytes, size_t count);

/* What is there, at most count; 0 if nothing. */
size_t console_read(void *bytes, size_t count);

/* Waits until console_read would return something. */
void console_wait_input(void);

/* A line without its end (\n or \r\n), waiting for it; longer lines are cut. Returns the length. */
size_t console_read_line(char *line, size_t size);

/* Waits, for a few seconds at most, until the back-end has taken all output. */
void console_drain(void);

/* One write per call. At most 512 characters. */
__attribute__((format(printf, 1, 2))) void printf(const char *text, ...);

#endif
