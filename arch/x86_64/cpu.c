/*
 * Which CPU this is, and turning on what it has (SDM vol. 2, CPUID; vol. 3, 2.5 and 4.1.3).
 */
#include "arch/x86_64/cpu.h"

#include "arch/api/cpu.h"
#include "arch/api/user.h"
#include "arch/x86_64/fpu.h"
#include "arch/x86_64/gdt.h"
#include "arch/x86_64/ptregs.h"
#include "arch/x86_64/trap.h"
#include "kernel/abi/auxvec.h"
#include "kernel/core/log.h"
#include "kernel/core/panic.h"
#include "kernel/lib/format.h"
#include "kernel/lib/string.h"

#define XCR0_X87 (1ul << 0)
#define XCR0_SSE (1ul << 1)
#define XCR0_AVX (1ul << 2)
#define FXSAVE_SIZE 512u
#define CPUID_RESTORES_ERROR_POINTERS 2 /* leaf 80000008h, EBX (APM vol. 3, E.4.7) */

/* Page-attribute table: the reset value, but entry 4 (bit PAT alone) is write-combining. */
#define PAT_VALUE 0x0007040100070406ul

struct cpu_features cpu_features;

static bool bit(uint32_t word, unsigned number)
{
    return (word >> number & 1) != 0;
}

static void brand_read(void)
{
    uint32_t *words = (uint32_t *)(void *)cpu_features.brand;
    struct cpuid_result r = cpuid(0, 0);

    memcpy(cpu_features.vendor, &r.ebx, 4);
    memcpy(cpu_features.vendor + 4, &r.edx, 4);
    memcpy(cpu_features.vendor + 8, &r.ecx, 4);
    if (cpuid(0x80000000, 0).eax < 0x80000004)
        return;
    for (uint32_t i = 0; i < 3; i++) {
        r = cpuid(0x80000002 + i, 0);
        memcpy(words + i * 4, &r, sizeof(r));
    }
}

void cpu_features_init(void)
{
    struct cpu_features *f = &cpu_features;
    uint32_t leaves = cpuid(0, 0).eax;
    struct cpuid_result leaf1 = cpuid(1, 0);
    struct cpuid_result leaf7 = leaves >= 7 ? cpuid(7, 0) : (struct cpuid_result){0};

    brand_read();
    f->hwcap = leaf1.edx;
    f->mce = bit(leaf1.edx, 7);
    f->pge = bit(leaf1.edx, 13);
    f->pat = bit(leaf1.edx, 16);
    f->xsave = bit(leaf1.ecx, 26) && leaves >= 13;
    f->rdrand = bit(leaf1.ecx, 30);
    f->fsgsbase = bit(leaf7.ebx, 0);
    f->smep = bit(leaf7.ebx, 7);
    f->erms = bit(leaf7.ebx, 9);
    f->smap = bit(leaf7.ebx, 20);
    f->umip = bit(leaf7.ecx, 2);
    if (cpuid(0x80000000, 0).eax >= 0x80000007)
        f->invariant_tsc = bit(cpuid(0x80000007, 0).edx, 8);
    f->fpu_pointers_leak = strcmp(f->vendor, "AuthenticAMD") == 0 &&
                           !(cpuid(0x80000000, 0).eax >= 0x80000008 &&
                             bit(cpuid(0x80000008, 0).ebx, CPUID_RESTORES_ERROR_POINTERS));

    f->fpu_size = FXSAVE_SIZE;
    if (f->xsave) {
        /* What users may use: x87 and SSE, and AVX where it is. All else stays off in XCR0. */
        f->avx = bit(leaf1.ecx, 28) && (cpuid(13, 0).eax & XCR0_AVX);
        f->xcr0 = XCR0_X87 | XCR0_SSE | (f->avx ? XCR0_AVX : 0);
    }
}

