/*
 * execveat(2).
 */
#include "tests/abi/abi.h"

#include <sys/auxv.h>
#include <sys/prctl.h>

#ifndef AT_EMPTY_PATH
#define AT_EMPTY_PATH 0x1000
#endif

static char *const no_strings[] = {NULL};

static long exec_at(int dirfd, const char *path, int flags)
{
    char *const argv[] = {(char *)"tell", (char *)"argument", NULL};
    char *const envp[] = {(char *)"NAME=value", NULL};

    return syscall(SYS_execveat, dirfd, path, argv, envp, flags);
}

/* What the program knows of itself: how it was called, and by what name it was executed. */
HELPER(tell)
{
    char comm[64] = "", exe[256] = "";
    const char *file = (const char *)getauxval(AT_EXECFN);
    ssize_t length = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

    prctl(PR_GET_NAME, comm);
    exe[length > 0 ? length : 0] = '\0';
    say("arguments %d: %s, environment: %s, comm: %s, executed as %s, exe .../%s", argc,
        argv[argc - 1], getenv("NAME") ? getenv("NAME") : "none", comm,
        strncmp(file, "/tmp/", 5) == 0 ? "an absolute path" : file, strrchr(exe, '/') + 1);
    return 0;
}

CASE(from_a_directory)
{
    int dir;

    MUST(mkdir("dir", 0755));
    copy_program("dir/program");
    dir = (int)MUST(open("dir", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    MUST(dup2(dir, 50));
    IN_CHILD("by name", SHOW(exec_at(50, "program", 0)));
    IN_CHILD("by a longer name", SHOW(exec_at(50, "../dir/program", 0)));
    IN_CHILD("from the working directory", SHOW(exec_at(AT_FDCWD, "dir/program", 0)));
    IN_CHILD("absolute, with a senseless directory", SHOW(exec_at(-7, abi_program, 0)));
    dir = (int)MUST(open("dir", O_PATH));
    MUST(dup2(dir, 51));
    IN_CHILD("O_PATH", SHOW(exec_at(51, "program", 0)));
}

CASE(of_a_descriptor)
{
    int fd;

    copy_program("program");
    fd = (int)MUST(open("program", O_RDONLY));
    MUST(dup2(fd, 50));
    MUST(close(fd));
    IN_CHILD("open", SHOW(exec_at(50, "", AT_EMPTY_PATH)));
    IN_CHILD("close-on-exec", fcntl(50, F_SETFD, FD_CLOEXEC); SHOW(exec_at(50, "", AT_EMPTY_PATH)));
    MUST(unlink("program"));
    IN_CHILD("deleted", SHOW(exec_at(50, "", AT_EMPTY_PATH)));
    IN_CHILD("by its path", SHOW(exec_at(AT_FDCWD, "/proc/self/fd/50", 0)));
    copy_program("program");
    fd = (int)MUST(open("program", O_PATH));
    MUST(dup2(fd, 51));
    IN_CHILD("O_PATH", SHOW(exec_at(51, "", AT_EMPTY_PATH)));
}

/* The interpreter: what it was given. */
HELPER(interpret)
{
    const char *script = argv[argc - 2];
    char path[512];

    for (int i = 1; i < argc; i++)
        say("interpreter's argument: %s", strncmp(argv[i], "/tmp/", 5) == 0 ? "a path" : argv[i]);
    /* Where these are recorded there is no /dev/fd. */
    snprintf(path, sizeof(path), "%s%s", strncmp(script, "/dev/fd/", 8) == 0 ? "/proc/self" : "",
             strncmp(script, "/dev/fd/", 8) == 0 ? script + 4 : script);
    say("it can be read: %s", access(path, R_OK) == 0 ? "yes" : errno_name(errno));
    return 0;
}

CASE(scripts)
{
    char line[512], cwd[256];
    int fd;

    MUST((long)(uintptr_t)getcwd(cwd, sizeof(cwd)) | 1);
    copy_program("interpret");
    snprintf(line, sizeof(line), "#!%s/interpret word\n", cwd);
    make_file("script", line, 0755);
    fd = (int)MUST(open("script", O_RDONLY));
    MUST(dup2(fd, 50));
    MUST(close(fd));
    IN_CHILD("by descriptor", SHOW(exec_at(50, "", AT_EMPTY_PATH)));
    IN_CHILD("close-on-exec", fcntl(50, F_SETFD, FD_CLOEXEC); SHOW(exec_at(50, "", AT_EMPTY_PATH)));
    fd = (int)MUST(open(".", O_RDONLY | O_DIRECTORY));
    MUST(dup2(fd, 51));
    IN_CHILD("from a directory", SHOW(exec_at(51, "script", 0)));
    IN_CHILD("from one that closes", fcntl(51, F_SETFD, FD_CLOEXEC);
             SHOW(exec_at(51, "script", 0)));
    IN_CHILD("absolute", snprintf(line, sizeof(line), "%s/script", cwd);
             fcntl(51, F_SETFD, FD_CLOEXEC); SHOW(exec_at(51, line, 0)));
    IN_CHILD("from the working directory", SHOW(exec_at(AT_FDCWD, "script", 0)));
}

CASE(errors)
{
    int fd, dir;

    make_file("plain", "text", 0644);
    make_file("empty", "", 0755);
    fd = (int)MUST(open("plain", O_RDONLY));
    dir = (int)MUST(open(".", O_RDONLY | O_DIRECTORY));
    MUST(symlink(abi_program, "link"));
    SHOW(exec_at(dir, "", 0));
    SHOW(exec_at(dir, "", AT_EMPTY_PATH));
    SHOW(exec_at(AT_FDCWD, "", AT_EMPTY_PATH));
    SHOW(exec_at(fd, "", AT_EMPTY_PATH));
    SHOW(exec_at(fd, "", 0));
    SHOW(exec_at(fd, "name", 0));
    SHOW(exec_at(99, "name", 0));
    SHOW(exec_at(99, "", AT_EMPTY_PATH));
    SHOW(exec_at(-7, "name", 0));
    SHOW(exec_at(dir, "missing", 0));
    SHOW(exec_at(dir, "empty", 0));
    SHOW(exec_at(dir, "link", AT_SYMLINK_NOFOLLOW));
    SHOW(exec_at(dir, "plain", 0x8));
    SHOW(exec_at(dir, "plain", AT_SYMLINK_FOLLOW));
    SHOW(syscall(SYS_execveat, dir, (char *)8, no_strings, no_strings, 0));
    IN_CHILD("through a link", SHOW(exec_at(dir, "link", 0)));
    fd = (int)MUST(open("writing", O_RDWR | O_CREAT, 0755));
    SHOW(exec_at(dir, "writing", 0));
    SHOW(exec_at(fd, "", AT_EMPTY_PATH));
}
