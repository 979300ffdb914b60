/* fork, exec, wait, pipes, descriptors, directories, identity: the calls behind <unistd.h>. */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void show_status(int status)
{
    if (WIFEXITED(status))
        printf("exited %d\n", WEXITSTATUS(status));
    else if (WIFSIGNALED(status))
        printf("killed %d\n", WTERMSIG(status));
    else
        printf("other\n");
}

static void children(void)
{
    int status = 0;
    pid_t pid;

    fflush(stdout);
    for (int i = 0; i < 3; i++) {
        pid = fork();
        if (pid == 0) {
            if (i == 1)
                raise(SIGKILL);
            if (i == 2)
                abort();
            _exit(42);
        }
        printf("%d ", waitpid(pid, &status, 0) == pid);
        show_status(status & 0xff7f);
    }
    printf("%d", wait(&status));
    printf(" %d\n", errno);
    pid = vfork();
    if (pid == 0)
        _exit(9);
    printf("%d ", wait4(pid, &status, 0, NULL) == pid);
    show_status(status);
}

static int run_clone(void *arg)
{
    return *(int *)arg + 1;
}

static void clones(void)
{
    static char stack[16384] __attribute__((aligned(16)));
    int number = 20;
    int status = 0;
    pid_t pid = clone(run_clone, stack + sizeof(stack), SIGCHLD, &number);

    printf("%d ", waitpid(pid, &status, 0) == pid);
    show_status(status);
    pid = clone(run_clone, stack + sizeof(stack), CLONE_VM | CLONE_VFORK | SIGCHLD, &number);
    printf("%d ", waitpid(pid, &status, 0) == pid);
    show_status(status);
}

static void run_exec(int how)
{
    char *argv[] = {(char *)"sh", (char *)"-c", (char *)"echo $0 $X; exit 4", (char *)"name", NULL};
    char *envp[] = {(char *)"X=exec", NULL};

    switch (how) {
    case 0:
        execve("/bin/sh", argv, envp);
        break;
    case 1:
        execv("/bin/sh", argv);
        break;
    case 2:
        execvp("sh", argv);
        break;
    case 3:
        execl("/bin/sh", "sh", "-c", "echo l $X", (char *)NULL);
        break;
    case 4:
        execlp("sh", "sh", "-c", "echo lp $X", (char *)NULL);
        break;
    case 5:
        execle("/bin/sh", "sh", "-c", "echo le $X", (char *)NULL, envp);
        break;
    case 6:
        execvp("./script", (char *[]){(char *)"./script", (char *)"arg", NULL});
        break;
    case 7:
        execvp("no-such-program", argv);
        break;
    case 8:
        execvp("", argv);
        break;
    case 9:
        setenv("PATH", "/nowhere:.:/bin", 1);
        execvpe("script", (char *[]){(char *)"script", (char *)"found", NULL}, envp);
        break;
    default:
        setenv("PATH", "/nowhere", 1);
        execvp("sh", argv);
    }
    _exit(errno == ENOENT ? 77 : 78);
}

static void executions(void)
{
    int fd = open("script", O_WRONLY | O_CREAT | O_TRUNC, 0755);
    int status;

    dprintf(fd, "echo script $1 $X\n");
    close(fd);
    setenv("X", "mine", 1);
    for (int how = 0; how < 11; how++) {
        fflush(stdout);
        if (fork() == 0)
            run_exec(how);
        wait(&status);
        show_status(status);
    }
}

