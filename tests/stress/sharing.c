/*
 * Four processes map, fault in, change and unmap the same memory all the time: a file and shared
 * anonymous memory. What each counted is there in the end.
 */
#include "tests/stress/stress.h"

#include <setjmp.h>

#define PROCESSES 4
#define PAGES 64
#define TAIL_PAGES 16 /* of the file, behind: comes and goes */

/* One for each process in each page: nobody else writes to it. */
struct counters {
    uint64_t count[PROCESSES];
};

static int file;
static char *memory;

static sigjmp_buf after_fault;

static void on_bus_error(int signo)
{
    (void)signo;
    siglongjmp(after_fault, 1);
}

static void count_in(char *page, int self)
{
    ((struct counters *)(void *)page)->count[self]++;
}

/* Through a mapping of its own of some pages of the file. */
static void count_in_file(int self, uint64_t *done)
{
    size_t first = below(PAGES), count = 1 + below(PAGES - first);
    char *p =
        mmap(NULL, count * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, (off_t)(first * PAGE));

    MUST(p == MAP_FAILED ? -1 : 0);
    for (size_t i = 0; i < count; i += 1 + below(8)) {
        count_in(p + i * PAGE, self);
        done[first + i]++;
    }
    if (below(2))
        MUST(mprotect(p, count * PAGE, PROT_READ));
    if (below(2))
        MUST(madvise(p, count * PAGE, MADV_DONTNEED));
    MUST(munmap(p, count * PAGE));
}

/* In the memory that was mapped before all were born; what is let go of comes back by a fault. */
static void count_in_memory(int self, uint64_t *done)
{
    size_t page = below(PAGES);

    count_in(memory + page * PAGE, self);
    done[page]++;
    if (below(4) == 0)
        MUST(madvise(memory + page * PAGE, PAGE, MADV_DONTNEED));
}

/* Private pages of the same file: their changes are nobody else's. */
static void change_privately(void)
{
    size_t page = below(PAGES);
    char *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, (off_t)(page * PAGE));

    MUST(p == MAP_FAILED ? -1 : 0);
    memset(p, 0xff, PAGE);
    if (below(8) == 0)
        waitpid(SPAWN(memset(p, 0xfe, PAGE)), NULL, 0);
    MUST(munmap(p, PAGE));
}

/* Behind the counters the file grows and shrinks under everybody's feet. */
static void touch_tail(void)
{
    char *p = mmap(NULL, TAIL_PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file,
                   (off_t)(PAGES * PAGE));

    MUST(p == MAP_FAILED ? -1 : 0);
    MUST(ftruncate(file, (off_t)((PAGES + below(TAIL_PAGES + 1)) * PAGE)));
    if (sigsetjmp(after_fault, 1) == 0)
        for (size_t i = 0; i < TAIL_PAGES; i++)
            p[i * PAGE] = 1;
    if (below(2))
        MUST(madvise(p, TAIL_PAGES * PAGE, MADV_REMOVE));
    MUST(munmap(p, TAIL_PAGES * PAGE));
}

static void share(int self, long steps, uint64_t *in_file, uint64_t *in_memory)
{
    signal(SIGBUS, on_bus_error);
    stress_seed((uint64_t)self);
    for (long i = 0; i < steps; i++) {
        switch (below(4)) {
        case 0:
            count_in_file(self, in_file);
            break;
        case 1:
            change_privately();
            break;
        case 2:
            touch_tail();
            break;
        default:
            count_in_memory(self, in_memory);
        }
    }
}

/* How many of the counters are not what their owner counted. */
static long wrong_counts(const char *pages, uint64_t (*wanted)[PAGES])
{
    long wrong = 0;

    for (size_t page = 0; page < PAGES; page++) {
        const struct counters *counters = (const void *)(pages + page * PAGE);

        for (int i = 0; i < PROCESSES; i++)
            wrong += counters->count[i] != wanted[i][page];
    }
    return wrong;
}

CASE(four_processes_on_shared_memory)
{
    long steps = stress_count(1500, 150000);
    uint64_t(*in_file)[PAGES] = map_shared(PROCESSES * sizeof(*in_file));
    uint64_t(*in_memory)[PAGES] = map_shared(PROCESSES * sizeof(*in_memory));
    char *p;

    file = (int)MUST(open("file", O_RDWR | O_CREAT, 0600));
    MUST(ftruncate(file, (off_t)(PAGES * PAGE)));
    memory = map_shared(PAGES * PAGE);
    for (int i = 0; i < PROCESSES; i++)
        SPAWN(share(i, steps, in_file[i], in_memory[i]));
    show_ends("process", PROCESSES);
    p = mmap(NULL, PAGES * PAGE, PROT_READ, MAP_SHARED, file, 0);
    MUST(p == MAP_FAILED ? -1 : 0);
    VALUE(wrong_counts(p, in_file));
    VALUE(wrong_counts(memory, in_memory));
    MUST(unlink("file"));
}
