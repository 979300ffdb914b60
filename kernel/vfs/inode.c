/*
 * Inodes: life, attributes, permissions (inode(7), path_resolution(7) "Permissions"). See inode.h
 * for locking.
 */
#include "kernel/vfs/inode.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/limits.h"
#include "kernel/core/clock.h"
#include "kernel/lib/string.h"
#include "kernel/mm/cache.h"
#include "kernel/mm/slab.h"
#include "kernel/vfs/file.h"
#include "kernel/vfs/file_lock.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/xattr.h"

#define RELATIME_MAX_SECONDS (24 * 60 * 60)
#define MODE_BITS 07777u
#define BLOCK_SIZE 512 /* of st_blocks */

static SLAB_CACHE(inode_cache, struct inode);

struct timespec time_now(void)
{
    uint64_t now_ns = clock_realtime_ns();

    return (struct timespec){.tv_sec = (long)(now_ns / NSEC_PER_SEC),
                             .tv_nsec = (long)(now_ns % NSEC_PER_SEC)};
}

struct inode *inode_create(struct superblock *sb, mode_t mode, uid_t uid, gid_t gid)
{
    struct inode *inode = slab_alloc(&inode_cache);

    if (!inode)
        return NULL;
    refcount_init(&inode->ref);
    mutex_init(&inode->lock, RANK_INODE);
    spin_lock_init(&inode->attr_lock, RANK_FILE);
    superblock_hold(sb);
    inode->sb = sb;
    inode->number = atomic_add(&sb->next_inode, 1);
    inode->mode = mode;
    inode->uid = uid;
    inode->gid = gid;
    inode->nlink = 1;
    inode->atime = inode->mtime = inode->ctime = time_now();
    return inode;
}

struct inode *inode_create_in(struct inode *dir, mode_t mode)
{
    const struct cred *cred = current->cred;
    gid_t gid = cred->fsgid;

    if (dir->mode & S_ISGID) {
        gid = dir->gid;
        if (S_ISDIR(mode))
            mode |= S_ISGID;
        else if ((mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) && cred->fsuid != 0 &&
                 !cred_in_group(cred, gid))
            mode &= ~(mode_t)S_ISGID;
    }
    return inode_create(dir->sb, mode, cred->fsuid, gid);
}

loff_t inode_size(const struct inode *inode)
{
    return inode->cache ? (loff_t)page_cache_size(inode->cache) : READ_ONCE(inode->size);
}

void inode_get(struct inode *inode)
{
    refcount_get(&inode->ref);
}

void inode_put(struct inode *inode)
{
    struct superblock *sb = inode->sb;

    if (!refcount_put(&inode->ref))
        return;
    inode_xattrs_free(inode);
    if (inode->sb->ops->evict)
        inode->sb->ops->evict(inode);
    inode_locks_free(inode);
    slab_free(&inode_cache, inode);
    superblock_release(sb);
}

/* The class of permission bits that is for these credentials, as three bits. */
static unsigned inode_rights(const struct inode *inode, const struct cred *cred)
{
    mode_t mode = READ_ONCE(inode->mode);

    if (cred->fsuid == READ_ONCE(inode->uid))
        return mode >> 6 & 7;
    if (cred_in_group(cred, READ_ONCE(inode->gid)))
        return mode >> 3 & 7;
    return mode & 7;
}

/* Root may read and write everything, search every directory, and execute what anybody may
 * (CAP_DAC_OVERRIDE, capabilities(7)). */
static bool root_may(const struct inode *inode, unsigned access)
{
    return inode_is_dir(inode) || !(access & MAY_EXEC) || (READ_ONCE(inode->mode) & 0111) != 0;
}

int inode_permission_by_mode(const struct inode *inode, const struct cred *cred, unsigned access)
{
    if ((access & ~inode_rights(inode, cred)) == 0)
        return 0;
    return cred->fsuid == 0 && root_may(inode, access) ? 0 : -EACCES;
}

int inode_permission(struct inode *inode, const struct cred *cred, unsigned access)
{
    if (inode->ops->permission)
        return inode->ops->permission(inode, cred, access);
    return inode_permission_by_mode(inode, cred, access);
}

bool inode_owned(const struct inode *inode, const struct cred *cred)
{
    return cred->fsuid == 0 || cred->fsuid == READ_ONCE(inode->uid);
}

void inode_setattr(struct inode *inode, const struct attr *attr)
{
    spin_lock(&inode->attr_lock);
    if (attr->valid & ATTR_MODE)
        inode->mode = (inode->mode & S_IFMT) | (attr->mode & MODE_BITS);
    if (attr->valid & ATTR_UID)
        inode->uid = attr->uid;
    if (attr->valid & ATTR_GID)
        inode->gid = attr->gid;
    if (attr->valid & ATTR_ATIME)
        inode->atime = attr->atime;
    if (attr->valid & ATTR_MTIME)
        inode->mtime = attr->mtime;
    inode->ctime = time_now();
    spin_unlock(&inode->attr_lock);
}

