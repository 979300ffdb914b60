/*
 * Calls on extended attributes, each by path, by path without following a link at its end, and by
 * descriptor: setxattr(2), getxattr(2), listxattr(2), removexattr(2).
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/uaccess.h"
#include "kernel/vfs/files.h"
#include "kernel/vfs/xattr.h"

/* What a call does with the file that was found. */
struct xattr_request {
    long (*run)(const struct path *path, struct xattr_request *request);
    char name[XATTR_NAME_MAX + 1];
    void *value; /* kmalloc'ed */
    size_t size;
    int flags;
    void __user *user; /* where the answer goes */
};

static long run_path(const char __user *name, unsigned lookup, struct xattr_request *request)
{
    struct path path;
    long result = path_lookup_user(AT_FDCWD, name, lookup, &path);

    if (result)
        return result;
    result = request->run(&path, request);
    path_put(&path);
    return result;
}

static long run_fd(int fd, struct xattr_request *request)
{
    struct file *file = fd_get((unsigned)fd);
    long result;

    if (!file)
        return -EBADF;
    result = request->run(&file->path, request);
    file_put(file);
    return result;
}

static int name_get(const char __user *user, char name[XATTR_NAME_MAX + 1])
{
    ssize_t length = strncpy_from_user(name, user, XATTR_NAME_MAX + 1);

    if (length < 0)
        return (int)length;
    return length == 0 || length > XATTR_NAME_MAX ? -ERANGE : 0;
}

static long run_set(const struct path *path, struct xattr_request *request)
{
    return path_set_xattr(path, request->name, request->value, request->size, request->flags);
}

/* The request of setxattr; also after a failure its value is to be freed. */
static int set_request(struct xattr_request *request, const char __user *name,
                       const void __user *value, size_t size, int flags)
{
    int err;

    *request = (struct xattr_request){.run = run_set, .size = size, .flags = flags};
    if (flags & ~(XATTR_CREATE | XATTR_REPLACE))
        return -EINVAL;
    err = name_get(name, request->name);
    if (err)
        return err;
    if (size > XATTR_SIZE_MAX)
        return -E2BIG;
    request->value = kmalloc(size + 1); /* never NULL for one of no bytes */
    if (!request->value)
        return -ENOMEM;
    return copy_from_user(request->value, value, size);
}

static long set_by_path(const char __user *path, unsigned lookup, const char __user *name,
                        const void __user *value, size_t size, int flags)
{
    struct xattr_request request;
    long result = set_request(&request, name, value, size, flags);

    if (result == 0)
        result = run_path(path, lookup, &request);
    kfree(request.value);
    return result;
}

/* Gives a file an attribute, or changes it: any bytes by a name that begins with user. */
long sys_setxattr(const char __user *path, const char __user *name, const void __user *value,
                  size_t size, int flags)
{
    return set_by_path(path, LOOKUP_FOLLOW, name, value, size, flags);
}

/* As setxattr, of a symbolic link itself. */
long sys_lsetxattr(const char __user *path, const char __user *name, const void __user *value,
                   size_t size, int flags)
{
    return set_by_path(path, 0, name, value, size, flags);
}

/* As setxattr, of an open file. */
long sys_fsetxattr(int fd, const char __user *name, const void __user *value, size_t size,
                   int flags)
{
    struct xattr_request request;
    long result = set_request(&request, name, value, size, flags);

    if (result == 0)
        result = run_fd(fd, &request);
    kfree(request.value);
    return result;
}

/* Room for an answer of up to `most` bytes, and the answer to the user. */
static long answer(const struct path *path, struct xattr_request *request, size_t most,
                   ssize_t (*get)(const struct path *, struct xattr_request *))
{
    ssize_t length;

    request->size = min(request->size, most);
    request->value = request->size ? kmalloc(request->size) : NULL;
    if (request->size && !request->value)
        return -ENOMEM;
    length = get(path, request);
    if (length > 0 && request->size != 0 &&
        copy_to_user(request->user, request->value, (size_t)length) != 0)
        length = -EFAULT;
    kfree(request->value);
    return length;
}

static ssize_t get_value(const struct path *path, struct xattr_request *request)
{
    return path_get_xattr(path, request->name, request->value, request->size);
}

static long run_get(const struct path *path, struct xattr_request *request)
{
    return answer(path, request, XATTR_SIZE_MAX, get_value);
}

static int get_request(struct xattr_request *request, const char __user *name, void __user *value,
                       size_t size)
{
    *request = (struct xattr_request){.run = run_get, .size = size, .user = value};
    return name_get(name, request->name);
}

static long get_by_path(const char __user *path, unsigned lookup, const char __user *name,
                        void __user *value, size_t size)
{
    struct xattr_request request;
    int err = get_request(&request, name, value, size);

    return err ? err : run_path(path, lookup, &request);
}

/* An attribute's value; with size 0 only how long it is. */
long sys_getxattr(const char __user *path, const char __user *name, void __user *value, size_t size)
{
    return get_by_path(path, LOOKUP_FOLLOW, name, value, size);
}

/* As getxattr, of a symbolic link itself. */
long sys_lgetxattr(const char __user *path, const char __user *name, void __user *value,
                   size_t size)
{
    return get_by_path(path, 0, name, value, size);
}

/* As getxattr, of an open file. */
long sys_fgetxattr(int fd, const char __user *name, void __user *value, size_t size)
{
    struct xattr_request request;
    int err = get_request(&request, name, value, size);

    return err ? err : run_fd(fd, &request);
}

static ssize_t get_names(const struct path *path, struct xattr_request *request)
{
    return path_list_xattrs(path, request->value, request->size);
}

static long run_list(const struct path *path, struct xattr_request *request)
{
    return answer(path, request, XATTR_LIST_MAX, get_names);
}

/* The names of a file's attributes, each with its NUL; with size 0 only how long that is. */
long sys_listxattr(const char __user *path, char __user *list, size_t size)
{
    struct xattr_request request = {.run = run_list, .size = size, .user = list};

    return run_path(path, LOOKUP_FOLLOW, &request);
}

/* As listxattr, of a symbolic link itself. */
long sys_llistxattr(const char __user *path, char __user *list, size_t size)
{
    struct xattr_request request = {.run = run_list, .size = size, .user = list};

    return run_path(path, 0, &request);
}

/* As listxattr, of an open file. */
long sys_flistxattr(int fd, char __user *list, size_t size)
{
    struct xattr_request request = {.run = run_list, .size = size, .user = list};

    return run_fd(fd, &request);
}

/* A request of run_set without a value removes. */
static long remove_by_path(const char __user *path, unsigned lookup, const char __user *name)
{
    struct xattr_request request = {.run = run_set};
    int err = name_get(name, request.name);

    return err ? err : run_path(path, lookup, &request);
}

/* Takes an attribute away. */
long sys_removexattr(const char __user *path, const char __user *name)
{
    return remove_by_path(path, LOOKUP_FOLLOW, name);
}

/* As removexattr, of a symbolic link itself. */
long sys_lremovexattr(const char __user *path, const char __user *name)
{
    return remove_by_path(path, 0, name);
}

/* As removexattr, of an open file. */
long sys_fremovexattr(int fd, const char __user *name)
{
    struct xattr_request request = {.run = run_set};
    int err = name_get(name, request.name);

    return err ? err : run_fd(fd, &request);
}
