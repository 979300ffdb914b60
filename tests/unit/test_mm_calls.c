/*
 * Single behaviours of an address space that random programs (test_mm_space.c) seldom meet: where
 * mappings go and which are refused, the stack, the heap, the end of a file.
 */
#include "tests/unit/mm_machine.h"

static long map_at(struct mm *mm, uintptr_t address, size_t size, unsigned flags)
{
    const struct map_request request = {.address = address,
                                        .size = size,
                                        .prot = PROT_READ | PROT_WRITE,
                                        .max_prot = PROT_READ | PROT_WRITE | PROT_EXEC,
                                        .flags = flags | MAP_PRIVATE};

    return mm_map(mm, &request);
}

static void test_placement(void)
{
    struct mm *mm = mm_create();
    long top = (long)MMAP_TOP;

    MUST(map_at(mm, 0, 0, 0) == -EINVAL);
    MUST(map_at(mm, 0, SIZE_MAX, 0) == -ENOMEM);
    MUST(map_at(mm, 0, USER_END, MAP_NORESERVE) == -ENOMEM);
    MUST(map_at(mm, 0, 1ul << 40, 0) == -ENOMEM);
    MUST(map_at(mm, 0, 1, 0) == top - 0x1000);
    MUST(map_at(mm, 0, 4097, 0) == top - 0x3000);
    MUST(map_at(mm, 0x500123, 1, 0) == 0x500000);
    MUST(map_at(mm, 0x500123, 1, 0) == top - 0x4000);
    MUST(map_at(mm, 1, 1, 0) == top - 0x5000);
    MUST(map_at(mm, 0x1000, 1, 0) == MMAP_MIN_ADDRESS);
    MUST(map_at(mm, 0, 1, MAP_32BIT) == 0x7ffff000);
    MUST(map_at(mm, 0, 1ul << 40, MAP_NORESERVE) == top - 0x5000 - (1l << 40));
    MUST(map_at(mm, 0x1000, 1, MAP_FIXED) == -EPERM);
    MUST(map_at(mm, 0, 1, MAP_FIXED) == -EPERM);
    MUST(map_at(mm, 0x500001, 1, MAP_FIXED) == -EINVAL);
    MUST(map_at(mm, USER_END, 1, MAP_FIXED) == -ENOMEM);
    MUST(map_at(mm, USER_END - 0x1000, 1, MAP_FIXED) == (long)USER_END - 0x1000);
    MUST(map_at(mm, -PAGE_SIZE, 0x2000, MAP_FIXED) == -ENOMEM);
    MUST(map_at(mm, 0x4ff000, 0x2000, MAP_FIXED_NOREPLACE) == -EEXIST);
    MUST(map_at(mm, 0x4ff000, 0x1000, MAP_FIXED_NOREPLACE) == 0x4ff000);
    MUST(mm_unmap(mm, 0x4ff001, 1) == -EINVAL);
    MUST(mm_unmap(mm, 0x4ff000, 0) == -EINVAL);
    MUST(mm_unmap(mm, 0x4ff000, SIZE_MAX) == -EINVAL);
    MUST(mm_unmap(mm, USER_END, 1) == -EINVAL);
    MUST(mm_unmap(mm, 0, USER_END) == 0);
    MUST(mm->vmas.count == 0);
    MUST(map_at(mm, 0, 1, 0) == top - 0x1000);
    mm_put(mm);
}

static unsigned long limits[RLIM_NLIMITS];

static unsigned long limit_of(int resource)
{
    return limits[resource];
}

static void set_limit(int resource, unsigned long limit)
{
    for (int i = 0; mm_limit != limit_of && i < RLIM_NLIMITS; i++)
        limits[i] = mm_limit(i);
    mm_limit = limit_of;
    limits[resource] = limit;
}

