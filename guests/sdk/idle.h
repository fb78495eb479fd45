/* Waiting: WFI until a condition holds, with no wake-up lost between the test and the sleep. */
#ifndef SDK_IDLE_H
#define SDK_IDLE_H

#include <stdbool.h>
#include <stdint.h>

typedef bool (*condition)(void *context);

/* Returns when the condition holds. It is tested with interrupts disabled, so handlers may change its inputs. */
void wait_until(condition holds, void *context);

/* The same, but gives up when time reaches the deadline; uses the timer. Returns whether the condition holds. */
bool wait_until_deadline(condition holds, void *context, uint64_t deadline_ticks);

/* Sleeps until time has reached the deadline. */
void sleep_until(uint64_t deadline_ticks);

#endif
