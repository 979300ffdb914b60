/*
 * See write_pieces.h. Takes no locks.
 */
#include "kernel/drivers/write_pieces.h"

#include "kernel/abi/errno.h"
#include "kernel/mm/iter.h"
#include "kernel/sched/wait.h"

#define PIECE_BYTES 256u

ssize_t write_pieces(struct iter *from, void *device,
                     size_t (*put)(void *device, const uint8_t *bytes, size_t count, int *err))
{
    uint8_t bytes[PIECE_BYTES];
    ssize_t total = 0;
    int err = 0;

    while (err == 0 && iter_count(from) > 0) {
        size_t wanted = min(iter_count(from), sizeof(bytes));
        size_t count = iter_copy_from(from, bytes, wanted);

        total += (ssize_t)put(device, bytes, count, &err);
        if (err == 0 && count < wanted)
            err = -EFAULT;
        else if (err == 0 && (atomic_load(&current->flags) & TF_KILLED))
            err = -ERESTARTSYS;
    }
    return total > 0 ? total : err;
}
