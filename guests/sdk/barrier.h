/*
 * Fences of the ring and event protocols (RVWMO), and accesses the compiler may not merge, split or repeat.
 *
 * A trap is not a fence. So what a host or a peer must see before it is notified is fenced here, by the guest.
 */
#ifndef SDK_BARRIER_H
#define SDK_BARRIER_H

#include <stdint.h>

/* Entry contents before the index that publishes them. */
static inline void write_barrier(void)
{
    __asm__ volatile("fence w,w" : : : "memory");
}

/* The index before the entry contents it covers. */
static inline void read_barrier(void)
{
    __asm__ volatile("fence r,r" : : : "memory");
}

/* Own store before the load of the peer's word: the only fence that prevents a lost wake-up. */
static inline void full_barrier(void)
{
    __asm__ volatile("fence rw,rw" : : : "memory");
}

/* One access, exactly as wide as the object: shared words change under our feet. */
#define load_once(word) (*(const volatile __typeof__(word) *)&(word))
#define store_once(word, value) (*(volatile __typeof__(word) *)&(word) = (value))

#endif
