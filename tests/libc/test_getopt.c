/* getopt and getopt_long: order, permutation, messages. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int flag;

static const struct option options[] = {
    {"add", no_argument, NULL, 'a'},          {"append", no_argument, NULL, 'p'},
    {"delete", required_argument, NULL, 'd'}, {"verbose", optional_argument, NULL, 'v'},
    {"flag", no_argument, &flag, 5},          {NULL, 0, NULL, 0},
};

static void run(const char *letters, int use_long, const char *line)
{
    char text[256];
    char *argv[32] = {(char *)"prog"};
    int argc = 1;
    int c;

    strcpy(text, line);
    for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
        argv[argc++] = strcmp(word, "''") == 0 ? (char *)"" : word;
    argv[argc] = NULL;
    optind = 0;
    flag = 0;
    printf("<%s> <%s>:", letters, line);
    for (int i = 0; i < 20; i++) {
        int index = -1;

        optopt = 0;
        c = use_long ? getopt_long(argc, argv, letters, options, &index)
                     : getopt(argc, argv, letters);
        if (c == -1)
            break;
        printf(" %d(%c)%s/%d/%d/%d", c, c > 31 ? c : '.', optarg ? optarg : "-",
               c == '?' || c == ':' ? optopt : 0, index, flag);
    }
    printf(" end %d:", optind);
    for (int i = 1; i < argc; i++)
        printf(" %s", argv[i]);
    printf("\n");
}

int main(void)
{
    static const char *const letters[] = {"ab:c::", "+ab:c::", "-ab:c::", ":ab:c::", "-:ab:c::"};
    static const char *const lines[] = {
        "",
        "-a",
        "-a -b x y",
        "x -a y -b z w",
        "-abx",
        "-ab x",
        "-b",
        "-cx -c x",
        "-x",
        "-a -- -b",
        "x -- y -a",
        "- -a",
        "-ax -a",
        "x y z",
        "-a- b",
        "-: x",
        "a -a a -a a -b 1 a",
        "-a '' -b ''",
        "--",
        "-- --",
        "x -ab 1 y -c2 z",
    };
    static const char *const longs[] = {
        "--add",
        "--append x --add",
        "--a",
        "--app",
        "--delete=5 --delete 6",
        "--delete",
        "--verbose --verbose=2 3",
        "--flag x",
        "--none",
        "--add=1",
        "x --del=2 y -a z",
        "-a --fl -b 5",
        "--d= x",
        "--verb x",
        "-- --add",
        "---add",
        "--=x",
        "x --verbose y --none=5 z",
    };

    for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
        for (size_t k = 0; k < sizeof(lines) / sizeof(lines[0]); k++)
            run(letters[i], 0, lines[k]);
        for (size_t k = 0; k < sizeof(longs) / sizeof(longs[0]); k++)
            run(letters[i], 1, longs[k]);
    }
    setenv("POSIXLY_CORRECT", "1", 1);
    run("ab:", 0, "-a x -b y");
    return 0;
}
