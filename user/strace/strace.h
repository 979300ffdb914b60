/*
 * strace: what its files share.
 *
 * main.c reads the command line, loop.c waits for what happens, tracee.c keeps the threads that
 * are watched, call.c prints a call, output.c writes the lines, filter.c chooses, count.c sums up.
 * table.c has what is known of each call (made from kernel/abi/syscalls.tbl by tools/gen_strace);
 * decode*.c print arguments, memory.c reads them from the tracee.
 */
#ifndef LIMEN_USER_STRACE_STRACE_H
#define LIMEN_USER_STRACE_STRACE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>
#include <time.h>

#include "kernel/abi/ptrace.h"

struct tracee;
struct value;

/* How a value is printed; DATA is the decoder's own. */
struct decoder {
    void (*print)(const struct value *value, const void *data);
    const void *data;
};

/* What a decoder is given. A field of a structure that is no number is given by its address. */
struct value {
    const struct tracee *tracee;
    unsigned long number;
    size_t bytes;
    int index; /* of the argument in the call, also for what lies behind it */
    bool is_signed;
};

struct argument {
    int index;
    size_t bytes;
    bool is_signed;
    bool is_out; /* printed when the call is over */
    bool (*is_there)(const struct tracee *tracee);
    const char *label;
    struct decoder decoder;
};

/* Classes of calls, for -e. */
#define CLASS_FILE 1u
#define CLASS_PROCESS 2u
#define CLASS_NETWORK 4u
#define CLASS_MEMORY 8u
#define CLASS_SIGNAL 16u
#define CLASS_DESC 32u

#define ARGUMENTS_MAX 6

/* The result of a call that restart_syscall goes on with; only tracers see it. */
#define ERESTART_RESTARTBLOCK 516

struct call {
    const char *name;
    int count;
    unsigned classes;
    struct decoder result;
    struct argument arguments[ARGUMENTS_MAX];
};

/* Names of values (decode_names) or of bits (decode_flags); UNKNOWN stands for all others. */
struct name {
    const char *text;
    unsigned long value;
};
struct set {
    const char *unknown;
    size_t count;
    const struct name *names;
};

/* A structure as strace prints it: without -v only the fields that are brief. */
struct field {
    const char *name;
    size_t offset, bytes;
    bool is_signed;
    bool is_place; /* an array or a structure */
    bool is_brief;
    struct decoder decoder;
};
struct layout {
    size_t bytes, count;
    const struct field *fields;
};

/* A pointer to a number. */
struct pointed {
    size_t bytes;
    bool is_signed;
    struct decoder decoder;
};

/* One watched thread. */
struct tracee {
    struct tracee *next;
    pid_t pid;
    bool is_ours;   /* we started it: it ends with us */
    bool is_hidden; /* it has not yet begun the program that we were asked to run */
    bool in_call;
    bool is_shown; /* the call it is in passes the filters */
    bool is_over;  /* the call's result is known */
    bool failed;
    bool is_foreign; /* the call is of another ABI, by INT 80h: its number means something else */
    long number;
    const struct call *call; /* NULL: a number that nobody knows */
    unsigned long args[ARGUMENTS_MAX];
    unsigned long sp;
    long result;
    int arguments_shown;
    int column;                /* how much of an unfinished line stands there; 0: none */
    const struct call *broken; /* that restart_syscall will go on with; NULL: nobody knows */
    struct timespec entered;
    long system_us; /* what it has used of the CPU in the kernel, when it entered the call */
};

/* What the command line asks for. */
struct options {
    bool follow;
    bool verbose, paths, durations;
    int quiet;
    int clock;         /* -t, -tt, -ttt */
    bool relative;     /* -r */
    int hex;           /* -x, -xx */
    bool count, print; /* -c; not with -c, but with -C */
    const char *sort;
    size_t string_max;
    int align;
    const char *file;
};
extern struct options options;

/* tracee.c */
extern struct tracee *tracees;
struct tracee *tracee_find(pid_t pid);
struct tracee *tracee_add(pid_t pid);
void tracee_remove(struct tracee *tracee);
int tracee_count(void);
bool process_attach(pid_t pid);
bool program_start(char **argv);
void tracees_release(int signal);

/* loop.c */
extern int interrupted; /* the signal that ended the loop, or 0 */
int loop_run(void);
void deadly_signals(sigset_t *set);

/* call.c */
void call_enter(struct tracee *tracee);
void call_leave(struct tracee *tracee, const struct ptrace_syscall_info *info);
void call_interrupted(struct tracee *tracee);

/* output.c: the line of the tracee that was last line_begin's. */
bool output_open(const char *file);
void line_begin(struct tracee *tracee);
void line_resume(struct tracee *tracee);
void line_align(void);
void line_end(void);
void line_flush(void);
int print(const char *format, ...) __attribute__((format(printf, 1, 2)));
void notice(const char *format, ...) __attribute__((format(printf, 1, 2)));
struct timespec clock_now(int clock);

/* filter.c */
bool filter_parse(const char *text);
bool filter_call(const struct tracee *tracee);
bool filter_signal(int signal);

/* count.c */
void count_call(const struct tracee *tracee, long system_us);
void count_print(void);

