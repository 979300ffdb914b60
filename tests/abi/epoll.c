/*
 * Watching many descriptors: epoll(7), epoll_create(2), epoll_ctl(2), epoll_wait(2).
 */
#include "tests/abi/watch.h"

CASE(creating)
{
    SHOW(epoll_create1(0));
    SHOW(epoll_create1(EPOLL_CLOEXEC));
    SHOW(fcntl(4, F_GETFD));
    SHOW(fcntl(3, F_GETFD));
    SHOW(fcntl(3, F_GETFL));
    SHOW(epoll_create1(1));
    SHOW(epoll_create1(O_NONBLOCK));
    SHOW(syscall(SYS_epoll_create, 0));
    SHOW(syscall(SYS_epoll_create, -1));
    SHOW(syscall(SYS_epoll_create, 1));
}

CASE(control_errors)
{
    int epfd = make_epoll(), other = make_epoll(), ends[2], file, directory;
    struct epoll_event event = {.events = EPOLLIN};

    MUST(pipe(ends));
    file = (int)MUST(open("f", O_RDWR | O_CREAT, 0600));
    directory = (int)MUST(open(".", O_RDONLY));
    SHOW(epoll_ctl(77, EPOLL_CTL_ADD, ends[0], &event));
    SHOW(epoll_ctl(epfd, EPOLL_CTL_ADD, 77, &event));
    SHOW(epoll_ctl(epfd, EPOLL_CTL_ADD, file, &event));
    SHOW(epoll_ctl(epfd, EPOLL_CTL_ADD, directory, &event));
    SHOW(epoll_ctl(epfd, EPOLL_CTL_ADD, (int)MUST(open("/dev/null", O_RDWR)), &event));
    SHOW(epoll_ctl(epfd, EPOLL_CTL_ADD, (int)MUST(open("/dev/zero", O_RDWR)), &event));
    SHOW(epoll_ctl(epfd, EPOLL_CTL_ADD, (int)MUST(open(".", O_PATH)), &event));
    SHOW(epoll_ctl(epfd, EPOLL_CTL_ADD, epfd, &event));
    SHOW(epoll_ctl(ends[0], EPOLL_CTL_ADD, ends[1], &event));
    SHOW(epoll_ctl(file, EPOLL_CTL_ADD, file, &event));
    SHOW(epoll_ctl(epfd, EPOLL_CTL_ADD, ends[0], NULL));
    SHOW(epoll_ctl(epfd, EPOLL_CTL_MOD, ends[0], (void *)8));
    SHOW(epoll_ctl(epfd, 0, ends[0], &event));
    SHOW(epoll_ctl(epfd, 4, ends[0], &event));
    SHOW(epoll_ctl(epfd, EPOLL_CTL_DEL, ends[0], NULL));
    SHOW(epoll_ctl(epfd, EPOLL_CTL_MOD, ends[0], &event));
    SHOW(epoll_ctl(epfd, EPOLL_CTL_ADD, ends[0], &event));
    SHOW(epoll_ctl(epfd, EPOLL_CTL_ADD, ends[0], &event));
    SHOW(epoll_ctl(other, EPOLL_CTL_ADD, ends[0], &event));
    SHOW(epoll_ctl(epfd, EPOLL_CTL_DEL, ends[0], (void *)8));
    SHOW(epoll_ctl(epfd, EPOLL_CTL_DEL, ends[0], NULL));
}

CASE(wait_errors)
{
    int epfd = make_epoll(), ends[2];

    MUST(pipe(ends));
    SHOW(epoll_wait(epfd, events, 0, 0));
    SHOW(epoll_wait(epfd, events, -1, 0));
    SHOW(epoll_wait(epfd, events, 178956970, 0));
    SHOW(epoll_wait(epfd, events, 178956971, 0));
    SHOW(epoll_wait(77, events, 1, 0));
    SHOW(epoll_wait(ends[0], events, 1, 0));
    SHOW(epoll_wait(epfd, (void *)8, 1, 0));
    SHOW(epoll_wait(epfd, (void *)-4096L, 1, 0));
    MUST(add(epfd, ends[1], EPOLLOUT));
    SHOW(epoll_wait(epfd, (void *)8, 1, 0));
    SHOW(epoll_wait(epfd, (void *)8, 1, -1));
    look("still there", epfd);
}

