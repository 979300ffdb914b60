/*
 * /proc/sys (proc(5)): what can be asked and set of the running kernel. The directories hold what
 * was registered (pseudo_register_sys); this file registers what the layers below know. A value
 * that can be written takes effect; one that can have one value only refuses others.
 *
 * `fd` of what a directory is asked about is its enum pseudo_sys.
 */
#include "kernel/abi/dirent.h"
#include "kernel/abi/errno.h"
#include "kernel/core/init.h"
#include "kernel/core/log.h"
#include "kernel/core/random.h"
#include "kernel/core/version.h"
#include "kernel/lib/format.h"
#include "kernel/lib/string.h"
#include "kernel/mm/vma.h"
#include "kernel/proc/task.h"
#include "kernel/vfs/files.h"
#include "kernel/vfs/pseudo.h"

/* What else the kernel's log could be told of by kernel.printk, and can't. */
#define PRINTK_OTHERS "4\t1\t7"

#define TOP PSEUDO_SYS_COUNT /* as a directory: /proc/sys itself */

static const struct {
    const char *name;
    unsigned parent;
} directories[PSEUDO_SYS_COUNT] = {
    [PSEUDO_SYS_FS] = {"fs", TOP},
    [PSEUDO_SYS_KERNEL] = {"kernel", TOP},
    [PSEUDO_SYS_VM] = {"vm", TOP},
    [PSEUDO_SYS_FS_EPOLL] = {"epoll", PSEUDO_SYS_FS},
    [PSEUDO_SYS_FS_INOTIFY] = {"inotify", PSEUDO_SYS_FS},
    [PSEUDO_SYS_KERNEL_RANDOM] = {"random", PSEUDO_SYS_KERNEL},
};

static int directory_find(unsigned parent, const struct name *name, struct pseudo_child *child);
static bool directory_next(unsigned parent, loff_t *position, struct pseudo_name *name);

static int values_find(const struct pseudo_subject *of, const struct name *name,
                       struct pseudo_child *child)
{
    if (directory_find(of->fd, name, child) == 0)
        return 0;
    child->entry = pseudo_sys_find(of->fd, name);
    child->fd = of->fd;
    return child->entry ? 0 : -ENOENT;
}

/* Directories have the first positions. */
static bool values_next(const struct pseudo_subject *of, loff_t *position, struct pseudo_name *name)
{
    loff_t behind = max_t(loff_t, *position - PSEUDO_SYS_COUNT, 0);

    if (directory_next(of->fd, position, name))
        return true;
    if (!pseudo_sys_next(of->fd, &behind, name))
        return false;
    *position = behind + PSEUDO_SYS_COUNT;
    return true;
}

static const struct pseudo_dir values_dir = {.find = values_find, .next = values_next};
static const struct pseudo_entry values_entry = {.mode = S_IFDIR | 0555, .dir = &values_dir};

static int directory_find(unsigned parent, const struct name *name, struct pseudo_child *child)
{
    for (unsigned i = 0; i < PSEUDO_SYS_COUNT; i++) {
        if (directories[i].parent != parent || strlen(directories[i].name) != name->length ||
            memcmp(directories[i].name, name->text, name->length) != 0)
            continue;
        child->entry = &values_entry;
        child->fd = i;
        return 0;
    }
    return -ENOENT;
}

static bool directory_next(unsigned parent, loff_t *position, struct pseudo_name *name)
{
    for (loff_t i = *position; i < PSEUDO_SYS_COUNT; i++) {
        if (directories[i].parent != parent)
            continue;
        name->text = directories[i].name;
        name->type = DT_DIR;
        *position = i + 1;
        return true;
    }
    return false;
}

static int sys_find(const struct pseudo_subject *of, const struct name *name,
                    struct pseudo_child *child)
{
    (void)of;
    return directory_find(TOP, name, child);
}

static bool sys_next(const struct pseudo_subject *of, loff_t *position, struct pseudo_name *name)
{
    (void)of;
    return directory_next(TOP, position, name);
}

static const struct pseudo_dir sys_dir = {.find = sys_find, .next = sys_next};

static int show_number(struct text *text, uint64_t number)
{
    text_printf(text, "%llu\n", (unsigned long long)number);
    return 0;
}

/* --- kernel --- */

static int show_name(const struct pseudo_subject *of, struct text *text, size_t offset)
{
    struct utsname name;

    (void)of;
    system_name_get(&name);
    text_printf(text, "%s\n", (const char *)&name + offset);
    return 0;
}

