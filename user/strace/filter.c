/*
 * -e: which calls and which signals are shown.
 */
#include <stdlib.h>
#include <string.h>

#include "user/strace/strace.h"

#define CALLS_MAX 1024
#define SIGNALS_MAX 65

static bool calls_chosen, calls_taken[CALLS_MAX];
static bool signals_chosen, signals_taken[SIGNALS_MAX];

static const struct {
    const char *name;
    unsigned bit;
} classes[] = {{"file", CLASS_FILE},   {"process", CLASS_PROCESS}, {"network", CLASS_NETWORK},
               {"net", CLASS_NETWORK}, {"memory", CLASS_MEMORY},   {"signal", CLASS_SIGNAL},
               {"desc", CLASS_DESC}};

static unsigned class_find(const char *name)
{
    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
        if (strcmp(classes[i].name, name) == 0)
            return classes[i].bit;
    return 0;
}

/* One word of a list of calls: a class (%file, or file as of old) or a name. */
static bool call_word(const char *word, bool *set)
{
    unsigned bit = class_find(*word == '%' ? word + 1 : word);
    long number = bit ? -1 : call_number(word);

    if (strcmp(word, "all") == 0)
        memset(set, true, CALLS_MAX);
    if (bit || strcmp(word, "all") == 0 || strcmp(word, "none") == 0) {
        for (long i = 0; i < CALLS_MAX; i++)
            set[i] |= call_find(i) && (call_find(i)->classes & bit);
        return true;
    }
    if (number < 0 || number >= CALLS_MAX) {
        notice("invalid system call '%s'", word);
        return false;
    }
    set[number] = true;
    return true;
}

/* SIGINT, INT, int or 2. */
static bool signal_word(const char *word, bool *set)
{
    char *end;
    long number = strtol(word, &end, 10);

    if (strcmp(word, "none") == 0)
        return true;
    if (strcmp(word, "all") == 0) {
        memset(set, true, SIGNALS_MAX);
        return true;
    }
    if (*end) {
        number = signal_number(strncasecmp(word, "SIG", 3) == 0 ? word + 3 : word);
    }
    if (number <= 0 || number >= SIGNALS_MAX) {
        notice("invalid signal '%s'", word);
        return false;
    }
    set[number] = true;
    return true;
}

/* A list with commas, after '!' for all but these. */
static bool list_parse(const char *text, bool (*word)(const char *, bool *), bool *set, size_t size)
{
    bool inverted = *text == '!';
    char *copy = strdup(text + inverted), *rest = copy, *item;
    bool good = copy;

    while (good && (item = strsep(&rest, ",")))
        good = word(item, set);
    free(copy);
    for (size_t i = 0; inverted && i < size; i++)
        set[i] = !set[i];
    return good;
}

/* NAMES, trace=NAMES or signal=NAMES. */
bool filter_parse(const char *text)
{
    if (strncmp(text, "signal=", 7) == 0 || strncmp(text, "signals=", 8) == 0) {
        signals_chosen = true;
        return list_parse(strchr(text, '=') + 1, signal_word, signals_taken, SIGNALS_MAX);
    }
    if (strncmp(text, "trace=", 6) == 0)
        text += 6;
    else if (strchr(text, '=')) {
        notice("invalid -e argument: '%s'", text);
        return false;
    }
    calls_chosen = true;
    return list_parse(text, call_word, calls_taken, CALLS_MAX);
}

bool filter_call(const struct tracee *tracee)
{
    if (!calls_chosen)
        return true;
    if (!tracee->call)
        return true; /* nobody can name it */
    return calls_taken[tracee->number];
}

bool filter_signal(int signal)
{
    return !signals_chosen || (signal > 0 && signal < SIGNALS_MAX && signals_taken[signal]);
}