CASE(level_triggered)
{
    int epfd = make_epoll(), ends[2];

    MUST(pipe(ends));
    MUST(add(epfd, ends[0], EPOLLIN));
    look("empty", epfd);
    put(ends[1]);
    look("a byte", epfd);
    look("again", epfd);
    take(ends[0]);
    look("taken", epfd);
    put(ends[1]);
    MUST(close(ends[1]));
    look("a byte, no writer", epfd);
    take(ends[0]);
    look("no writer", epfd);
}

CASE(edge_triggered)
{
    int epfd = make_epoll(), ends[2];

    MUST(pipe(ends));
    MUST(add(epfd, ends[0], EPOLLIN | EPOLLET));
    put(ends[1]);
    look("a byte", epfd);
    look("again", epfd);
    put(ends[1]);
    look("one more", epfd);
    look("again", epfd);
    take(ends[0]);
    look("one taken", epfd);
    look("again", epfd);
    take(ends[0]);
    look("all taken", epfd);
    put(ends[1]);
    MUST(modify(epfd, ends[0], EPOLLIN | EPOLLET));
    look("modified", epfd);
    MUST(modify(epfd, ends[0], EPOLLIN | EPOLLET));
    look("modified again", epfd);
    look("again", epfd);
    MUST(close(ends[1]));
    look("no writer", epfd);
    look("again", epfd);
}

CASE(edge_triggered_writer)
{
    static char block[65536];
    int epfd = make_epoll(), ends[2];

    MUST(pipe2(ends, O_NONBLOCK));
    MUST(add(epfd, ends[1], EPOLLOUT | EPOLLET));
    look("room", epfd);
    look("again", epfd);
    MUST(write(ends[1], block, sizeof(block)));
    look("full", epfd);
    MUST(read(ends[0], block, 1));
    look("a byte read", epfd);
    MUST(read(ends[0], block, 4096));
    look("a page read", epfd);
    look("again", epfd);
    MUST(close(ends[0]));
    look("no reader", epfd);
}

CASE(already_ready_when_added)
{
    int epfd = make_epoll(), ends[2];

    MUST(pipe(ends));
    put(ends[1]);
    MUST(add(epfd, ends[0], EPOLLIN | EPOLLET));
    look("added", epfd);
    look("again", epfd);
}

CASE(one_shot)
{
    int epfd = make_epoll(), ends[2];

    MUST(pipe(ends));
    MUST(add(epfd, ends[0], EPOLLIN | EPOLLONESHOT));
    put(ends[1]);
    look("a byte", epfd);
    look("again", epfd);
    put(ends[1]);
    look("one more", epfd);
    MUST(close(ends[1]));
    look("no writer", epfd);
    MUST(modify(epfd, ends[0], EPOLLIN | EPOLLONESHOT));
    look("modified", epfd);
    look("again", epfd);
    SHOW(add(epfd, ends[0], EPOLLIN));
}

CASE(no_events_wanted)
{
    int epfd = make_epoll(), ends[2];

    MUST(pipe(ends));
    MUST(add(epfd, ends[0], 0));
    put(ends[1]);
    look("a byte", epfd);
    MUST(modify(epfd, ends[0], EPOLLIN));
    look("modified", epfd);
    MUST(modify(epfd, ends[0], EPOLLRDNORM | EPOLLRDHUP));
    look("modified", epfd);
    MUST(modify(epfd, ends[0], 0));
    look("modified", epfd);
    MUST(close(ends[1]));
    look("no writer", epfd);
}

CASE(in_order_of_events)
{
    int epfd = make_epoll(), ends[4][2];

    for (int i = 0; i < 4; i++) {
        MUST(pipe(ends[i]));
        MUST(add(epfd, ends[i][0], EPOLLIN));
    }
    put(ends[2][1]);
    put(ends[0][1]);
    put(ends[3][1]);
    look("2 0 3", epfd);
    look_some("first two", epfd, 2);
    look_some("next two", epfd, 2);
    put(ends[1][1]);
    look_some("two", epfd, 2);
    look_some("two", epfd, 2);
    take(ends[0][0]);
    look("without 0", epfd);
}