static void pipes(void)
{
    struct iovec pieces[2] = {{(char *)"gather ", 7}, {(char *)"me", 2}};
    struct iovec parts[2];
    char one[5] = "", two[9] = "";
    struct pollfd poll_fd;
    fd_set set;
    struct timeval soon = {0, 1000};
    int fds[2];

    printf("%d\n", pipe2(fds, O_CLOEXEC | O_NONBLOCK));
    printf("%d %d\n", fcntl(fds[0], F_GETFD), (fcntl(fds[0], F_GETFL) & O_NONBLOCK) != 0);
    printf("%zd", read(fds[0], one, 1));
    printf(" %d\n", errno);
    poll_fd = (struct pollfd){fds[0], POLLIN, 0};
    printf("%d", poll(&poll_fd, 1, 0));
    printf(" %d\n", poll_fd.revents);
    FD_ZERO(&set);
    FD_SET(fds[0], &set);
    printf("%d", select(fds[0] + 1, &set, NULL, NULL, &soon));
    printf(" %d\n", FD_ISSET(fds[0], &set));
    printf("%zd\n", writev(fds[1], pieces, 2));
    FD_SET(fds[0], &set);
    FD_SET(fds[1], &set);
    printf("%d\n", select(fds[1] + 1, &set, NULL, NULL, NULL));
    poll_fd.revents = 0;
    printf("%d", poll(&poll_fd, 1, -1));
    printf(" %d\n", poll_fd.revents);
    parts[0] = (struct iovec){one, 4};
    parts[1] = (struct iovec){two, 8};
    printf("%zd", readv(fds[0], parts, 2));
    printf(" <%s> <%s>\n", one, two);
    close(fds[1]);
    printf("%d", poll(&poll_fd, 1, -1));
    printf(" %d\n", poll_fd.revents);
    printf("%zd\n", read(fds[0], one, 1));
    close(fds[0]);
    printf("%zd", read(fds[0], one, 1));
    printf(" %d\n", errno);
    FD_ZERO(&set);
    FD_SET(fds[0], &set);
    printf("%d", select(fds[0] + 1, &set, NULL, NULL, NULL));
    printf(" %d\n", errno);
}

static void files(void)
{
    char buf[64] = "";
    struct stat st;
    struct timespec times[2] = {{1000, 5}, {2000, 7}};
    off_t offset = 2;
    int fd = open("file", O_RDWR | O_CREAT | O_TRUNC, 0640);
    int other;

    printf("%zd", write(fd, "0123456789", 10));
    printf(" %zd\n", pwrite(fd, "ab", 2, 4));
    printf("%zd", pread(fd, buf, 20, 3));
    printf(" %s\n", buf);
    printf("%ld", lseek(fd, 0, SEEK_CUR));
    printf(" %ld\n", lseek(fd, -3, SEEK_END));
    printf("%d", ftruncate(fd, 5));
    printf(" %d\n", truncate("file", 8));
    printf("%d", futimens(fd, times));
    fstat(fd, &st);
    printf(" %o %ld %ld %ld %ld\n", st.st_mode, st.st_size, st.st_atime, st.st_mtime,
           st.st_mtim.tv_nsec);
    printf("%d", fchmod(fd, 0600) | fchmodat(AT_FDCWD, "file", 0604, 0));
    fstatat(AT_FDCWD, "file", &st, AT_SYMLINK_NOFOLLOW);
    printf(" %o\n", st.st_mode);
    printf("%d", link("file", "hard"));
    printf(" %d\n", symlink("file", "soft"));
    lstat("soft", &st);
    printf("%d %zd", S_ISLNK(st.st_mode), readlink("soft", buf, sizeof(buf)));
    printf(" %.4s\n", buf);
    stat("soft", &st);
    printf("%lu\n", (unsigned long)st.st_nlink);
    printf("%d", rename("hard", "renamed"));
    printf(" %d\n", access("hard", F_OK));
    printf("%d %d\n", access("renamed", R_OK | W_OK),
           faccessat(AT_FDCWD, "renamed", R_OK, AT_EACCESS));
    other = dup(fd);
    printf("%d %d\n", other > fd, dup2(fd, 50));
    printf("%d", dup3(fd, fd, 0));
    printf(" %d\n", errno);
    lseek(fd, 0, SEEK_SET);
    printf("%zd", sendfile(50, fd, &offset, 3));
    printf(" %ld\n", offset);
    printf("%d %d\n", unlink("renamed"), unlinkat(AT_FDCWD, "soft", 0));
    printf("%d", mkfifo("fifo", 0600));
    printf(" %d\n", stat("fifo", &st));
    printf("%d\n", S_ISFIFO(st.st_mode));
    printf("%d", open("none/at/all", O_RDONLY));
    printf(" %d\n", errno);
    printf("%d", isatty(fd));
    printf(" %d\n", errno);
    close(other);
    close(50);
    close(fd);
}