static void test_limits(void)
{
    struct mm *mm = mm_create();
    int error = 0;

    set_limit(RLIMIT_AS, 10 * PAGE_SIZE + 1);
    MUST(map_at(mm, 0x100000, 8 * PAGE_SIZE, MAP_FIXED) > 0);
    MUST(map_at(mm, 0x200000, 3 * PAGE_SIZE, MAP_FIXED) == -ENOMEM);
    MUST(map_at(mm, 0x107000, 3 * PAGE_SIZE, MAP_FIXED) > 0);
    MUST(map_at(mm, 0x100000, 10 * PAGE_SIZE, MAP_FIXED) > 0);
    MUST(map_at(mm, 0x100000, 11 * PAGE_SIZE, MAP_FIXED) == -ENOMEM);
    MUST(machine_access(mm, 0x109000, true, &error));
    mm_set_brk(mm, 0x300000);
    MUST(mm_brk(mm, 0x300001) == 0x300000);
    set_limit(RLIMIT_AS, 11 * PAGE_SIZE);
    MUST(mm_brk(mm, 0x300001) == 0x300001);
    set_limit(RLIMIT_AS, PAGE_SIZE);
    MUST(mm_protect(mm, 0x100000, 5 * PAGE_SIZE, PROT_READ) == 0);
    MUST(mm_protect(mm, 0x100000, 5 * PAGE_SIZE, PROT_READ | PROT_WRITE) == 0);
    set_limit(RLIMIT_AS, RLIM_INFINITY);

    MUST(mm_protect(mm, 0x100000, 5 * PAGE_SIZE, PROT_READ) == 0);
    set_limit(RLIMIT_DATA, 10 * PAGE_SIZE);
    MUST(mm_protect(mm, 0x100000, 5 * PAGE_SIZE, PROT_READ | PROT_WRITE) == -ENOMEM);
    MUST(mm_protect(mm, 0x100000, 4 * PAGE_SIZE, PROT_READ | PROT_WRITE) == 0);
    MUST(map_at(mm, 0x400000, PAGE_SIZE, MAP_FIXED) == -ENOMEM);
    set_limit(RLIMIT_DATA, RLIM_INFINITY);
    mm_put(mm);
}

static void test_stack(void)
{
    struct mm *mm = mm_create();
    uintptr_t limit = USER_END - STACK_LIMIT_DEFAULT;
    char text[6000];
    int error = 0;

    MUST(mm_map_stack(mm, PROT_READ | PROT_WRITE) == 0);
    memset(text, 'x', sizeof(text));
    MUST(mm_write(mm, USER_END - sizeof(text), text, sizeof(text), false) == 0);
    MUST(mm_zero(mm, USER_END - 5000, 1) == 0);
    MUST(mm_read(mm, USER_END - sizeof(text), text, sizeof(text), false) == 0);
    MUST(text[0] == 'x' && text[999] == 'x' && text[1000] == 0 && text[1001] == 'x');
    MUST(mm_write(mm, USER_END - 8, text, 16, false) == -EFAULT);
    MUST(mm_write(mm, UINTPTR_MAX - 3, text, 16, false) == -EFAULT);
    MUST(mm_advise(mm, USER_END - 64 * PAGE_SIZE, PAGE_SIZE, MADV_POPULATE_WRITE) == -ENOMEM);
    MUST(machine_access(mm, limit, true, &error));
    MUST(!machine_access(mm, limit - 8, true, &error) && error == -EFAULT);
    set_limit(RLIMIT_STACK, 4 * STACK_LIMIT_DEFAULT);
    MUST(machine_access(mm, limit - 8, false, &error));
    MUST(map_at(mm, limit - (4ul << 20), PAGE_SIZE, MAP_FIXED) > 0);
    MUST(machine_access(mm, limit - (3ul << 20) + 0x1000, false, &error));
    MUST(!machine_access(mm, limit - (3ul << 20), false, &error) && error == -EFAULT);
    mm_put(mm);
}

static void test_brk(void)
{
    struct mm *mm = mm_create();
    int error = 0;

    mm_set_brk(mm, 0x600100);
    MUST(mm_brk(mm, 0) == 0x600100);
    MUST(mm_brk(mm, 0x600fff) == 0x600fff && mm->vmas.count == 0);
    MUST(mm_brk(mm, 0x603001) == 0x603001 && mm->vmas.count == 1);
    MUST(machine_access(mm, 0x603008, true, &error));
    MUST(!machine_access(mm, 0x604008, true, &error) && error == -EFAULT);
    MUST(!machine_access(mm, 0x600008, true, &error) && error == -EFAULT);
    MUST(mm_brk(mm, 0x605000) == 0x605000 && mm->vmas.count == 1);
    MUST(map_at(mm, 0x608000, PAGE_SIZE, MAP_FIXED) > 0);
    MUST(mm_brk(mm, 0x607000) == 0x607000);
    MUST(mm_brk(mm, 0x607001) == 0x607000);
    MUST(mm_brk(mm, UINTPTR_MAX) == 0x607000);
    MUST(mm_brk(mm, 0x601000) == 0x601000 && mm->vmas.count == 1);
    MUST(!machine_access(mm, 0x603008, true, &error) && error == -EFAULT);
    set_limit(RLIMIT_DATA, 0x1000);
    MUST(mm_brk(mm, 0x604000) == 0x601000);
    set_limit(RLIMIT_DATA, RLIM_INFINITY);
    mm_put(mm);
}

