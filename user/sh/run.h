/* sh: from a tree to what it does. */
#ifndef LIMEN_USER_SH_RUN_H
#define LIMEN_USER_SH_RUN_H

#include "user/sh/syntax.h"

/* ---- expand.c. Each may set shell.unwind: its result is then not to be used ---- */

/* Fields that are being made. */
struct expansion {
    struct shell *sh;
    struct field *fields, **place; /* those that are complete */
    size_t count;
    struct text text;    /* the field that is being made */
    struct text pattern; /* the same, with a backslash before what is quoted */
    bool open;           /* there is a field, though it may be empty */
    bool is_pattern;     /* it has one of * ? [ outside quotes */
    bool after_blank;    /* IFS blanks have ended a field; one delimiter may still belong to them */
    bool splitting;      /* not in assignments, nor in targets */
    bool in_parameter;   /* in the WORD of ${NAME-WORD} */
    const char *ifs;
};

/* All WORDS as the arguments of a command: a list that ends with NULL. */
char **words_expand(struct shell *sh, const struct word *words, size_t *count);
/* PARTS as one string: a target or a value is never split. */
char *parts_expand(struct shell *sh, const struct part *parts);
/* As above, with a ~ also after each colon. */
char *value_expand(struct shell *sh, const struct part *parts);
/* PARTS as a pattern for fnmatch(3). */
char *pattern_expand(struct shell *sh, const struct part *parts);
/* The value of the variable NAME, expanded: a prompt (PS1, PS2, PS4). */
char *prompt_expand(struct shell *sh, const char *name);
/* Adds a word, the ~ at its begin expanded; IN_VALUE of an assignment, also those behind a :. */
void word_add(struct expansion *x, const struct part *part, bool in_value);
/* Adds what came from a parameter or a command, split if it isn't quoted. */
void value_add(struct expansion *x, const char *value, bool quoted);
void field_end(struct expansion *x);

/* ---- parameter.c ---- */

/* Adds what ${...} stands for. */
void parameter_add(struct expansion *x, const struct part *part);

/* ---- arithmetic.c ---- */

/* The value of EXPRESSION, whose variables and assignments are the shell's. */
intmax_t arithmetic_evaluate(struct shell *sh, const char *expression);

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
/* A pipe that no program inherits, and whose ends are never 0, 1 or 2, even where these are free.
 */
bool pipe_open(struct shell *sh, int ends[2]);

/* ---- command.c ---- */

/*
 * Becomes the program ARGUMENTS[0], looked for in FOLDERS unless its place is known; or says why
 * not, and returns the status that tells it.
 */
int command_exec(struct shell *sh, char **arguments, const char *folders);
/* The file that NAME stands for, looked for in FOLDERS; NULL if there is none. In the arena. */
const char *command_path(struct shell *sh, const char *name, const char *folders, int mode);
/* The folders that have the standard programs (`command -p`). */
extern const char command_standard_path[];

/* ---- job.c ---- */

enum process_state {
    PROCESS_RUNNING,
    PROCESS_STOPPED,
    PROCESS_ENDED
};

struct process {
    pid_t pid;
    enum process_state state;
    int wait_status;
};

struct job {
    struct job *next;
    int number;
    pid_t group; /* 0: it has none of its own, for there is no job control */
    char *text;
    bool changed;         /* and that has not been told */
    bool has_modes;       /* it was stopped in the foreground: */
    struct termios modes; /* the terminal was like this then */
    size_t count, started;
    struct process processes[];
};

/* A job of COUNT processes, which are to be started. NODE says by what to call it. */
struct job *job_make(struct shell *sh, const struct node *node, size_t count);
/* fork(2), with NULL for a child that is no job. The child is a subshell at once. */
pid_t job_fork(struct shell *sh, struct job *job, bool background);
/* Lets JOB have the terminal until it ends or stops; its status as $? has it. */
int job_foreground(struct shell *sh, struct job *job);
/* Waits for a child that is no job. */
int child_wait(struct shell *sh, pid_t pid);
/* Waits until JOB is no longer running; FOR_TRAPS, or a trapped signal comes: that one's number. */
int job_wait(struct shell *sh, struct job *job, bool for_traps);
enum process_state job_state(const struct job *job);
int job_status(const struct job *job);
void job_remove(struct shell *sh, struct job *job);
/* Makes JOB the current one. */
void job_raise(struct shell *sh, struct job *job);
/* The job that %NAME, or the id of one of its processes, means. NULL, without a word: none. */
struct job *job_find(const struct shell *sh, const char *name);
/* Learns what has become of the children, without waiting. */
void jobs_poll(struct shell *sh);
/* Prints what is new about the jobs. */
void jobs_report(struct shell *sh);
/* One line about JOB; with PID, also the id of its first process. */
void job_describe(const struct shell *sh, const struct job *job, bool pid, struct text *line);
/* The shell is to end: not, at first, if jobs are stopped, which nobody could resume then. */
bool jobs_may_be_left(struct shell *sh);
void jobs_forget(struct shell *sh);

/* ---- terminal.c: job control ---- */

void terminal_begin(struct shell *sh);
void terminal_end(struct shell *sh);
/* Hands the terminal to a process group. */
void terminal_give(const struct shell *sh, pid_t group);
/* Takes it back after JOB; what it has changed of the terminal it keeps to itself. */
void terminal_take(struct shell *sh, struct job *job);
/* Gives it to a job that was stopped, as it was then. */
void terminal_resume(struct shell *sh, struct job *job);

