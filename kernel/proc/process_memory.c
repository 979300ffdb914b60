/*
 * What procfs shows of a process's memory (proc(5)): /proc/PID/{cmdline,environ,auxv,maps,
 * smaps,statm}.
 * environ, auxv and maps are for who may look into it (process_look.c).
 */
#include "kernel/abi/errno.h"
#include "kernel/abi/mman.h"
#include "kernel/abi/stat.h"
#include "kernel/core/init.h"
#include "kernel/mm/mm.h"
#include "kernel/proc/process_look.h"
#include "kernel/proc/process_status.h"
#include "kernel/proc/vdso.h"
#include "kernel/vfs/file.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/pseudo.h"

#define PIECE_SIZE 256u
#define PATH_COLUMN 73 /* where maps has the name */

/* Appends what the process has at [start, end), as far as it is there. */
static void show_bytes(struct mm *mm, uintptr_t start, uintptr_t end, struct text *text)
{
    char piece[PIECE_SIZE];
    size_t size;

    for (; start < end && text->error == 0; start += size) {
        size = min(end - start, sizeof(piece));
        if (mm_read(mm, start, piece, size, true) != 0)
            return;
        text_append(text, piece, size);
    }
}

static int cmdline_show(const struct pseudo_subject *of, struct text *text)
{
    struct mm *mm = task_mm_get(of->task);

    if (mm == NULL)
        return 0;
    show_bytes(mm, mm->args_start, mm->args_end, text);
    mm_put(mm);
    return 0;
}

static int environ_show(const struct pseudo_subject *of, struct text *text)
{
    struct mm *mm;
    int err = task_mm_look(of->task, &mm);

    if (err != 0 || mm == NULL)
        return err != 0 ? err : -ESRCH;
    show_bytes(mm, mm->args_end, mm->environment_end, text);
    mm_put(mm);
    return 0;
}

static int auxv_show(const struct pseudo_subject *of, struct text *text)
{
    struct mm *mm;
    int err = task_mm_look(of->task, &mm);

    if (err != 0 || mm == NULL)
        return err;
    show_bytes(mm, mm->auxv_start, mm->auxv_end, text);
    mm_put(mm);
    return 0;
}

/* Copies the first VMA that ends above the address, with a reference on its file; and measures it,
 * unless measures is NULL. */
static bool vma_snapshot(struct mm *mm, uintptr_t address, struct vma *copy,
                         struct vma_measures *measures)
{
    const struct vma *vma;

    mutex_lock(&mm->lock);
    vma = vma_find(&mm->vmas, address);
    if (vma != NULL) {
        *copy = *vma;
        if (copy->file != NULL)
            file_get(copy->file);
        if (measures != NULL)
            vma_measure(vma, measures);
    }
    mutex_unlock(&mm->lock);
    return vma != NULL;
}

static const char *vma_name(const struct mm *mm, const struct vma *vma)
{
    const char *name;

    if (vma->range.start < mm->brk && vma->range.end > mm->brk_start)
        return "[heap]";
    if (vma->range.start <= mm->args_start && vma->range.end > mm->args_start)
        return "[stack]";
    if (vma->cache == NULL)
        return NULL;
    name = vdso_name(vma);
    return name != NULL ? name : "/dev/zero (deleted)";
}

static int vma_show(const struct mm *mm, const struct vma *vma, struct text *text)
{
    const struct inode *inode = vma->file != NULL ? vma->file->inode : NULL;
    const char *name = inode == NULL ? vma_name(mm, vma) : NULL;
    size_t before = text->length;

    text_printf(text, "%08lx-%08lx %c%c%c%c %08lx 00:%02x %lu", vma->range.start, vma->range.end,
                vma->prot & PROT_READ ? 'r' : '-', vma->prot & PROT_WRITE ? 'w' : '-',
                vma->prot & PROT_EXEC ? 'x' : '-', vma->flags & VMA_SHARED ? 's' : 'p',
                vma->cache != NULL ? vma->cache_index << PAGE_SHIFT : 0,
                inode != NULL ? (unsigned)DEV_MINOR(inode->sb->dev) : 0,
                inode != NULL ? inode->number : 0);
    if (inode != NULL || name != NULL)
        text_printf(text, "%*s", (int)(PATH_COLUMN - min_t(size_t, text->length - before, 72)), "");
    if (name != NULL)
        text_printf(text, "%s", name);
    if (inode != NULL)
        (void)path_show(&vma->file->path, text);
    text_append(text, "\n", 1);
    return text->error;
}

