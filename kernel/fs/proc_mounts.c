/*
 * /proc/PID/{mounts,mountinfo}, /proc/mounts, which leads to the reader's own, and
 * /proc/filesystems (proc(5)). There is one tree of mounts: of it is shown what the reader's root
 * leaves to be seen.
 */
#include "kernel/abi/errno.h"
#include "kernel/abi/stat.h"
#include "kernel/core/init.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/fs.h"
#include "kernel/vfs/inode.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/pseudo.h"

struct listing {
    struct text *text;
    struct path root; /* the reader's */
    char *buffer;     /* PATH_MAX bytes */
};

/* What would end a field, and in the first one begin a comment (getmntent(3)). */
#define SPECIAL " \t\n\\"
#define SPECIAL_FIRST SPECIAL "#"

/* A name, with special characters as \ooo. */
static void show_name(struct text *text, const char *name, const char *special)
{
    for (; *name != '\0'; name++) {
        if (strchr(special, *name))
            text_printf(text, "\\%03o", (unsigned char)*name);
        else
            text_append(text, name, 1);
    }
}

struct flag_name {
    uint32_t flag;
    const char *name;
};

static void show_flags(struct text *text, uint32_t flags, const struct flag_name *names,
                       size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (flags & names[i].flag)
            text_printf(text, ",%s", names[i].name);
}

static void show_mount_flags(struct text *text, const struct mount *mount)
{
    static const struct flag_name names[] = {
        {MS_NOSUID, "nosuid"},           {MS_NODEV, "nodev"},           {MS_NOEXEC, "noexec"},
        {MS_NOATIME, "noatime"},         {MS_NODIRATIME, "nodiratime"}, {MS_RELATIME, "relatime"},
        {MS_NOSYMFOLLOW, "nosymfollow"},
    };

    show_flags(text, atomic_load(&mount->flags), names, ARRAY_SIZE(names));
}

static void show_sb_flags(struct text *text, const struct superblock *sb)
{
    static const struct flag_name names[] = {
        {MS_SYNCHRONOUS, "sync"},
        {MS_DIRSYNC, "dirsync"},
        {MS_LAZYTIME, "lazytime"},
    };

    show_flags(text, atomic_load(&sb->flags), names, ARRAY_SIZE(names));
}

static const char *access_word(int32_t writers)
{
    return writers == WRITING_FORBIDDEN ? "ro" : "rw";
}

static void show_options(struct text *text, const struct superblock *sb)
{
    if (sb->ops->show_options)
        sb->ops->show_options(sb, text);
}

/* One line of fstab(5). */
static int show_mount(void *context, const struct mount *mount)
{
    struct listing *listing = context;
    struct text *text = listing->text;
    const char *place = mount_place_text(mount, &listing->root, listing->buffer);

    if (!place)
        return 0;
    show_name(text, mount->source, SPECIAL_FIRST);
    text_append(text, " ", 1);
    show_name(text, place, SPECIAL);
    text_printf(text, " %s %s", mount->sb->type->name, mount_is_readonly(mount) ? "ro" : "rw");
    show_sb_flags(text, mount->sb);
    show_mount_flags(text, mount);
    show_options(text, mount->sb);
    text_printf(text, " 0 0\n");
    return text->error;
}

static int show_mount_info(void *context, const struct mount *mount)
{
    const struct mount *parent = mount->parent ? mount->parent : mount;
    struct listing *listing = context;
    struct text *text = listing->text;
    const struct superblock *sb = mount->sb;
    const char *place = mount_place_text(mount, &listing->root, listing->buffer);
    const char *root;

    if (!place)
        return 0;
    root = mount_root_text(mount, listing->buffer);
    text_printf(text, "%u %u %u:%u ", mount->number, parent->number, DEV_MAJOR(sb->dev),
                DEV_MINOR(sb->dev));
    show_name(text, root ? root : "/", SPECIAL);
    text_append(text, " ", 1);
    show_name(text, mount_place_text(mount, &listing->root, listing->buffer), SPECIAL);
    text_printf(text, " %s", access_word(atomic_load(&mount->writers)));
    show_mount_flags(text, mount);
    text_printf(text, "%s - %s ", mount_has(mount, MS_UNBINDABLE) ? " unbindable" : "",
                sb->type->name);
    show_name(text, mount->source, SPECIAL_FIRST);
    text_printf(text, " %s", access_word(atomic_load(&sb->writers)));
    show_sb_flags(text, sb);
    show_options(text, sb);
    text_printf(text, "\n");
    return text->error;
}

static int show_all(struct text *text, int (*show)(void *context, const struct mount *mount))
{
    struct listing listing = {.text = text, .buffer = kmalloc(PATH_MAX)};
    int err;

    if (!listing.buffer)
        return -ENOMEM;
    fs_context_root(current->fs, &listing.root);
    err = mount_for_each(show, &listing);
    path_put(&listing.root);
    kfree(listing.buffer);
    return err;
}

static int mounts_show(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    return show_all(text, show_mount);
}

static int mountinfo_show(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    return show_all(text, show_mount_info);
}

static int mounts_link(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    text_printf(text, "self/mounts");
    return 0;
}

static void show_type(void *text, const struct fs_type *type)
{
    text_printf(text, "%s\t%s\n", type->needs_no_device ? "nodev" : "", type->name);
}

static int filesystems_show(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    fs_type_for_each(show_type, text);
    return text->error;
}

static struct pseudo_entry system_entries[] = {
    {.name = "mounts", .mode = S_IFLNK | 0777, .link = mounts_link},
    {.name = "filesystems", .mode = S_IFREG | 0444, .show = filesystems_show},
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
