/*
 * Registers and instructions of the CPU that only this folder uses (Intel SDM vol. 2 and 4).
 */
#ifndef LIMEN_X86_CPU_H
#define LIMEN_X86_CPU_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

#define CR0_MP (1ul << 1)
#define CR0_EM (1ul << 2)
#define CR0_TS (1ul << 3)
#define CR0_NE (1ul << 5)
#define CR0_WP (1ul << 16)
#define CR0_AM (1ul << 18)
#define CR0_PG (1ul << 31)

#define CR4_MCE (1ul << 6)
#define CR4_PGE (1ul << 7)
#define CR4_OSFXSR (1ul << 9)
#define CR4_OSXMMEXCPT (1ul << 10)
#define CR4_UMIP (1ul << 11)
#define CR4_FSGSBASE (1ul << 16)
#define CR4_OSXSAVE (1ul << 18)
#define CR4_SMEP (1ul << 20)
#define CR4_SMAP (1ul << 21)

#define MSR_APIC_BASE 0x1bu
#define MSR_SYSENTER_CS 0x174u
#define MSR_PAT 0x277u
#define MSR_EFER 0xc0000080u
#define MSR_STAR 0xc0000081u
#define MSR_LSTAR 0xc0000082u
#define MSR_CSTAR 0xc0000083u
#define MSR_SYSCALL_MASK 0xc0000084u
#define MSR_FS_BASE 0xc0000100u
#define MSR_GS_BASE 0xc0000101u
#define MSR_KERNEL_GS_BASE 0xc0000102u

#define EFER_SCE (1ul << 0)
#define EFER_NXE (1ul << 11)

/* What this machine's CPUs have; all CPUs are taken to be alike. Filled by cpu_features_init. */
struct cpu_features {
    bool mce, smep, smap, umip, fsgsbase, xsave, avx, pge, pat, erms, rdrand;
    bool invariant_tsc;
    bool fpu_pointers_leak; /* XRSTOR and FXRSTOR may leave the x87's last pointers as they are */
    uint64_t xcr0;          /* state components that XSAVE handles for users */
    uint32_t fpu_size;      /* bytes of an FPU save area */
    uint32_t mxcsr_mask;
    uint32_t hwcap;   /* CPUID.1:EDX, which is AT_HWCAP */
    uint32_t tsc_khz; /* 0 until clock_init */
    char brand[49];
    char vendor[13];
};

extern struct cpu_features cpu_features;

struct cpuid_result {
    uint32_t eax, ebx, ecx, edx;
};

static inline struct cpuid_result cpuid(uint32_t leaf, uint32_t subleaf)
{
    struct cpuid_result r;

    __asm__ volatile("cpuid"
                     : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
                     : "a"(leaf), "c"(subleaf));
    return r;
}

static inline uint64_t msr_read(uint32_t msr)
{
    uint32_t low, high;

    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return (uint64_t)high << 32 | low;
}

static inline void msr_write(uint32_t msr, uint64_t value)
{
    __asm__ volatile("wrmsr"
                     :
                     : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32))
                     : "memory");
}

#define DEFINE_CONTROL_REGISTER(name)                                   \
    static inline uint64_t name##_read(void)                            \
    {                                                                   \
        uint64_t value;                                                 \
                                                                        \
        __asm__ volatile("mov %%" #name ", %0" : "=r"(value));          \
        return value;                                                   \
    }                                                                   \
    static inline void name##_write(uint64_t value)                     \
    {                                                                   \
        __asm__ volatile("mov %0, %%" #name : : "r"(value) : "memory"); \
    }

DEFINE_CONTROL_REGISTER(cr0)
DEFINE_CONTROL_REGISTER(cr2)
DEFINE_CONTROL_REGISTER(cr3)
DEFINE_CONTROL_REGISTER(cr4)
DEFINE_CONTROL_REGISTER(dr6)
DEFINE_CONTROL_REGISTER(dr7)

static inline void xsetbv(uint32_t index, uint64_t value)
{
    __asm__ volatile("xsetbv" : : "c"(index), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)));
}

static inline void tlb_flush_page(uintptr_t virt)
{
    __asm__ volatile("invlpg (%0)" : : "r"(virt) : "memory");
}

/* Detects features once (CPU 0), and turns them on (every CPU). */
void cpu_features_init(void);
void cpu_features_enable(void);

/* Turns the placeholder NOPs of the entry code and user copies into STAC and CLAC where the CPU has
 * SMAP. Once, while the kernel's text is still writable. */
void cpu_patch_smap(void);

/* Loads this CPU's GDT, TSS, IDT and system-call MSRs; the per-CPU area stands. */
void cpu_tables_load(void);

#endif