static void directories(void)
{
    struct dirent **list;
    struct dirent *entry;
    char cwd[PATH_MAX], other[PATH_MAX];
    char *own;
    int count;
    DIR *dir;
    long place;

    mkdir("dir", 0700);
    for (int i = 0; i < 300; i++) {
        char path[64];

        sprintf(path, "dir/file-with-a-name-of-some-length-%03d", i);
        close(open(path, O_WRONLY | O_CREAT, 0600));
    }
    count = scandir("dir", &list, NULL, alphasort);
    printf("%d", count);
    for (int i = 0; i < count; i++) {
        printf(" %s/%d", list[i]->d_name, list[i]->d_type);
        free(list[i]);
    }
    free(list);
    dir = opendir("dir");
    count = 0;
    while ((entry = readdir(dir)) != NULL)
        count++;
    rewinddir(dir);
    readdir(dir);
    place = telldir(dir);
    strcpy(cwd, readdir(dir)->d_name);
    readdir(dir);
    seekdir(dir, place);
    printf("\n%d %d\n", count, strcmp(cwd, readdir(dir)->d_name));
    closedir(dir);
    printf("%d", opendir("file") == NULL);
    printf(" %d\n", errno);
    printf("%d", opendir("none") == NULL);
    printf(" %d\n", errno);
    getcwd(cwd, sizeof(cwd));
    printf("%d\n", chdir("dir"));
    own = getcwd(NULL, 0);
    printf("%d\n", strncmp(own, cwd, strlen(cwd)) == 0 && strcmp(own + strlen(cwd), "/dir") == 0);
    free(own);
    printf("%d", getcwd(other, 2) == NULL);
    printf(" %d\n", errno);
    chdir("..");
    printf("%d", rmdir("dir"));
    printf(" %d\n", errno);
}

static void identity(void)
{
    struct utsname name;
    struct rlimit limit;
    struct sysinfo info;
    char host[65];

    printf("%d %d\n", getpid() == gettid(), getppid() >= 0);
    printf("%d %d\n", getuid() == geteuid(), getgid() == getegid());
    printf("%d %d\n", getpgrp() == getpgid(0), getsid(0) >= 0);
    printf("%d", uname(&name));
    printf(" %s\n", name.sysname);
    printf("%d", gethostname(host, sizeof(host)));
    printf(" %d\n", strcmp(host, name.nodename));
    printf("%d", getrlimit(RLIMIT_NOFILE, &limit));
    printf(" %d\n", limit.rlim_cur > 10);
    printf("%d", sysinfo(&info));
    printf(" %d\n", info.totalram > 0);
    printf("%ld %d %ld\n", sysconf(_SC_PAGESIZE), getpagesize(), sysconf(_SC_CLK_TCK));
    printf("%d %d\n", sysconf(_SC_NPROCESSORS_ONLN) > 0, sysconf(_SC_OPEN_MAX) > 10);
    printf("%d %ld\n", getauxval(AT_PHDR) != 0, getauxval(AT_PHENT));
    printf("%d %ld\n", (int)getauxval(9999), pathconf("/", _PC_NAME_MAX));
    printf("%d %d\n", getpid() == (pid_t)syscall(SYS_getpid), (int)syscall(SYS_close, 999));
    printf("%d\n", errno);
    printf("%zd %d\n", getrandom(host, 20, 0), getentropy(host, 20));
    printf("%d\n", getentropy(host, 257));
}

static void mappings(void)
{
    char *room = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    printf("%d\n", room != MAP_FAILED && room[8191] == 0);
    room[0] = 'x';
    printf("%d %d\n", mprotect(room, 4096, PROT_READ), madvise(room + 4096, 4096, MADV_DONTNEED));
    printf("%d\n", munmap(room, 8192));
    errno = 0;
    printf("%d", mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
    printf(" %d\n", errno);
}

static void warnings(void)
{
    int status;

    errno = ENOENT;
    fflush(stdout);
    if (fork() == 0) {
        close(2);
        dup2(1, 2);
        err(3, "%s", "file");
    }
    wait(&status);
    show_status(status);
    if (fork() == 0)
        errx(4, "no errno");
    wait(&status);
    show_status(status);
}

int main(void)
{
    umask(022);
    children();
    clones();
    executions();
    pipes();
    files();
    directories();
    identity();
    mappings();
    warnings();
    return 0;
}
