/*
 * Programs: execve(2), its scripts and errors, the stack that a program begins with, what stays
 * over it.
 */
#include "tests/abi/abi.h"

#include <elf.h>
#include <pthread.h>
#include <sys/auxv.h>

/* Executes a file and shows why that failed. */
static void show_exec(const char *path, char *const argv[])
{
    char *const no_environment[] = {NULL};

    IN_CHILD(path, execve(path, argv, no_environment); say("execve: %s", errno_name(errno)));
}

static char *const plain_argv[] = {(char[]){"arg0"}, NULL};

HELPER(exit)
{
    return atoi(argv[1]);
}

CASE(exec_errors)
{
    char *long_name = malloc(300);

    memset(long_name, 'n', 299);
    long_name[299] = '\0';
    make_file("data", "just text\n", 0755);
    make_file("closed", "#!/bin/sh\n", 0644);
    make_file("empty", "", 0755);
    MUST(mkdir("dir", 0755));
    MUST(symlink("self", "self"));
    show_exec("missing", plain_argv);
    show_exec("", plain_argv);
    show_exec("data", plain_argv);
    show_exec("closed", plain_argv);
    show_exec("empty", plain_argv);
    show_exec("dir", plain_argv);
    show_exec("data/x", plain_argv);
    show_exec("self", plain_argv);
    IN_CHILD("a long name", execve(long_name, plain_argv, plain_argv);
             say("execve: %s", errno_name(errno)));
    show_exec("/dev/null", plain_argv);
}

CASE(exec_bad_elf)
{
    static const char header[] = "\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0\76\0\1\0\0\0";
    int fd = open("short", O_WRONLY | O_CREAT, 0755);

    MUST(write(fd, header, 4));
    MUST(close(fd));
    fd = open("half", O_WRONLY | O_CREAT, 0755);
    MUST(write(fd, header, sizeof(header) - 1));
    MUST(close(fd));
    show_exec("short", plain_argv);
    show_exec("half", plain_argv);
}

CASE(exec_text_busy)
{
    char *const argv[] = {(char[]){"exit"}, (char[]){"4"}, NULL};
    int out;

    copy_program("copy");
    out = open("copy", O_WRONLY);
    show_exec("copy", argv);
    MUST(close(out));
    show_exec("copy", argv);
}

CASE(exec_running_program_is_busy)
{
    char byte, text[16];
    int ends[2];
    pid_t pid;

    copy_program("running");
    MUST(pipe(ends));
    snprintf(text, sizeof(text), "%d", ends[1]);
    pid = SPAWN(execl("./running", "write_and_wait", text, NULL));
    MUST(read(ends[0], &byte, 1));
    SHOW(open("running", O_WRONLY));
    SHOW(open("running", O_RDONLY | O_TRUNC));
    SHOW(truncate("running", 0));
    SHOW(unlink("running"));
    MUST(kill(pid, SIGKILL));
    show_end("child", pid);
}

HELPER(write_and_wait)
{
    if (write(atoi(argv[1]), "x", 1) != 1)
        return 1;
    for (;;)
        pause();
}

HELPER(show_arguments)
{
    for (int i = 0; i < argc; i++)
        say("argv[%d]: \"%s\"", i, argv[i]);
    return 0;
}

CASE(exec_scripts)
{
    MUST(symlink(abi_program, "show_arguments"));
    make_file("plain", "#!./show_arguments\nthe rest\n", 0755);
    make_file("spaced", "#! \t ./show_arguments  \t  two words \t \n", 0755);
    make_file("unfinished", "#!./show_arguments -x", 0755);
    make_file("script", "#!./plain one\n", 0755);
    show_exec("plain", plain_argv);
    show_exec("./spaced", (char *const[]){(char[]){"a"}, (char[]){"b"}, (char[]){""}, NULL});
    show_exec("unfinished", plain_argv);
    show_exec("script", plain_argv);
    show_exec("plain", (char *const[]){NULL});
}

CASE(exec_bad_scripts)
{
    char text[400], name[16];

    make_file("none", "#!\n", 0755);
    make_file("blank", "#!   \n", 0755);
    make_file("missing", "#!/missing/interpreter\n", 0755);
    make_file("directory", "#!/tmp\n", 0755);
    make_file("loop", "#!./loop\n", 0755);
    make_file("not_a_program", "#!/dev/null\n", 0755);
    make_file("unreadable", "#!/missing\n", 0711);
    show_exec("none", plain_argv);
    show_exec("blank", plain_argv);
    show_exec("missing", plain_argv);
    show_exec("directory", plain_argv);
    show_exec("loop", plain_argv);
    show_exec("not_a_program", plain_argv);
    MUST(symlink(abi_program, "show_arguments"));
    make_file("s0", "#!./show_arguments\n", 0755);
    for (int i = 1; i < 7; i++) {
        snprintf(name, sizeof(name), "s%d", i);
        snprintf(text, sizeof(text), "#!./s%d\n", i - 1);
        make_file(name, text, 0755);
    }
    show_exec("s4", plain_argv);
    show_exec("s6", plain_argv);
    memset(text, 'x', sizeof(text) - 1);
    memcpy(text, "#!/", 3);
    text[sizeof(text) - 1] = '\0';
    make_file("long", text, 0755);
    show_exec("long", plain_argv);
}

