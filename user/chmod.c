/* chmod: sets permissions of files, by an octal number or as in `go-w,a+x`. chmod(2). */
#include "user/tool.h"

static const char usage[] = "chmod MODE NAME...   (MODE is octal, or [ugoa...][+-=][rwxst...],...)";

enum {
    OWNER = 04700,
    GROUP = 02070,
    OTHERS = 01007,
    EVERYBODY = 07777
};

/* Reads the letters at *TEXT that are in LETTERS, and returns the bits that stand for them. */
static mode_t letters_read(const char **text, const char *letters, const mode_t bits[])
{
    mode_t mode = 0;
    const char *place;

    for (; **text && (place = strchr(letters, **text)); ++*text)
        mode |= bits[place - letters];
    return mode;
}

/* Applies one clause, as `go-w`, at *TEXT to *MODE. Without a "who" the umask has its say. */
static bool clause_apply(const char **text, mode_t *mode, mode_t mask, bool folder)
{
    static const mode_t whose[] = {OWNER, GROUP, OTHERS, EVERYBODY};
    const mode_t what[] = {0444, 0222, 0111, 06000, 01000, folder || (*mode & 0111) ? 0111 : 0};
    mode_t who = letters_read(text, "ugoa", whose);
    mode_t allowed = who ? who : EVERYBODY & ~mask;

    if (!**text || !strchr("+-=", **text))
        return false;
    while (**text && strchr("+-=", **text)) {
        char operator= *(*text)++;
        mode_t bits = letters_read(text, "rwxstX", what) & allowed;

        if (operator== '=')
            *mode &= ~(who ? who : (mode_t)EVERYBODY);
        *mode = operator== '-' ? *mode & ~bits : * mode | bits;
    }
    return **text == '\0' || (**text == ',' && *++*text);
}

/* Works out into *MODE, which holds today's, what TEXT asks for. */
static bool mode_parse(const char *text, mode_t *mode, bool folder)
{
    unsigned long number;
    mode_t mask = umask(0);

    umask(mask);
    if (number_parse(text, 8, 07777, &number)) {
        *mode = (mode_t)number;
        return true;
    }
    do {
        if (!clause_apply(&text, mode, mask, folder))
            return false;
    } while (*text);
    return true;
}

static int file_chmod(const char *text, const char *path)
{
    struct stat status;

    if (stat(path, &status) < 0)
        return tool_fail("chmod", path);

    mode_t mode = status.st_mode & 07777;

    if (!mode_parse(text, &mode, S_ISDIR(status.st_mode)))
        tool_usage(usage);
    return chmod(path, mode) < 0 ? tool_fail("chmod", path) : 0;
}

int main(int argc, char **argv)
{
    int status = 0;

    if (argc < 3)
        tool_usage(usage);
    for (int i = 2; i < argc; i++)
        status |= file_chmod(argv[1], argv[i]);
    return status;
}
