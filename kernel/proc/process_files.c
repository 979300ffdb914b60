/*
 * What procfs shows of the files and the name of a process (proc(5)):
 * /proc/PID/{exe,cwd,root,comm}. The name is any thread's of the process to change; it always ends
 * before its last byte, so that who reads it meanwhile gets some of both.
 */
#include "kernel/abi/errno.h"
#include "kernel/abi/stat.h"
#include "kernel/core/init.h"
#include "kernel/lib/string.h"
#include "kernel/proc/process_look.h"
#include "kernel/vfs/file.h"
#include "kernel/vfs/fs.h"
#include "kernel/vfs/pseudo.h"

static int exe_follow(const struct pseudo_subject *of, struct path *target)
{
    struct file *exe = process_exe_get(of->task->process);
    int err = 0;

    if (exe == NULL)
        return -ENOENT;
    if (task_may_look(of->task)) {
        path_get(&exe->path);
        *target = exe->path;
    } else {
        err = -EACCES;
    }
    file_put(exe);
    return err;
}

static int folder_follow(struct task *task, struct path *target,
                         void (*which)(struct fs_context *fs, struct path *out))
{
    struct fs_context *fs = task_fs_get(task);
    int err = 0;

    if (fs == NULL)
        return -ENOENT;
    if (task_may_look(task))
        which(fs, target);
    else
        err = -EACCES;
    fs_context_put(fs);
    return err;
}

static int cwd_follow(const struct pseudo_subject *of, struct path *target)
{
    return folder_follow(of->task, target, fs_context_cwd);
}

static int root_follow(const struct pseudo_subject *of, struct path *target)
{
    return folder_follow(of->task, target, fs_context_root);
}

static int comm_show(const struct pseudo_subject *of, struct text *text)
{
    char name[THREAD_NAME_MAX];

    strlcpy(name, of->task->thread.name, sizeof(name));
    text_printf(text, "%s\n", name);
    return 0;
}

static int comm_store(const struct pseudo_subject *of, char *text)
{
    if (of->task == NULL)
        return -ESRCH;
    if (of->task->process != current_process())
        return -EINVAL;
    strlcpy(of->task->thread.name, text, sizeof(of->task->thread.name));
    return 0;
}

/* A process may name its threads even when its files are root's (PR_SET_DUMPABLE). */
static int comm_permission(const struct pseudo_subject *of, struct inode *inode,
                           const struct cred *cred, unsigned access)
{
    if (of->is_thread && of->task->process == current_process() && (access & MAY_EXEC) == 0)
        return 0;
    return inode_permission_by_mode(inode, cred, access);
}

static struct pseudo_entry entries[] = {
    {.name = "exe", .mode = S_IFLNK | 0777, .follow = exe_follow},
    {.name = "cwd", .mode = S_IFLNK | 0777, .follow = cwd_follow},
    {.name = "root", .mode = S_IFLNK | 0777, .follow = root_follow},
    {.name = "comm",
     .mode = S_IFREG | 0644,
     .show = comm_show,
     .store = comm_store,
     .store_most = THREAD_NAME_MAX - 1,
     .store_drops_rest = true,
     .refuses_pwrite = true,
     .permission = comm_permission},
};

static void process_files_init(void)
{
    pseudo_register_process(entries, ARRAY_SIZE(entries));
}
INIT_CALL(2, process_files_init);
