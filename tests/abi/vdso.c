/*
 * The vDSO (vdso(7)), found as libcs find it: by AT_SYSINFO_EHDR and the object's own tables.
 */
#include "tests/abi/abi.h"

#include <elf.h>
#include <pthread.h>
#include <sched.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/time.h>

#define PAGE 4096ul
#define READS 20000

static const char *vdso_base(void)
{
    return (const char *)getauxval(AT_SYSINFO_EHDR);
}

static const Elf64_Phdr *segment(unsigned type)
{
    const Elf64_Ehdr *header = (const void *)vdso_base();
    const Elf64_Phdr *segments = (const void *)(vdso_base() + header->e_phoff);

    for (unsigned i = 0; i < header->e_phnum; i++)
        if (segments[i].p_type == type)
            return &segments[i];
    return NULL;
}

/* What lies at the address that an entry of the dynamic section names. */
static const void *dynamic(long tag)
{
    const char *bias = vdso_base() - segment(PT_LOAD)->p_vaddr;
    const Elf64_Dyn *entry = (const void *)(bias + segment(PT_DYNAMIC)->p_vaddr);

    for (; entry->d_tag != DT_NULL; entry++)
        if (entry->d_tag == tag)
            return bias + entry->d_un.d_ptr;
    return NULL;
}

static uint32_t gnu_hash(const char *name)
{
    uint32_t hash = 5381;

    while (*name)
        hash = hash * 33 + (unsigned char)*name++;
    return hash;
}

/* By DT_GNU_HASH, as new libcs do. */
static const Elf64_Sym *symbol_by_gnu_hash(const char *name)
{
    const uint32_t *table = dynamic(DT_GNU_HASH);
    uint32_t bucket_count = table[0], first = table[1], bloom_size = table[2];
    const uint32_t *buckets = table + 4 + bloom_size * 2, *chain = buckets + bucket_count;
    uint32_t hash = gnu_hash(name), i = buckets[hash % bucket_count];
    const Elf64_Sym *symbols = dynamic(DT_SYMTAB);

    for (; i >= first; i++) {
        if ((chain[i - first] | 1) == (hash | 1) &&
            strcmp((const char *)dynamic(DT_STRTAB) + symbols[i].st_name, name) == 0)
            return &symbols[i];
        if (chain[i - first] & 1)
            break;
    }
    return NULL;
}

static const char *symbol_version(const Elf64_Sym *symbol)
{
    const uint16_t *versions = dynamic(DT_VERSYM);
    unsigned wanted = versions[symbol - (const Elf64_Sym *)dynamic(DT_SYMTAB)] & 0x7fff;
    const Elf64_Verdef *definition = dynamic(DT_VERDEF);

    for (;; definition = (const void *)((const char *)definition + definition->vd_next)) {
        const Elf64_Verdaux *name = (const void *)((const char *)definition + definition->vd_aux);

        if (definition->vd_ndx == wanted)
            return (const char *)dynamic(DT_STRTAB) + name->vda_name;
        if (definition->vd_next == 0)
            return "none";
    }
}

static void *function(const char *name)
{
    const Elf64_Sym *symbol = symbol_by_gnu_hash(name);

    if (!symbol) {
        say("no %s", name);
        _exit(98);
    }
    return (void *)(uintptr_t)(vdso_base() - segment(PT_LOAD)->p_vaddr + symbol->st_value);
}

typedef int clock_call(long clock, struct timespec *time);
typedef int timeofday_call(struct timeval *tv, struct timezone *tz);
typedef long time_call(long *out);
typedef long getcpu_call(unsigned *cpu, unsigned *node, void *unused);

static clock_call *gettime(void)
{
    return (clock_call *)function("__vdso_clock_gettime");
}

