/* <stdlib.h>: sorting, searching, environment, arithmetic, temporary files, exit functions. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned int random_state = 12345;

static unsigned int random_number(void)
{
    random_state = random_state * 1103515245 + 12345;
    return random_state >> 8;
}

static int compare_ints(const void *a, const void *b)
{
    int x = *(const int *)a;
    int y = *(const int *)b;

    return (x > y) - (x < y);
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

struct wide {
    int key;
    char rest[96];
};

static void sorting(void)
{
    static int numbers[2000];
    static struct wide wides[100];
    const char *words[] = {"pear", "apple", "fig", "banana", "cherry", "date", "apple"};
    unsigned char bytes[] = "the quick brown fox";

    for (size_t count = 0; count < 2000; count = count * 2 + 1) {
        unsigned int sum = 0;

        for (size_t i = 0; i < count; i++)
            numbers[i] = (int)(random_number() % 1000) - 500;
        qsort(numbers, count, sizeof(int), compare_ints);
        for (size_t i = 0; i < count; i++)
            sum = sum * 31 + (unsigned int)numbers[i];
        printf("%zu %u\n", count, sum);
        for (int key = -2; key < 3 && count; key++) {
            int *found = bsearch(&key, numbers, count, sizeof(int), compare_ints);

            printf("%d ", found ? *found : 9999);
        }
    }
    for (int i = 0; i < 100; i++) {
        wides[i].key = (int)(random_number() & 0xffff);
        snprintf(wides[i].rest, sizeof(wides[i].rest), "%d", wides[i].key);
    }
    qsort(wides, 100, sizeof(wides[0]), compare_ints);
    for (int i = 0; i < 100; i++)
        printf("%d=%s ", wides[i].key, wides[i].rest);
    qsort(words, 7, sizeof(words[0]), compare_texts);
    for (int i = 0; i < 7; i++)
        printf("%s ", words[i]);
    qsort(bytes, 0, 1, compare_ints);
    printf("%s\n", bytes);
}

static void environment(void)
{
    static char own[] = "OWN=mine";

    clearenv();
    printf("%d", setenv("A", "1", 1));
    printf(" %s\n", getenv("A"));
    printf("%d", setenv("A", "2", 0));
    printf(" %s\n", getenv("A"));
    printf("%d", setenv("A", "three", 1));
    printf(" %s\n", getenv("A"));
    printf("%d", setenv("", "x", 1));
    printf(" %d", errno);
    printf(" %d\n", setenv("B=C", "x", 1));
    printf("%d", putenv(own));
    printf(" %s\n", getenv("OWN"));
    strcpy(own + 4, "you");
    printf("%s\n", getenv("OWN"));
    for (int i = 0; i < 100; i++) {
        char name[16], value[16];

        sprintf(name, "N%d", i);
        sprintf(value, "v%d", i);
        setenv(name, value, 1);
    }
    for (int i = 0; i < 100; i += 3) {
        char name[16];

        sprintf(name, "N%d", i);
        unsetenv(name);
    }
    for (char **entry = environ; *entry; entry++)
        printf("%s ", *entry);
    printf("%s %s\n", getenv("N1"), getenv("N0") ? "there" : "gone");
    printf("%d\n", unsetenv("OWN"));
    printf("%d\n", getenv("OWN") == NULL);
    clearenv();
    printf("%d\n", environ == NULL || *environ == NULL);
}

static void arithmetic(void)
{
    div_t d = div(-7, 2);
    ldiv_t l = ldiv(7L, -2L);
    lldiv_t ll = lldiv(-7LL, -2LL);

    printf("%d %d %ld %ld %lld %lld\n", d.quot, d.rem, l.quot, l.rem, ll.quot, ll.rem);
    printf("%d %ld %lld\n", abs(-5), labs(-5000000000L), llabs(LLONG_MAX));
}

static void temporary(void)
{
    char path[] = "fileXXXXXX";
    char dir[] = "dirXXXXXX";
    char bad[] = "no";
    struct stat st;
    int fd = mkstemp(path);

    printf("%d %d %zu\n", fd >= 0, strcmp(path, "fileXXXXXX") != 0, strlen(path));
    fstat(fd, &st);
    printf("%o\n", st.st_mode);
    printf("%d\n", fcntl(fd, F_GETFL) & O_ACCMODE);
    printf("%d\n", mkdtemp(dir) == dir && stat(dir, &st) == 0 && S_ISDIR(st.st_mode));
    printf("%o\n", st.st_mode);
    printf("%d", mkstemp(bad));
    printf(" %d\n", errno);
    close(fd);
    unlink(path);
    rmdir(dir);
}

static void paths(void)
{
    static const char *const list[] = {
        "p/q",      "p/./link/../link", "p/none",    "p/link/none",
        "p/file/x", "p/file/",          "p/loop",    "",
        "/",        "//..//.",          "p/up",      "p/up/p/abs",
        "p/q/..",   "p/none/..",        "p/link///", ".",
    };
    char cwd[PATH_MAX], target[PATH_MAX + 8], space[PATH_MAX];

    getcwd(cwd, sizeof(cwd));
    snprintf(target, sizeof(target), "%s/p/q", cwd);
    mkdir("p", 0755);
    mkdir("p/q", 0755);
    close(open("p/file", O_WRONLY | O_CREAT, 0600));
    printf("%d", symlink("q", "p/link"));
    printf("%d", symlink("loop", "p/loop"));
    printf("%d", symlink("..", "p/up"));
    printf("%d\n", symlink(target, "p/abs"));
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        char *path;

        errno = 0;
        path = realpath(list[i], NULL);
        printf("%s: %d", list[i], errno);
        if (path) {
            bool below = strncmp(path, cwd, strlen(cwd)) == 0;

            printf(" %s", below ? path + strlen(cwd) : path);
            printf(" %d", realpath(list[i], space) == space && strcmp(space, path) == 0);
        }
        printf("\n");
        free(path);
    }
    printf("%d", realpath(NULL, NULL) == NULL);
    printf(" %d\n", errno);
}

static void bye_one(void)
{
    printf("bye one\n");
}

static void bye_two(void)
{
    printf("bye two\n");
    atexit(bye_one);
}

static void nothing(void)
{
}

__attribute__((constructor)) static void construct(void)
{
    printf("constructor\n");
}

__attribute__((destructor)) static void destruct(void)
{
    printf("destructor\n");
}

int main(void)
{
    sorting();
    environment();
    arithmetic();
    temporary();
    paths();
    for (int i = 0; i < 100; i++)
        atexit(nothing);
    atexit(bye_one);
    atexit(bye_two);
    printf("no newline at the end");
    exit(3);
}
