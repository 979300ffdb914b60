/* sh: built-in commands about where files are made: cd, pwd, umask. chdir(2), umask(2). */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/sh/run.h"

/*
 * PATH, seen from where $PWD says the shell is, without . and .. in it: each .. takes away the
 * name before it, even if that is a symbolic link (POSIX, "cd", 8).
 */
static char *path_logical(struct shell *sh, const char *path)
{
    const char *here = variable_get(sh, "PWD");
    struct text text;

    text_begin(&text, &sh->arena);
    if (path[0] != '/')
        text_add(&text, here && here[0] == '/' && here[1] ? here : "");
    while (*path) {
        size_t length = strcspn(path, "/");

        if (length == 2 && strncmp(path, "..", 2) == 0) {
            while (text.length > 0 && text.bytes[--text.length] != '/')
                ;
            text.bytes[text.length] = '\0';
        } else if (length > 0 && !(length == 1 && path[0] == '.')) {
            text_add_char(&text, '/');
            text_add(&text, arena_copy(&sh->arena, path, length));
        }
        path += length + (path[length] != '\0');
    }
    if (text.length == 0)
        text_add_char(&text, '/');
    return text.bytes;
}

/* Goes to PATH, and sets PWD and OLDPWD. */
static bool folder_enter(struct shell *sh, const char *path, bool physical)
{
    const char *before = variable_get(sh, "PWD");
    char *old = arena_copy(&sh->arena, before ? before : "", before ? strlen(before) : 0);
    char *logical = path_logical(sh, path);
    char here[PATH_MAX];

    if (chdir(physical ? path : logical) < 0 && (physical || chdir(path) < 0))
        return false;
    if (physical)
        logical = getcwd(here, sizeof(here));
    variable_set(sh, "OLDPWD", old);
    variable_set(sh, "PWD", logical ? logical : path);
    return true;
}

/* Looks for FOLDER in those of CDPATH. *SHOWN: it is where one would not think it is. */
static bool folder_search(struct shell *sh, const char *folder, bool physical, bool *shown)
{
    const char *place = variable_get(sh, "CDPATH");
    bool searched = folder[0] != '/' && strcmp(folder, ".") != 0 && strcmp(folder, "..") != 0 &&
                    strncmp(folder, "./", 2) != 0 && strncmp(folder, "../", 3) != 0;

    place = searched && place ? arena_copy(&sh->arena, place, strlen(place)) : NULL;
    while (place) {
        size_t length = strcspn(place, ":");
        struct stat status;
        struct text path;

        text_begin(&path, &sh->arena);
        text_add(&path, arena_copy(&sh->arena, place, length));
        text_add(&path, length ? "/" : "");
        text_add(&path, folder);
        if (stat(path.bytes, &status) == 0 && S_ISDIR(status.st_mode) &&
            folder_enter(sh, path.bytes, physical)) {
            *shown = length > 0;
            return true;
        }
        place = place[length] ? place + length + 1 : NULL;
    }
    return folder_enter(sh, folder, physical);
}

/* Reads -L and -P; the last one counts. */
static char **which_path(char **arguments, bool *physical)
{
    for (arguments++; *arguments; arguments++) {
        if (strcmp(*arguments, "--") == 0)
            return arguments + 1;
        if (strcmp(*arguments, "-P") != 0 && strcmp(*arguments, "-L") != 0)
            break;
        *physical = (*arguments)[1] == 'P';
    }
    return arguments;
}

