/*
 * /proc/PID/{mounts,mountinfo}, and /proc/mounts, which leads to the reader's own (proc(5)). There
 * is one tree of mounts: what is shown is the same for all processes.
 */
#include "kernel/abi/stat.h"
#include "kernel/core/init.h"
#include "kernel/vfs/inode.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/pseudo.h"

static int show_place(const struct mount *mount, struct text *text)
{
    const struct path path = {.mount = (struct mount *)mount, .dentry = mount->root};

    return path_show(&path, text);
}

static int show_mount(void *context, const struct mount *mount)
{
    struct text *text = context;
    int err;

    text_printf(text, "%s ", mount->source);
    err = show_place(mount, text);
    text_printf(text, " %s rw,relatime 0 0\n", mount->sb->type->name);
    return err;
}

static int show_mount_info(void *context, const struct mount *mount)
{
    const struct mount *parent = mount->parent != NULL ? mount->parent : mount;
    struct text *text = context;
    int err;

    text_printf(text, "%u %u %u:%u / ", mount->number, parent->number, DEV_MAJOR(mount->sb->dev),
                DEV_MINOR(mount->sb->dev));
    err = show_place(mount, text);
    text_printf(text, " rw,relatime - %s %s rw\n", mount->sb->type->name, mount->source);
    return err;
}

static int mounts_show(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    return mount_for_each(show_mount, text);
}

static int mountinfo_show(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    return mount_for_each(show_mount_info, text);
}

static int mounts_link(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    text_printf(text, "self/mounts");
    return 0;
}

static struct pseudo_entry system_entries[] = {
    {.name = "mounts", .mode = S_IFLNK | 0777, .link = mounts_link},
};

static struct pseudo_entry process_entries[] = {
    {.name = "mounts", .mode = S_IFREG | 0444, .show = mounts_show},
    {.name = "mountinfo", .mode = S_IFREG | 0444, .show = mountinfo_show},
};

static void proc_mounts_register(void)
{
    pseudo_register(system_entries, ARRAY_SIZE(system_entries));
    pseudo_register_process(process_entries, ARRAY_SIZE(process_entries));
}
INIT_CALL(2, proc_mounts_register);