CASE(exec_arguments)
{
    char *const argv[] = {(char[]){"show_arguments"}, (char[]){""}, (char[]){"with space"},
                          (char[]){"\377\1"}, NULL};

    show_exec(abi_program, argv);
    IN_CHILD("no arguments at all", execve(abi_program, NULL, NULL));
    IN_CHILD("bad argv", SHOW(syscall(SYS_execve, abi_program, 8, NULL)));
    IN_CHILD("bad environment", SHOW(syscall(SYS_execve, abi_program, argv, 8)));
    IN_CHILD("bad string",
             SHOW(syscall(SYS_execve, abi_program, (char *const[]){(char *)8, NULL}, NULL)));
    IN_CHILD("bad path", SHOW(syscall(SYS_execve, 8, argv, NULL)));
}

HELPER(count_bytes)
{
    size_t bytes = 0;

    for (int i = 0; i < argc; i++)
        bytes += strlen(argv[i]) + 1;
    say("%d arguments of %zu bytes", argc, bytes);
    return 0;
}

CASE(exec_argument_limits)
{
    enum {
        STRING_MAX = 131072,
        MANY = 100000
    };
    char *text = malloc(STRING_MAX + 1), **argv = calloc(MANY + 2, sizeof(*argv));

    memset(text, 'x', STRING_MAX);
    text[STRING_MAX] = '\0';
    argv[0] = (char[]){"count_bytes"};
    argv[1] = text;
    IN_CHILD("a string of 128 KiB", SHOW(execve(abi_program, argv, NULL)));
    argv[1] = text + 1;
    IN_CHILD("one byte less", SHOW(execve(abi_program, argv, NULL)));
    for (int i = 1; i <= MANY; i++)
        argv[i] = (char[]){"ab"};
    IN_CHILD("many short ones", SHOW(execve(abi_program, argv, NULL)));
    for (int i = 1; i <= 64; i++)
        argv[i] = text + 1;
    argv[65] = NULL;
    IN_CHILD("8 MiB", SHOW(execve(abi_program, argv, NULL)));
}

HELPER(show_stack)
{
    char **environment = argv + argc + 1;
    Elf64_auxv_t *auxv;

    say("argc %d, argv[argc] %s", argc, argv[argc] ? "is not null" : "is null");
    HOLDS(((uintptr_t)argv - 8) % 16 == 0);
    for (; *environment; environment++)
        say("environment: %s", *environment);
    for (auxv = (Elf64_auxv_t *)(environment + 1); auxv->a_type != AT_NULL; auxv++) {
        unsigned long type = auxv->a_type, value = auxv->a_un.a_val;

        if (type == AT_PAGESZ || type == AT_PHENT || type == AT_UID || type == AT_EUID ||
            type == AT_GID || type == AT_EGID || type == AT_SECURE || type == AT_FLAGS ||
            type == AT_BASE)
            say("auxv %lu: %lu", type, value);
    }
    HOLDS(getauxval(AT_PHDR) != 0);
    HOLDS(getauxval(AT_PHNUM) != 0);
    HOLDS(getauxval(AT_ENTRY) != 0);
    HOLDS(getauxval(AT_RANDOM) != 0);
    HOLDS(getauxval(AT_CLKTCK) == 100);
    HOLDS(getauxval(AT_PLATFORM) && strcmp((char *)getauxval(AT_PLATFORM), "x86_64") == 0);
    say("AT_EXECFN: %s", getauxval(AT_EXECFN) ? (char *)getauxval(AT_EXECFN) : "missing");
    return 0;
}

CASE(exec_initial_stack)
{
    char *const argv[] = {(char[]){"show_stack"}, (char[]){"x"}, NULL};
    char *const two[] = {(char[]){"show_stack"}, (char[]){"x"}, (char[]){"y"}, NULL};
    char *const environment[] = {(char[]){"A=1"}, (char[]){"B"}, (char[]){"C=two words"}, NULL};

    MUST(symlink(abi_program, "link"));
    IN_CHILD("show_stack", execve("link", argv, environment));
    IN_CHILD("show_stack", execve("./link", two, NULL));
    IN_CHILD("as a user", MUST(setgid(1000)); MUST(setuid(1000)); execve("link", argv, NULL));
}

CASE(exec_keeps_and_drops)
{
    sigset_t set;
    char *const argv[] = {(char[]){"show_kept"}, NULL};

    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    MUST(sigprocmask(SIG_SETMASK, &set, NULL));
    MUST(kill(getpid(), SIGUSR2));
    signal(SIGHUP, SIG_IGN);
    signal(SIGUSR1, only_interrupt);
    umask(031);
    MUST(chdir("/tmp"));
    execve(abi_program, argv, NULL);
    SHOW(0);
}