CASE(fewer_than_are_ready)
{
    int epfd = make_epoll(), ends[3][2];

    for (int i = 0; i < 3; i++) {
        MUST(pipe(ends[i]));
        MUST(add(epfd, ends[i][0], EPOLLIN | (i == 1 ? EPOLLET : 0)));
        put(ends[i][1]);
    }
    for (int i = 0; i < 6; i++)
        look_some("one", epfd, 1);
}

CASE(deleted)
{
    int epfd = make_epoll(), ends[2];

    MUST(pipe(ends));
    MUST(add(epfd, ends[0], EPOLLIN));
    put(ends[1]);
    MUST(epoll_ctl(epfd, EPOLL_CTL_DEL, ends[0], NULL));
    look("deleted", epfd);
    put(ends[1]);
    look("one more", epfd);
    SHOW(add(epfd, ends[0], EPOLLIN));
    look("added again", epfd);
}

/* A file is watched under a descriptor; closing the last one, of whichever process, ends that. */
CASE(closed)
{
    int epfd = make_epoll(), ends[2], copy;
    struct epoll_event event = {.events = EPOLLIN};

    MUST(pipe(ends));
    MUST(add(epfd, ends[0], EPOLLIN));
    copy = (int)MUST(dup(ends[0]));
    put(ends[1]);
    MUST(close(ends[0]));
    look("closed, a copy open", epfd);
    SHOW(epoll_ctl(epfd, EPOLL_CTL_DEL, ends[0], NULL));
    SHOW(epoll_ctl(epfd, EPOLL_CTL_DEL, copy, NULL));
    MUST(dup2(copy, ends[0]));
    SHOW(epoll_ctl(epfd, EPOLL_CTL_MOD, ends[0], &event));
    MUST(close(ends[0]));
    MUST(close(copy));
    look("all closed", epfd);
}

CASE(two_descriptors_of_one_file)
{
    int epfd = make_epoll(), ends[2], copy;

    MUST(pipe(ends));
    copy = (int)MUST(dup(ends[0]));
    SHOW(add(epfd, ends[0], EPOLLIN));
    SHOW(add(epfd, copy, EPOLLIN | EPOLLONESHOT));
    put(ends[1]);
    look("both", epfd);
    look("one", epfd);
    MUST(close(copy));
    MUST(modify(epfd, ends[0], EPOLLIN));
    look("the other", epfd);
    MUST(dup2(ends[0], copy));
    SHOW(add(epfd, copy, EPOLLIN));
    MUST(modify(epfd, copy, EPOLLIN));
    look("both", epfd);
}

CASE(descriptor_that_means_another_file)
{
    int epfd = make_epoll(), ends[2], other[2];

    MUST(pipe(ends));
    MUST(pipe(other));
    MUST(add(epfd, ends[0], EPOLLIN));
    MUST(dup2(other[0], ends[0]));
    SHOW(epoll_ctl(epfd, EPOLL_CTL_DEL, ends[0], NULL));
    SHOW(add(epfd, ends[0], EPOLLIN));
    put(other[1]);
    look("the other", epfd);
}

CASE(waiting)
{
    int epfd = make_epoll(), ends[2];
    pid_t pid;

    MUST(pipe(ends));
    MUST(add(epfd, ends[0], EPOLLIN | EPOLLET));
    SHOW(epoll_wait(epfd, events, 1, 10));
    pid = SPAWN(nap_ms(30); put(ends[1]));
    SHOW(epoll_wait(epfd, events, 1, -1));
    show_end("writer", pid);
    pid = SPAWN(close(ends[0]); nap_ms(30));
    MUST(close(ends[1]));
    SHOW(epoll_wait(epfd, events, 1, 20000));
    VALUE(events[0].events);
    show_end("closer", pid);
}

CASE(interrupted)
{
    struct timespec lengthy = {100, 0};
    int epfd = make_epoll();
    pid_t pid;

    handle(SIGUSR1, on_signal, SA_RESTART);
    pid = pester(SIGUSR1);
    SHOW(epoll_wait(epfd, events, 1, -1));
    SHOW(epoll_pwait(epfd, events, 1, 100000, NULL));
    SHOW(syscall(SYS_epoll_pwait2, epfd, events, 1, &lengthy, NULL, 8));
    HOLDS(lengthy.tv_sec == 100);
    end_pester(pid);
}

