/*
 * The decoders of files: how they are opened, what is known of them, what is read from folders
 * and by several pieces, fcntl(2), times.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "kernel/abi/dirent.h"
#include "kernel/abi/fcntl.h"
#include "kernel/abi/stat.h"
#include "user/strace/strace.h"

static void open_flags_print(unsigned long flags)
{
    static const char *const modes[] = {"O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"};

    print("%s", modes[flags & O_ACCMODE]);
    if (flags & ~(unsigned long)O_ACCMODE) {
        print("|");
        print_rest_flags(set_named("open_bits"), flags & ~(unsigned long)O_ACCMODE);
    }
}

static bool flags_make_file(unsigned long flags)
{
    return flags & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY));
}

DECODER(open_flags)
{
    (void)data;
    open_flags_print((unsigned)value->number);
}

/* openat2: its size comes behind it. The mode only where a file may be made, or where it is wrong.
 */
DECODER(open_how)
{
    struct open_how how;

    (void)data;
    if (value->tracee->args[3] < sizeof(how) ||
        !memory_read(value->tracee, value->number, &how, sizeof(how))) {
        print_address(value->number);
        return;
    }
    print("{flags=");
    open_flags_print(how.flags);
    if (how.mode || flags_make_file(how.flags))
        print(how.mode ? ", mode=%#03lo" : ", mode=%03lo", (unsigned long)how.mode);
    print(", resolve=");
    print_flags(set_named("resolve_flags"), how.resolve);
    print("}");
}

bool has_open_mode(const struct tracee *tracee)
{
    unsigned long flags = tracee->args[tracee->number == call_number("openat") ? 2 : 1];

    return flags_make_file(flags);
}

DECODER(file_mode)
{
    static const char *const kinds[16] = {
        [1] = "S_IFIFO", [2] = "S_IFCHR",  [4] = "S_IFDIR",  [6] = "S_IFBLK",
        [8] = "S_IFREG", [10] = "S_IFLNK", [12] = "S_IFSOCK"};
    static const struct {
        unsigned bit;
        const char *name;
    } bits[] = {{S_ISUID, "S_ISUID"}, {S_ISGID, "S_ISGID"}, {S_ISVTX, "S_ISVTX"}};
    unsigned mode = (unsigned)value->number & 0xffff;
    const char *kind = kinds[(mode & S_IFMT) >> 12];

    (void)data;
    if (!kind && (mode & S_IFMT)) {
        decode_octal(value, NULL);
        return;
    }
    if (kind)
        print("%s|", kind);
    for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
        if (mode & bits[i].bit)
            print("%s|", bits[i].name);
    mode &= 0777;
    print(mode ? "%#03o" : "%03o", mode);
}

/* A device's number is that of a device only. */
static bool mode_is_device(unsigned long mode)
{
    return (mode & S_IFMT) == S_IFCHR || (mode & S_IFMT) == S_IFBLK;
}

bool has_device(const struct tracee *tracee)
{
    return mode_is_device(tracee->args[tracee->number == call_number("mknod") ? 1 : 2]);
}

/* A time of a file, and the date that it is. */
static void time_print(const char *name, const struct timespec *time)
{
    print(", %s=", name);
    print_dated(time->tv_sec, time->tv_nsec);
    print(", %s_nsec=%ld", name, (long)time->tv_nsec);
}

/* What a device is told by is its number, any other file by its size. */
static void stat_print(const struct stat *status)
{
    struct value mode = {.number = status->st_mode}, device = {.number = status->st_rdev};

    print("{");
    if (options.verbose) {
        struct value place = {.number = status->st_dev};

        print("st_dev=");
        decode_device(&place, NULL);
        print(", st_ino=%lu, ", (unsigned long)status->st_ino);
    }
    print("st_mode=");
    decode_file_mode(&mode, NULL);
    if (options.verbose)
        print(", st_nlink=%lu, st_uid=%u, st_gid=%u, st_blksize=%ld, st_blocks=%ld",
              (unsigned long)status->st_nlink, status->st_uid, status->st_gid,
              (long)status->st_blksize, (long)status->st_blocks);
    if (mode_is_device(status->st_mode)) {
        print(", st_rdev=");
        decode_device(&device, NULL);
    } else {
        print(", st_size=%ld", (long)status->st_size);
    }
    if (options.verbose) {
        time_print("st_atime", &status->st_atim);
        time_print("st_mtime", &status->st_mtim);
        time_print("st_ctime", &status->st_ctim);
    }
    print(options.verbose ? "}" : ", ...}");
}

DECODER(stat)
{
    struct stat status;

    (void)data;
    if (value_is_unreadable(value) ||
        !memory_read(value->tracee, value->number, &status, sizeof(status)))
        print_address(value->number);
    else
        stat_print(&status);
}

