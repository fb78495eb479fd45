/* Time: the time CSR, nanoseconds, the one-shot timer (Sstc or SBI TIME), the wall clock of shared info. */
#ifndef SDK_CLOCK_H
#define SDK_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define NS_PER_SECOND UINT64_C(1000000000)

enum timer_kind { TIMER_SBI, TIMER_SSTC };

/* Finds out whether stimecmp works; the boot argument timer=sbi forces the SBI call. */
void clock_init(void);

enum timer_kind clock_timer_kind(void);

/* Ticks of the time CSR in nanoseconds and back, rounded down, without overflow for 500 years. */
uint64_t clock_ticks_to_ns(uint64_t ticks);
uint64_t clock_ns_to_ticks(uint64_t ns);

/* Nanoseconds since time was 0: never runs backwards. */
uint64_t clock_ns(void);

/* Calls the handler (with interrupts disabled) once time has reached the deadline, in ticks. */
void timer_arm(uint64_t deadline_ticks, void (*handler)(void));
void timer_disarm(void);

/* UTC in nanoseconds since 1970; false if no host has filled in a wall clock. */
bool clock_wall_ns(uint64_t *utc_ns);

#endif
