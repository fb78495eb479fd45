/*
 * What the misbehaving guests share. Each abuses one interface, lives on, says so and powers off.
 *
 * Abuses are numbered from 1 in the order in which they come. Many end a connection for good, and what comes after
 * them meets a closed door; so the boot argument only=N does number N alone, on a connection that is in order.
 */
#ifndef HOSTILE_H
#define HOSTILE_H

#include "board.h"
#include "bootargs.h"
#include "clock.h"
#include "console.h"
#include "csr.h"
#include "idle.h"

static unsigned abuses;

/* Counts an abuse and says whether it is to be done. */
static inline bool abuse_chosen(void)
{
    uint64_t only = bootarg_number("only", 0);
    abuses++;
    return only == 0 || only == abuses;
}

/* The last line: how far only=N goes. */
static inline int abuses_done(void)
{
    printf("ABUSES %u\n", abuses);
    return 0;
}

/* The line that tests look for, once per abuse. */
static inline void survived(const char *what)
{
    printf("SURVIVED %s\n", what);
}

/* Gives the host's side time to act on what was done to it. */
static inline void let_host_work(void)
{
    sleep_until(read_time() + clock_ns_to_ticks(2 * 1000 * 1000));
}

#endif
