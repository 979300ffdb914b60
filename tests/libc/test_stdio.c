/* Streams: modes, positions, buffering, pushing back, lines, errors, memory streams, pipes. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void show_file(const char *path)
{
    FILE *file = fopen(path, "r");
    int c;

    printf("[");
    while (file && (c = fgetc(file)) != EOF)
        putchar(c);
    printf("]\n");
    if (file)
        fclose(file);
}

static void modes(void)
{
    static const char *const list[] = {"r",  "w",  "a",   "r+", "w+", "a+",
                                       "rb", "wx", "w+b", "",   "z",  "re"};

    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        FILE *file;
        int flags = -1;

        unlink("new");
        errno = 0;
        file = fopen("new", list[i]);
        printf("%s: %d %d", list[i], file != NULL, errno);
        if (file) {
            flags = fcntl(fileno(file), F_GETFL);
            fclose(file);
        }
        printf(" %d", flags < 0 ? -1 : flags & (O_ACCMODE | O_APPEND));
        file = fopen("old", "w");
        fputs("old", file);
        fclose(file);
        errno = 0;
        file = fopen("old", list[i]);
        printf(" %d %d", file != NULL, errno);
        if (file) {
            printf(" %d", fputs("NEW", file) >= 0);
            printf(" %d", ferror(file));
            fclose(file);
        }
        show_file("old");
    }
    printf("%d", fopen("/nowhere/at/all", "r") == NULL);
    printf(" %d\n", errno);
}

static void positions(void)
{
    FILE *file = fopen("pos", "w+");
    char buf[100];

    fprintf(file, "0123456789abcdefghij");
    printf("%ld\n", ftell(file));
    fseek(file, 5, SEEK_SET);
    printf("%c ", fgetc(file));
    printf("%ld\n", ftell(file));
    fseek(file, 3, SEEK_CUR);
    printf("%c ", fgetc(file));
    printf("%ld\n", ftell(file));
    fseek(file, -2, SEEK_END);
    printf("%c ", fgetc(file));
    printf("%ld\n", ftell(file));
    fputc('Z', file);
    rewind(file);
    printf("%zu ", fread(buf, 1, sizeof(buf), file));
    printf("%d\n", feof(file) != 0);
    printf("%.20s\n", buf);
    printf("%d", fgetc(file));
    fseek(file, 0, SEEK_SET);
    printf(" %d\n", feof(file));
    printf("%d", fseek(file, -5, SEEK_SET));
    printf(" %d\n", errno);
    fseek(file, 10, SEEK_SET);
    fputs("MIDDLE", file);
    fseek(file, 0, SEEK_CUR);
    printf("%c\n", fgetc(file));
    fclose(file);
    show_file("pos");
    file = fopen("pos", "a+");
    fputs("END", file);
    printf("%ld\n", ftell(file));
    fseek(file, 0, SEEK_SET);
    printf("%c\n", fgetc(file));
    fseek(file, 2, SEEK_SET);
    fputs("!", file);
    fclose(file);
    show_file("pos");
}

static void pushing_back(void)
{
    FILE *file = fopen("push", "w+");

    fputs("xyz", file);
    rewind(file);
    printf("%d", ungetc('a', file));
    printf(" %c", fgetc(file));
    printf("%c", fgetc(file));
    ungetc('b', file);
    printf(" %ld", ftell(file));
    printf(" %c", fgetc(file));
    printf("%c", fgetc(file));
    printf("%c", fgetc(file));
    printf(" %d ", fgetc(file));
    printf("%d", feof(file) != 0);
    ungetc('q', file);
    printf(" %d ", feof(file));
    printf("%c ", fgetc(file));
    printf("%d", fgetc(file));
    printf(" %d\n", ungetc(EOF, file));
    fclose(file);
}

static void lines(void)
{
    FILE *file = fopen("lines", "w");
    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    char buf[8];

    fputs("short\n\na much longer line than the buffer\nlast", file);
    fclose(file);
    file = fopen("lines", "r");
    while (fgets(buf, sizeof(buf), file))
        printf("<%s>", buf);
    printf("\n");
    rewind(file);
    while ((length = getline(&line, &size, file)) >= 0)
        printf("%zd<%s>", length, line);
    printf("%d\n", feof(file) != 0);
    rewind(file);
    while ((length = getdelim(&line, &size, 'o', file)) >= 0)
        printf("%zd<%s>", length, line);
    printf("\n");
    free(line);
    fclose(file);
}

static void large(void)
{
    static char data[100000], back[100000];
    FILE *file = fopen("large", "w+");
    size_t done = 0;

    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (char)(i * 31 >> 3);
    for (size_t step = 1; done < sizeof(data); step = step * 3 % 9973 + 1) {
        size_t count = step < sizeof(data) - done ? step : sizeof(data) - done;

        done += fwrite(data + done, 1, count, file);
        if (step % 5 == 0)
            fflush(file);
    }
    rewind(file);
    done = 0;
    for (size_t step = 1; done < sizeof(data); step = step * 7 % 8111 + 1)
        done +=
            fread(back + done, 1, step < sizeof(data) - done ? step : sizeof(data) - done, file);
    printf("%d ", memcmp(data, back, sizeof(data)));
    printf("%d\n", fgetc(file));
    printf("%zu %zu\n", fread(back, 10, 0, file), fread(back, 0, 10, file));
    rewind(file);
    printf("%zu\n", fread(back, 30000, 9, file));
    fclose(file);
}

static void buffering(void)
{
    static char space[64];
    static const int kinds[] = {_IOLBF, _IONBF};

    for (int i = 0; i < 2; i++) {
        FILE *file = fopen("buffered", "w");
        struct stat st;

        printf("%d", setvbuf(file, i < 1 ? space : NULL, kinds[i], sizeof(space)));
        fputs("one\ntwo", file);
        stat("buffered", &st);
        printf(" %ld", (long)st.st_size >= 4 ? 1L : 0L);
        fputs("\n", file);
        stat("buffered", &st);
        printf(" %ld", (long)st.st_size);
        for (int k = 0; k < 100; k++)
            fputc('x', file);
        fclose(file);
        stat("buffered", &st);
        printf(" %ld\n", (long)st.st_size);
    }
}

static void failures(void)
{
    FILE *file = fopen("/dev/full", "w");
    char *text = malloc(100000);

    if (file) {
        memset(text, 'x', 100000);
        printf("%d", fputs("x", file) >= 0);
        printf(" %d", fflush(file));
        printf(" %d %d", errno == ENOSPC, ferror(file) != 0);
        clearerr(file);
        printf(" %d", ferror(file));
        printf(" %d\n", fclose(file));
    }
    free(text);
    file = fopen("pos", "r");
    errno = 0;
    printf("%d", fputc('x', file));
    printf(" %d %d\n", errno, ferror(file) != 0);
    fclose(file);
    file = fopen("pos", "w");
    errno = 0;
    printf("%d", fgetc(file));
    printf(" %d %d\n", errno, ferror(file) != 0);
    fclose(file);
    file = fopen(".", "r");
    errno = 0;
    printf("%d", fgetc(file));
    printf(" %d %d\n", errno, ferror(file) != 0);
    fclose(file);
    printf("%d", remove("nothing"));
    printf(" %d\n", errno);
    mkdir("directory", 0755);
    printf("%d\n", remove("directory"));
}

static void reopening(void)
{
    FILE *file = fopen("first", "w");
    int fd = fileno(file);

    fputs("first", file);
    file = freopen("second", "w", file);
    printf("%d", fileno(file) == fd);
    fputs("second", file);
    fclose(file);
    show_file("first");
    show_file("second");
    fd = open("third", O_RDWR | O_CREAT | O_TRUNC, 0644);
    file = fdopen(fd, "w");
    fputs("third", file);
    fclose(file);
    show_file("third");
    fd = open("third", O_RDONLY);
    printf("%d", fdopen(fd, "w") == NULL);
    printf(" %d\n", errno);
    close(fd);
    printf("%d", fdopen(99, "r") == NULL);
    printf(" %d\n", errno);
}

static void memory(void)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    char buf[16] = "0123456789";
    char word[16] = "";
    int number = 0;

    fprintf(file, "hello %d", 42);
    fflush(file);
    printf("%zu <%s>\n", size, text);
    for (int i = 0; i < 1000; i++)
        fprintf(file, " %d", i);
    fclose(file);
    printf("%zu %s\n", size, text + size - 10);
    free(text);
    file = fmemopen(buf, sizeof(buf), "w");
    fprintf(file, "abc %d", 7);
    fclose(file);
    printf("<%s>\n", buf);
    file = fmemopen(buf, strlen(buf), "r");
    printf("%d", fscanf(file, "%15s %d", word, &number));
    printf(" %s %d %d\n", word, number, fgetc(file));
    fclose(file);
}

static void commands(void)
{
    FILE *file = popen("echo from the shell; exit 3", "r");
    char line[64] = "";
    int status;

    if (!file)
        return;
    printf("%s", fgets(line, sizeof(line), file) ? line : "nothing\n");
    status = pclose(file);
    printf("%d\n", status);
    fflush(stdout);
    file = popen("cat", "w");
    fprintf(file, "to the shell\n");
    printf("%d\n", pclose(file));
    fflush(stdout);
    printf("%d\n", system("exit 5"));
    printf("%d\n", system(NULL) != 0);
}

static void formatted(void)
{
    char *text = NULL;

    printf("%d", asprintf(&text, "%d-%s", 5, "five"));
    printf(" %s\n", text);
    free(text);
    fflush(stdout);
    printf("%d\n", dprintf(1, "direct %d\n", 1));
    fprintf(stderr, "on stderr %s\n", "in one piece");
    errno = ENOENT;
    perror("prefix");
    errno = EACCES;
    perror(NULL);
    printf("%m\n");
    printf("%d", puts("a line") >= 0);
    printf(" %d\n", putchar('c'));
}

/* Asking whether standard output is a terminal, before its first bytes, leaves errno alone. */
static void first_words(void)
{
    errno = EACCES;
    printf("%m\n");
}

/* A stream that failed once goes on: the last line, though nothing ends it, is one. */
static void after_failure(void)
{
    char line[16];
    int fds[2];
    FILE *file;

    pipe(fds);
    fcntl(fds[0], F_SETFL, O_NONBLOCK);
    file = fdopen(fds[0], "r");
    printf("%d", fgets(line, sizeof(line), file) == NULL);
    printf(" %d %d", errno == EAGAIN, ferror(file) != 0);
    write(fds[1], "abc", 3);
    close(fds[1]);
    printf(" %s\n", fgets(line, sizeof(line), file));
    fclose(file);
}

int main(void)
{
    first_words();
    modes();
    positions();
    pushing_back();
    lines();
    large();
    buffering();
    failures();
    after_failure();
    reopening();
    memory();
    commands();
    formatted();
    return 0;
}
