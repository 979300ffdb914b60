/*
 * Signal frames that a program has forged: rt_sigreturn must neither believe what it finds there
 * nor fall over it. sigreturn(2).
 */
#include "tests/abi/handler.h"

#include <sys/mman.h>
#include <ucontext.h>

#define PAGE 4096UL
#define USER_END 0x7ffffffff000UL

/* What struct sigcontext has beyond gregs: csgsfs holds cs, gs, fs, ss of 16 bits each. */
#define CSGSFS REG_CSGSFS

static long forged_register, forged_value;
static void (*forge)(ucontext_t *context);

static void forge_register(ucontext_t *context)
{
    context->uc_mcontext.gregs[forged_register] = forged_value;
}

static void forge_cs(ucontext_t *context)
{
    context->uc_mcontext.gregs[CSGSFS] &= ~0xffffLL;
    context->uc_mcontext.gregs[CSGSFS] |= forged_value;
}

static void forge_ss(ucontext_t *context)
{
    context->uc_mcontext.gregs[CSGSFS] &= 0xffffffffffffLL;
    context->uc_mcontext.gregs[CSGSFS] |= forged_value << 48;
}

static void forger(int signo, siginfo_t *info, void *context)
{
    (void)signo;
    (void)info;
    forge(context);
}

/* Runs in a child: a signal whose frame is forged; the child exits 0 if it comes back from it. */
static void return_forged(const char *what, void (*how)(ucontext_t *))
{
    forge = how;
    IN_CHILD(what, handle_info(SIGUSR1, forger, 0); raise(SIGUSR1));
    IN_CHILD(what, handle_info(SIGUSR1, forger, 0); handle(SIGSEGV, on_signal, (int)SA_RESETHAND);
             raise(SIGUSR1));
}

static void return_with(const char *name, long which, unsigned long value)
{
    forged_register = which;
    forged_value = (long)value;
    return_forged(name, forge_register);
}

CASE(instruction_pointers)
{
    return_with("null", REG_RIP, 0);
    return_with("end of user space", REG_RIP, USER_END);
    return_with("first non-canonical", REG_RIP, 0x800000000000);
    return_with("last non-canonical", REG_RIP, 0xffff7fffffffffff);
    return_with("kernel text", REG_RIP, 0xffffffff80001000);
    return_with("direct map", REG_RIP, 0xffff888000000000);
    return_with("all ones", REG_RIP, -1UL);
    return_with("most negative", REG_RIP, 1UL << 63);
}

CASE(stack_pointers)
{
    return_with("null", REG_RSP, 0);
    return_with("kernel text", REG_RSP, 0xffffffff80001000);
    return_with("all ones", REG_RSP, -1UL);
}

CASE(non_canonical_stack_pointers)
{
    return_with("first non-canonical", REG_RSP, 0x800000000000);
    return_with("most negative", REG_RSP, 1UL << 63);
}

CASE(code_segments)
{
    static const unsigned selectors[] = {0,    3,    8,    0x10, 0x13,   0x18,
                                         0x2b, 0x30, 0x33, 0x40, 0xfff8, 0xffff};

    for (size_t i = 0; i < ARRAY_SIZE(selectors); i++) {
        char what[16];

        snprintf(what, sizeof(what), "cs %#x", selectors[i]);
        forged_value = selectors[i];
        return_forged(what, forge_cs);
    }
}

CASE(stack_segments)
{
    static const unsigned selectors[] = {0,    3,    8,    0x10, 0x18,   0x1b,
                                         0x28, 0x2b, 0x33, 0x40, 0xfff8, 0xffff};

    for (size_t i = 0; i < ARRAY_SIZE(selectors); i++) {
        char what[16];

        snprintf(what, sizeof(what), "ss %#x", selectors[i]);
        forged_value = selectors[i];
        return_forged(what, forge_ss);
    }
}

static volatile unsigned long flags_seen;

/* Comes back with forged flags, and shows which of them it has. */
static void return_with_flags(const char *name, unsigned long flags)
{
    forge = forge_register;
    forged_register = REG_EFL;
    forged_value = (long)flags;
    IN_CHILD(name, handle_info(SIGUSR1, forger, 0);
             __asm__ volatile("movl %[kill], %%eax; syscall; pushfq; popq %[seen]; cld"
                              : [seen] "=m"(flags_seen)
                              : [kill] "i"(SYS_kill), "D"(getpid()), "S"(SIGUSR1)
                              : "rax", "rcx", "r11", "memory", "cc");
             say("flags %#lx", flags_seen & ~0x8d5UL));
}