static int64_t ns_of(struct timespec time)
{
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int64_t vdso_ns(clock_call *call, int clock)
{
    struct timespec now = {-1, -1};

    if (call(clock, &now) != 0)
        say("clock %d: refused", clock);
    return ns_of(now);
}

static int64_t kernel_ns(int clock)
{
    struct timespec now;

    MUST(syscall(SYS_clock_gettime, clock, &now));
    return ns_of(now);
}

/* The next mapping of /proc/self/maps whose name begins so. */
static bool next_mapping(FILE *maps, const char *name, uintptr_t *start, uintptr_t *end, char *prot)
{
    char line[256], path[128];

    while (fgets(line, sizeof(line), maps)) {
        path[0] = '\0';
        sscanf(line, "%lx-%lx %4s %*s %*s %*s %127s", start, end, prot, path);
        if (strncmp(path, name, strlen(name)) == 0)
            return true;
    }
    return false;
}

static uintptr_t mapping_of(const char *name, uintptr_t *end, char *prot)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    uintptr_t start;

    if (!maps || !next_mapping(maps, name, &start, end, prot)) {
        say("no %s", name);
        _exit(98);
    }
    fclose(maps);
    return start;
}

CASE(is_an_elf_object)
{
    const Elf64_Ehdr *header = (const void *)vdso_base();

    HOLDS((uintptr_t)header % PAGE == 0);
    HOLDS(memcmp(header->e_ident, ELFMAG, SELFMAG) == 0);
    VALUE(header->e_ident[EI_CLASS]);
    VALUE(header->e_ident[EI_DATA]);
    VALUE(header->e_type);
    VALUE(header->e_machine);
    VALUE(segment(PT_LOAD)->p_flags);
    VALUE(segment(PT_LOAD)->p_offset);
    HOLDS(segment(PT_GNU_EH_FRAME) != NULL);
    HOLDS(dynamic(DT_RELA) == NULL);
}

CASE(has_symbols)
{
    static const char *const names[] = {"__vdso_clock_gettime", "__vdso_gettimeofday",
                                        "__vdso_time", "__vdso_clock_getres", "__vdso_getcpu"};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        const Elf64_Sym *symbol = symbol_by_gnu_hash(names[i]);

        say("%s: %s, type %d, version %s", names[i], symbol ? "there" : "missing",
            symbol ? ELF64_ST_TYPE(symbol->st_info) : -1, symbol ? symbol_version(symbol) : "");
    }
    HOLDS(symbol_by_gnu_hash("__vdso_no_such_thing") == NULL);
}

CASE(is_in_maps)
{
    char prot[5];
    uintptr_t end;

    HOLDS(mapping_of("[vdso]", &end, prot) == (uintptr_t)vdso_base());
    say("%s", prot);
    HOLDS(mapping_of("[vvar]", &end, prot) < (uintptr_t)vdso_base());
    say("%s", prot);
}

/* A look by the vDSO between two by the kernel. */
CASE(agrees_with_the_kernel)
{
    static const int clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_TAI};
    clock_call *call = gettime();

    for (size_t i = 0; i < ARRAY_SIZE(clocks); i++) {
        unsigned wrong = 0;

        for (int round = 0; round < 200; round++) {
            int64_t before = kernel_ns(clocks[i]);
            int64_t between = vdso_ns(call, clocks[i]);
            int64_t after = kernel_ns(clocks[i]);

            wrong += between < before || between > after;
        }
        say("clock %d: %u wrong", clocks[i], wrong);
    }
}

CASE(coarse_and_raw)
{
    clock_call *call = gettime();

    HOLDS(vdso_ns(call, CLOCK_REALTIME_COARSE) <= kernel_ns(CLOCK_REALTIME));
    HOLDS(vdso_ns(call, CLOCK_MONOTONIC_COARSE) <= kernel_ns(CLOCK_MONOTONIC));
    HOLDS(vdso_ns(call, CLOCK_REALTIME_COARSE) > kernel_ns(CLOCK_REALTIME) - 1000000000);
    HOLDS(vdso_ns(call, CLOCK_MONOTONIC_RAW) <= kernel_ns(CLOCK_MONOTONIC_RAW));
}