/* cd [-L|-P] [FOLDER]: to HOME without one; `cd -` goes back to where it last came from. */
int run_cd(struct shell *sh, char **arguments)
{
    bool physical = false, shown = false;
    const char *folder = *which_path(arguments, &physical);
    const char *variable = !folder ? "HOME" : strcmp(folder, "-") == 0 ? "OLDPWD" : NULL;

    if (variable) {
        folder = variable_get(sh, variable);
        if (!folder) {
            shell_error(sh, "cd: %s is not set", variable);
            return STATUS_ERROR;
        }
        shown = variable[0] == 'O';
        folder = arena_copy(&sh->arena, folder, strlen(folder));
    }
    if (!folder_search(sh, *folder ? folder : ".", physical, &shown)) {
        shell_error(sh, "cd: %s: %s", folder, strerror(errno));
        return STATUS_ERROR;
    }
    return shown ? print(sh, variable_get(sh, "PWD")) | print(sh, "\n") : 0;
}

/* pwd [-L|-P]: -P asks the kernel, whatever way the shell came */
int run_pwd(struct shell *sh, char **arguments)
{
    char folder[PATH_MAX];
    const char *path = variable_get(sh, "PWD");
    struct stat here, there;
    bool physical = false;

    which_path(arguments, &physical);
    if (physical || !path || stat(path, &there) < 0 || stat(".", &here) < 0 ||
        here.st_ino != there.st_ino || here.st_dev != there.st_dev)
        path = getcwd(folder, sizeof(folder));
    if (!path) {
        shell_error(sh, "pwd: %s", strerror(errno));
        return 1;
    }
    return print(sh, path) | print(sh, "\n");
}

/* The permissions that MASK leaves, as u=rwx,g=rx,o= */
static int mask_print_symbolic(const struct shell *sh, mode_t mask)
{
    char line[32], *end = line;

    for (int shift = 6; shift >= 0; shift -= 3) {
        mode_t allowed = ~mask >> shift & 7;

        *end++ = "ogu"[shift / 3];
        *end++ = '=';
        for (int i = 0; i < 3; i++) {
            if (allowed & 4u >> i)
                *end++ = "rwx"[i];
        }
        *end++ = shift ? ',' : '\n';
    }
    *end = '\0';
    return print(sh, line);
}

/* The bits that the letters of TEXT mean, which is moved behind them. */
static mode_t letters_read(const char **text, const char *letters, const mode_t *bits)
{
    mode_t mode = 0;

    for (const char *place; **text && (place = strchr(letters, **text)); ++*text)
        mode |= bits[place - letters];
    return mode;
}

/* MASK changed as TEXT says, which is [ugoa]...(+|-|=)[rwx]...,... ; false if that is no mode. */
static bool mask_change(const char *text, mode_t *mask)
{
    static const mode_t who_bits[] = {0700, 0070, 0007, 0777}, what_bits[] = {0444, 0222, 0111};

    for (;;) {
        mode_t who = letters_read(&text, "ugoa", who_bits), what;
        char operation = *text;

        if (operation == '\0' || !strchr("+-=", operation))
            return false;
        text++;
        who = who ? who : 0777;
        what = letters_read(&text, "rwx", what_bits) & who;
        if (operation == '=')
            *mask = (*mask | who) & ~what;
        else
            *mask = operation == '+' ? *mask & ~what : *mask | what;
        if (*text == '\0')
            return true;
        if (*text == ',')
            text++;
    }
}

/* umask [-S] [MODE]: in octal, or as `chmod` has it, what is allowed */
int run_umask(struct shell *sh, char **arguments)
{
    bool symbolic = arguments[1] && strcmp(arguments[1], "-S") == 0;
    const char *text = arguments[1 + symbolic];
    mode_t mask = umask(0);
    char line[16];
    int number;

    umask(mask);
    if (!text && symbolic)
        return mask_print_symbolic(sh, mask);
    if (!text) {
        snprintf(line, sizeof(line), "%04o\n", (unsigned)mask);
        return print(sh, line);
    }
    number = number_read(text, 8);
    if (number >= 0 && number <= 0777) {
        mask = (mode_t)number;
    } else if ((*text >= '0' && *text <= '9') || !mask_change(text, &mask)) {
        shell_error(sh, "umask: %s: no mode", text);
        return STATUS_ERROR;
    }
    umask(mask);
    return 0;
}
