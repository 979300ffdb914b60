/*
 * Thread-local variables: the program's PT_TLS segment is what they begin with; each thread has a
 * copy that ends at its structure, behind which nothing of them lies. See thread.h.
 */
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kernel/abi/elf.h"
#include "libc/crt/start.h"
#include "libc/thread/thread.h"

static struct {
    const void *image;
    size_t image_bytes;
    size_t bytes; /* from the first variable to the structure */
    size_t alignment;
} tls = {.alignment = _Alignof(struct limen_thread)};

size_t __tls_bytes(void)
{
    return tls.bytes + sizeof(struct limen_thread) + tls.alignment;
}

char *__tls_of(struct limen_thread *thread)
{
    return (char *)thread - tls.bytes;
}

struct limen_thread *__tls_place(char *start, size_t bytes)
{
    uintptr_t place = (uintptr_t)start + bytes - sizeof(struct limen_thread);
    struct limen_thread *thread = (struct limen_thread *)(place & -tls.alignment);

    memcpy(__tls_of(thread), tls.image, tls.image_bytes);
    thread->self = thread;
    return thread;
}

/* The linker counts back from the structure by the segment's size, made a multiple of its
 * alignment.
 */
static void segment_use(const struct elf64_phdr *segment)
{
    size_t alignment = segment->p_align > 1 ? segment->p_align : 1;

    tls.image = (const void *)segment->p_vaddr;
    tls.image_bytes = segment->p_filesz;
    tls.bytes = (segment->p_memsz + alignment - 1) & -alignment;
    if (alignment > tls.alignment)
        tls.alignment = alignment;
}

void __tls_start(void)
{
    const struct elf64_phdr *segment = (const void *)getauxval(AT_PHDR);
    size_t bytes;
    char *place;

    for (size_t rest = getauxval(AT_PHNUM); rest > 0; rest--, segment++) {
        if (segment->p_type == PT_TLS)
            segment_use(segment);
    }
    if (tls.bytes == 0)
        return;
    bytes = __tls_bytes();
    place = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED)
        _exit(127);
    __thread_set_fs(__tls_place(place, bytes));
}
