/*
 * Address spaces under random programs: three of them map, unmap, protect, advise, fork, exit,
 * truncate, write and touch, and every value that a program would see is compared with a plain
 * model of what it should see. In a second run allocations fail at random. At the end nothing may
 * be left over.
 */
#include "tests/unit/mm_machine.h"

#define OBJECTS 24u /* 0 to FILES - 1 are files, the others shared anonymous memory */
#define OBJECT_PAGES 16u

/*
 * The model.
 */
#define SPACES 3u
#define WINDOW 0x100000ul
#define PAGES 48u

struct model_page {
    bool mapped, shared, wipe, is_copied;
    unsigned prot;
    int object; /* -1: none */
    unsigned index;
    uint64_t value; /* of a private page that was written to */
};

struct model_object {
    bool used;
    unsigned pages; /* size */
    uint64_t values[OBJECT_PAGES];
};

static struct mm *spaces[SPACES];
static struct model_page model[SPACES][PAGES];
static struct model_object objects[OBJECTS];
static uint64_t next_value = 1;
static bool failing;

static uintptr_t address_of(size_t page)
{
    return WINDOW + page * PAGE_SIZE;
}

/* Lets an allocation of the next operation fail, maybe. */
static void arm_failure(void)
{
    allocation_fail_nth(failing && unit_below(3) == 0 ? 1 + (uint32_t)unit_below(6) : 0);
}

static void disarm_failure(void)
{
    allocation_fail_nth(0);
}

static void space_end(size_t s)
{
    mm_put(spaces[s]);
    spaces[s] = NULL;
    memset(model[s], 0, sizeof(model[s]));
}

static void space_begin(size_t s)
{
    spaces[s] = mm_create();
    MUST(spaces[s]);
}

/* An operation that may run out of memory halfway: what it left behind is thrown away. */
static bool out_of_memory(size_t s, long result)
{
    disarm_failure();
    if (result != -ENOMEM || !failing)
        return false;
    space_end(s);
    space_begin(s);
    return true;
}

static bool object_in_use(int object)
{
    for (size_t s = 0; s < SPACES; s++)
        for (size_t i = 0; i < PAGES; i++)
            if (model[s][i].mapped && model[s][i].object == object)
                return true;
    return false;
}

static int object_new_anonymous(unsigned pages)
{
    for (int object = FILES; object < (int)OBJECTS; object++) {
        if (object_in_use(object))
            continue;
        objects[object] = (struct model_object){.pages = pages};
        return object;
    }
    return -1;
}

/* MAP_POPULATE makes private copies at once of what may be written to, up to the object's end. */
static void model_populate(struct model_page *pages, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (pages[i].shared || !(pages[i].prot & PROT_WRITE))
            return;
        if (pages[i].object >= 0 && pages[i].index >= objects[pages[i].object].pages)
            return;
        pages[i].is_copied = true;
        if (pages[i].object >= 0)
            pages[i].value = objects[pages[i].object].values[pages[i].index];
    }
}

static void do_map(size_t s, size_t first, size_t count)
{
    bool shared = unit_below(2), anonymous = unit_below(2);
    size_t index = unit_below(OBJECT_PAGES - count + 1);
    int object = anonymous ? -1 : (int)unit_below(FILES);
    struct map_request request = {
        .address = address_of(first),
        .size = count * PAGE_SIZE - unit_below(PAGE_SIZE),
        .prot = (unsigned)unit_below(4),
        .max_prot = PROT_READ | PROT_WRITE | PROT_EXEC,
        .flags =
            MAP_FIXED | (shared ? MAP_SHARED : MAP_PRIVATE) | (unit_below(4) ? 0 : MAP_POPULATE),
    };
    long result;

    if (anonymous && shared) {
        object = object_new_anonymous((unsigned)count);
        index = 0;
        if (object < 0)
            return;
    }
    if (!anonymous) {
        request.file = &files[object];
        request.cache = &files[object].cache;
        request.offset = index * PAGE_SIZE;
    }
    if (!(request.flags & MAP_POPULATE))
        arm_failure();
    result = mm_map(spaces[s], &request);
    if (out_of_memory(s, result))
        return;
    MUST(result == (long)request.address);
    for (size_t i = 0; i < count; i++)
        model[s][first + i] = (struct model_page){.mapped = true,
                                                  .shared = shared,
                                                  .prot = request.prot,
                                                  .object = object,
                                                  .index = (unsigned)(index + i)};
    if (request.flags & MAP_POPULATE)
        model_populate(&model[s][first], count);
}

