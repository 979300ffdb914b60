/*
 * A thousand processes in a ring of pipes pass a token on: each adds one to it.
 */
#include "tests/stress/stress.h"

#define MEMBERS 1000

/* Passes on what comes until it has been round so often; the pipes' other ends go with the process.
 */
static void pass_on(int in, int out, long rounds)
{
    uint64_t token;

    for (; rounds > 0; rounds--) {
        if (read(in, &token, sizeof(token)) != sizeof(token))
            _exit(1);
        token++;
        if (write(out, &token, sizeof(token)) != sizeof(token))
            _exit(2);
    }
}

CASE(ring)
{
    long rounds = stress_count(2, 200), failed = 0;
    int first[2], ends[2], in, status;
    uint64_t token = 0;

    MUST(pipe(first));
    in = first[0];
    for (int i = 0; i < MEMBERS; i++) {
        MUST(pipe(ends));
        SPAWN(close(ends[0]); close(first[1]); pass_on(in, ends[1], rounds));
        MUST(close(in));
        MUST(close(ends[1]));
        in = ends[0];
    }
    for (long i = 0; i < rounds; i++) {
        MUST(write(first[1], &token, sizeof(token)));
        MUST(read(in, &token, sizeof(token)));
    }
    HOLDS(token == (uint64_t)(MEMBERS * rounds));
    while (waitpid(-1, &status, 0) > 0)
        failed += status != 0;
    VALUE(failed);
}