/* Clocks that only the kernel knows. */
CASE(falls_back)
{
    clock_call *call = gettime();
    struct timespec now;

    HOLDS(vdso_ns(call, CLOCK_PROCESS_CPUTIME_ID) <= kernel_ns(CLOCK_PROCESS_CPUTIME_ID));
    HOLDS(vdso_ns(call, CLOCK_THREAD_CPUTIME_ID) <= kernel_ns(CLOCK_THREAD_CPUTIME_ID));
    VALUE(call(99, &now));
    VALUE(call(10, &now));
    VALUE(call(32 + CLOCK_MONOTONIC, &now));
    VALUE(call(64 + CLOCK_MONOTONIC, &now));
}

CASE(clock_getres)
{
    clock_call *call = (clock_call *)function("__vdso_clock_getres");
    static const int clocks[] = {
        CLOCK_REALTIME,           CLOCK_MONOTONIC,         CLOCK_BOOTTIME,     CLOCK_TAI,
        CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID, CLOCK_MONOTONIC_RAW};

    for (size_t i = 0; i < ARRAY_SIZE(clocks); i++) {
        struct timespec fine = {-1, -1}, kernels = {-2, -2};

        VALUE(call(clocks[i], &fine));
        MUST(syscall(SYS_clock_getres, clocks[i], &kernels));
        HOLDS(ns_of(fine) == ns_of(kernels));
    }
    VALUE(call(CLOCK_REALTIME, NULL));
    VALUE(call(99, NULL));
}

CASE(coarse_getres)
{
    clock_call *call = (clock_call *)function("__vdso_clock_getres");
    struct timespec coarse = {-1, -1}, kernels;

    VALUE(call(CLOCK_MONOTONIC_COARSE, &coarse));
    MUST(syscall(SYS_clock_getres, CLOCK_MONOTONIC_COARSE, &kernels));
    HOLDS(ns_of(coarse) == ns_of(kernels));
}

CASE(gettimeofday)
{
    timeofday_call *call = (timeofday_call *)function("__vdso_gettimeofday");
    struct timezone zone = {7, 7};
    struct timeval now = {-1, -1}, before, after;

    MUST(syscall(SYS_gettimeofday, &before, NULL));
    VALUE(call(&now, &zone));
    MUST(syscall(SYS_gettimeofday, &after, NULL));
    HOLDS(!timercmp(&now, &before, <) && !timercmp(&now, &after, >));
    VALUE(zone.tz_minuteswest);
    VALUE(zone.tz_dsttime);
    VALUE(call(NULL, NULL));
}

CASE(time)
{
    time_call *call = (time_call *)function("__vdso_time");
    long before = syscall(SYS_time, NULL), stored = -1, now = call(&stored);

    HOLDS(now == stored);
    HOLDS(now >= before && now <= syscall(SYS_time, NULL));
    HOLDS(call(NULL) >= now);
}

CASE(getcpu)
{
    getcpu_call *call = (getcpu_call *)function("__vdso_getcpu");
    unsigned wrong = 0;
    cpu_set_t all, one;

    MUST(sched_getaffinity(0, sizeof(all), &all));
    for (int wanted = 0; wanted < CPU_SETSIZE; wanted++) {
        unsigned cpu = 77, node = 77;

        if (!CPU_ISSET(wanted, &all))
            continue;
        CPU_ZERO(&one);
        CPU_SET(wanted, &one);
        MUST(sched_setaffinity(0, sizeof(one), &one));
        wrong += call(&cpu, &node, NULL) != 0 || cpu != (unsigned)wanted || node != 0;
    }
    VALUE(wrong);
    VALUE(call(NULL, NULL, NULL));
}

CASE(bad_pointer_is_a_fault)
{
    clock_call *call = gettime();

    IN_CHILD("clock_gettime", call(CLOCK_MONOTONIC, (struct timespec *)8));
    IN_CHILD("time", ((time_call *)function("__vdso_time"))((long *)8));
    VALUE(call(CLOCK_PROCESS_CPUTIME_ID, (struct timespec *)8));
}

