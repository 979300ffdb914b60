/*
 * The decoders of calls that mean something else with each command: futex(2), reboot(2),
 * syslog(2), personality(2), kcmp(2), membarrier(2), ptrace(2).
 */
#include "kernel/abi/futex.h"
#include "user/strace/strace.h"

DECODER(futex_op)
{
    unsigned op = (unsigned)value->number;
    unsigned command = op & FUTEX_CMD_MASK;
    const char *name = set_find(set_named("futex_ops"), command);

    (void)data;
    if (!name) {
        print("%#x /* FUTEX_??? */", op);
        return;
    }
    print("%s%s%s", name, op & FUTEX_PRIVATE_FLAG ? "_PRIVATE" : "",
          op & FUTEX_CLOCK_REALTIME ? "|FUTEX_CLOCK_REALTIME" : "");
}

static unsigned futex_command(const struct tracee *tracee)
{
    return (unsigned)tracee->args[1] & 0x7f;
}

/* What nobody knows may take anything. */
static bool futex_is_unknown(unsigned command)
{
    return !set_find(set_named("futex_ops"), command);
}

static bool futex_requeues(unsigned command)
{
    return command == FUTEX_REQUEUE || command == FUTEX_CMP_REQUEUE || command == FUTEX_WAKE_OP ||
           command == FUTEX_CMP_REQUEUE_PI;
}

static bool futex_has_bits(unsigned command)
{
    return command == FUTEX_WAIT_BITSET || command == FUTEX_WAKE_BITSET;
}

static bool futex_waits(unsigned command)
{
    return command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET || command == FUTEX_LOCK_PI ||
           command == FUTEX_LOCK_PI2 || command == FUTEX_WAIT_REQUEUE_PI;
}

bool has_futex_value(const struct tracee *tracee)
{
    unsigned command = futex_command(tracee);

    return command != FUTEX_UNLOCK_PI && command != FUTEX_TRYLOCK_PI && command != FUTEX_LOCK_PI &&
           command != FUTEX_LOCK_PI2;
}

bool has_futex_timeout(const struct tracee *tracee)
{
    return futex_waits(futex_command(tracee)) || futex_requeues(futex_command(tracee)) ||
           futex_is_unknown(futex_command(tracee));
}

bool has_futex_word2(const struct tracee *tracee)
{
    unsigned command = futex_command(tracee);

    return futex_requeues(command) || command == FUTEX_WAIT_REQUEUE_PI || futex_is_unknown(command);
}

bool has_futex_value3(const struct tracee *tracee)
{
    unsigned command = futex_command(tracee);

    return futex_has_bits(command) || futex_is_unknown(command) ||
           (futex_requeues(command) && command != FUTEX_REQUEUE);
}

/* Of the calls that wake two words it is the second number. */
DECODER(futex_timeout)
{
    (void)data;
    if (futex_requeues(futex_command(value->tracee)))
        print("%u", (unsigned)value->number);
    else
        print_layout(value, layout_named("timespec"));
}

DECODER(futex_value3)
{
    unsigned command = futex_command(value->tracee);

    (void)data;
    if (futex_has_bits(command) && (unsigned)value->number == FUTEX_BITSET_MATCH_ANY)
        print("FUTEX_BITSET_MATCH_ANY");
    else if (command == FUTEX_CMP_REQUEUE || command == FUTEX_CMP_REQUEUE_PI)
        print("%u", (unsigned)value->number);
    else
        print("%#x", (unsigned)value->number);
}

DECODER(persona)
{
    unsigned persona = (unsigned)value->number;

    (void)data;
    if (persona == 0xffffffff) {
        print("0xffffffff");
        return;
    }
    print_name(set_named("personas"), persona & 0xff);
    if (persona & ~0xffu) {
        print("|");
        print_rest_flags(set_named("persona_bits"), persona & ~0xffu);
    }
}

DECODER(syslog_action)
{
    const char *name = set_find(set_named("syslog_actions"), value->number);

    (void)data;
    print("%d /* %s */", (int)value->number, name ? name : "SYSLOG_ACTION_???");
}

/* Reading and the level have more arguments; the other actions that are known have none. */
bool has_syslog_buffer(const struct tracee *tracee)
{
    int action = (int)tracee->args[0];

    return (action >= 2 && action <= 4) || action == 8 || action < 0 || action > 10;
}

#define REBOOT_RESTART2 0xa1b2c3d4

bool has_reboot_arg(const struct tracee *tracee)
{
    return (unsigned)tracee->args[2] == REBOOT_RESTART2;
}

#define KCMP_FILE 0
#define KCMP_EPOLL_TFD 7

bool has_kcmp_index(const struct tracee *tracee)
{
    unsigned type = (unsigned)tracee->args[2];

    return type == KCMP_FILE || type >= KCMP_EPOLL_TFD;
}

DECODER(kcmp_index)
{
    (void)data;
    if ((unsigned)value->tracee->args[2] == KCMP_FILE)
        print("%d", (int)value->number);
    else
        print("%#lx", value->number);
}

bool has_membarrier_cpu(const struct tracee *tracee)
{
    return tracee->args[1] & 1; /* MEMBARRIER_CMD_FLAG_CPU */
}

bool has_ptrace_more(const struct tracee *tracee)
{
    return tracee->args[0] != PTRACE_TRACEME && tracee->args[0] != PTRACE_KILL &&
           tracee->args[0] != PTRACE_ATTACH;
}

/* To go on with a signal, or an address. */
DECODER(ptrace_data)
{
    (void)data;
    switch (value->tracee->args[0]) {
    case PTRACE_CONT:
    case PTRACE_DETACH:
    case PTRACE_SYSCALL:
    case PTRACE_SINGLESTEP:
    case PTRACE_SYSEMU:
    case PTRACE_SYSEMU_SINGLESTEP:
        print_signal((int)value->number);
        break;
    default:
        print_address(value->number);
    }
}

bool has_ptrace_pid(const struct tracee *tracee)
{
    return tracee->args[0] != PTRACE_TRACEME;
}

/* For an argument that is no more than a part of another. */
bool has_nothing(const struct tracee *tracee)
{
    (void)tracee;
    return false;
}