/* ---- trap.c ---- */

/* The signal called NAME (TERM, SIGTERM, 15; EXIT is 0), or -1. */
int signal_number(const char *name);
/* "TERM"; or, for one that has no name, its number. */
const char *signal_name(int number, char digits[12]);
/* Makes SIGNAL do what its trap and the shell's options say. */
void signal_update(struct shell *sh, int number);
/* An interactive shell outlives the keyboard's signals. */
void signals_begin(struct shell *sh);
/* For a program: signals do what they did when the shell began; what a trap ignores stays so. */
void signals_release(struct shell *sh);
/* There was no such program: undoes this. */
void signals_resume(struct shell *sh);
/* In a child: as for a program, and the traps are forgotten. */
void signals_child(struct shell *sh);
/* The traps whose signals have come since. */
void traps_run(struct shell *sh);
/* A trapped signal that has come and whose trap has not run; 0 if none. */
int trap_pending(const struct shell *sh);
/* Waits until FD can be read; false if a trapped signal, or ^C at the prompt, came before. */
bool input_await(struct shell *sh, int fd);
int run_trap(struct shell *sh, char **arguments);
/* ^C was pressed since the last prompt. Only an interactive shell looks. */
extern volatile sig_atomic_t interrupted;

/* ---- process.c ---- */

int pipeline_execute(struct shell *sh, const struct node *node);
int background_execute(struct shell *sh, const struct node *node);
_Noreturn void subshell_become(struct shell *sh, const struct node *node);
int subshell_execute(struct shell *sh, const struct node *node);
/* Runs COMMAND and adds what it writes to TEXT, newlines at the end aside. */
void substitution_run(struct shell *sh, const struct node *command, struct text *text);

/* ---- simple.c ---- */

/* Runs a simple command. With IN_CHILD a program takes the place of the shell. */
int simple_execute(struct shell *sh, const struct node *node, bool in_child);
/* Runs ARGUMENTS as a command, functions aside (`command`). */
int arguments_execute(struct shell *sh, char **arguments, const char *folders);

/* ---- exec.c ---- */

/* Runs NODE, sets $? and returns it. */
int node_execute(struct shell *sh, const struct node *node);
/* The same, in a child that has nothing else to do. */
_Noreturn void node_become(struct shell *sh, const struct node *node);

/* ---- function.c ---- */

struct function {
    struct function *next;
    char *name;
    const struct node *body;
    struct tree *tree;
};

struct function *function_find(const struct shell *sh, const char *name);
void function_define(struct shell *sh, const struct node *node);
void function_remove(struct shell *sh, const char *name);
int function_call(struct shell *sh, struct function *function, char **arguments);

/* ---- builtin.c ---- */

struct builtin {
    const char *name;
    int (*run)(struct shell *sh, char **arguments);
    const char *help;
    bool special; /* POSIX, "Special Built-In Utilities": its assignments stay */
};

const struct builtin *builtin_find(const char *name);
/* The name of each, in order, from 0 on; NULL behind the last. */
const char *builtin_name(size_t number);
/* Writes bytes to standard output; 1, and a message, where that fails. */
int print_bytes(const struct shell *sh, const char *bytes, size_t count);
/* An option that COMMAND does not have: reports it, and returns the status that tells it. */
int option_unknown(const struct shell *sh, const char *command, char letter);
int print(const struct shell *sh, const char *text);
/* Reads all of TEXT as a number in BASE, from 0 to INT_MAX; -1 if it is none. */
int number_read(const char *text, int base);

/* The built-in commands, by file; each is told of in builtin.c's table. */
int run_cd(struct shell *sh, char **arguments); /* builtin_folder.c */
int run_history(struct shell *sh, char **arguments);
int run_pwd(struct shell *sh, char **arguments);
int run_umask(struct shell *sh, char **arguments);
int run_break(struct shell *sh, char **arguments); /* builtin_flow.c */
int run_continue(struct shell *sh, char **arguments);
int run_return(struct shell *sh, char **arguments);
int run_exit(struct shell *sh, char **arguments);
int run_eval(struct shell *sh, char **arguments);
int run_dot(struct shell *sh, char **arguments);
int run_exec(struct shell *sh, char **arguments);
int run_command(struct shell *sh, char **arguments);
int run_type(struct shell *sh, char **arguments);
int run_export(struct shell *sh, char **arguments); /* builtin_variable.c */
int run_readonly(struct shell *sh, char **arguments);
int run_unset(struct shell *sh, char **arguments);
int run_local(struct shell *sh, char **arguments);
int run_shift(struct shell *sh, char **arguments);
int run_getopts(struct shell *sh, char **arguments);
int run_read(struct shell *sh, char **arguments); /* builtin_read.c */
int run_jobs(struct shell *sh, char **arguments); /* builtin_job.c */
int run_fg(struct shell *sh, char **arguments);
int run_bg(struct shell *sh, char **arguments);
int run_wait(struct shell *sh, char **arguments);
int run_kill(struct shell *sh, char **arguments);
int run_echo(struct shell *sh, char **arguments); /* builtin_print.c */
int run_printf(struct shell *sh, char **arguments);
int run_test(struct shell *sh, char **arguments);  /* builtin_test.c */
int run_times(struct shell *sh, char **arguments); /* builtin_limit.c */
int run_ulimit(struct shell *sh, char **arguments);
int run_fc(struct shell *sh, char **arguments);   /* builtin_fc.c */
int run_hash(struct shell *sh, char **arguments); /* hash.c */

#endif
