/* What the misbehaving guests share. Each abuses one interface, lives on, says so and powers off. */
#ifndef HOSTILE_H
#define HOSTILE_H

#include "board.h"
#include "clock.h"
#include "console.h"
#include "csr.h"
#include "idle.h"

/* The line that tests look for, once per kind of abuse. */
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
