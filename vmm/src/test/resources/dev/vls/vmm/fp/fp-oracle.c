/*
 * Executes floating-point instructions on request, as an oracle for the Java arithmetic.
 *
 * Standard input is a sequence of requests, standard output one reply to each. A request names a
 * case of operations.inc, which the test generates, and holds the fcsr before the instruction and
 * the contents of ft0, ft1 and ft2; t0 gets a copy of ft0. A reply holds the destination register
 * (ft3 or t1) and the fflags after the instruction.
 */
#include <stdint.h>
#include <unistd.h>

struct request {
  uint32_t operation;
  uint32_t fcsr;
  uint64_t a, b, c;
};

struct reply {
  uint64_t result;
  uint64_t fflags;
};

enum { BATCH = 1024 };

static struct request requests[BATCH];
static struct reply replies[BATCH];

#define EXECUTE(instruction, fetch_result)                                                      \
  __asm__ volatile("fmv.d.x ft0, %2\n\t"                                                        \
                   "fmv.d.x ft1, %3\n\t"                                                        \
                   "fmv.d.x ft2, %4\n\t"                                                        \
                   "mv t0, %2\n\t"                                                              \
                   "csrw fcsr, %5\n\t" instruction "\n\t"                                       \
                   "csrr %1, fflags\n\t" fetch_result                                           \
                   : "=&r"(reply->result), "=&r"(reply->fflags)                                 \
                   : "r"(request->a), "r"(request->b), "r"(request->c),                         \
                     "r"((uint64_t)request->fcsr)                                               \
                   : "t0", "t1", "ft0", "ft1", "ft2", "ft3")

#define TO_FLOAT(number, instruction)               \
  case number:                                      \
    EXECUTE(instruction, "fmv.x.d %0, ft3");        \
    break;

#define TO_INTEGER(number, instruction)             \
  case number:                                      \
    EXECUTE(instruction, "mv %0, t1");              \
    break;

static int execute(const struct request *request, struct reply *reply) {
  switch (request->operation) {
#include "operations.inc"
    default:
      return 0;
  }
  return 1;
}

static int transfer(ssize_t (*call)(int, void *, size_t), int fd, void *buffer, size_t size) {
  char *next = buffer;
  while (size > 0) {
    ssize_t done = call(fd, next, size);
    if (done <= 0) {
      return next != (char *)buffer;
    }
    next += done;
    size -= (size_t)done;
  }
  return 1;
}

static ssize_t put(int fd, void *buffer, size_t size) {
  return write(fd, buffer, size);
}

/* The test pads its requests to whole batches, so that a short read means the end. */
int main(void) {
  while (transfer(read, 0, requests, sizeof requests)) {
    for (int i = 0; i < BATCH; i++) {
      if (!execute(&requests[i], &replies[i])) {
        return 2;
      }
    }
    if (!transfer(put, 1, replies, sizeof replies)) {
      return 3;
    }
  }
  return 0;
}
