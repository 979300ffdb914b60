/*
 * sh: the shell. POSIX, "Shell Command Language"; where that leaves a choice, what dash does.
 *
 * A command goes through these files, top to bottom:
 *
 *   source.c     characters, from a string, a script or the terminal (edit.h: the line editor)
 *   lex.c        characters to tokens; here-documents
 *   word.c       a word to its parts: text, quoted text, $parameters, $(commands), $((sums))
 *   parse.c      tokens to a tree of struct node (syntax.h)
 *   exec.c       walks the tree: lists, if, loops, case
 *   simple.c     a simple command: assignments, functions, built-in commands, programs
 *   process.c    what runs in children: pipelines, ( ), &, $( )
 *   expand.c     parts to fields: splitting, patterns; parameter.c: ${...}; arithmetic.c: $((...))
 *   redirect.c   opens what < and > name
 *   command.c    finds a program along PATH and becomes it; hash.c: where it was found before
 *   job.c        processes and jobs, until it has been told how they ended; terminal.c: whose turn
 *   trap.c       signals
 *   builtin.c    the table of the commands that must run in the shell itself (builtin_*.c)
 *
 * variable.c holds the variables, option.c the flags of `set`, memory.c the arenas that own all
 * that lives as long as one command.
 *
 * Nothing jumps: what breaks off (break, return, exit, an error, ^C) sets shell.unwind, and each
 * function that runs commands looks there and goes back, undoing on its way what it had done.
 */
#ifndef LIMEN_USER_SH_H
#define LIMEN_USER_SH_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>

/* Exit statuses that POSIX fixes ("Exit Status for Commands"). */
enum {
    STATUS_ERROR = 2,
    STATUS_NOT_EXECUTABLE = 126,
    STATUS_NOT_FOUND = 127,
    STATUS_SIGNAL = 128,
};

enum {
    FD_PRIVATE_FIRST = 10, /* from here on the shell's own; redirections name those below */
    TRAPS = 65,            /* 0 stands for the end of the shell (trap EXIT) */
};

/* ---- memory.c: what is allocated in an arena is freed together, by going back to a mark ---- */

struct arena_block;

struct arena {
    struct arena_block *newest;
};

struct arena_mark {
    struct arena_block *block;
    size_t used;
};

void *arena_alloc(struct arena *arena, size_t bytes);
/* The first LENGTH characters of STRING, as a string. */
char *arena_copy(struct arena *arena, const char *string, size_t length);
struct arena_mark arena_mark(const struct arena *arena);
void arena_release(struct arena *arena, struct arena_mark mark);

/* A string that grows. Its bytes live in the arena and always end with a NUL. */
struct text {
    struct arena *arena;
    char *bytes;
    size_t length, capacity;
};

void text_begin(struct text *text, struct arena *arena);
void text_add_char(struct text *text, char c);
void text_add(struct text *text, const char *string);
/* Adds STRING so that the shell reads it as one word again: in single quotes. */
void text_add_quoted(struct text *text, const char *string);

/* malloc and strdup that end the shell where there is no memory. */
void *memory_alloc(size_t bytes);
char *string_copy(const char *string);

struct shell;

/* ---- history.c: the lines typed at the prompt ---- */

enum {
    HISTORY_LINES_MAX = 500
};

struct history {
    char *lines[HISTORY_LINES_MAX];
    size_t count;
    size_t dropped; /* how many have gone, so that the others keep their numbers */
    bool is_read;   /* history_read was called */
};

/* Gets the lines that were typed in earlier shells. */
void history_read(struct shell *sh);
/* Adds LINE, unless it is blank or the same as the last one. */
void history_add(struct shell *sh, const char *line);
/* Looks backwards from before *PLACE for a line with PART in it, and sets *PLACE to where it is. */
bool history_find(const struct history *history, const char *part, size_t *place);

/* ---- variable.c ---- */

struct variable {
    struct variable *next; /* by name */
    char *name;
    char *value; /* NULL: not set, yet exported or read-only */
    bool exported, read_only;
};

/* How many characters of TEXT are a name: a letter or _, then letters, digits and _. */
size_t name_length(const char *text);
/* Is all of TEXT a name? */
bool is_name(const char *text);

void variables_import(struct shell *sh, char **environment);
struct variable *variable_find(const struct shell *sh, const char *name);
/* The variable called NAME: a new one, without value, if there was none. */
struct variable *variable_make(struct shell *sh, const char *name);
/* The value, or NULL where there is none. */
const char *variable_get(const struct shell *sh, const char *name);
/* VALUE may be NULL: no value. One that is read-only is reported, and gives the command up. */
bool variable_set(struct shell *sh, const char *name, const char *value);
void variable_set_number(struct shell *sh, const char *name, long number);
/* The exported variables, as execve(2) wants them; in the arena. */
char **variables_environment(struct shell *sh);