CASE(nobody_writes_to_the_clocks)
{
    char prot[5];
    uintptr_t end, vvar = mapping_of("[vvar]", &end, prot);

    SHOW(mprotect((void *)vvar, PAGE, PROT_READ | PROT_WRITE));
    SHOW(mprotect((void *)vvar, PAGE, PROT_READ | PROT_EXEC));
    IN_CHILD("a write", *(volatile char *)vvar = 1);
    HOLDS(vdso_ns(gettime(), CLOCK_MONOTONIC) <= kernel_ns(CLOCK_MONOTONIC));
}

/* (What mprotect says here depends on Linux's age.) */
CASE(code_is_read_only)
{
    IN_CHILD("a write", *(volatile char *)(uintptr_t)vdso_base() = 1);
}

CASE(may_be_unmapped)
{
    char prot[5];
    uintptr_t end, start = mapping_of("[vdso]", &end, prot);
    clock_call *call = gettime();

    SHOW(munmap((void *)start, end - start));
    HOLDS(kernel_ns(CLOCK_MONOTONIC) > 0);
    IN_CHILD("a call", {
        struct timespec now;

        call(CLOCK_MONOTONIC, &now);
    });
    SHOW(raise(SIGCONT));
}

/* Who moves the clocks' pages and the code alike (a restarted program) can go on. */
CASE(may_be_moved)
{
    char prot[5], *room = mmap(NULL, 64 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    uintptr_t starts[8], ends[8], start, end, first = 0;
    char *at = (char *)(uintptr_t)gettime();
    FILE *maps = fopen("/proc/self/maps", "r");
    unsigned count = 0;

    while (count < 8 && next_mapping(maps, "[v", &start, &end, prot)) {
        if (start >= 1ul << 63)
            continue; /* vsyscall */
        starts[count] = start;
        ends[count++] = end;
    }
    fclose(maps);
    first = starts[0];
    for (unsigned i = 0; i < count; i++)
        MUST(mremap((void *)starts[i], ends[i] - starts[i], ends[i] - starts[i],
                    MREMAP_MAYMOVE | MREMAP_FIXED, room + (starts[i] - first)));
    at = room + ((uintptr_t)at - first);
    HOLDS(vdso_ns((clock_call *)(uintptr_t)at, CLOCK_MONOTONIC) <= kernel_ns(CLOCK_MONOTONIC));
}

CASE(fork_keeps_it)
{
    IN_CHILD("child", HOLDS(vdso_ns(gettime(), CLOCK_REALTIME) <= kernel_ns(CLOCK_REALTIME)));
}

HELPER(vdso_helper)
{
    HOLDS(vdso_ns(gettime(), CLOCK_MONOTONIC) <= kernel_ns(CLOCK_MONOTONIC));
    return 0;
}

/* exec makes it anew, whatever the program did to its own. */
CASE(exec_has_its_own)
{
    char prot[5];
    uintptr_t end, start = mapping_of("[vdso]", &end, prot);

    MUST(munmap((void *)start, end - start));
    IN_CHILD("exec", execl(abi_program, "vdso_helper", NULL));
}

static _Atomic int64_t newest_ns;
static _Atomic unsigned went_back;

static void *read_clock(void *call)
{
    for (int i = 0; i < READS; i++) {
        int64_t seen = newest_ns;
        int64_t now = vdso_ns((clock_call *)call, CLOCK_MONOTONIC);

        went_back += now < seen;
        newest_ns = now;
    }
    return NULL;
}

/* What one thread has read is not later than what another reads then. */
CASE(never_goes_back)
{
    pthread_t threads[4];

    for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
        MUST(pthread_create(&threads[i], NULL, read_clock, (void *)gettime()) == 0 ? 0 : -1);
    for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
        pthread_join(threads[i], NULL);
    VALUE(went_back);
}