/* One line a mapping. The process may run on meanwhile: each line is true when it is written. */
static int maps_show(const struct pseudo_subject *of, struct text *text)
{
    struct vma vma;
    struct mm *mm;
    int err = task_mm_look(of->task, &mm);

    if (err != 0 || mm == NULL)
        return err;
    for (uintptr_t at = 0; err == 0 && vma_snapshot(mm, at, &vma, NULL); at = vma.range.end) {
        err = vma_show(mm, &vma, text);
        if (vma.file != NULL)
            file_put(vma.file);
    }
    mm_put(mm);
    return err;
}

#define KIB 1024

/* The numbers of smaps and smaps_rollup. What has no object counts as written to, what has one as
 * not. */
static void measures_show(const struct vma_measures *measures, size_t locked, struct text *text)
{
    const struct {
        const char *name;
        size_t bytes;
    } lines[] = {
        {"Rss:", measures->resident},
        {"Pss:", measures->proportional},
        {"Shared_Clean:", measures->shared_file},
        {"Shared_Dirty:", measures->shared_own},
        {"Private_Clean:", measures->private_file},
        {"Private_Dirty:", measures->private_own},
        {"Anonymous:", measures->shared_own + measures->private_own},
        {"Swap:", 0},
        {"SwapPss:", 0},
        {"Locked:", locked},
    };

    for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
        text_printf(text, "%-15s %8zu kB\n", lines[i].name, lines[i].bytes / KIB);
}

/* The two letters of each flag, in Linux's order. */
static void vma_flags_show(const struct vma *vma, struct text *text)
{
    const struct {
        const char *letters;
        bool is_set;
    } flags[] = {
        {"rd", vma->prot & PROT_READ},       {"wr", vma->prot & PROT_WRITE},
        {"ex", vma->prot & PROT_EXEC},       {"sh", vma->flags & VMA_SHARED},
        {"mr", vma->max_prot & PROT_READ},   {"mw", vma->max_prot & PROT_WRITE},
        {"me", vma->max_prot & PROT_EXEC},   {"ms", vma->flags & VMA_SHARED},
        {"gd", vma->flags & VMA_GROWS_DOWN}, {"lo", vma->flags & VMA_LOCKED},
        {"dc", vma->flags & VMA_NO_FORK},    {"lf", vma->flags & VMA_LOCK_ON_FAULT},
        {"nr", vma->flags & VMA_NO_RESERVE}, {"wf", vma->flags & VMA_WIPE_ON_FORK},
    };

    text_printf(text, "VmFlags: ");
    for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
        if (flags[i].is_set)
            text_printf(text, "%s ", flags[i].letters);
    text_append(text, "\n", 1);
}

static size_t locked_bytes(const struct vma *vma, const struct vma_measures *measures)
{
    return vma->flags & VMA_LOCKED ? measures->proportional : 0;
}

static int smaps_show(const struct pseudo_subject *of, struct text *text)
{
    struct vma_measures measures;
    struct vma vma;
    struct mm *mm;
    int err = task_mm_look(of->task, &mm);

    if (err != 0 || mm == NULL)
        return err;
    for (uintptr_t at = 0; err == 0 && vma_snapshot(mm, at, &vma, &measures); at = vma.range.end) {
        err = vma_show(mm, &vma, text);
        text_printf(text,
                    "Size:           %8zu kB\nKernelPageSize: %8lu kB\nMMUPageSize:    %8lu kB\n",
                    (vma.range.end - vma.range.start) / KIB, PAGE_SIZE / KIB, PAGE_SIZE / KIB);
        measures_show(&measures, locked_bytes(&vma, &measures), text);
        vma_flags_show(&vma, text);
        if (vma.file != NULL)
            file_put(vma.file);
    }
    mm_put(mm);
    return err;
}

