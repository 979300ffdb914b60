/*
 * sh: the shell. POSIX, "Shell Command Language", as far as it goes: words, quotes, parameters,
 * assignments, pipelines, redirections, lists, and the built-in commands of builtin.c.
 *
 * A command goes through these files, top to bottom:
 *
 *   source.c    characters, from a string, a script or the terminal
 *   lex.c       characters to tokens; words keep their quotes
 *   parse.c     tokens to a tree of struct node
 *   exec.c      walks the tree; job.c forks and waits
 *   expand.c    a word to fields: parameters, splitting, and last of all the quotes go
 *   redirect.c  opens what < and > name
 *   command.c   finds a program along PATH and becomes it
 *   builtin.c   commands that must run in the shell itself
 *
 * variable.c holds the variables, memory.c the arena that owns all of the above for one command.
 */
#ifndef LIMEN_USER_SH_H
#define LIMEN_USER_SH_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Exit statuses that POSIX fixes ("Exit Status for Commands"). */
enum {
    STATUS_ERROR = 2,
    STATUS_NOT_EXECUTABLE = 126,
    STATUS_NOT_FOUND = 127,
    STATUS_SIGNAL = 128,
};

/* Descriptors from here on are the shell's own; redirections name those below (one digit). */
enum {
    FD_PRIVATE_FIRST = 10
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

/* malloc and strdup that end the shell where there is no memory. */
void *memory_alloc(size_t bytes);
char *string_copy(const char *string);

/* ---- source.c ---- */

struct shell;

enum {
    SOURCE_END = -1,
    SOURCE_CHUNK_BYTES = 4096
};

struct source {
    struct shell *sh;
    int fd;                 /* where more comes from; -1: the text is all there is */
    size_t chunk_bytes;     /* the most that one read(2) may take */
    const char *next, *end; /* what has been read and not taken */
    unsigned line;
    bool prompting;    /* a terminal: ask before each line */
    bool continuing;   /* in the middle of a command: ask by PS2 */
    bool line_pending; /* in the middle of a line: don't ask */
    bool ended;        /* a terminal says so once, and would then be asked for more */
    char buffer[SOURCE_CHUNK_BYTES];
};

void source_open_text(struct source *source, struct shell *sh, const char *text);
void source_open_fd(struct source *source, struct shell *sh, int fd);
/* A new command begins: at the end of a terminal's input, there may be one more. */
void source_begin_command(struct source *source);
/* The next character (AHEAD 0), or the one after it (1); SOURCE_END where there is none. */
int source_peek(struct source *source, size_t ahead);
int source_take(struct source *source);
/* Forgets what is left of a line that is in error. */
void source_skip_line(struct source *source);

/* ---- lex.c ---- */

enum token_kind {
    TOKEN_END,
    TOKEN_ERROR, /* reported already */
    TOKEN_NEWLINE,
    TOKEN_WORD,
    TOKEN_NUMBER, /* the digit before < or > */
    TOKEN_AND,
    TOKEN_OR,
    TOKEN_SEMICOLON,
    TOKEN_BACKGROUND,
    TOKEN_PIPE,
    TOKEN_LESS,
    TOKEN_GREAT,
    TOKEN_APPEND,
    TOKEN_READ_WRITE,
    TOKEN_CLOBBER,
    TOKEN_LESS_AND,
    TOKEN_GREAT_AND,
    TOKEN_OTHER, /* an operator of POSIX's that this grammar has no place for */
};

struct token {
    enum token_kind kind;
    const char *text; /* as written, or what to call it */
};

struct lexer {
    struct source *source;
    struct arena *arena;
    struct token token; /* the one that lexer_peek has read ahead */
    bool peeked;
};

const struct token *lexer_peek(struct lexer *lexer);
struct token lexer_take(struct lexer *lexer);
void lexer_error(const struct lexer *lexer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- parse.c ---- */

enum node_kind {
    NODE_SIMPLE,
    NODE_PIPELINE,
    NODE_NOT,
    NODE_AND,
    NODE_OR,
    NODE_SEQUENCE,
    NODE_BACKGROUND,
};

struct word {
    struct word *next;
    const char *text; /* as written: quotes and parameters are still in it */
};

struct redirection {
    struct redirection *next;
    enum token_kind operation;
    int fd;
    const char *target;
};

struct node {
    enum node_kind kind;
    unsigned line;
    struct node *next; /* the following member of a pipeline */
    union {
        struct {
            struct word *assignments; /* each NAME=value */
            struct word *words;
            struct redirection *redirections;
        } simple;
        struct {
            struct node *members;
        } pipeline;
        struct {
            struct node *left, *right;
        } pair; /* and, or, sequence: RIGHT may be NULL in a sequence */
        struct {
            struct node *body;
        } single; /* not, background */
    };
};

enum parse_result {
    PARSE_COMMAND,
    PARSE_END,
    PARSE_ERROR
};

/* Reads one complete command, up to its newline, into *NODE (NULL for an empty line). */
enum parse_result parse_command(struct lexer *lexer, struct node **node);

/* ---- variable.c ---- */

struct variable {
    struct variable *next; /* by name */
    char *name;
    char *value; /* NULL: not set, yet exported */
    bool exported;
};

/* How many characters of TEXT are a name: a letter or _, then letters, digits and _. */
size_t name_length(const char *text);
/* Is TEXT of the form NAME=value? */
bool is_assignment(const char *text);
/* The NAME of NAME=value, or TEXT; in the arena. */
char *assignment_name(struct shell *sh, const char *text);

void variables_import(struct shell *sh, char **environment);
struct variable *variable_find(const struct shell *sh, const char *name);
/* The value, or NULL where there is none. */
const char *variable_get(const struct shell *sh, const char *name);
/* VALUE may be NULL: the variable then keeps its place, and its export, without one. */
void variable_set(struct shell *sh, const char *name, const char *value);
void variable_export(struct shell *sh, const char *name, bool exported);
/* The exported variables, as execve(2) wants them; in the arena. */
char **variables_environment(struct shell *sh);

/* ---- expand.c ---- */

/* All WORDS as the arguments of a command: a list that ends with NULL. */
char **words_expand(struct shell *sh, const struct word *words);
/* TEXT as one string: a target or a value is never split. */
char *text_expand(struct shell *sh, const char *text);

/* ---- redirect.c ---- */

struct saved_fd {
    struct saved_fd *next;
    int fd;
    int copy; /* -1: it was closed */
};

/*
 * Does REDIRECTIONS in order. With SAVED, what they replace is kept there for
 * redirections_undo, which must be called even after a failure. Returns false where one failed,
 * which has been reported.
 */
bool redirections_apply(struct shell *sh, const struct redirection *redirections,
                        struct saved_fd **saved);
void redirections_undo(struct saved_fd *saved);
/* Moves FD out of the way of redirections, and out of the sight of commands. Closes FD. */
int fd_make_private(int fd);

/* ---- command.c ---- */

/* Becomes the program ARGUMENTS[0]; or says why not, and returns the status that tells it. */
int command_exec(struct shell *sh, char **arguments);

/* ---- job.c ---- */

struct job; /* a process in the background, until `wait` or the prompt has told how it ended */

/* fork(2); the child gets the signals that a command starts with. */
pid_t child_fork(struct shell *sh, bool background);
/* Waits for a process in the foreground; its status as $? has it. */
int child_wait(struct shell *sh, pid_t pid);
void job_add(struct shell *sh, pid_t pid);
/* Waits for a process of the background; STATUS_NOT_FOUND if PID is none. */
int job_wait(struct shell *sh, pid_t pid);
void jobs_wait(struct shell *sh);
/* Before a prompt: tells of the jobs that have ended since. */
void jobs_report(struct shell *sh);
void jobs_forget(struct shell *sh);

/* ---- exec.c ---- */

/* Runs NODE, sets $? and returns it. */
int node_execute(struct shell *sh, const struct node *node);

/* ---- builtin.c ---- */

struct builtin {
    const char *name;
    int (*run)(struct shell *sh, char **arguments);
    bool special; /* POSIX, "Special Built-In Utilities": its assignments stay */
    bool is_exec; /* its redirections are made for good, its assignments for the program */
};

const struct builtin *builtin_find(const char *name);

/* ---- main.c ---- */

enum {
    SHELL_SIGNALS = 3
};

struct shell {
    struct arena arena;
    struct variable *variables;
    struct job *jobs;
    const char *name;  /* $0 */
    char **parameters; /* $1 and on */
    int parameter_count;
    int status;       /* $? */
    pid_t pid;        /* $$: the shell's, in its children too */
    pid_t background; /* $!: 0 while there is none */
    unsigned line;    /* of the command that runs */
    bool interactive;
    bool reads_script;                           /* messages name the line */
    void (*signal_handlers[SHELL_SIGNALS])(int); /* what it began with, if interactive */
};

/* Prints "sh: " and the message, with the line where that helps. */
void shell_error(const struct shell *sh, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* After an error that POSIX has a shell end for; an interactive one goes on with status 2. */
int shell_fail(struct shell *sh);
_Noreturn void shell_exit(struct shell *sh, int status);
/* An interactive shell ignores the signals of the keyboard; its commands get them back. */
void signals_ignore(struct shell *sh);
void signals_restore(struct shell *sh);

#endif