static int show_ostype(const struct pseudo_subject *of, struct text *text)
{
    return show_name(of, text, offsetof(struct utsname, sysname));
}

static int show_osrelease(const struct pseudo_subject *of, struct text *text)
{
    return show_name(of, text, offsetof(struct utsname, release));
}

static int show_version(const struct pseudo_subject *of, struct text *text)
{
    return show_name(of, text, offsetof(struct utsname, version));
}

static int show_hostname(const struct pseudo_subject *of, struct text *text)
{
    return show_name(of, text, offsetof(struct utsname, nodename));
}

static int show_domainname(const struct pseudo_subject *of, struct text *text)
{
    return show_name(of, text, offsetof(struct utsname, domainname));
}

/* A name ends with the line, and is cut. */
static size_t name_length(const char *text)
{
    size_t length = 0;

    while (text[length] != '\0' && text[length] != '\n' && length < SYSTEM_NAME_MAX)
        length++;
    return length;
}

static int store_hostname(const struct pseudo_subject *of, char *text)
{
    (void)of;
    system_host_name_set(text, name_length(text));
    return 0;
}

static int store_domainname(const struct pseudo_subject *of, char *text)
{
    (void)of;
    system_domain_name_set(text, name_length(text));
    return 0;
}

static int show_pid_max(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    return show_number(text, atomic_load(&pid_limit));
}

static int store_pid_max(const struct pseudo_subject *of, char *text)
{
    uint64_t number;
    int err = pseudo_store_number(text, PID_LIMIT_MIN, PID_MAX, &number);

    (void)of;
    if (err == 0)
        atomic_store(&pid_limit, (uint32_t)number);
    return err;
}

static int show_printk(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    text_printf(text, "%d\t" PRINTK_OTHERS "\n", log_console_level());
    return 0;
}

/* "LEVEL", or all four numbers, of which the others can't be changed. */
static int store_printk(const struct pseudo_subject *of, char *text)
{
    uint64_t level;
    char *rest = text;

    (void)of;
    for (char *at = text; *at != '\0'; at++)
        if (*at == ' ')
            *at = '\t';
    while (*rest >= '0' && *rest <= '9')
        rest++;
    if (strncmp(rest, "\t" PRINTK_OTHERS, strlen("\t" PRINTK_OTHERS)) == 0)
        memset(rest, ' ', strlen("\t" PRINTK_OTHERS));
    if (pseudo_store_number(text, 1, LOG_DEBUG + 1, &level) != 0)
        return -EINVAL;
    log_console_level_set((int)level);
    return 0;
}

/* What is as it is: addresses aren't randomized, all memory may be promised. */
static int show_zero(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    return show_number(text, 0);
}

static int store_zero(const struct pseudo_subject *of, char *text)
{
    uint64_t number;

    (void)of;
    return pseudo_store_number(text, 0, 0, &number);
}

static int show_ngroups_max(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    return show_number(text, NGROUPS_SMALL);
}

static const struct pseudo_number threads_max = {&task_count_max, TASK_COUNT_MAX_LEAST,
                                                 TASK_COUNT_MAX_MOST};
static const struct pseudo_number dmesg_restrict = {&log_is_restricted, 0, 1};

static struct pseudo_entry kernel_values[] = {
    {.name = "ostype", .mode = S_IFREG | 0444, .show = show_ostype},
    {.name = "osrelease", .mode = S_IFREG | 0444, .show = show_osrelease},
    {.name = "version", .mode = S_IFREG | 0444, .show = show_version},
    {.name = "hostname",
     .mode = S_IFREG | 0644,
     .show = show_hostname,
     .store = store_hostname,
     .store_most = PSEUDO_STORE_MAX,
     .store_drops_rest = true},
    {.name = "domainname",
     .mode = S_IFREG | 0644,
     .show = show_domainname,
     .store = store_domainname,
     .store_most = PSEUDO_STORE_MAX,
     .store_drops_rest = true},
    {.name = "pid_max",
     .mode = S_IFREG | 0644,
     .show = show_pid_max,
     .store = store_pid_max,
     .store_most = PSEUDO_STORE_MAX},
    {.name = "printk",
     .mode = S_IFREG | 0644,
     .show = show_printk,
     .store = store_printk,
     .store_most = PSEUDO_STORE_MAX},
    {.name = "randomize_va_space",
     .mode = S_IFREG | 0644,
     .show = show_zero,
     .store = store_zero,
     .store_most = PSEUDO_STORE_MAX},
    {.name = "threads-max", .mode = S_IFREG | 0644, .number = &threads_max},
    {.name = "dmesg_restrict", .mode = S_IFREG | 0644, .number = &dmesg_restrict},
    {.name = "ngroups_max", .mode = S_IFREG | 0444, .show = show_ngroups_max},
};

