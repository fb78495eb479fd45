/* Matrix multiplication over uint64_t. */

#include <stdint.h>

typedef uint64_t element;

#include "matmul.h"

int main(void)
{
    return run_matmul("matmul-u64");
}