CASE(flags)
{
    return_with_flags("none", 0);
    return_with_flags("IF off", 0x2);
    return_with_flags("IOPL", 0x3202);
    return_with_flags("NT", 0x4202);
    return_with_flags("RF", 0x10202);
    return_with_flags("VM", 0x20202);
    return_with_flags("VIF and VIP", 0x180202);
    return_with_flags("ID", 0x200202);
    return_with_flags("DF", 0x602);
    return_with_flags("TF", 0x302);
    return_with_flags("all but TF and AC", ~0x40100UL);
}

CASE(alignment_flag)
{
    return_with_flags("AC", 0x40202);
}

static unsigned char *state_of(ucontext_t *context)
{
    return (unsigned char *)context->uc_mcontext.fpregs;
}

static void state_null(ucontext_t *context)
{
    context->uc_mcontext.fpregs = NULL;
}

static void state_in_kernel(ucontext_t *context)
{
    context->uc_mcontext.fpregs = (void *)0xffff888000000000;
}

static void state_non_canonical(ucontext_t *context)
{
    context->uc_mcontext.fpregs = (void *)0x800000000000;
}

static void state_unmapped(ucontext_t *context)
{
    context->uc_mcontext.fpregs = (void *)PAGE;
}

static void state_at_the_end(ucontext_t *context)
{
    context->uc_mcontext.fpregs = (void *)(USER_END - 64);
}

/* 512 bytes that are there, in front of a page that is not. */
static void state_cut_off(ucontext_t *context)
{
    unsigned char *p =
        mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    munmap(p + PAGE, PAGE);
    memcpy(p + PAGE - 512, state_of(context), 512);
    context->uc_mcontext.fpregs = (void *)(p + PAGE - 512);
}

static void state_unaligned(ucontext_t *context)
{
    static unsigned char copy[16384] __attribute__((aligned(64)));

    memcpy(copy + 8, state_of(context), 4096);
    context->uc_mcontext.fpregs = (void *)(copy + 8);
}

static void state_mxcsr(ucontext_t *context)
{
    *(uint32_t *)(state_of(context) + 24) = 0xffffffff;
}

static void state_features_reserved(ucontext_t *context)
{
    *(uint64_t *)(state_of(context) + 512) = -1UL;
}

static void state_features_none(ucontext_t *context)
{
    *(uint64_t *)(state_of(context) + 512) = 0;
}

static void state_compacted(ucontext_t *context)
{
    *(uint64_t *)(state_of(context) + 520) = 1UL << 63 | 7;
}

static void state_header_garbage(ucontext_t *context)
{
    memset(state_of(context) + 528, 0xff, 48);
}

static void state_magic_wrong(ucontext_t *context)
{
    *(uint32_t *)(state_of(context) + 464) ^= 1;
}

static void state_size_huge(ucontext_t *context)
{
    *(uint32_t *)(state_of(context) + 468) = 0xffffffff;
    *(uint32_t *)(state_of(context) + 480) = 0xffffffff;
}

static void state_size_small(ucontext_t *context)
{
    *(uint32_t *)(state_of(context) + 468) = 0;
    *(uint32_t *)(state_of(context) + 480) = 0;
}

static void state_software_features(ucontext_t *context)
{
    *(uint64_t *)(state_of(context) + 472) = -1UL;
}

static void state_random(ucontext_t *context)
{
    uint32_t seed = 7;

    for (int i = 0; i < 512; i++) {
        seed = seed * 1103515245 + 12345;
        state_of(context)[i] = (unsigned char)(seed >> 16);
    }
}

CASE(floating_point_states)
{
    return_forged("null", state_null);
    return_forged("kernel", state_in_kernel);
    return_forged("non-canonical", state_non_canonical);
    return_forged("unmapped", state_unmapped);
    return_forged("end of user space", state_at_the_end);
    return_forged("reserved bits of MXCSR", state_mxcsr);
    return_forged("magic number wrong", state_magic_wrong);
    return_forged("size huge", state_size_huge);
    return_forged("size small", state_size_small);
    return_forged("software's features", state_software_features);
    return_forged("random legacy part", state_random);
}

