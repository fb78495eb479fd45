/* Grant table, version 1: pages lent to another domain. */
#ifndef SDK_GRANT_H
#define SDK_GRANT_H

#include <stdbool.h>
#include <stdint.h>

#define GRANT_REFS 4096   /* eight table frames, mapped as they are needed */

enum grant_kind { GRANT_WRITABLE, GRANT_READONLY };

struct grant_entry {
    uint16_t flags, domain;
    uint32_t frame;
};

/* Lends the page; the reference, or -ENOSPC. */
int64_t grant_page(uint16_t domain, const void *page, enum grant_kind kind);

/* Ends a grant. False while the other domain has the page mapped: then page and entry must stay as they are. */
bool grant_revoke(uint32_t ref);

/* The entry itself, for guests that abuse it. */
struct grant_entry *grant_entry_of(uint32_t ref);

#endif
