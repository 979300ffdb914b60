/*
 * <string.h>, <strings.h> and <ctype.h>: results as signs and offsets, at every small size and
 * alignment, beside a page that must not be touched; all must be glibc's.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>

static int sign(int value)
{
    return (value > 0) - (value < 0);
}

static long offset(const char *start, const void *place)
{
    return place ? (const char *)place - start : -1;
}

static void classes(void)
{
    for (int c = -1; c < 256; c++)
        printf("%d%d%d%d%d%d%d%d%d%d%d%d %d %d\n", !!isalnum(c), !!isalpha(c), !!isblank(c),
               !!iscntrl(c), !!isdigit(c), !!isgraph(c), !!islower(c), !!isprint(c), !!ispunct(c),
               !!isspace(c), !!isupper(c), !!isxdigit(c), tolower(c), toupper(c));
}

static void comparisons(void)
{
    static const char *const texts[] = {"",    "a",    "A",    "ab",     "aB",    "abc",
                                        "abd", "\x80", "\xff", "ab\x80", "Zebra", "zEBRA",
                                        "10",  "9",    "a10",  "a9"};
    size_t count = sizeof(texts) / sizeof(texts[0]);

    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < count; k++) {
            printf("%d %d %d", sign(strcmp(texts[i], texts[k])),
                   sign(strcasecmp(texts[i], texts[k])), sign(strcoll(texts[i], texts[k])));
            for (size_t n = 0; n < 4; n++)
                printf(" %d %d", sign(strncmp(texts[i], texts[k], n)),
                       sign(strncasecmp(texts[i], texts[k], n)));
            printf(" %ld %ld %zu %zu %ld\n", offset(texts[i], strstr(texts[i], texts[k])),
                   offset(texts[i], strcasestr(texts[i], texts[k])), strspn(texts[i], texts[k]),
                   strcspn(texts[i], texts[k]), offset(texts[i], strpbrk(texts[i], texts[k])));
        }
    }
}

static void searches(void)
{
    static const char text[] = "hello, hello, help";
    static const char set[] = "hlo,p x";

    for (const char *c = set;; c++) {
        printf("%ld %ld %ld %ld %ld %ld %ld\n", offset(text, strchr(text, *c)),
               offset(text, strrchr(text, *c)), offset(text, strchrnul(text, *c)),
               offset(text, memchr(text, *c, sizeof(text))),
               offset(text, memrchr(text, *c, sizeof(text))), offset(text, index(text, *c)),
               offset(text, memchr(text, *c, 3)));
        if (!*c)
            break;
    }
    printf("%ld %ld %ld %ld\n", offset(text, strstr(text, "help")),
           offset(text, strstr(text, "helped")), offset(text, memmem(text, 10, "lo, h", 5)),
           offset(text, memmem(text, 10, "help", 4)));
    printf("%d %d %d %d %d\n", ffs(0), ffs(1), ffs(0x80000000), ffsl(1L << 40), ffsll(0));
}

/* Copies of every size at every alignment, up to the last byte before a page without rights. */
static void copies(void)
{
    size_t page = 4096;
    char *low = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *high = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    unsigned int sum = 0;

    mprotect(low + page, page, PROT_NONE);
    mprotect(high + page, page, PROT_NONE);
    for (size_t size = 0; size < 80; size++) {
        char *from = low + page - size;
        char *to = high + page - size;

        for (size_t i = 0; i < size; i++)
            from[i] = (char)(i * 7 + size);
        memcpy(to, from, size);
        sum = sum * 31 + (unsigned int)(memcmp(from, to, size) == 0);
        memset(to, (int)size, size);
        for (size_t i = 0; i < size; i++)
            sum = sum * 31 + (unsigned char)to[i];
        if (size == 0)
            continue;
        memset(from, 'x', size);
        from[size - 1] = '\0';
        strcpy(to, from);
        sum = sum * 31 +
              (unsigned int)(strlen(to) + strnlen(to, 10) + (size_t)sign(strcmp(from, to)));
        from[size - 1] = 'y';
        sum = sum * 31 + (unsigned int)strnlen(from, size);
        sum = sum * 31 + (unsigned int)offset(from, memchr(from, 'y', size));
        sum = sum * 31 + (unsigned int)sign(strncmp(from, to, size));
    }
    printf("%u\n", sum);
}

static void moves(void)
{
    char text[64];

    for (int to = 0; to < 20; to++) {
        for (int from = 0; from < 20; from++) {
            for (size_t size = 0; size < 20; size += 3) {
                for (int i = 0; i < 64; i++)
                    text[i] = (char)('0' + i);
                memmove(text + to, text + from, size);
                printf("%.40s\n", text);
            }
        }
    }
}

static void builders(void)
{
    char buf[32];
    char line[] = "a,b;;c, d";
    char words[] = "  one two\tthree ";
    char *place = line;
    char *field;

    memset(buf, '#', sizeof(buf));
    strncpy(buf, "ab", 5);
    printf("%d%d%d %c\n", buf[2], buf[3], buf[4], buf[5]);
    printf("%ld", offset(buf, stpcpy(buf, "hello")));
    printf(" %ld\n", offset(buf, stpncpy(buf, "hi", 10)));
    strcpy(buf, "one");
    printf("%s", strcat(buf, "two"));
    printf(" %s\n", strncat(buf, "three", 3));
    printf("%ld %s\n", offset(buf, memccpy(buf, "stop here", ' ', 20)),
           memccpy(buf, "none", 'x', 4) ? "found" : "none");
    printf("%ld\n", offset(buf, mempcpy(buf, "xyz", 3)));
    while ((field = strsep(&place, ",;")) != NULL)
        printf("<%s>", field);
    for (field = strtok(words, " \t"); field; field = strtok(NULL, " \t"))
        printf("[%s]", field);
    field = strdup("copy");
    printf("\n%s", field);
    free(field);
    field = strndup("shorter", 5);
    printf(" %s\n", field);
    free(field);
    printf("%zu %s\n", strxfrm(buf, "same", sizeof(buf)), buf);
    bzero(buf, 4);
    bcopy("abc", buf + 1, 3);
    printf("%d%.3s %d\n", buf[0], buf + 1, bcmp(buf + 1, "abc", 3));
}

static void messages(void)
{
    for (int error = -1; error < 140; error++)
        printf("%d %s\n", error, strerror(error));
    for (int sig = -1; sig < 32; sig++)
        printf("%d %s\n", sig, strsignal(sig));
}

int main(void)
{
    classes();
    comparisons();
    searches();
    copies();
    moves();
    builders();
    messages();
    return 0;
}