void inode_touch(struct inode *inode, unsigned times)
{
    struct timespec now = time_now();

    spin_lock(&inode->attr_lock);
    if (times & TOUCH_ATIME)
        inode->atime = now;
    if (times & TOUCH_MTIME)
        inode->mtime = now;
    if (times & TOUCH_CTIME)
        inode->ctime = now;
    spin_unlock(&inode->attr_lock);
}

static bool time_before(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec < b->tv_sec || (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

void inode_accessed(struct inode *inode)
{
    struct timespec now = time_now();

    spin_lock(&inode->attr_lock);
    if (!time_before(&inode->mtime, &inode->atime) || !time_before(&inode->ctime, &inode->atime) ||
        now.tv_sec - inode->atime.tv_sec >= RELATIME_MAX_SECONDS)
        inode->atime = now;
    spin_unlock(&inode->attr_lock);
}

mode_t inode_mode_without_privileges(const struct inode *inode, const struct cred *cred)
{
    mode_t mode = READ_ONCE(inode->mode);

    if (inode_is_dir(inode))
        return mode;
    if ((mode & S_IXGRP) || (cred->fsuid != 0 && !cred_in_group(cred, READ_ONCE(inode->gid))))
        mode &= ~(mode_t)S_ISGID;
    return mode & ~(mode_t)S_ISUID;
}

void inode_clear_privileges(struct inode *inode, const struct cred *cred)
{
    mode_t mode;

    if (likely(!(READ_ONCE(inode->mode) & (S_ISUID | S_ISGID))) || cred->fsuid == 0)
        return;
    mode = inode_mode_without_privileges(inode, cred);
    spin_lock(&inode->attr_lock);
    inode->mode = mode;
    spin_unlock(&inode->attr_lock);
}

void inode_stat(struct inode *inode, struct stat *st)
{
    *st = (struct stat){
        .st_dev = inode->sb->dev,
        .st_ino = inode->number,
        .st_rdev = inode->rdev,
        .st_blksize = PAGE_SIZE,
        .st_size = inode_size(inode),
        .st_blocks = inode->blocks,
    };
    if (inode->cache)
        st->st_blocks = (long)(page_cache_page_count(inode->cache) * (PAGE_SIZE / BLOCK_SIZE));
    spin_lock(&inode->attr_lock);
    st->st_mode = inode->mode;
    st->st_nlink = inode->nlink;
    st->st_uid = inode->uid;
    st->st_gid = inode->gid;
    st->st_atim = inode->atime;
    st->st_mtim = inode->mtime;
    st->st_ctim = inode->ctime;
    spin_unlock(&inode->attr_lock);
}

ssize_t inode_readlink(struct inode *inode, char *buffer, size_t size)
{
    size_t length;

    if (!inode->link)
        return inode->ops->readlink ? inode->ops->readlink(inode, buffer, size) : -EINVAL;
    length = min((size_t)inode->size, size);
    memcpy(buffer, inode->link, length);
    return (ssize_t)length;
}

int inode_link_get(struct inode *inode)
{
    int result = 0;

    spin_lock(&inode->attr_lock);
    if (inode->nlink == 0)
        result = inode->may_be_named ? 1 : -ENOENT;
    else if (inode->nlink == UINT32_MAX)
        result = -EMLINK;
    if (result >= 0)
        inode->nlink++;
    inode->may_be_named = false;
    inode->ctime = time_now();
    spin_unlock(&inode->attr_lock);
    return result;
}

uint32_t inode_link_put(struct inode *inode)
{
    uint32_t left;

    spin_lock(&inode->attr_lock);
    assert(inode->nlink != 0);
    left = --inode->nlink;
    inode->ctime = time_now();
    spin_unlock(&inode->attr_lock);
    return left;
}

/* Moves the balance of writers and deniers by `step` unless it is on the other's side. */
static int inode_writers_move(struct inode *inode, int32_t step)
{
    int32_t writers = atomic_load(&inode->writers);

    do {
        if ((step > 0 && writers < 0) || (step < 0 && writers > 0))
            return -ETXTBSY;
    } while (!atomic_compare_swap(&inode->writers, &writers, writers + step));
    return 0;
}

int inode_write_get(struct inode *inode)
{
    return inode_writers_move(inode, 1);
}

void inode_write_put(struct inode *inode)
{
    atomic_sub(&inode->writers, 1);
}

int inode_write_deny(struct inode *inode)
{
    return inode_writers_move(inode, -1);
}

void inode_write_allow(struct inode *inode)
{
    atomic_add(&inode->writers, 1);
}