static void do_unmap(size_t s, size_t first, size_t count)
{
    long result;

    arm_failure();
    result = mm_unmap(spaces[s], address_of(first), count * PAGE_SIZE);
    if (out_of_memory(s, result))
        return;
    MUST(result == 0);
    memset(&model[s][first], 0, count * sizeof(model[s][first]));
}

static void do_protect(size_t s, size_t first, size_t count)
{
    unsigned prot = (unsigned)unit_below(4);
    bool hole = false;
    long result;

    arm_failure();
    result = mm_protect(spaces[s], address_of(first), count * PAGE_SIZE, prot);
    if (out_of_memory(s, hole ? 0 : result) && failing)
        return;
    for (size_t i = 0; i < count && !hole; i++) {
        hole = !model[s][first + i].mapped;
        if (!hole)
            model[s][first + i].prot = prot;
    }
    MUST(result == (hole ? -ENOMEM : 0));
}

static void do_advise(size_t s, size_t first, size_t count)
{
    static const int advices[] = {MADV_DONTNEED, MADV_WIPEONFORK, MADV_KEEPONFORK, MADV_NORMAL};
    int advice = advices[unit_below(ARRAY_SIZE(advices))];
    bool hole = false, refused = false;
    long result;

    arm_failure();
    result = mm_advise(spaces[s], address_of(first), count * PAGE_SIZE, advice);
    if (out_of_memory(s, result))
        return;
    for (size_t i = 0; i < count && !refused; i++) {
        struct model_page *page = &model[s][first + i];

        hole |= !page->mapped;
        refused = page->mapped && advice == MADV_WIPEONFORK && page->object >= 0;
        if (!page->mapped || refused)
            continue;
        if (advice == MADV_DONTNEED)
            page->is_copied = false;
        else if (advice != MADV_NORMAL)
            page->wipe = advice == MADV_WIPEONFORK;
    }
    MUST(result == (refused ? -EINVAL : hole ? -ENOMEM : 0));
}

static void do_fork(size_t from, size_t to)
{
    if (from == to)
        return;
    space_end(to);
    arm_failure();
    spaces[to] = mm_clone(spaces[from]);
    disarm_failure();
    if (!spaces[to]) {
        MUST(failing);
        space_begin(to);
        return;
    }
    memcpy(model[to], model[from], sizeof(model[to]));
    for (size_t i = 0; i < PAGES; i++)
        if (model[to][i].wipe)
            model[to][i].is_copied = false;
}

static void do_truncate(void)
{
    int object = (int)unit_below(FILES);
    unsigned pages = (unsigned)unit_below(OBJECT_PAGES + 1);

    page_cache_resize(&files[object].cache, pages * PAGE_SIZE - (pages ? unit_below(4000) : 0));
    objects[object].pages = pages;
    for (unsigned i = pages; i < OBJECT_PAGES; i++)
        objects[object].values[i] = 0;
    for (size_t s = 0; s < SPACES; s++)
        for (size_t i = 0; i < PAGES; i++)
            if (model[s][i].mapped && model[s][i].object == object && model[s][i].index >= pages)
                model[s][i].is_copied = false;
}

static void do_write(void)
{
    unsigned object = (unsigned)unit_below(FILES), index = (unsigned)unit_below(OBJECT_PAGES);
    struct model_object *file = &objects[object];
    uint64_t value = next_value++;
    loff_t pos = index * PAGE_SIZE;
    struct iter iter;
    ssize_t result;

    iter_kernel(&iter, &value, sizeof(value));
    arm_failure();
    result = page_cache_write(&files[object].cache, &iter, &pos);
    disarm_failure();
    if (failing && result == -ENOMEM)
        return;
    MUST(result == sizeof(value));
    file->values[index] = value;
    file->pages = max(file->pages, index + 1);
    value = 0;
    pos = index * PAGE_SIZE;
    iter_kernel(&iter, &value, sizeof(value));
    MUST(page_cache_read(&files[object].cache, &iter, &pos) == sizeof(value));
    MUST(value == file->values[index]);
}

/* What the model says of an access: 0 or the fault's error. */
static int model_access(const struct model_page *page, bool write)
{
    if (!page->mapped)
        return -EFAULT;
    if (write ? !(page->prot & PROT_WRITE) : page->prot == PROT_NONE)
        return -EACCES;
    if (page->object >= 0 && page->index >= objects[page->object].pages)
        return -EIO;
    return 0;
}

