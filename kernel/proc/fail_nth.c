/*
 * /proc/self/fail-nth (Linux's fault injection): debug builds refuse the thread that writes N here
 * its Nth allocation from then on. Reading tells how many are still to come; 0: it was refused, or
 * none is to be.
 */
#include "kernel/abi/errno.h"
#include "kernel/core/init.h"
#include "kernel/mm/page.h"
#include "kernel/proc/task.h"
#include "kernel/vfs/pseudo.h"

#if LIMEN_DEBUG

static int fail_nth_show(const struct pseudo_subject *of, struct text *text)
{
    text_printf(text, "%u\n", READ_ONCE(of->task->thread.fail_nth));
    return 0;
}

static int fail_nth_store(const struct pseudo_subject *of, char *text)
{
    uint64_t nth;
    int err = pseudo_store_number(text, 0, UINT32_MAX, &nth);

    if (err == 0 && of->task != current_task())
        err = -EPERM;
    if (err == 0)
        allocation_fail_nth((uint32_t)nth);
    return err;
}

static struct pseudo_entry entries[] = {
    {.name = "fail-nth",
     .mode = S_IFREG | 0644,
     .show = fail_nth_show,
     .store = fail_nth_store,
     .store_most = 16},
};

static void fail_nth_init(void)
{
    pseudo_register_process(entries, ARRAY_SIZE(entries));
}
INIT_CALL(2, fail_nth_init);

#endif