void cpu_features_enable(void)
{
    struct cpu_features *f = &cpu_features;
    uint64_t cr4 = cr4_read() | CR4_OSFXSR | CR4_OSXMMEXCPT;

    cr0_write((cr0_read() & ~(CR0_EM | CR0_TS)) | CR0_MP | CR0_NE | CR0_WP | CR0_AM);
    cr4 |= f->pge ? CR4_PGE : 0;
    cr4 |= f->mce ? CR4_MCE : 0; /* else a machine check resets the machine without a word */
    cr4 |= f->smep ? CR4_SMEP : 0;
    cr4 |= f->smap ? CR4_SMAP : 0;
    cr4 |= f->umip ? CR4_UMIP : 0;
    cr4 |= f->fsgsbase ? CR4_FSGSBASE : 0;
    cr4 |= f->xsave ? CR4_OSXSAVE : 0;
    cr4_write(cr4);
    if (f->xsave) {
        xsetbv(0, f->xcr0);
        f->fpu_size = cpuid(13, 0).ebx; /* for what XCR0 has now */
    }
    f->mxcsr_mask = fpu_mxcsr_mask();
    if (f->pat)
        msr_write(MSR_PAT, PAT_VALUE);
}

/* Loads what SYSCALL uses (syscall_entry.asm). */
static void syscall_msrs_load(void)
{
    msr_write(MSR_STAR, (uint64_t)USER32_CS << 48 | (uint64_t)KERNEL_CS << 32);
    msr_write(MSR_LSTAR, (uintptr_t)syscall_entry);
    msr_write(MSR_CSTAR, 0);       /* no 32-bit user code can run */
    msr_write(MSR_SYSENTER_CS, 0); /* SYSENTER is a general protection fault */
    msr_write(MSR_SYSCALL_MASK, FLAG_IF | FLAG_TF | FLAG_DF | FLAG_AC | FLAG_NT);
    msr_write(MSR_EFER, msr_read(MSR_EFER) | EFER_SCE | EFER_NXE);
    msr_write(MSR_KERNEL_GS_BASE, 0); /* the user's GS base, until the first switch */
}

void cpu_tables_load(void)
{
    gdt_load();
    idt_load();
    syscall_msrs_load();
}

/* A place in the code to patch, as entry.inc's SMAP_SITE leaves it. */
struct smap_site {
    uint8_t *address;
    uint64_t stac;
};

extern const struct smap_site _smap_sites[], _smap_sites_end[]; /* linker.ld */

void cpu_patch_smap(void)
{
    if (!cpu_features.smap)
        return;
    for (const struct smap_site *site = _smap_sites; site < _smap_sites_end; site++) {
        site->address[0] = 0x0f;
        site->address[1] = 0x01;
        site->address[2] = site->stac ? 0xcb : 0xca;
    }
}

bool cpu_random(uint64_t *value)
{
    uint8_t ok = 0;

    if (!cpu_features.rdrand)
        return false;
    for (int attempt = 0; attempt < 10 && !ok; attempt++)
        __asm__ volatile("rdrand %0; setc %1" : "=r"(*value), "=qm"(ok));
    return ok != 0;
}

unsigned long user_hwcap(void)
{
    return cpu_features.hwcap;
}

unsigned long user_hwcap2(void)
{
    return cpu_features.fsgsbase ? HWCAP2_FSGSBASE : 0;
}

void cpu_report(void)
{
    const struct cpu_features *f = &cpu_features;
    char line[160];
    size_t used = 0;
    const struct {
        bool has;
        const char *name;
    } features[] = {
        {true, "nx"},
        {true, "wp"},
        {f->pge, "pge"},
        {f->smep, "smep"},
        {f->smap, "smap"},
        {f->umip, "umip"},
        {f->fsgsbase, "fsgsbase"},
        {f->erms, "erms"},
        {!f->xsave, "fxsave"},
        {f->xsave, "xsave"},
        {f->avx, "avx"},
        {f->rdrand, "rdrand"},
        {f->pat, "pat"},
        {f->invariant_tsc, "invariant-tsc"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(features) && used < sizeof(line); i++)
        if (features[i].has)
            used += format_string(line + used, sizeof(line) - used, " %s", features[i].name);
    pr_info("cpu: %s, TSC %u.%03u MHz; in use:%s", f->brand[0] ? f->brand : f->vendor,
            f->tsc_khz / 1000, f->tsc_khz % 1000, line);
}
