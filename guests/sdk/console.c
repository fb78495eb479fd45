#include "console.h"

#include <stdarg.h>

#include "board.h"
#include "clock.h"
#include "console_ring.h"
#include "csr.h"
#include "format.h"
#include "idle.h"
#include "sbi.h"

#define POLL_NS       (1000 * 1000)
#define DRAIN_SECONDS 5

static bool ring_in_use;

/* Input taken from the SBI or the ring and not yet asked for. */
static char input[256];
static size_t input_start, input_end;

void console_init(void)
{
    ring_in_use = console_ring_init();
}

bool console_is_ring(void)
{
    return ring_in_use;
}

void console_use_sbi(void)
{
    ring_in_use = false;
}

void console_write(const void *bytes, size_t count)
{
    if (ring_in_use && !console_ring_write(bytes, count))
        ring_in_use = false;   /* a ring with nonsense indices is of no use to anybody */
    else if (ring_in_use)
        return;
    sbi_console_write(bytes, count);
}

static bool fill_input(void *context)
{
    (void)context;
    if (input_start == input_end) {
        input_start = 0;
        input_end = ring_in_use ? console_ring_read(input, sizeof input)
                                : sbi_console_read(input, sizeof input);
    }
    return input_start < input_end;
}

size_t console_read(void *bytes, size_t count)
{
    char *to = bytes;
    size_t taken = 0;
    while (taken < count && fill_input(0))
        to[taken++] = input[input_start++];
    return taken;
}

/* The SBI consoles interrupt nobody, so they are looked at every millisecond. */
void console_wait_input(void)
{
    if (ring_in_use) {
        wait_until(fill_input, 0);
        return;
    }
    while (!wait_until_deadline(fill_input, 0, read_time() + clock_ns_to_ticks(POLL_NS)))
        ;
}

size_t console_read_line(char *line, size_t size)
{
    size_t length = 0;
    for (;;) {
        char character;
        if (console_read(&character, 1) == 0) {
            console_wait_input();
            continue;
        }
        if (character == '\n' || (character == '\r' && !ring_in_use))
            break;
        if (length + 1 < size)
            line[length++] = character;
    }
    if (length > 0 && line[length - 1] == '\r')
        length--;
    line[length] = 0;
    return length;
}

void console_drain(void)
{
    if (ring_in_use)
        wait_until_deadline(console_ring_drained, 0, read_time() + DRAIN_SECONDS * board.timebase_hz);
}

void printf(const char *text, ...)
{
    char buffer[512];
    va_list values;
    va_start(values, text);
    size_t length = vformat(buffer, sizeof buffer, text, values);
    va_end(values);
    console_write(buffer, length);
}