/* table.c */
const struct call *call_find(long number);
long call_number(const char *name);
const char *error_name(int error);
const struct set *set_named(const char *name);
const struct layout *layout_named(const char *name);

/* memory.c */
bool memory_read(const struct tracee *tracee, unsigned long address, void *bytes, size_t count);
long string_read(const struct tracee *tracee, unsigned long address, char *text, size_t size,
                 bool *is_whole);

/* names.c */
const char *set_find(const struct set *set, unsigned long value);
void print_name(const struct set *set, unsigned long value);
void print_flags(const struct set *set, unsigned long value);
void print_rest_flags(const struct set *set, unsigned long value);
void print_signal(int signal);
int signal_number(const char *name);
void print_sigset(unsigned long set);
void print_siginfo(const void *info);
void print_ticks(long ticks);

/* decode.c: what is shared with the other decoders */
void print_address(unsigned long address);
void print_quoted(const char *bytes, size_t count, bool is_cut, bool hex);
void print_bytes(const struct tracee *tracee, unsigned long address, size_t count);
void print_path(const struct tracee *tracee, unsigned long address);
void print_fd(const struct tracee *tracee, int fd);
void print_layout(const struct value *value, const struct layout *layout);
void print_dated(long seconds, long ns);
bool value_is_unreadable(const struct value *value);

#define DECODER(name) void decode_##name(const struct value *value, const void *data)

/* decode.c */
DECODER(number);
DECODER(hex);
DECODER(address);
DECODER(octal);
DECODER(id);
DECODER(fd);
DECODER(dirfd);
DECODER(path);
DECODER(string);
DECODER(read_bytes);
DECODER(written_bytes);
DECODER(random_bytes);
DECODER(chars);
DECODER(bytes);
DECODER(names);
DECODER(flags);
DECODER(unsigned);
DECODER(size);
DECODER(offset);
DECODER(struct);
DECODER(pointed);
DECODER(pointed_int);
DECODER(pointed_long);
DECODER(device);

/* decode_clone.c */
DECODER(clone_flags);
DECODER(clone_args);

/* decode_file.c */
DECODER(open_flags);
DECODER(open_how);
DECODER(file_mode);
DECODER(stat);
DECODER(statx_how);
DECODER(fd_pair);
DECODER(iovec);
DECODER(iovec_bare);
DECODER(iovec_read);
DECODER(dirents);
DECODER(old_dirents);
DECODER(fcntl_arg);
DECODER(fcntl_result);
DECODER(fsid);
DECODER(moved_offset);

/* decode_ioctl.c */
DECODER(ioctl_request);
DECODER(ioctl_arg);

/* decode_poll.c */
DECODER(pollfds);
DECODER(poll_result);
DECODER(fd_set);
DECODER(select_result);
DECODER(select_mask);
DECODER(epoll_event);
DECODER(epoll_list);

/* decode_process.c */
DECODER(strings);
DECODER(environment);
DECODER(wait_status);
DECODER(map_flags);
DECODER(arch_arg);
DECODER(prctl_arg);
DECODER(prctl_rest);
DECODER(prctl_result);
DECODER(read_ids);
DECODER(written_ids);
DECODER(residency);
DECODER(rlimit);
DECODER(cpu_set);
DECODER(named_result);

/* decode_signal.c */
DECODER(signal);
DECODER(sigset);
DECODER(sigaction);
DECODER(siginfo);
DECODER(signal_result);
DECODER(sigevent);
DECODER(rt_sigreturn);

/* decode_system.c */
DECODER(futex_op);
DECODER(futex_timeout);
DECODER(futex_value3);
DECODER(persona);
DECODER(syslog_action);
DECODER(kcmp_index);
DECODER(ptrace_data);

/* decode_time.c */
DECODER(dated);
DECODER(time_pair);
DECODER(timeval_pair);
DECODER(stamp);
DECODER(ticks);
DECODER(time_result);
DECODER(broken_call);
DECODER(remaining);

/* Is there such an argument? */
bool has_clone_parent_tid(const struct tracee *tracee);
bool has_clone_child_tid(const struct tracee *tracee);
bool has_clone_tls(const struct tracee *tracee);
bool has_open_mode(const struct tracee *tracee);
bool has_device(const struct tracee *tracee);
bool has_fcntl_arg(const struct tracee *tracee);
bool has_ioctl_arg(const struct tracee *tracee);
bool has_mremap_addr(const struct tracee *tracee);
bool has_prctl_arg(const struct tracee *tracee);
bool has_prctl_rest(const struct tracee *tracee);
bool has_futex_value(const struct tracee *tracee);
bool has_futex_timeout(const struct tracee *tracee);
bool has_futex_word2(const struct tracee *tracee);
bool has_futex_value3(const struct tracee *tracee);
bool has_syslog_buffer(const struct tracee *tracee);
bool has_reboot_arg(const struct tracee *tracee);
bool has_kcmp_index(const struct tracee *tracee);
bool has_membarrier_cpu(const struct tracee *tracee);
bool has_ptrace_more(const struct tracee *tracee);
bool has_ptrace_pid(const struct tracee *tracee);
bool has_nothing(const struct tracee *tracee);

#endif