/* What statx does of remote files is a field of its own. */
DECODER(statx_how)
{
    unsigned flags = (unsigned)value->number, sync = flags & AT_STATX_SYNC_TYPE;

    (void)data;
    if (sync == AT_STATX_SYNC_TYPE)
        print("AT_STATX_FORCE_SYNC|AT_STATX_DONT_SYNC");
    else
        print_name(set_named("statx_syncs"), sync);
    if (flags & ~(unsigned)AT_STATX_SYNC_TYPE) {
        print("|");
        print_rest_flags(set_named("statx_flags"), flags & ~(unsigned)AT_STATX_SYNC_TYPE);
    }
}

/* Two descriptors. */
DECODER(fd_pair)
{
    int fds[2];

    (void)data;
    if (value_is_unreadable(value) ||
        !memory_read(value->tracee, value->number, fds, sizeof(fds))) {
        print_address(value->number);
        return;
    }
    print("[");
    print_fd(value->tracee, fds[0]);
    print(", ");
    print_fd(value->tracee, fds[1]);
    print("]");
}

/* As many pieces as the argument behind says; LEFT bytes of them are there to be shown. */
static void iovec_print(const struct value *value, size_t left, bool is_bare)
{
    unsigned long count = value->tracee->args[value->index + 1];
    struct iovec piece;

    if (value->number && !count) {
        print("[]");
        return;
    }
    if (!value->number || !memory_read(value->tracee, value->number, &piece, sizeof(piece))) {
        print_address(value->number);
        return;
    }
    print("[");
    for (unsigned long i = 0; i < count; i++) {
        unsigned long address = value->number + i * sizeof(piece);

        if (!memory_read(value->tracee, address, &piece, sizeof(piece))) {
            print("%s... /* %#lx */", i ? ", " : "", address);
            break;
        }
        if (i >= options.string_max && !options.verbose) {
            print(", ...");
            break;
        }

        size_t shown = piece.iov_len < left ? piece.iov_len : left;

        print("%s{iov_base=", i ? ", " : "");
        if (is_bare)
            print_address((unsigned long)piece.iov_base);
        else
            print_bytes(value->tracee, (unsigned long)piece.iov_base, shown);
        print(", iov_len=%lu}", (unsigned long)piece.iov_len);
        left -= shown;
    }
    print("]");
}

DECODER(iovec)
{
    (void)data;
    iovec_print(value, SIZE_MAX, false);
}

/* Of another process's memory only where it is. */
DECODER(iovec_bare)
{
    (void)data;
    iovec_print(value, SIZE_MAX, true);
}

DECODER(iovec_read)
{
    (void)data;
    if (value_is_unreadable(value) && (!value->number || value->tracee->args[value->index + 1]))
        print_address(value->number);
    else
        iovec_print(value, (size_t)value->tracee->result, false);
}

static const char *entry_type_name(unsigned char type)
{
    static const char *const types[] = {
        [0] = "DT_UNKNOWN", [1] = "DT_FIFO", [2] = "DT_CHR",  [4] = "DT_DIR",
        [6] = "DT_BLK",     [8] = "DT_REG",  [10] = "DT_LNK", [12] = "DT_SOCK"};
    const char *name = type <= 12 ? types[type] : NULL;

    return name ? name : "DT_???";
}

static void dirent_print(const struct linux_dirent64 *entry, const char *glue)
{
    print("%s{d_ino=%lu, d_off=%ld, d_reclen=%u, d_type=%s, d_name=", glue,
          (unsigned long)entry->d_ino, (long)entry->d_off, (unsigned)entry->d_reclen,
          entry_type_name(entry->d_type));
    print_quoted(entry->d_name, strlen(entry->d_name), false, false);
    print("}");
}

/* The type is the record's last byte. */
static void old_dirent_print(const struct linux_dirent *entry, const char *glue)
{
    print("%s{d_ino=%lu, d_off=%lu, d_reclen=%u, d_name=", glue, entry->d_ino, entry->d_off,
          (unsigned)entry->d_reclen);
    print_quoted(entry->d_name, strlen(entry->d_name), false, false);
    print(", d_type=%s}", entry_type_name(((const unsigned char *)entry)[entry->d_reclen - 1]));
}

