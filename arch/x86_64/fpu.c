/*
 * FPU state: XSAVE in its standard (not compacted) form, FXSAVE on CPUs without it.
 */
#include "arch/x86_64/fpu.h"

#include "arch/api/user.h"
#include "arch/x86_64/cpu.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/signal.h"
#include "kernel/core/preempt.h"
#include "kernel/lib/string.h"

#define FCW_DEFAULT 0x37fu         /* all x87 exceptions masked, 64-bit precision */
#define MXCSR_DEFAULT 0x1f80u      /* all SSE exceptions masked */
#define MXCSR_MASK_DEFAULT 0xffbfu /* where FXSAVE reports 0 (SDM vol. 1, 11.6.6) */
#define XFEATURES_LEGACY 3ul       /* x87 and SSE */

#define FXSAVE_ALIGN 16u

/* x87, SSE and AVX in the standard form: 512 + 64 + 256 bytes. */
#define FPU_SIZE_MAX 1024u

struct xsave_header {
    uint64_t present, compacted;
    uint64_t reserved[6];
};

struct fpu_area {
    struct fpstate legacy;
    struct xsave_header header;
};

static_assert(sizeof(struct fpu_area) == 576, "SDM vol. 1, 13.4");

/* A work area on the stack; its part that is aligned begins at fpu_buffer_area(). */
struct fpu_buffer {
    uint8_t bytes[FPU_SIZE_MAX + FPU_ALIGN];
};

static struct fpu_area *fpu_buffer_area(struct fpu_buffer *buffer)
{
    return (void *)round_up((uintptr_t)buffer->bytes, (uintptr_t)FPU_ALIGN);
}

void fpu_save(void *area)
{
    uint32_t low = (uint32_t)cpu_features.xcr0, high = (uint32_t)(cpu_features.xcr0 >> 32);

    if (cpu_features.xsave)
        __asm__ volatile("xsave64 (%0)" : : "r"(area), "a"(low), "d"(high) : "memory");
    else
        __asm__ volatile("fxsave64 (%0)" : : "r"(area) : "memory");
}

/* AMD's restore the x87's last instruction and data pointers only with a pending exception (APM
 * vol. 2, 11.4.4): an instruction of ours covers those of the thread before. */
static void pointers_cover(void)
{
    static const uint32_t anything;

    __asm__ volatile("fnclex; emms; fildl %0" : : "m"(anything));
}

void fpu_load(const void *area)
{
    uint32_t low = (uint32_t)cpu_features.xcr0, high = (uint32_t)(cpu_features.xcr0 >> 32);

    if (cpu_features.fpu_pointers_leak)
        pointers_cover();
    if (cpu_features.xsave)
        __asm__ volatile("xrstor64 (%0)" : : "r"(area), "a"(low), "d"(high) : "memory");
    else
        __asm__ volatile("fxrstor64 (%0)" : : "r"(area) : "memory");
}

void fpu_area_init(void *area)
{
    struct fpu_area *fpu = area;

    memset(fpu, 0, cpu_features.fpu_size);
    fpu->legacy.cwd = FCW_DEFAULT;
    fpu->legacy.mxcsr = MXCSR_DEFAULT;
}

size_t fpu_user_size(void)
{
    return cpu_features.fpu_size + (cpu_features.xsave ? FP_XSTATE_MAGIC2_SIZE : 0);
}

int fpu_to_user(void __user *to)
{
    const uint32_t magic2 = FP_XSTATE_MAGIC2;
    struct fpu_buffer buffer;
    struct fpu_area *area = fpu_buffer_area(&buffer);
    uint8_t __user *end = (uint8_t __user *)to + cpu_features.fpu_size;

    /* All that the CPU does not write. */
    memset(area->legacy.reserved, 0, sizeof(*area) - offsetof(struct fpu_area, legacy.reserved));
    preempt_disable();
    fpu_save(area);
    preempt_enable();

    if (cpu_features.xsave) {
        area->legacy.sw.magic1 = FP_XSTATE_MAGIC1;
        area->legacy.sw.extended_size = (uint32_t)fpu_user_size();
        area->legacy.sw.xfeatures = cpu_features.xcr0;
        area->legacy.sw.xstate_size = cpu_features.fpu_size;
        /* XSAVE clears the bit of what is in its initial state (SDM vol. 1, 13.7); a handler that
         * changes XMM registers in the frame doesn't know of that bit. */
        area->header.present |= XFEATURES_LEGACY;
        if (arch_copy_to_user(end, &magic2, sizeof(magic2)) != 0)
            return -EFAULT;
    }
    return arch_copy_to_user(to, area, cpu_features.fpu_size) ? -EFAULT : 0;
}

