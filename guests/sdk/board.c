#include "board.h"

#include "fdt.h"
#include "memory.h"
#include "xen_abi.h"

struct board board = {
    .memory_start = 0x80000000,
    .memory_end = 0x80000000 + (64u << 20),
    .timebase_hz = 10000000,
    .grant_window = XEN_GRANT_WINDOW,
    .grant_window_bytes = XEN_GRANT_WINDOW_BYTES,
    .upcall_interrupt = XEN_UPCALL_INTERRUPT,
};

static void read_memory(const struct fdt_property *property)
{
    if (text_equals(property->name, "reg")) {
        board.memory_start = fdt_cells64(property, 0);
        board.memory_end = board.memory_start + fdt_cells64(property, 2);
    }
}

static void read_text(const struct fdt_property *property, const char *name, char *target, size_t size)
{
    if (text_equals(property->name, name) && property->length > 0)
        text_copy(target, (const char *)property->value, size);
}

static void read_cpus(const struct fdt_property *property)
{
    if (text_equals(property->name, "timebase-frequency") && fdt_cell(property, 0) != 0)
        board.timebase_hz = fdt_cell(property, 0);
    if (property->depth == 2 && fdt_named(property->path[1], "cpu"))
        read_text(property, "riscv,isa", board.isa, sizeof board.isa);
}

static void read_hypervisor(const struct fdt_property *property)
{
    if (text_equals(property->name, "compatible"))
        board.hypervisor_node = fdt_lists(property, "xen,xen");
    else if (text_equals(property->name, "reg")) {
        board.grant_window = fdt_cells64(property, 0);
        board.grant_window_bytes = fdt_cells64(property, 2);
    } else if (text_equals(property->name, "interrupts-extended"))
        board.upcall_interrupt = fdt_cell(property, 1);
}

static void read_property(const struct fdt_property *property, void *context)
{
    (void)context;
    if (property->depth == 0)
        return;
    const char *node = property->path[0];
    if (fdt_named(node, "memory"))
        read_memory(property);
    else if (fdt_named(node, "chosen"))
        read_text(property, "bootargs", board.bootargs, sizeof board.bootargs);
    else if (fdt_named(node, "cpus"))
        read_cpus(property);
    else if (fdt_named(node, "hypervisor") && property->depth == 1)
        read_hypervisor(property);
}

void board_read(uint64_t hart, const void *tree)
{
    board.hart = hart;
    board.tree_start = (uintptr_t)tree;
    board.tree_end = board.tree_start + fdt_size(tree);
    fdt_walk(tree, read_property, 0);
}
