/* What threads share of libc: heap, streams, fork, the end of the process. */
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS 6

static pthread_t main_thread;
static sem_t answers;

static void start_all(pthread_t *threads, void *(*function)(void *))
{
    for (intptr_t i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, function, (void *)i) != 0)
            printf("no thread\n");
    }
}

static long join_all(pthread_t *threads)
{
    long sum = 0;

    for (int i = 0; i < THREADS; i++) {
        void *result;

        printf("%d", pthread_join(threads[i], &result));
        sum += (intptr_t)result;
    }
    printf("\n");
    return sum;
}

/* The heap, and a stream that all of them write to. */
static void *use_heap(void *arg)
{
    char *blocks[32] = {NULL};
    unsigned int state = (unsigned int)(intptr_t)arg + 1;
    intptr_t wrong = 0;

    for (int i = 0; i < 2000; i++) {
        int k = rand_r(&state) % 32;
        size_t size = (size_t)(rand_r(&state) % 3000) + 1;

        if (blocks[k])
            wrong += *blocks[k] != k;
        blocks[k] = realloc(blocks[k], size);
        memset(blocks[k], k, size);
    }
    for (int k = 0; k < 32; k++)
        free(blocks[k]);
    return (void *)wrong;
}

static FILE *together;

static void *write_lines(void *arg)
{
    for (int i = 0; i < 200; i++) {
        fprintf(together, "%s %d %s\n", "line", (int)(intptr_t)arg, "of many parts");
        flockfile(together);
        fputs("two ", together);
        fputs("pieces\n", together);
        funlockfile(together);
    }
    return NULL;
}

static void *read_for_ever(void *arg)
{
    char line[10];

    sem_post(&answers);
    return fgets(line, sizeof(line), arg);
}

static void streams(void)
{
    pthread_t threads[THREADS];
    char line[100], text[16];
    int good = 0, pieces = 0, number, fds[2];

    start_all(threads, use_heap);
    printf("wrong %ld\n", join_all(threads));
    together = tmpfile();
    start_all(threads, write_lines);
    join_all(threads);
    rewind(together);
    while (fgets(line, sizeof(line), together)) {
        pieces += strcmp(line, "two pieces\n") == 0;
        good += sscanf(line, "line %d of many %15s", &number, text) == 2 && !strcmp(text, "parts");
    }
    printf("%d %d\n", good, pieces);
    fclose(together);
    /* A thread that waits for input does not hold up exit. */
    if (pipe(fds) == 0)
        pthread_create(&threads[0], NULL, read_for_ever, fdopen(fds[0], "r"));
    sem_wait(&answers);
    usleep(2000);
    printf("waits\n");
}

static void at_prepare(void)
{
    printf("prepare\n");
    fflush(stdout);
}

static void at_parent(void)
{
    printf("parent\n");
}

static void at_child(void)
{
    printf("child\n");
}

static void *nothing(void *arg)
{
    return arg;
}

static void forks(void)
{
    pthread_t thread;
    void *result;
    pid_t pid;

    pthread_atfork(at_prepare, at_parent, at_child);
    fflush(stdout);
    pid = fork();
    if (pid == 0) {
        pthread_create(&thread, NULL, nothing, (void *)5);
        pthread_join(thread, &result);
        printf("child joined %d\n", (int)(intptr_t)result);
        exit(0);
    }
    waitpid(pid, NULL, 0);
    printf("forked\n");
}

static void *last_words(void *arg)
{
    pthread_join(main_thread, NULL);
    printf("main has ended\n");
    return arg;
}

int main(void)
{
    pthread_t thread;

    main_thread = pthread_self();
    forks();
    if (fork() == 0) {
        streams();
        return 3;
    }
    wait(NULL);
    pthread_create(&thread, NULL, last_words, NULL);
    pthread_detach(thread);
    pthread_exit(NULL);
}