/* Variables as they were, to be put back: around a command with assignments, or a function. */
struct saved_variable {
    struct saved_variable *next;
    char *name, *value;
    bool exported, read_only;
};

void variable_save(struct shell *sh, const char *name, struct saved_variable **saved);
void variables_restore(struct shell *sh, struct saved_variable *saved);

/* ---- hash.c: where programs have been found ---- */

/* Where NAME was found, or NULL. */
const char *hash_find(const struct shell *sh, const char *name);
/* Looks for NAME along PATH, unless that is known. False if there is no such program. */
bool hash_learn(struct shell *sh, const char *name);
void hash_forget(struct shell *sh);

/* ---- option.c: `set -e` and its like ---- */

enum option { /* in the order of $- */
    OPTION_NOUNSET,
    OPTION_ALLEXPORT,
    OPTION_NOCLOBBER,
    OPTION_VERBOSE,
    OPTION_XTRACE,
    OPTION_STDIN,
    OPTION_NOEXEC,
    OPTION_MONITOR,
    OPTION_INTERACTIVE,
    OPTION_IGNOREEOF,
    OPTION_NOGLOB,
    OPTION_ERREXIT,
    OPTIONS
};

/*
 * Reads options from *ARGUMENTS on, and moves it to the first that is none. With BEGINS they are
 * those of the command line: *HAS_COMMAND says whether -c was among them.
 */
bool options_read(struct shell *sh, char ***arguments, bool begins, bool *has_command);
/* The letters of those that are on, as in $-. */
void options_letters(const struct shell *sh, char letters[OPTIONS + 1]);
/* set [OPTION]... [--] [PARAMETER]... */
int run_set(struct shell *sh, char **arguments);

/* ---- main.c ---- */

/* $1, $2 and so on. */
struct parameters {
    char **values;
    int count;
    char **owned; /* what `set` has allocated: values or, after a shift, before them */
};

/* Makes copies of VALUES, which end with a NULL, the parameters. */
void parameters_set(struct shell *sh, char **values);
void parameters_drop(struct parameters *parameters);

/* Why the commands that are being run are given up, and how far. */
enum unwind {
    UNWIND_NONE,
    UNWIND_BREAK,    /* out of unwind_loops loops */
    UNWIND_CONTINUE, /* as break, and on with the last one */
    UNWIND_RETURN,   /* out of the function, or the file that `.` reads */
    UNWIND_ABANDON,  /* back to the prompt: an error, or ^C */
    UNWIND_EXIT,     /* out of the shell */
};

struct shell {
    struct arena arena;
    struct variable *variables;
    struct function *functions;
    struct alias *aliases;
    struct remembered *remembered;  /* places of programs (hash.c) */
    struct saved_variable **locals; /* of the function that runs; NULL outside of any */
    struct job *jobs;               /* the current one first */
    struct history history;
    const char *name; /* $0 */
    struct parameters parameters;
    bool options[OPTIONS];
    int status;            /* $? */
    int substitution;      /* the status of the last $( ) in the command at hand */
    pid_t pid;             /* $$: the shell's, in its children too */
    pid_t background;      /* $!: 0 while there is none */
    unsigned line;         /* $LINENO: of the command that runs */
    size_t getopts_letter; /* where in a cluster of options `getopts` is */
    enum unwind unwind;
    unsigned unwind_loops; /* how many loops `break` still leaves */
    unsigned loops;        /* how many loops the command at hand is in */
    unsigned sources;      /* how many functions and files `return` can end */
    unsigned tested;       /* above 0: something looks at the status, -e does not */
    bool failed;           /* shell_abandon was called (`command` takes that back) */
    bool in_trap;          /* the other traps wait */
    bool in_fc;            /* a line that fc runs doesn't call it */
    bool interactive;
    bool is_child;              /* a copy: no job control, and no prompt */
    bool reads_script;          /* messages name the line */
    unsigned stopped_jobs_told; /* above 0: the user knows of them, and may leave them behind */
    int terminal;               /* with job control: a descriptor of it */
    pid_t group;                /* the process group that the shell gives it back to */
    struct termios modes;       /* how the terminal was before a program changed it */
    char *traps[TRAPS];         /* NULL: none; "": ignore */
    unsigned char entry[TRAPS]; /* what a signal did before the shell changed it */
};

/* Prints "sh: " and the message, with the line where that helps. */
void shell_error(const struct shell *sh, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Gives up the command at hand: at a prompt the next one follows, a script ends. Returns STATUS. */
int shell_abandon(struct shell *sh, int status);
/* Both: an error that POSIX has a shell end for. */
int shell_fail(struct shell *sh, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The trap on EXIT, and the end. */
_Noreturn void shell_end(struct shell *sh);
/* Runs the commands in TEXT, in this shell; the status of the last one, 0 if there is none. */
int shell_run_text(struct shell *sh, const char *text);
/* Runs the file that FD reads, and closes it. */
int shell_run_file(struct shell *sh, int fd);

#endif
