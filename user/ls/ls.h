/*
 * ls: lists files and what is in folders. main.c reads the operands and the folders,
 * listing.c holds what was found, print.c shows it. POSIX ls.
 */
#ifndef LIMEN_USER_LS_H
#define LIMEN_USER_LS_H

#include "user/tool.h"

enum {
    OPTION_ALL = 1,      /* -a: names that begin with a dot, too */
    OPTION_LONG = 2,     /* -l: all that lstat(2) knows */
    OPTION_ONE = 4,      /* -1: one name a line, on a terminal too */
    OPTION_FOLDER = 8,   /* -d: a folder itself, not what is in it */
    OPTION_HUMAN = 16,   /* -h: sizes as 1.5K, 3M */
    OPTION_REVERSE = 32, /* -r: the last one first */
    OPTION_TIME = 64,    /* -t: by time, the newest first */
};

struct entry {
    char *name; /* as printed */
    char *path; /* as opened */
    struct stat status;
};

struct listing {
    struct entry *entries;
    size_t count, capacity;
};

/* Adds the file at PATH to LIST as NAME; returns 1, and says so, where there is none. */
int listing_add(struct listing *list, const char *name, const char *path);
void listing_sort(struct listing *list, unsigned options);
void listing_free(struct listing *list);

/* BYTES as -h shows them: three digits at most, rounded up. */
int human_format(unsigned long long bytes, char text[32]);
/* Sorts LIST and prints it as OPTIONS say. */
void listing_print(struct listing *list, unsigned options);

#endif
