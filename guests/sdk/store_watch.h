/* Watch events that came and were not asked for yet. */
#ifndef SDK_STORE_WATCH_H
#define SDK_STORE_WATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "store.h"

/* Takes the payload of a watch event: path NUL token NUL. Malformed ones are dropped. */
void store_watch_note(const char *payload, size_t length);

bool store_watch_take(struct store_event *event);

/* Drops what is left of a watch that was taken back. */
void store_watch_forget(const char *token);

#endif