static void test_tail(void)
{
    struct map_request request = {.size = PAGE_SIZE,
                                  .prot = PROT_READ | PROT_WRITE,
                                  .max_prot = PROT_READ | PROT_WRITE,
                                  .flags = MAP_SHARED,
                                  .file = &files[0],
                                  .cache = &files[0].cache};
    struct mm *mm = mm_create();
    uint8_t byte = 1, bytes[200];
    struct iter iter;
    uint64_t *word;
    loff_t pos = 99;
    int error = 0;

    iter_kernel(&iter, &byte, 1);
    MUST(page_cache_write(&files[0].cache, &iter, &pos) == 1 && pos == 100);
    word = machine_access(mm, (uintptr_t)mm_map(mm, &request) + 96, true, &error);
    MUST(word && *word == 1ul << 24);
    *word = UINT64_MAX;
    pos = 150;
    iter_kernel(&iter, &byte, 1);
    MUST(page_cache_write(&files[0].cache, &iter, &pos) == 1);
    pos = 0;
    iter_kernel(&iter, bytes, sizeof(bytes));
    MUST(page_cache_read(&files[0].cache, &iter, &pos) == 151 && pos == 151);
    MUST(bytes[95] == 0 && bytes[96] == 0xff && bytes[99] == 0xff && bytes[100] == 0);
    MUST(page_cache_read(&files[0].cache, &iter, &pos) == 0);
    page_cache_resize(&files[0].cache, 98);
    page_cache_resize(&files[0].cache, PAGE_SIZE);
    MUST(*word == 0xffff);
    mm_put(mm);
    page_cache_resize(&files[0].cache, 0);
}

/* mm_doom takes the pages, TLBs included, and gives none again; it is over when the last user has
 * left, and is nothing after that. */
static void test_doom(void)
{
    struct mm *mm = mm_create();
    uintptr_t place = (uintptr_t)map_at(mm, 0, 2 * PAGE_SIZE, 0);
    int error = 0;

    mm_hold(mm);
    MUST(machine_access(mm, place, true, &error) && mm->resident_pages == 1);
    mm_doom(mm);
    mm_doom(mm);
    MUST(mm_doomed_exist() && mm->resident_pages == 0 && mm->vmas.count == 1);
    MUST(!machine_access(mm, place, true, &error) && error == -ENOMEM);
    MUST(!machine_access(mm, place + PAGE_SIZE, false, &error) && error == -ENOMEM);
    mm_put(mm);
    MUST(!mm_doomed_exist());
    mm_doom(mm);
    MUST(!mm_doomed_exist());
    mm_release(mm);
}

/* The last frames are for who is to die, and for the kernel's threads. */
static void test_reserve(void)
{
    struct list taken = LIST_INIT(taken);
    struct mm *mm = mm_create();
    struct page *page;

    self.mm = mm;
    while ((page = page_alloc(0, 0)))
        list_add(&taken, &page->node);
    MUST(page_is_short() && page_free_count() == page_reserve_count());
    self.flags = TF_KILLED;
    MUST((page = page_alloc(0, 0)));
    page_free(page);
    self.flags = 0;
    self.mm = NULL;
    MUST((page = page_alloc(1, 0)));
    page_free(page);
    pages_put(&taken);
    MUST(!page_is_short());
    mm_put(mm);
}

int main(void)
{
    machine_start();
    UNIT_RUN(test_doom);
    UNIT_RUN(test_reserve);
    UNIT_RUN(test_placement);
    UNIT_RUN(test_limits);
    UNIT_RUN(test_stack);
    UNIT_RUN(test_brk);
    UNIT_RUN(test_tail);
    UNIT_RUN(check_nothing_left);
    machine_stop();
    return unit_result();
}
