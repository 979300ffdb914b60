/*
 * Reading a tracee's memory: process_vm_readv(2), which needs no stop for each word.
 */
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "user/strace/strace.h"

#define PAGE_BYTES 4096ul

static long piece_read(const struct tracee *tracee, unsigned long address, void *bytes,
                       size_t count)
{
    struct iovec here = {bytes, count}, there = {(void *)address, count};

    return syscall(SYS_process_vm_readv, tracee->pid, &here, 1ul, &there, 1ul, 0ul);
}

/* All COUNT bytes, or false. */
bool memory_read(const struct tracee *tracee, unsigned long address, void *bytes, size_t count)
{
    return address && piece_read(tracee, address, bytes, count) == (long)count;
}

/*
 * Reads a string into TEXT, at most SIZE bytes of it, page by page: the next may not be there.
 * Returns its length, or -1 if it can't be read; *IS_WHOLE tells whether its end was seen.
 */
long string_read(const struct tracee *tracee, unsigned long address, char *text, size_t size,
                 bool *is_whole)
{
    size_t done = 0;

    *is_whole = false;
    while (done < size) {
        size_t piece = PAGE_BYTES - (address + done) % PAGE_BYTES;

        piece = piece < size - done ? piece : size - done;
        if (!memory_read(tracee, address + done, text + done, piece))
            return -1;

        const char *end = memchr(text + done, '\0', piece);

        if (end) {
            *is_whole = true;
            return end - text;
        }
        done += piece;
    }
    return (long)done;
}