HELPER(show_kept)
{
    struct sigaction action;
    sigset_t set;
    char text[100];

    MUST(sigaction(SIGHUP, NULL, &action));
    HOLDS(action.sa_handler == SIG_IGN);
    MUST(sigaction(SIGUSR1, NULL, &action));
    HOLDS(action.sa_handler == SIG_DFL);
    MUST(sigprocmask(SIG_SETMASK, NULL, &set));
    HOLDS(sigismember(&set, SIGUSR2));
    HOLDS(!sigismember(&set, SIGUSR1));
    MUST(sigpending(&set));
    HOLDS(sigismember(&set, SIGUSR2));
    SHOW(umask(0));
    say("cwd: %s", getcwd(text, sizeof(text)));
    return 0;
}

CASE(exec_setuid_file)
{
    copy_program("show_ids");
    MUST(chown("show_ids", 12, 34));
    MUST(chmod("show_ids", 06755));
    IN_CHILD("root", execl("./show_ids", "show_ids", NULL));
    IN_CHILD("user", MUST(setgid(1000)); MUST(setuid(1000)); execl("./show_ids", "show_ids", NULL));
    MUST(chmod("show_ids", 0711));
    IN_CHILD("unreadable", MUST(setgid(1000)); MUST(setuid(1000));
             execl("./show_ids", "show_ids", NULL); SHOW(-1));
    MUST(chmod("show_ids", 0744));
    IN_CHILD("not executable", MUST(setgid(1000)); MUST(setuid(1000));
             SHOW(execl("./show_ids", "show_ids", NULL)));
}

HELPER(show_ids)
{
    say("uid %d %d gid %d %d secure %lu", getuid(), geteuid(), getgid(), getegid(),
        getauxval(AT_SECURE));
    return 0;
}

CASE(proc_self_exe)
{
    char text[200] = "";
    ssize_t length = readlink("/proc/self/exe", text, sizeof(text) - 1);

    HOLDS(length > 0 && strcmp(text, abi_program) == 0);
    IN_CHILD("through it", execl("/proc/self/exe", "exit", "8", NULL));
}

HELPER(tell_stack_limit)
{
    struct rlimit limit;

    MUST(getrlimit(RLIMIT_STACK, &limit));
    VALUE(limit.rlim_cur >> 20);
    return 0;
}

/* Whoever has other rights than who starts it gets no larger stack than usual. */
CASE(exec_with_two_users)
{
    const struct rlimit limit = {16 << 20, RLIM_INFINITY};

    MUST(symlink(abi_program, "tell_stack_limit"));
    MUST(setrlimit(RLIMIT_STACK, &limit));
    IN_CHILD("one user", execl("./tell_stack_limit", "tell_stack_limit", NULL));
    IN_CHILD("two users", MUST(syscall(SYS_setresuid, 7, -1, -1));
             execl("./tell_stack_limit", "tell_stack_limit", NULL));
}

/* --- exec meets a stop --- */

#define WORD_FD 9 /* where the new program tells that it runs */

static volatile bool is_at_exec;

/* As long as its child lives this thread stops for nobody. */
static void *be_in_vfork(void *unused)
{
    if (vfork() == 0) {
        syscall(SYS_nanosleep, &(struct timespec){10, 0}, NULL);
        _exit(0);
    }
    return unused;
}

/* Its arguments take a while to be copied. */
static void *exec_tell_and_wait(void *unused)
{
    static char many_bytes[128 * 1024], *argv[16] = {(char *)"tell_and_wait"};

    memset(many_bytes, 'x', sizeof(many_bytes) - 1);
    for (size_t i = 1; i < ARRAY_SIZE(argv) - 1; i++)
        argv[i] = many_bytes;
    is_at_exec = true;
    execv(abi_program, argv);
    return unused;
}

HELPER(tell_and_wait)
{
    MUST(write(WORD_FD, "", 1));
    wait_for_ever(NULL);
    return 0;
}

/* Stops itself while one of its threads is in execve, if it comes to that. */
static void stop_during_exec(int word_fd)
{
    pthread_t thread;

    MUST(dup2(word_fd, WORD_FD));
    pthread_create(&thread, NULL, be_in_vfork, NULL);
    nap_ms(1);
    pthread_create(&thread, NULL, exec_tell_and_wait, NULL);
    while (!is_at_exec)
        continue;
    raise(SIGSTOP);
    wait_for_ever(NULL);
}

/* Whatever became of that stop, the new program can be stopped, and its parent is told. */
CASE(exec_meets_a_stop)
{
    int ends[2], status;
    char byte;

    MUST(pipe2(ends, O_NONBLOCK));
    for (int i = 0; i < 3; i++) {
        pid_t child = SPAWN(stop_during_exec(ends[1]));

        while (read(ends[0], &byte, 1) != 1) {
            nap_ms(30);
            MUST(kill(child, SIGCONT));
        }
        MUST(kill(child, SIGSTOP));
        MUST(waitpid(child, &status, WUNTRACED));
        show_status("child", status);
        MUST(kill(child, SIGKILL));
        show_end("child", child);
    }
}
