/*
 * The lines: one is open at most. A tracee whose line is unfinished when another begins gets
 * "<unfinished ...>", and goes on later as "<... NAME resumed>".
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "user/strace/strace.h"

static FILE *output;
static struct tracee *current; /* whose line is open */
static int column;

bool output_open(const char *file)
{
    output = file ? fopen(file, "we") : stderr;
    if (!output)
        return false;
    setvbuf(output, NULL, _IOFBF, 4096);
    return true;
}

int print(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);

    int count = vfprintf(output, format, arguments);

    va_end(arguments);
    column += count > 0 ? count : 0;
    return count;
}

/* What is told to the user, not to the file of -o. */
void notice(const char *format, ...)
{
    va_list arguments;

    line_flush();
    va_start(arguments, format);
    fprintf(stderr, "strace: ");
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    fflush(stderr);
    va_end(arguments);
}

struct timespec clock_now(int clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return now;
}

/* -r: since the line before; it is the line's own difference that counts, from the first on. */
static void relative_print(void)
{
    static struct timespec last;
    struct timespec now = clock_now(CLOCK_MONOTONIC);

    if (!last.tv_sec && !last.tv_nsec)
        last = now;

    long us = (now.tv_sec - last.tv_sec) * 1000000 + (now.tv_nsec - last.tv_nsec) / 1000;

    print("%6ld.%06ld ", us / 1000000, us % 1000000);
    last = now;
}

static void clock_print(void)
{
    struct timespec now = clock_now(CLOCK_REALTIME);
    char text[16];

    if (options.clock == 3) {
        print("%ld.%06ld ", (long)now.tv_sec, now.tv_nsec / 1000);
        return;
    }
    strftime(text, sizeof(text), "%H:%M:%S", localtime(&now.tv_sec));
    print("%s", text);
    if (options.clock == 2)
        print(".%06ld", now.tv_nsec / 1000);
    print(" ");
}

static void prefix_print(const struct tracee *tracee)
{
    if (options.file && options.follow)
        print("%-5d ", tracee->pid);
    else if (!options.file && tracee_count() > 1)
        print("[pid %5d] ", tracee->pid);
    if (options.clock)
        clock_print();
    if (options.relative)
        relative_print();
}

/* Opens a line for TRACEE; that of another is left unfinished. */
void line_begin(struct tracee *tracee)
{
    if (current && current->column) {
        print(" <unfinished ...>\n");
        current->column = 0;
    }
    column = 0;
    current = tracee;
    prefix_print(tracee);
}

/* Goes on with the line of the call that TRACEE is in. */
void line_resume(struct tracee *tracee)
{
    if (current == tracee && tracee->column) {
        column = tracee->column;
        return;
    }
    line_begin(tracee);
    if (tracee->call)
        print("<... %s resumed>", tracee->call->name);
    else
        print("<... syscall_%#lx resumed>", (unsigned long)tracee->number);
}

void line_align(void)
{
    if (column < options.align)
        print("%*s", options.align - column, "");
}

void line_end(void)
{
    print("\n");
    if (current)
        current->column = 0;
    current = NULL;
    fflush(output);
}

/* Leaves the line open, but shows it. */
void line_flush(void)
{
    if (current)
        current->column = column;
    if (output)
        fflush(output);
}