/* --- kernel/random: the generator is seeded before there are programs, and needs no more --- */

#define POOL_BITS 256

static void show_uuid_bytes(const uint8_t bytes[16], struct text *text)
{
    for (size_t i = 0; i < 16; i++)
        text_printf(text, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", bytes[i]);
    text_append(text, "\n", 1);
}

/* A random UUID, version 4 (RFC 4122, section 4.4). */
static void uuid_make(uint8_t bytes[16])
{
    random_bytes(bytes, 16);
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
}

/* Another one each time. */
static int show_uuid(const struct pseudo_subject *of, struct text *text)
{
    uint8_t bytes[16];

    (void)of;
    uuid_make(bytes);
    show_uuid_bytes(bytes, text);
    return 0;
}

static uint8_t boot_id[16]; /* made at boot */

static int show_boot_id(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    show_uuid_bytes(boot_id, text);
    return 0;
}

static int show_pool_bits(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    return show_number(text, POOL_BITS);
}

static struct pseudo_entry random_values[] = {
    {.name = "boot_id", .mode = S_IFREG | 0444, .show = show_boot_id},
    {.name = "uuid", .mode = S_IFREG | 0444, .show = show_uuid},
    {.name = "entropy_avail", .mode = S_IFREG | 0444, .show = show_pool_bits},
    {.name = "poolsize", .mode = S_IFREG | 0444, .show = show_pool_bits},
};

/* --- vm --- */

static const struct pseudo_number map_count = {&vma_count_max, 0, INT32_MAX};

static struct pseudo_entry vm_values[] = {
    {.name = "overcommit_memory",
     .mode = S_IFREG | 0644,
     .show = show_zero,
     .store = store_zero,
     .store_most = PSEUDO_STORE_MAX},
    {.name = "max_map_count", .mode = S_IFREG | 0644, .number = &map_count},
};

/* --- fs --- */

static int show_file_max(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    return show_number(text, atomic_load(&file_count_max));
}

static int store_file_max(const struct pseudo_subject *of, char *text)
{
    uint64_t number;
    int err = pseudo_store_number(text, 0, INT64_MAX, &number);

    (void)of;
    if (err == 0)
        atomic_store(&file_count_max, number);
    return err;
}

static int show_file_nr(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    text_printf(text, "%llu\t0\t%llu\n", (unsigned long long)atomic_load(&file_count),
                (unsigned long long)atomic_load(&file_count_max));
    return 0;
}

static int show_nr_open(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    return show_number(text, atomic_load(&files_limit_max));
}

static int store_nr_open(const struct pseudo_subject *of, char *text)
{
    uint64_t number;
    int err = pseudo_store_number(text, BITS_PER_WORD, FILES_LIMIT_MAX, &number);

    (void)of;
    if (err == 0)
        atomic_store(&files_limit_max, (unsigned)number);
    return err;
}

static struct pseudo_entry fs_values[] = {
    {.name = "file-max",
     .mode = S_IFREG | 0644,
     .show = show_file_max,
     .store = store_file_max,
     .store_most = PSEUDO_STORE_MAX},
    {.name = "file-nr", .mode = S_IFREG | 0444, .show = show_file_nr},
    {.name = "nr_open",
     .mode = S_IFREG | 0644,
     .show = show_nr_open,
     .store = store_nr_open,
     .store_most = PSEUDO_STORE_MAX},
};

static struct pseudo_entry entries[] = {
    {.name = "sys", .mode = S_IFDIR | 0555, .dir = &sys_dir},
};

static void proc_sys_register(void)
{
    pseudo_register(entries, ARRAY_SIZE(entries));
    pseudo_register_sys(PSEUDO_SYS_KERNEL, kernel_values, ARRAY_SIZE(kernel_values));
    uuid_make(boot_id);
    pseudo_register_sys(PSEUDO_SYS_KERNEL_RANDOM, random_values, ARRAY_SIZE(random_values));
    pseudo_register_sys(PSEUDO_SYS_VM, vm_values, ARRAY_SIZE(vm_values));
    pseudo_register_sys(PSEUDO_SYS_FS, fs_values, ARRAY_SIZE(fs_values));
}
INIT_CALL(2, proc_sys_register);
