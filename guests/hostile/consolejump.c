/* Console ring indices that jump; what is said about it goes through the SBI. */

#include "barrier.h"
#include "console_ring.h"
#include "hostile.h"
#include "memory.h"
#include "power.h"

static void jump(const char *what, uint32_t *index, uint32_t value)
{
    if (!abuse_chosen())
        return;
    store_once(*index, value);
    full_barrier();
    console_ring_notify();
    let_host_work();
    survived(what);
}

int main(void)
{
    if (!console_is_ring())
        fail("no console ring to abuse");
    printf("through the ring, before\n");
    console_drain();
    console_use_sbi();

    uint32_t prod = load_once(console_page->out_prod);
    jump("out_prod one too far", &console_page->out_prod, prod + 2049);
    jump("out_prod far ahead", &console_page->out_prod, prod + 0x80000000);
    jump("out_prod behind", &console_page->out_prod, prod - 1);
    jump("out_prod back", &console_page->out_prod, prod);
    jump("out_cons overwritten", &console_page->out_cons, prod + 77);
    jump("in_cons ahead of in_prod", &console_page->in_cons, load_once(console_page->in_prod) + 1);
    jump("in_cons far behind", &console_page->in_cons, load_once(console_page->in_prod) - 5000);
    jump("in_prod overwritten", &console_page->in_prod, 0xdeadbeef);
    if (abuse_chosen()) {
        memset(console_page, 0xff, PAGE_BYTES);
        full_barrier();
        console_ring_notify();
        let_host_work();
        survived("console page overwritten");
    }
    return abuses_done();
}