CASE(under_another_mask)
{
    int epfd = make_epoll(), ends[2];
    sigset_t none, usr1, pending;

    MUST(pipe(ends));
    sigemptyset(&none);
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    handle(SIGUSR1, on_signal, 0);
    MUST(sigprocmask(SIG_BLOCK, &usr1, NULL));
    MUST(kill(getpid(), SIGUSR1));
    SHOW(epoll_pwait(epfd, events, 1, 0, &none));
    VALUE(count);
    MUST(add(epfd, ends[1], EPOLLOUT));
    SHOW(epoll_pwait(epfd, events, 1, -1, &none));
    VALUE(count);
    MUST(modify(epfd, ends[1], EPOLLIN));
    SHOW(epoll_pwait(epfd, events, 1, -1, &none));
    VALUE(count);
    MUST(sigprocmask(SIG_BLOCK, NULL, &pending));
    show_set("blocked", &pending);
    SHOW(syscall(SYS_epoll_pwait, epfd, events, 1, 0, &none, 4));
    SHOW(syscall(SYS_epoll_pwait, epfd, events, 1, 0, (void *)8, 8));
    SHOW(syscall(SYS_epoll_pwait, epfd, events, 1, 0, NULL, 4));
}

CASE(pwait2)
{
    struct timespec brief = {0, 1000000}, zero = {0, 0}, bad = {0, 1000000000}, past = {-1, 0};
    int epfd = make_epoll(), ends[2];

    MUST(pipe(ends));
    SHOW(syscall(SYS_epoll_pwait2, epfd, events, 1, &brief, NULL, 8));
    VALUE(brief.tv_nsec);
    SHOW(syscall(SYS_epoll_pwait2, epfd, events, 1, &zero, NULL, 8));
    SHOW(syscall(SYS_epoll_pwait2, epfd, events, 1, &bad, NULL, 8));
    SHOW(syscall(SYS_epoll_pwait2, epfd, events, 1, &past, NULL, 8));
    SHOW(syscall(SYS_epoll_pwait2, epfd, events, 1, (void *)8, NULL, 8));
    MUST(add(epfd, ends[1], EPOLLOUT));
    SHOW(syscall(SYS_epoll_pwait2, epfd, events, 1, NULL, NULL, 8));
}

CASE(its_own_descriptor)
{
    int epfd = make_epoll();
    struct stat st;
    char byte;

    SHOW(read(epfd, &byte, 1));
    SHOW(write(epfd, "x", 1));
    SHOW(pread(epfd, &byte, 1, 0));
    SHOW(ftruncate(epfd, 0));
    SHOW(fsync(epfd));
    MUST(fstat(epfd, &st));
    say("mode %o, size %ld", st.st_mode, (long)st.st_size);
}

static void show_link(int fd)
{
    char path[40], text[100] = "";

    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    MUST(readlink(path, text, sizeof(text) - 1));
    say("%s", text);
    SHOW(open(path, O_RDWR));
}

CASE(in_proc)
{
    int epfd = make_epoll(), ends[2];
    char path[40], text[1000], *line, *end;

    MUST(pipe(ends));
    show_link(epfd);
    MUST(add(epfd, ends[1], EPOLLOUT | EPOLLONESHOT | EPOLLWAKEUP));
    snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", epfd);
    say("%s", read_text(path, text, sizeof(text)));
    line = strstr(text, "tfd:");
    end = line ? strstr(line, " ino:") : NULL;
    say("%.*s", end ? (int)(end - line) : 0, line);
}

CASE(inherited)
{
    int epfd = make_epoll(), ends[2];
    pid_t pid;

    MUST(pipe(ends));
    pid = SPAWN(MUST(add(epfd, ends[0], EPOLLIN)));
    show_end("adder", pid);
    put(ends[1]);
    look("added by a child", epfd);
    pid = SPAWN(MUST(close(epfd)));
    show_end("closer", pid);
    look("closed by a child", epfd);
}

CASE(terminal_and_fifo)
{
    int epfd = make_epoll(), fifo;

    MUST(mkfifo("fifo", 0600));
    fifo = (int)MUST(open("fifo", O_RDWR | O_NONBLOCK));
    SHOW(add(epfd, fifo, EPOLLIN | EPOLLOUT));
    look("empty", epfd);
    put(fifo);
    look("a byte", epfd);
    MUST(close(fifo));
    look("closed", epfd);
}
