/*
 * The memory of other processes: process_vm_readv(2), process_vm_writev(2), /proc/PID/mem
 * (proc(5)).
 */
#include "tests/abi/abi.h"

#include <sys/mman.h>
#include <sys/uio.h>

#define PAGE 4096

static char text[64] = "what the parent has";
static const char constant[] = "what nobody writes";
static const char *volatile constant_now = constant; /* looked at, not known */

static long read_from(pid_t pid, const void *there, void *here, size_t size)
{
    struct iovec local = {here, size}, remote = {(void *)there, size};

    return syscall(SYS_process_vm_readv, pid, &local, 1, &remote, 1, 0);
}

static long write_to(pid_t pid, void *there, const void *here, size_t size)
{
    struct iovec local = {(void *)here, size}, remote = {there, size};

    return syscall(SYS_process_vm_writev, pid, &local, 1, &remote, 1, 0);
}

static char *pages(int count, int prot)
{
    return mmap(NULL, (size_t)count * PAGE, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static pid_t start_sleeper(void)
{
    return SPAWN(strcpy(text, "what the child has"); wait_for_ever(NULL));
}

static void await_text(pid_t pid)
{
    char copy[sizeof(text)] = "";

    while (strcmp(copy, "what the child has") != 0) {
        nap_ms(1);
        MUST(read_from(pid, text, copy, sizeof(copy)));
    }
}

CASE(read_and_write)
{
    pid_t child = start_sleeper();
    char copy[sizeof(text)] = "";

    await_text(child);
    SHOW(write_to(child, text, "what was written", 17));
    SHOW(read_from(child, text, copy, sizeof(copy)));
    say("%s; here: %s", copy, text);
    SHOW(read_from(getpid(), text, copy, 10));
    end_pester(child);
    SHOW(read_from(child, text, copy, 10));
}

CASE(vectors)
{
    char a[4] = "", b[8] = "", c[3] = "";
    struct iovec local[] = {{a, 3}, {NULL, 0}, {b, 7}, {c, 2}};
    struct iovec remote[] = {{text, 5}, {text + 5, 0}, {text + 9, 6}, {text, 40}};

    SHOW(syscall(SYS_process_vm_readv, getpid(), local, 4, remote, 4, 0));
    say("%s|%s|%s", a, b, c);
    SHOW(syscall(SYS_process_vm_readv, getpid(), local, 4, remote, 2, 0));
    SHOW(syscall(SYS_process_vm_readv, getpid(), local, 4, remote, 0, 0));
    SHOW(syscall(SYS_process_vm_readv, getpid(), local, 0, remote, 4, 0));
    SHOW(syscall(SYS_process_vm_readv, 0x7fffffff, local, 0, remote, 4, 0));
    SHOW(syscall(SYS_process_vm_readv, 0x7fffffff, local, 4, remote, 0, 0));
}

CASE(in_part)
{
    char *memory = pages(4, PROT_READ | PROT_WRITE), *copy = pages(4, PROT_READ | PROT_WRITE);
    struct iovec local = {copy, 3 * PAGE}, remote[] = {{memory, PAGE}, {memory + PAGE, 2 * PAGE}};

    memset(memory, 7, 4 * PAGE);
    MUST(munmap(memory + PAGE, PAGE));
    SHOW(read_from(getpid(), memory, copy, 3 * PAGE));
    SHOW(syscall(SYS_process_vm_readv, getpid(), &local, 1, remote, 2, 0));
    SHOW(read_from(getpid(), memory + PAGE, copy, PAGE));
    MUST(mprotect(memory + 2 * PAGE, PAGE, PROT_NONE));
    SHOW(read_from(getpid(), memory + 2 * PAGE, copy, PAGE));
    MUST(mprotect(memory + 2 * PAGE, PAGE, PROT_READ));
    SHOW(write_to(getpid(), memory + 2 * PAGE, copy, PAGE));
    SHOW(write_to(getpid(), (void *)constant, "x", 1));
    SHOW(read_from(getpid(), (void *)0xffff800000000000, copy, PAGE));
    SHOW(read_from(getpid(), (void *)-1, copy, PAGE));
}

CASE(errors)
{
    char copy[8];
    struct iovec local = {copy, 8}, remote = {text, 8}, negative = {text, (size_t)-1},
                 bad = {(void *)8, 8};

    SHOW(syscall(SYS_process_vm_readv, getpid(), &local, 1, &remote, 1, 1));
    SHOW(syscall(SYS_process_vm_readv, 0x7fffffff, &local, 1, &remote, 1, 0));
    SHOW(syscall(SYS_process_vm_readv, -1, &local, 1, &remote, 1, 0));
    SHOW(syscall(SYS_process_vm_readv, getpid(), &local, 1, &negative, 1, 0));
    SHOW(syscall(SYS_process_vm_readv, getpid(), &negative, 1, &remote, 1, 0));
    SHOW(syscall(SYS_process_vm_readv, getpid(), &bad, 1, &remote, 1, 0));
    SHOW(syscall(SYS_process_vm_readv, getpid(), &local, 1, &bad, 1, 0));
    SHOW(syscall(SYS_process_vm_readv, getpid(), 8, 1, &remote, 1, 0));
    SHOW(syscall(SYS_process_vm_readv, getpid(), &local, 1, 8, 1, 0));
    SHOW(syscall(SYS_process_vm_readv, getpid(), &local, 1025, &remote, 1, 0));
    SHOW(syscall(SYS_process_vm_readv, getpid(), &local, 1, &remote, 1025, 0));
}

CASE(of_a_zombie)
{
    pid_t child = SPAWN((void)0);
    siginfo_t info;
    char copy[8];

    MUST(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT));
    SHOW(read_from(child, text, copy, 8));
}

CASE(of_others)
{
    pid_t child = start_sleeper();
    char copy[8], path[32];

    await_text(child);
    snprintf(path, sizeof(path), "/proc/%d/mem", child);
    MUST(setresuid(1234, 1234, 1234));
    SHOW(read_from(child, text, copy, 8));
    SHOW(write_to(child, text, copy, 8));
    SHOW(open(path, O_RDONLY));
}

static off_t at(const void *address)
{
    return (off_t)(uintptr_t)address;
}

CASE(mem_file)
{
    int fd = (int)MUST(open("/proc/self/mem", O_RDWR));
    char copy[sizeof(text)] = "", *memory = pages(2, PROT_READ | PROT_WRITE);
    struct stat st;

    MUST(fstat(fd, &st));
    VALUE(st.st_mode);
    VALUE(st.st_size);
    SHOW(pread(fd, copy, 20, at(text)));
    say("%s", copy);
    SHOW(pwrite(fd, "WHAT", 4, at(text)));
    say("%s", text);
    HOLDS(lseek(fd, at(text), SEEK_SET) == at(text));
    SHOW(read(fd, copy, 4));
    SHOW(write(fd, "-", 1));
    HOLDS(lseek(fd, 0, SEEK_CUR) == at(text) + 5);
    say("%s", text);
    SHOW(lseek(fd, 0, SEEK_END));
    SHOW(pread(fd, copy, 8, 0));
    SHOW(pread(fd, NULL, 8, at(text)));
    SHOW(pread(fd, copy, 0, 0));
    memset(memory, 7, PAGE);
    MUST(munmap(memory + PAGE, PAGE));
    SHOW(pread(fd, copy, 32, at(memory + PAGE - 16)));
    MUST(mprotect(memory, PAGE, PROT_NONE)); /* a debugger's way knows no rights */
    SHOW(pread(fd, copy, 32, at(memory)));
    SHOW(pwrite(fd, "NOBODY", 6, at(constant) + 5));
    say("%s", constant_now);
}

CASE(mem_after_exit)
{
    pid_t child = start_sleeper();
    char copy[8], path[32];
    int fd;

    await_text(child);
    snprintf(path, sizeof(path), "/proc/%d/mem", child);
    fd = (int)MUST(open(path, O_RDONLY));
    SHOW(pread(fd, copy, 8, at(text)));
    end_pester(child);
    SHOW(pread(fd, copy, 8, at(text)));
    SHOW(open(path, O_RDONLY));
}

HELPER(sleeping_helper)
{
    return wait_for_ever(NULL) != NULL;
}

/* Who had it open sees the memory that was there then, which is no more. */
CASE(mem_after_exec)
{
    char copy[8], path[32], name[32] = "";
    pid_t child;
    int fd, ends[2];

    MUST(pipe(ends));
    child = SPAWN({
        MUST(read(ends[0], copy, 1));
        execl(abi_program, "sleeping_helper", NULL);
    });
    snprintf(path, sizeof(path), "/proc/%d/mem", child);
    fd = (int)MUST(open(path, O_RDONLY));
    SHOW(pread(fd, copy, 8, at(text)));
    MUST(write(ends[1], "", 1));
    snprintf(path, sizeof(path), "/proc/%d/cmdline", child);
    while (strcmp(name, "sleeping_helper") != 0) {
        nap_ms(1);
        read_text(path, name, sizeof(name));
    }
    SHOW(pread(fd, copy, 8, at(text)));
    end_pester(child);
}
