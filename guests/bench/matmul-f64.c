/* Matrix multiplication over double. */

#include <stdint.h>

typedef double element;

#include "matmul.h"

int main(void)
{
    return run_matmul("matmul-f64");
}
