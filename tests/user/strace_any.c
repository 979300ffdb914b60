/*
 * Every call with odd arguments, for test_strace.py to see what strace prints of them. A filter
 * (seccomp(2)) lets none but exit_group happen. Only on Linux: Limen has no seccomp.
 */
#define _GNU_SOURCE
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const int numbers[] = {NUMBERS};

/* Bit 22 is this program's own text: strace would show what lies there. */
#define OWN_BIT 22

static void none_happens(void)
{
    struct sock_filter steps[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
                                  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1),
                                  BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
                                  BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 22)};
    struct sock_fprog filter = {4, steps};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, 2, &filter))
        _exit(1);
}

/* One argument after the other has one bit after the other, or a few more; the others are 0. */
static void call_with_each(int number)
{
    for (int i = 0; i < 6; i++) {
        for (int bit = 0; bit < 34; bit++) {
            long args[6] = {0};

            args[i] = bit < 32 ? 1L << bit : bit == 32 ? 0x1234567890 : 7;
            if (bit != OWN_BIT)
                syscall(number, args[0], args[1], args[2], args[3], args[4], args[5]);
        }
    }
}

int main(void)
{
    none_happens();
    for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        int number = numbers[i];

        syscall(number, 1, 2, 3, 4, 5, 6);
        syscall(number, -1L, -1L, -1L, -1L, -1L, -1L);
        syscall(number, 0x4000L, 0x8000L, 0x10000L, 0x10L, 0x20L, 0x40L);
        call_with_each(number);
    }
    _exit(0);
}