/*
 * What the frame says of itself: 1 if an XSAVE area fits there and its second magic number stands
 * where it should; 0: it is to be taken for FXSAVE's; -EFAULT.
 */
static int frame_has_xsave(const struct fpx_sw_bytes *sw, const void __user *from)
{
    uint32_t magic2;

    if (!cpu_features.xsave || sw->magic1 != FP_XSTATE_MAGIC1 ||
        sw->xstate_size < sizeof(struct fpu_area) || sw->xstate_size > cpu_features.fpu_size ||
        sw->xstate_size > sw->extended_size)
        return 0;
    if (arch_copy_from_user(&magic2, (const uint8_t __user *)from + sw->xstate_size,
                            sizeof(magic2)) != 0)
        return -EFAULT;
    return magic2 == FP_XSTATE_MAGIC2;
}

/* XRSTOR faults on reserved bits of MXCSR and of its header (SDM vol. 1, 13.8): refuse them. */
static bool area_is_loadable(const struct fpu_area *area)
{
    return !(area->legacy.mxcsr & ~cpu_features.mxcsr_mask) &&
           !(area->header.present & ~cpu_features.xcr0) && !area->header.compacted &&
           !area->header.reserved[0];
}

int fpu_from_user(const void __user *from)
{
    struct fpu_buffer buffer;
    struct fpu_area *area = fpu_buffer_area(&buffer);
    const uint8_t __user *sw_from = (const uint8_t __user *)from + offsetof(struct fpstate, sw);
    struct fpx_sw_bytes sw;
    size_t size = sizeof(area->legacy);
    int has_xsave;

    if (arch_copy_from_user(&sw, sw_from, sizeof(sw)) != 0)
        return -EFAULT;
    has_xsave = frame_has_xsave(&sw, from);
    if (has_xsave < 0)
        return has_xsave;
    if (has_xsave)
        size = sw.xstate_size;
    if (!is_aligned((uintptr_t)from, has_xsave ? FPU_ALIGN : FXSAVE_ALIGN))
        return -EINVAL;
    if (arch_copy_from_user(area, from, size) != 0)
        return -EFAULT;
    memset((uint8_t *)area + size, 0, FPU_SIZE_MAX - size);
    if (!area_is_loadable(area))
        return -EINVAL;
    memset(area->header.reserved, 0, sizeof(area->header.reserved));
    /* What the frame doesn't claim to hold gets its initial state. */
    if (cpu_features.xsave)
        area->header.present = has_xsave ? area->header.present & sw.xfeatures : XFEATURES_LEGACY;
    preempt_disable();
    fpu_load(area);
    preempt_enable();
    return 0;
}

uint32_t fpu_mxcsr_mask(void)
{
    struct fpu_buffer buffer;
    struct fpu_area *area = fpu_buffer_area(&buffer);

    memset(area, 0, sizeof(*area));
    __asm__ volatile("fxsave64 (%0)" : : "r"(area) : "memory");
    return area->legacy.mxcsr_mask ? area->legacy.mxcsr_mask : MXCSR_MASK_DEFAULT;
}

/* No component has its bit in the header, so XRSTOR reads none of them (SDM vol. 1, 13.8.1). */
void fpu_reset(void)
{
    static const struct fpu_area initial __aligned(FPU_ALIGN) = {
        .legacy = {.cwd = FCW_DEFAULT, .mxcsr = MXCSR_DEFAULT}};

    fpu_load(&initial);
}

int fpu_area_set(void *area, const void *from, size_t size)
{
    struct fpu_buffer buffer;
    struct fpu_area *next = fpu_buffer_area(&buffer);

    memcpy(next, area, cpu_features.fpu_size);
    memcpy(next, from, size);
    if (cpu_features.xsave && size == sizeof(next->legacy))
        next->header.present |= XFEATURES_LEGACY;
    if (cpu_features.xsave ? !area_is_loadable(next)
                           : (next->legacy.mxcsr & ~cpu_features.mxcsr_mask) != 0)
        return -EINVAL;
    if (cpu_features.xsave)
        memset(next->header.reserved, 0, sizeof(next->header.reserved));
    memcpy(area, next, cpu_features.fpu_size);
    return 0;
}

void fpu_area_label(void *area)
{
    struct fpu_area *fpu = area;

    memset(&fpu->legacy.sw, 0, sizeof(fpu->legacy.sw));
    *(uint64_t *)(void *)&fpu->legacy.sw = cpu_features.xcr0;
}
