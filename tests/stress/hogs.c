/*
 * Several processes at once take all the memory there is, each in its own way, until they are
 * killed for it. Who takes little lives and finds his data as it was; all of the memory comes back.
 */
#include "tests/stress/stress.h"


#define HOGS 4
#define SLACK_BYTES (4UL << 20)

static char *map_or_end(size_t bytes, int flags)
{
    char *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);

    if (p == MAP_FAILED)
        _exit(1);
    return p;
}

static void eat_private(void)
{
    for (;;)
        memset(map_or_end(64 * PAGE, MAP_PRIVATE), 1, 64 * PAGE);
}

static void eat_shared(void)
{
    for (;;)
        memset(map_or_end(64 * PAGE, MAP_SHARED), 1, 64 * PAGE);
}

static void eat_by_populating(void)
{
    for (;;)
        map_or_end(64 * PAGE, MAP_PRIVATE | MAP_POPULATE);
}

static void eat_by_reading(void)
{
    int zero = open("/dev/zero", O_RDONLY);

    while (read(zero, map_or_end(64 * PAGE, MAP_PRIVATE), 64 * PAGE) == 64 * (ssize_t)PAGE)
        continue;
    _exit(1);
}

static void eat_page_tables(void)
{
    for (char *p = (char *)0x10000000000;; p += 1 << 21) {
        if (mmap(p, PAGE, PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != p)
            _exit(1);
        *p = 1;
    }
}

/* Children copy what they share with their parent; all of one process group. */
static void eat_by_forking(void)
{
    size_t bytes = 1024 * PAGE;
    char *p = map_or_end(bytes, MAP_PRIVATE);

    memset(p, 1, bytes);
    for (;;) {
        if (fork() < 0)
            nap_ms(1);
        memset(p, 2, bytes);
        eat_private();
    }
}

/* Pages, and pipes full of data, which the killer does not see. */
static void eat_with_pipes(void)
{
    static char block[65536];
    int ends[2];

    for (;;) {
        memset(map_or_end(16 * PAGE, MAP_PRIVATE), 1, 16 * PAGE);
        if (pipe2(ends, O_NONBLOCK) < 0)
            continue;
        while (write(ends[1], block, sizeof(block)) > 0)
            continue;
    }
}

static void (*const kinds[])(void) = {
    eat_private,     eat_shared,     eat_by_populating, eat_by_reading,
    eat_page_tables, eat_by_forking, eat_with_pipes,
};

/* Has a little memory, and looks at it again and again. */
static void live_modestly(void)
{
    static unsigned char data[16 * PAGE];

    for (unsigned char fill = 0;; fill++) {
        memset(data, fill, sizeof(data));
        nap_ms(1);
        for (size_t i = 0; i < sizeof(data); i++)
            if (data[i] != fill)
                _exit(1);
    }
}

static bool was_killed_or_gave_up(int status)
{
    return (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) ||
           (WIFEXITED(status) && WEXITSTATUS(status) == 1);
}

/* What hogs leave behind is in their groups. */
static void one_round(void)
{
    pid_t pids[HOGS];
    int status;

    for (int i = 0; i < HOGS; i++)
        pids[i] =
            SPAWN(abi_adjust_oom_score("0"); setpgid(0, 0); kinds[below(ARRAY_SIZE(kinds))]());
    for (int i = 0; i < HOGS; i++) {
        MUST(waitpid(pids[i], &status, 0));
        if (!was_killed_or_gave_up(status))
            show_status("hog", status);
        kill(-pids[i], SIGKILL);
    }
}

CASE(hogs)
{
    unsigned long before = free_bytes();
    long rounds = stress_count(3, 200);
    pid_t modest = SPAWN(abi_adjust_oom_score("0"); live_modestly());

    abi_adjust_oom_score("-1000");
    stress_seed(1);
    for (long i = 0; i < rounds; i++)
        one_round();
    HOLDS(waitpid(modest, NULL, WNOHANG) == 0);
    MUST(kill(modest, SIGKILL));
    show_end("the modest one", modest);
    for (int tries = 0; tries < 1000 && free_bytes() + SLACK_BYTES < before; tries++)
        nap_ms(10);
    HOLDS(free_bytes() + SLACK_BYTES >= before);
}