static void measures_add(struct vma_measures *sum, const struct vma_measures *measures)
{
    sum->resident += measures->resident;
    sum->proportional += measures->proportional;
    sum->shared_file += measures->shared_file;
    sum->shared_own += measures->shared_own;
    sum->private_file += measures->private_file;
    sum->private_own += measures->private_own;
}

/* All in one: from the first mapping to the last. */
static int smaps_rollup_show(const struct pseudo_subject *of, struct text *text)
{
    struct vma_measures measures, sum = {0};
    uintptr_t first = 0, at = 0;
    size_t locked = 0, before;
    struct vma vma;
    struct mm *mm;
    int err = task_mm_look(of->task, &mm);

    if (err != 0 || mm == NULL)
        return err;
    for (; vma_snapshot(mm, at, &vma, &measures); at = vma.range.end) {
        if (at == 0)
            first = vma.range.start;
        measures_add(&sum, &measures);
        locked += locked_bytes(&vma, &measures);
        if (vma.file != NULL)
            file_put(vma.file);
    }
    mm_put(mm);
    before = text->length;
    text_printf(text, "%08lx-%08lx ---p 00000000 00:00 0 ", first, at);
    text_printf(text, "%*s[rollup]\n", (int)(PATH_COLUMN - (text->length - before)), "");
    measures_show(&sum, locked, text);
    return 0;
}

void process_memory(struct task *task, struct process_memory *memory)
{
    struct mm *mm = task_mm_get(task);

    *memory = (struct process_memory){0};
    if (mm == NULL)
        return;
    mm_measure(mm, &memory->measures);
    memory->peak = READ_ONCE(mm->resident_peak) * PAGE_SIZE;
    memory->brk_start = mm->brk_start;
    memory->args_start = mm->args_start;
    memory->args_end = mm->args_end;
    memory->environment_end = mm->environment_end;
    mm_put(mm);
}

static int statm_show(const struct pseudo_subject *of, struct text *text)
{
    struct process_memory memory;
    const struct mm_measures *measures = &memory.measures;

    process_memory(of->task, &memory);
    text_printf(text, "%zu %zu 0 %zu 0 %zu 0\n", measures->mapped / PAGE_SIZE,
                measures->resident / PAGE_SIZE, measures->text / PAGE_SIZE,
                (measures->data + measures->stack) / PAGE_SIZE);
    return 0;
}

static struct pseudo_entry entries[] = {
    {.name = "cmdline", .mode = S_IFREG | 0444, .show = cmdline_show},
    {.name = "environ",
     .mode = S_IFREG | 0400,
     .show = environ_show,
     .permission = pseudo_look_permission},
    {.name = "auxv",
     .mode = S_IFREG | 0400,
     .show = auxv_show,
     .permission = pseudo_look_permission},
    {.name = "maps",
     .mode = S_IFREG | 0444,
     .show = maps_show,
     .permission = pseudo_look_permission},
    {.name = "smaps",
     .mode = S_IFREG | 0444,
     .show = smaps_show,
     .permission = pseudo_look_permission},
    {.name = "smaps_rollup",
     .mode = S_IFREG | 0444,
     .show = smaps_rollup_show,
     .permission = pseudo_look_permission},
    {.name = "statm", .mode = S_IFREG | 0444, .show = statm_show},
};

static void process_memory_init(void)
{
    pseudo_register_process(entries, ARRAY_SIZE(entries));
}
INIT_CALL(2, process_memory_init);