/* How these end depends on whether the CPU has XSAVE. What counts is that the kernel goes on. */
CASE(extended_states)
{
    static void (*const hows[])(ucontext_t *) = {
        state_unaligned,     state_cut_off,   state_features_reserved,
        state_features_none, state_compacted, state_header_garbage,
    };

    for (size_t i = 0; i < ARRAY_SIZE(hows); i++) {
        pid_t pid;

        forge = hows[i];
        pid = SPAWN(handle_info(SIGUSR1, forger, 0); raise(SIGUSR1));
        MUST(waitpid(pid, NULL, 0));
    }
    say("survived");
}

static void forge_flags(ucontext_t *context)
{
    context->uc_flags = -1UL;
}

static void forge_mask(ucontext_t *context)
{
    memset(&context->uc_sigmask, 0xff, 8);
}

static void forge_stack(ucontext_t *context)
{
    context->uc_stack.ss_sp = (void *)0xffffffff80000000;
    context->uc_stack.ss_size = -1UL;
    context->uc_stack.ss_flags = 0x1234;
}

static void forge_link(ucontext_t *context)
{
    context->uc_link = (void *)0xffffffff80000000;
}

CASE(other_fields)
{
    return_forged("uc_flags", forge_flags);
    return_forged("uc_sigmask", forge_mask);
    return_forged("uc_stack", forge_stack);
    return_forged("uc_link", forge_link);
}

static void sigreturn_at(unsigned long rsp)
{
    __asm__ volatile("movq %0, %%rsp; movl $15, %%eax; syscall; ud2" : : "r"(rsp) : "rax");
}

CASE(out_of_the_blue)
{
    static unsigned char zeros[8192] __attribute__((aligned(16)));
    static unsigned char ones[8192] __attribute__((aligned(16)));

    memset(ones, 0xff, sizeof(ones));
    IN_CHILD("null", sigreturn_at(0));
    IN_CHILD("one page", sigreturn_at(PAGE));
    IN_CHILD("kernel", sigreturn_at(0xffffffff80001000));
    IN_CHILD("direct map", sigreturn_at(0xffff888000001000));
    IN_CHILD("non-canonical", sigreturn_at(0x800000000000));
    IN_CHILD("end of user space", sigreturn_at(USER_END));
    IN_CHILD("near the end of user space", sigreturn_at(USER_END - 8));
    IN_CHILD("all ones", sigreturn_at(-1UL));
    IN_CHILD("zeros", sigreturn_at((unsigned long)zeros + 8));
    IN_CHILD("ones", sigreturn_at((unsigned long)ones + 8));
}

CASE(random_frames)
{
    static unsigned char frame[8192] __attribute__((aligned(16)));
    uint32_t seed = 99;

    for (int round = 0; round < 100; round++) {
        for (size_t i = 0; i < 1024; i++) {
            seed = seed * 1103515245 + 12345;
            frame[i] = (unsigned char)(seed >> 16);
        }
        MUST(waitpid(SPAWN(sigreturn_at((unsigned long)frame + 8)), NULL, 0));
    }
    say("survived");
}

static ucontext_t kept;

static void keep_context(int signo, siginfo_t *info, void *context)
{
    (void)signo;
    (void)info;
    memcpy(&kept, context, sizeof(kept));
}

/* A frame that was true once is used again, with each of its words spoilt in turn. */
CASE(spoilt_frames)
{
    static struct {
        unsigned char below[1024];
        ucontext_t context;
        unsigned char above[4096];
    } forged __attribute__((aligned(16)));
    static const uint64_t spoils[] = {0, 1, 0x800000000000, 0xffffffff80000000, -1UL};

    handle_info(SIGUSR1, keep_context, 0);
    raise(SIGUSR1);
    for (size_t word = 0; word < 38; word++)
        for (size_t i = 0; i < ARRAY_SIZE(spoils); i++) {
            pid_t pid = SPAWN(memcpy(&forged.context, &kept, sizeof(kept));
                              forged.context.uc_mcontext.gregs[REG_RIP] = (long)(uintptr_t)_exit;
                              ((uint64_t *)&forged.context)[word] = spoils[i];
                              sigreturn_at((unsigned long)&forged.context));

            /* A frame may lead back to where it came from, and so on for ever. */
            nap_ms(1);
            kill(pid, SIGKILL);
            MUST(waitpid(pid, NULL, 0));
        }
    say("survived");
}
