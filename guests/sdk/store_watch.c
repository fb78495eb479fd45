#include "store_watch.h"

#include "memory.h"
#include "power.h"

#define WATCHES 16

static struct store_event waiting[WATCHES];
static unsigned count;

static struct store_event *slot_of(const char *token)
{
    for (unsigned i = 0; i < count; i++)
        if (text_equals(waiting[i].token, token))
            return &waiting[i];
    if (count == WATCHES)
        fail("more than %u watches have events", WATCHES);
    return &waiting[count++];
}

void store_watch_note(const char *payload, size_t length)
{
    size_t path_length = strlen(payload);   /* the receiver terminates every payload */
    if (path_length + 1 >= length)
        return;
    const char *token = payload + path_length + 1;
    struct store_event *slot = slot_of(token);
    text_copy(slot->path, payload, sizeof slot->path);
    text_copy(slot->token, token, sizeof slot->token);
}

static void drop(unsigned index)
{
    count--;
    for (unsigned i = index; i < count; i++)
        waiting[i] = waiting[i + 1];
}

bool store_watch_take(struct store_event *event)
{
    if (count == 0)
        return false;
    *event = waiting[0];
    drop(0);
    return true;
}

void store_watch_forget(const char *token)
{
    for (unsigned i = 0; i < count; i++)
        if (text_equals(waiting[i].token, token)) {
            drop(i);
            return;
        }
}