/* How many entries a folder gave; with -v, which. The length stands at one place in both forms. */
static void dirents_print(const struct value *value, bool old)
{
    const size_t header = offsetof(struct linux_dirent, d_name);
    size_t size = (size_t)value->tracee->result, count = 0;
    char *bytes = value_is_unreadable(value) ? NULL : malloc(size + 1);

    if (!bytes || (size && !memory_read(value->tracee, value->number, bytes, size))) {
        print_address(value->number);
        free(bytes);
        return;
    }
    bytes[size] = '\0';
    print(options.verbose ? "[" : "");
    for (size_t at = 0; at + header < size; count++) {
        const struct linux_dirent *entry = (const void *)(bytes + at);

        if (entry->d_reclen <= header || entry->d_reclen > size - at)
            break;
        if (options.verbose && old)
            old_dirent_print(entry, count ? ", " : "");
        else if (options.verbose)
            dirent_print((const void *)entry, count ? ", " : "");
        at += entry->d_reclen;
    }
    if (options.verbose)
        print("]");
    else
        print("%#lx /* %zu entries */", value->number, count);
    free(bytes);
}

DECODER(dirents)
{
    (void)data;
    dirents_print(value, false);
}

DECODER(old_dirents)
{
    (void)data;
    dirents_print(value, true);
}

/* Which commands of fcntl take what. */
static bool command_has_lock(unsigned long command)
{
    return command == F_GETLK || command == F_SETLK || command == F_SETLKW ||
           command == F_OFD_GETLK || command == F_OFD_SETLK || command == F_OFD_SETLKW;
}

bool has_fcntl_arg(const struct tracee *tracee)
{
    switch ((unsigned)tracee->args[1]) {
    case F_GETFD:
    case F_GETFL:
    case F_GETOWN:
    case F_GETSIG:
    case F_GETLEASE:
    case F_GETPIPE_SZ:
    case F_GET_SEALS:
        return false;
    default:
        return true;
    }
}

/* l_pid is told only by the commands that ask who holds the lock. */
static void lock_print(const struct value *value, unsigned command)
{
    struct layout layout = *layout_named("flock");
    struct value copy = *value;

    if (command != F_GETLK && command != F_OFD_GETLK)
        copy.index = -1, layout.count--;
    print_layout(&copy, &layout);
}

/* Whom SIGIO and SIGURG are for (F_SETOWN_EX). */
static void owner_print(const struct value *value)
{
    static const char *const types[] = {"F_OWNER_TID", "F_OWNER_PID", "F_OWNER_PGRP"};
    struct {
        unsigned type;
        int pid;
    } owner;

    if (value_is_unreadable(value) ||
        !memory_read(value->tracee, value->number, &owner, sizeof(owner)))
        print_address(value->number);
    else
        print("{type=%s, pid=%d}", owner.type < 3 ? types[owner.type] : "F_OWNER_???", owner.pid);
}

DECODER(fcntl_arg)
{
    unsigned command = (unsigned)value->tracee->args[1];

    (void)data;
    if (command_has_lock(command))
        lock_print(value, command);
    else if (command == F_SETFL)
        open_flags_print(value->number);
    else if (command == F_SETFD)
        print_flags(set_named("fd_flags"), value->number);
    else if (command == F_SETSIG)
        print_signal((int)value->number);
    else if (command == F_GETOWN_EX || command == F_SETOWN_EX)
        owner_print(value);
    else if (command == F_SETLEASE)
        print_name(set_named("lock_types"), (unsigned)value->number);
    else if (command == F_SETOWN)
        print("%d", (int)value->number);
    else if (set_find(set_named("fcntl_commands"), command))
        print("%lu", value->number);
    else
        print("%#lx", value->number);
}

DECODER(fcntl_result)
{
    unsigned command = (unsigned)value->tracee->args[1];

    (void)data;
    if (command == F_DUPFD || command == F_DUPFD_CLOEXEC) {
        print_fd(value->tracee, (int)value->number);
    } else if (command == F_GETFD && value->number) {
        print("%#lx (flags ", value->number);
        print_flags(set_named("fd_flags"), value->number);
        print(")");
    } else if (command == F_GETFL) {
        print("%#lx (flags ", value->number);
        open_flags_print(value->number);
        print(")");
    } else {
        print("%ld", (long)value->number);
    }
}

/* What tells one file system from another. */
DECODER(fsid)
{
    int words[2];

    (void)data;
    if (memory_read(value->tracee, value->number, words, sizeof(words)))
        print("{val=[%#x, %#x]}", (unsigned)words[0], (unsigned)words[1]);
    else
        print_address(value->number);
}

/* sendfile: from where, and where it ended. */
DECODER(moved_offset)
{
    unsigned long now;

    (void)data;
    if (!value->number || !memory_read(value->tracee, value->number, &now, sizeof(now))) {
        print_address(value->number);
        return;
    }
    print("[%ld]", (long)(value->tracee->failed ? now : now - (size_t)value->tracee->result));
    if (!value->tracee->failed && value->tracee->result)
        print(" => [%ld]", (long)now);
}
