/* Echoes console lines until one says quit. */

#include "console.h"
#include "memory.h"

int main(void)
{
    char line[256];
    printf("ECHO READY\n");
    for (unsigned number = 1;; number++) {
        size_t length = console_read_line(line, sizeof line);
        if (text_equals(line, "quit"))
            break;
        printf("%u %lu %s\n", number, length, line);
    }
    printf("bye\n");
    return 0;
}
