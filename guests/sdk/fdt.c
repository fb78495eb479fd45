#include "fdt.h"

#include "memory.h"

#define FDT_MAGIC      0xd00dfeed
#define FDT_BEGIN_NODE 1
#define FDT_END_NODE   2
#define FDT_PROP       3
#define FDT_NOP        4

struct cursor {
    const uint8_t *at, *end;
    const char *names;
    const char *path[FDT_MAX_DEPTH];
    unsigned nodes;   /* open nodes, the root included */
};

static uint32_t big_endian(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

uint32_t fdt_size(const void *tree)
{
    const uint8_t *blob = tree;
    return tree != 0 && big_endian(blob) == FDT_MAGIC ? big_endian(blob + 4) : 0;
}

static uint32_t next_cell(struct cursor *cursor)
{
    uint32_t cell = big_endian(cursor->at);
    cursor->at += 4;
    return cell;
}

static void skip(struct cursor *cursor, uint32_t bytes)
{
    cursor->at += (bytes + 3) & ~3u;
}

static bool open_node(struct cursor *cursor)
{
    const char *name = (const char *)cursor->at;
    if (cursor->nodes > FDT_MAX_DEPTH)
        return false;
    if (cursor->nodes > 0)
        cursor->path[cursor->nodes - 1] = name;
    cursor->nodes++;
    skip(cursor, (uint32_t)strlen(name) + 1);
    return true;
}

static bool close_node(struct cursor *cursor)
{
    if (cursor->nodes == 0)
        return false;
    cursor->nodes--;
    return true;
}

static bool read_property(struct cursor *cursor, fdt_visitor visit, void *context)
{
    uint32_t length = next_cell(cursor);
    uint32_t name = next_cell(cursor);
    if (cursor->nodes == 0 || length > (uint64_t)(cursor->end - cursor->at))
        return false;
    struct fdt_property property = {
        .path = cursor->path,
        .depth = cursor->nodes - 1,
        .name = cursor->names + name,
        .value = cursor->at,
        .length = length,
    };
    visit(&property, context);
    skip(cursor, length);
    return true;
}

bool fdt_walk(const void *tree, fdt_visitor visit, void *context)
{
    const uint8_t *blob = tree;
    if (fdt_size(tree) == 0)
        return false;
    struct cursor cursor = {.at = blob + big_endian(blob + 8),
                            .end = blob + big_endian(blob + 4),
                            .names = (const char *)blob + big_endian(blob + 12)};
    while (cursor.at + 12 <= cursor.end) {
        uint32_t token = next_cell(&cursor);
        bool fine = token == FDT_BEGIN_NODE ? open_node(&cursor)
                    : token == FDT_END_NODE ? close_node(&cursor)
                    : token == FDT_PROP     ? read_property(&cursor, visit, context)
                                            : token == FDT_NOP;
        if (!fine || cursor.nodes == 0)
            return fine;
    }
    return false;
}

uint32_t fdt_cell(const struct fdt_property *property, unsigned index)
{
    return 4 * (index + 1) <= property->length ? big_endian(property->value + 4 * index) : 0;
}

uint64_t fdt_cells64(const struct fdt_property *property, unsigned index)
{
    return (uint64_t)fdt_cell(property, index) << 32 | fdt_cell(property, index + 1);
}

bool fdt_lists(const struct fdt_property *property, const char *text)
{
    size_t wanted = strlen(text) + 1;
    const uint8_t *at = property->value, *end = at + property->length;
    while (at < end) {
        if ((size_t)(end - at) >= wanted && memcmp(at, text, wanted) == 0)
            return true;
        while (at < end && *at != 0)
            at++;
        at++;
    }
    return false;
}

bool fdt_named(const char *node, const char *base)
{
    size_t length = strlen(base);
    for (size_t i = 0; i < length; i++)
        if (node[i] != base[i])
            return false;
    return node[length] == 0 || node[length] == '@';
}
