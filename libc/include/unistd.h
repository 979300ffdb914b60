/* The calls of POSIX that have no header of their own. */
#ifndef LIMEN_LIBC_UNISTD_H
#define LIMEN_LIBC_UNISTD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "kernel/abi/fcntl.h"

#define _POSIX_VERSION 200809L
#define _POSIX_JOB_CONTROL 1
#define _POSIX_SAVED_IDS 1

#define _POSIX_THREADS _POSIX_VERSION
#define _POSIX_TIMERS _POSIX_VERSION
#define _POSIX_MONOTONIC_CLOCK _POSIX_VERSION
#define _POSIX_SPAWN _POSIX_VERSION
#define _POSIX_READER_WRITER_LOCKS _POSIX_VERSION
#define _POSIX_BARRIERS _POSIX_VERSION
#define _POSIX_SEMAPHORES _POSIX_VERSION
#define _POSIX_MAPPED_FILES _POSIX_VERSION
#define _POSIX_FSYNC _POSIX_VERSION
#define _POSIX_VDISABLE 0
#define _POSIX_NO_TRUNC 1
#define _XOPEN_VERSION 700

#define F_ULOCK 0
#define F_LOCK 1
#define F_TLOCK 2
#define F_TEST 3

#define STDIN_FILENO 0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2

enum {
    _SC_ARG_MAX,
    _SC_CHILD_MAX,
    _SC_CLK_TCK,
    _SC_OPEN_MAX,
    _SC_PAGESIZE,
    _SC_PAGE_SIZE = _SC_PAGESIZE,
    _SC_NPROCESSORS_CONF,
    _SC_NPROCESSORS_ONLN,
    _SC_PHYS_PAGES,
    _SC_AVPHYS_PAGES,
    _SC_NGROUPS_MAX,
    _SC_HOST_NAME_MAX,
    _SC_LINE_MAX,
    _SC_IOV_MAX,
    _SC_VERSION,
    _SC_JOB_CONTROL,
    _SC_SAVED_IDS,
    _SC_THREADS,
    _SC_MONOTONIC_CLOCK,
    _SC_LOGIN_NAME_MAX,
    _SC_TTY_NAME_MAX,
    _SC_ATEXIT_MAX,
    _SC_SYMLOOP_MAX,
    _SC_THREAD_KEYS_MAX,
    _SC_THREAD_STACK_MIN,
    _SC_GETPW_R_SIZE_MAX,
    _SC_GETGR_R_SIZE_MAX,
};

enum {
    _PC_LINK_MAX,
    _PC_NAME_MAX,
    _PC_PATH_MAX,
    _PC_PIPE_BUF,
    _PC_VDISABLE,
};

extern char **environ;

extern char *optarg;
extern int optind, opterr, optopt;
int getopt(int argc, char *const argv[], const char *letters);

int access(const char *path, int mode);
int faccessat(int dirfd, const char *path, int mode, int flags);
int brk(void *end);
void *sbrk(intptr_t increment);
int chdir(const char *path);
int fchdir(int fd);
int chown(const char *path, uid_t uid, gid_t gid);
int fchown(int fd, uid_t uid, gid_t gid);
int lchown(const char *path, uid_t uid, gid_t gid);
int fchownat(int dirfd, const char *path, uid_t uid, gid_t gid, int flags);
int close(int fd);
int dup(int fd);
int dup2(int old_fd, int new_fd);
int dup3(int old_fd, int new_fd, int flags);
int ftruncate(int fd, off_t length);
int truncate(const char *path, off_t length);
int link(const char *old_path, const char *new_path);
int linkat(int old_dirfd, const char *old_path, int new_dirfd, const char *new_path, int flags);
off_t lseek(int fd, off_t offset, int whence);
int pipe(int fds[2]);
int pipe2(int fds[2], int flags);
ssize_t read(int fd, void *buf, size_t count);
ssize_t pread(int fd, void *buf, size_t count, off_t offset);
ssize_t readlink(const char *restrict path, char *restrict buf, size_t size);
ssize_t readlinkat(int dirfd, const char *restrict path, char *restrict buf, size_t size);
int rmdir(const char *path);
int symlink(const char *target, const char *link_path);
int symlinkat(const char *target, int dirfd, const char *link_path);
void sync(void);
int unlink(const char *path);
int unlinkat(int dirfd, const char *path, int flags);
ssize_t write(int fd, const void *buf, size_t count);
ssize_t pwrite(int fd, const void *buf, size_t count, off_t offset);
ssize_t copy_file_range(int in_fd, off_t *in_offset, int out_fd, off_t *out_offset, size_t count,
                        unsigned int flags);
int close_range(unsigned int first, unsigned int last, int flags);
int lockf(int fd, int command, off_t length);
void swab(const void *restrict from, void *restrict to, ssize_t size);

_Noreturn void _exit(int status);
int execl(const char *path, const char *arg, ...);
int execle(const char *path, const char *arg, ...);
int execlp(const char *file, const char *arg, ...);
int execv(const char *path, char *const argv[]);
int execve(const char *path, char *const argv[], char *const envp[]);
int execvp(const char *file, char *const argv[]);
int execvpe(const char *file, char *const argv[], char *const envp[]);
pid_t fork(void);
pid_t vfork(void) __attribute__((returns_twice));
int nice(int more);
int fexecve(int fd, char *const argv[], char *const envp[]);
int daemon(int stays_here, int keeps_files);
int chroot(const char *path);
int fsync(int fd);
int fdatasync(int fd);
int syncfs(int fd);
int pause(void);
unsigned int sleep(unsigned int seconds);
unsigned int alarm(unsigned int seconds);
int usleep(useconds_t microseconds);

pid_t getpid(void);
pid_t getppid(void);
pid_t gettid(void);
pid_t getpgid(pid_t pid);
pid_t getpgrp(void);
pid_t getsid(pid_t pid);
int setpgid(pid_t pid, pid_t pgid);
pid_t setsid(void);
pid_t tcgetpgrp(int fd);
int tcsetpgrp(int fd, pid_t pgid);
uid_t getuid(void);
uid_t geteuid(void);
gid_t getgid(void);
gid_t getegid(void);
int getgroups(int size, gid_t groups[]);
int setgroups(size_t size, const gid_t *groups);
int getresuid(uid_t *uid, uid_t *euid, uid_t *suid);
int getresgid(gid_t *gid, gid_t *egid, gid_t *sgid);
int setresuid(uid_t uid, uid_t euid, uid_t suid);
int setresgid(gid_t gid, gid_t egid, gid_t sgid);
int setuid(uid_t uid);
int setgid(gid_t gid);
int seteuid(uid_t uid);
int setegid(gid_t gid);
int setreuid(uid_t uid, uid_t euid);
int setregid(gid_t gid, gid_t egid);
char *getlogin(void);

char *getcwd(char *buf, size_t size);
int gethostname(char *name, size_t size);
int sethostname(const char *name, size_t size);
int setdomainname(const char *name, size_t size);
int vhangup(void);
int getpagesize(void);
char *ctermid(char *buf);
int isatty(int fd);
char *ttyname(int fd);
int ttyname_r(int fd, char *buf, size_t size);
long sysconf(int name);
long pathconf(const char *path, int name);
long fpathconf(int fd, int name);

/* Any call by number, with up to six arguments. */
long syscall(long number, ...);

#endif