static uint64_t *model_place(struct model_page *page, bool write)
{
    static uint64_t zero;

    if (page->shared)
        return &objects[page->object].values[page->index];
    if (write)
        page->is_copied = true;
    if (page->is_copied)
        return &page->value;
    zero = 0;
    return page->object < 0 ? &zero : &objects[page->object].values[page->index];
}

static void do_touch(size_t s, size_t i, bool write)
{
    struct model_page *page = &model[s][i];
    int expected = model_access(page, write), error = 0;
    uint64_t *place;

    arm_failure();
    place = machine_access(spaces[s], address_of(i), write, &error);
    disarm_failure();
    if (failing && error == -ENOMEM)
        return;
    MUST(error == expected);
    if (error != 0)
        return;
    if (write)
        *model_place(page, true) = *place = next_value++;
    else
        MUST(*place == *model_place(page, false));
}

/* ptrace's look: rights of private mappings don't matter to it. */
static void do_peek(size_t s, size_t i)
{
    struct model_page *page = &model[s][i];
    uint64_t value = next_value++, found = 0;
    bool write = unit_below(2);
    int error;

    if (!page->mapped || page->shared || model_access(page, false) == -EIO || failing)
        return;
    if (page->object >= 0 && page->index >= objects[page->object].pages)
        return;
    if (write) {
        error = mm_write(spaces[s], address_of(i), &value, sizeof(value), true);
        MUST(error == 0);
        *model_place(page, true) = value;
    }
    MUST(mm_read(spaces[s], address_of(i), &found, sizeof(found), true) == 0);
    MUST(found == *model_place(page, false));
}

/* VMAs are in order, cover what the model says and are merged where they can be. */
static void check_space(size_t s)
{
    const struct vma *last = NULL;
    size_t covered = 0, mapped = 0;

    for (struct vma *vma = vma_find(&spaces[s]->vmas, 0); vma; vma = vma_next(vma)) {
        MUST(vma->mm == spaces[s]);
        MUST(!last || last->range.end <= vma->range.start);
        MUST(!last || !vma_continues(last, vma));
        for (uintptr_t at = vma->range.start; at < vma->range.end; at += PAGE_SIZE) {
            const struct model_page *page = &model[s][(at - WINDOW) / PAGE_SIZE];

            MUST(page->mapped && page->prot == vma->prot);
            MUST(page->shared == ((vma->flags & VMA_SHARED) != 0));
            MUST(page->object < 0 || vma_cache_index(vma, at) == page->index);
            covered++;
        }
        last = vma;
    }
    for (size_t i = 0; i < PAGES; i++)
        mapped += model[s][i].mapped;
    MUST(covered == mapped);
}

static void step(void)
{
    size_t s = unit_below(SPACES), first = unit_below(PAGES);
    size_t count = 1 + unit_below(min(PAGES - first, (size_t)12));

    switch (unit_below(24)) {
    case 0:
    case 1:
        do_map(s, first, count);
        break;
    case 2:
        do_unmap(s, first, count);
        break;
    case 3:
    case 4:
        do_protect(s, first, count);
        break;
    case 5:
        do_advise(s, first, count);
        break;
    case 6:
        do_fork(s, unit_below(SPACES));
        break;
    case 7:
        if (unit_below(4) == 0)
            do_truncate();
        break;
    case 8:
        do_write();
        break;
    case 9:
        do_peek(s, first);
        break;
    default:
        do_touch(s, first, unit_below(2));
        break;
    }
    MUST(rank_count == 0);
}

static void run_programs(unsigned rounds)
{
    for (size_t s = 0; s < SPACES; s++)
        space_begin(s);
    for (round_number = 0; round_number < rounds; round_number++) {
        step();
        if (round_number % 8 == 0)
            check_space(unit_below(SPACES));
    }
    for (size_t s = 0; s < SPACES; s++)
        space_end(s);
    for (size_t i = 0; i < FILES; i++) {
        MUST(files[i].references == 0);
        page_cache_resize(&files[i].cache, 0);
        memset(&objects[i], 0, sizeof(objects[i]));
    }
    check_nothing_left();
}

static void test_programs(void)
{
    run_programs(150000);
}

static void test_programs_without_memory(void)
{
    failing = true;
    run_programs(150000);
    failing = false;
}

int main(void)
{
    machine_start();
    UNIT_RUN(test_programs);
    UNIT_RUN(test_programs_without_memory);
    machine_stop();
    return unit_result();
}
