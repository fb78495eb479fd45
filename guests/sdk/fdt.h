/* A walk over a flattened device tree (devicetree specification, version 17 blobs). */
#ifndef SDK_FDT_H
#define SDK_FDT_H

#include <stdbool.h>
#include <stdint.h>

#define FDT_MAX_DEPTH 8

struct fdt_property {
    const char *const *path;   /* node names from the root's child downwards */
    unsigned depth;            /* 0 for the root node */
    const char *name;
    const uint8_t *value;
    uint32_t length;
};

typedef void (*fdt_visitor)(const struct fdt_property *property, void *context);

/* Size of the blob in bytes, 0 if there is none at this address. */
uint32_t fdt_size(const void *tree);

/* Calls the visitor for each property in the order of the blob; false if the blob is malformed. */
bool fdt_walk(const void *tree, fdt_visitor visit, void *context);

/* Big-endian cell i of a property; 0 if the property is shorter. */
uint32_t fdt_cell(const struct fdt_property *property, unsigned index);

/* Two cells as one number, from cell index on. */
uint64_t fdt_cells64(const struct fdt_property *property, unsigned index);

/* Whether the NUL-separated list in the property contains the text. */
bool fdt_lists(const struct fdt_property *property, const char *text);

/* Whether a node is named base or base@unit. */
bool fdt_named(const char *node, const char *base);

#endif
