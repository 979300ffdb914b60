/*
 * What /proc/cpuinfo tells of a CPU (proc(5)), in Linux's words (SDM vol. 2, CPUID).
 */
#include "arch/api/cpu.h"
#include "arch/x86_64/apic.h"
#include "arch/x86_64/cpu.h"
#include "kernel/lib/format.h"
#include "kernel/lib/string.h"

#define FLAGS_SIZE 1024

#define ECX_FMA (1u << 12)
#define ECX_XSAVE (1u << 26)
#define ECX_AVX (1u << 28)
#define ECX_F16C (1u << 29)
#define EBX_AVX2 (1u << 5)

/* Names of the bits of a register from bit 0 on; "-" for one that is not to be told: no feature, or
 * one of AVX-512 and later, whose registers programs can't use here. */
static const char names_1_edx[] = "fpu vme de pse tsc msr pae mce cx8 apic - sep mtrr pge mca cmov "
                                  "pat pse36 pn clflush - dts acpi mmx fxsr sse sse2 ss ht tm "
                                  "ia64 pbe";
static const char names_ext_edx[] = "- - - - - - - - - - - syscall - - - - - - - mp nx - mmxext - "
                                    "- fxsr_opt pdpe1gb rdtscp - lm 3dnowext 3dnow";
static const char names_1_ecx[] = "pni pclmulqdq dtes64 monitor ds_cpl vmx smx est tm2 ssse3 cid "
                                  "sdbg fma cx16 xtpr pdcm - pcid dca sse4_1 sse4_2 x2apic movbe "
                                  "popcnt tsc_deadline_timer aes xsave - avx f16c rdrand "
                                  "hypervisor";
static const char names_ext_ecx[] = "lahf_lm cmp_legacy svm extapic cr8_legacy abm sse4a "
                                    "misalignsse 3dnowprefetch osvw ibs - skinit wdt";
static const char names_7_ebx[] = "fsgsbase tsc_adjust - bmi1 hle avx2 - smep bmi2 erms invpcid "
                                  "rtm - - - - - - rdseed adx smap - - clflushopt clwb - - - - "
                                  "sha_ni";
static const char names_7_ecx[] = "- - umip - - - - - - - - - - - - - - - - - - - rdpid";

/* Appends the names of the bits that are set. The buffer has room for all. */
static void append_flags(char *flags, uint32_t bits, const char *names)
{
    size_t used = strlen(flags);

    for (const char *name = names; bits != 0 && *name != '\0'; bits >>= 1) {
        const char *end = strchr(name, ' ');
        size_t length = end ? (size_t)(end - name) : strlen(name);

        if ((bits & 1) && *name != '-') {
            if (used != 0)
                flags[used++] = ' ';
            memcpy(flags + used, name, length);
            used += length;
            flags[used] = '\0';
        }
        name += length + (end != NULL);
    }
}

static void collect_flags(char *flags)
{
    const struct cpuid_result none = {0}, leaf1 = cpuid(1, 0);
    const struct cpuid_result leaf7 = cpuid(0, 0).eax >= 7 ? cpuid(7, 0) : none;
    const struct cpuid_result extended = cpuid(0x80000001, 0);
    uint32_t hidden = cpu_features.avx ? 0 : ECX_AVX | ECX_FMA | ECX_F16C;

    if (!cpu_features.xsave)
        hidden |= ECX_XSAVE;
    flags[0] = '\0';
    append_flags(flags, leaf1.edx, names_1_edx);
    append_flags(flags, extended.edx, names_ext_edx);
    append_flags(flags, leaf1.ecx & ~hidden, names_1_ecx);
    append_flags(flags, extended.ecx, names_ext_ecx);
    append_flags(flags, leaf7.ebx & ~(cpu_features.avx ? 0 : EBX_AVX2), names_7_ebx);
    append_flags(flags, leaf7.ecx, names_7_ecx);
}

/* Whom the lines go to. */
struct listener {
    void (*hear)(void *context, const char *name, const char *value);
    void *context;
};

__printf(3, 4) static void tell(const struct listener *listener, const char *name,
                                const char *format, ...)
{
    char value[64];
    va_list args;

    va_start(args, format);
    format_va(value, sizeof(value), format, args);
    va_end(args);
    listener->hear(listener->context, name, value);
}

/* Family and model with their extended parts (SDM vol. 2, CPUID, "Version Information"). */
static void tell_model(const struct listener *listener)
{
    uint32_t version = cpuid(1, 0).eax;
    uint32_t family = version >> 8 & 0xf, model = version >> 4 & 0xf;

    if (family == 6 || family == 15)
        model |= version >> 12 & 0xf0;
    if (family == 15)
        family += version >> 20 & 0xff;
    tell(listener, "vendor_id\t", "%s", cpu_features.vendor);
    tell(listener, "cpu family\t", "%u", family);
    tell(listener, "model\t\t", "%u", model);
    tell(listener, "model name\t", "%s", cpu_features.brand[0] ? cpu_features.brand : "unknown");
    tell(listener, "stepping\t", "%u", version & 0xf);
}

static void tell_sizes(const struct listener *listener)
{
    uint32_t khz = cpu_features.tsc_khz, line_size = (cpuid(1, 0).ebx >> 8 & 0xff) * 8;
    uint32_t addresses = 36u | 48u << 8; /* what a CPU has that doesn't say */

    if (cpuid(0x80000000, 0).eax >= 0x80000008)
        addresses = cpuid(0x80000008, 0).eax;
    tell(listener, "bogomips\t", "%u.%02u", khz / 500, khz % 500 / 5);
    tell(listener, "clflush size\t", "%u", line_size);
    tell(listener, "cache_alignment\t", "%u", line_size);
    tell(listener, "address sizes\t", "%u bits physical, %u bits virtual", addresses & 0xff,
         addresses >> 8 & 0xff);
}

void cpu_describe(uint32_t cpu, void (*hear)(void *context, const char *name, const char *value),
                  void *context)
{
    const struct listener listener = {hear, context};
    char flags[FLAGS_SIZE];

    tell_model(&listener);
    tell(&listener, "cpu MHz\t\t", "%u.%03u", cpu_features.tsc_khz / 1000,
         cpu_features.tsc_khz % 1000);
    tell(&listener, "apicid\t\t", "%u", machine.apic_ids[cpu]);
    tell(&listener, "fpu\t\t", "yes");
    tell(&listener, "fpu_exception\t", "yes");
    tell(&listener, "cpuid level\t", "%u", cpuid(0, 0).eax);
    tell(&listener, "wp\t\t", "yes");
    collect_flags(flags);
    hear(context, "flags\t\t", flags);
    tell_sizes(&listener);
}
