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

void fpu_load(const void *area)
{
    uint32_t low = (uint32_t)cpu_features.xcr0, high = (uint32_t)(cpu_features.xcr0 >> 32);

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

    memset(area, 0, cpu_features.fpu_size);
    preempt_disable();
    fpu_save(area);
    preempt_enable();

    memset(&area->legacy.sw, 0, sizeof(area->legacy.sw));
    if (cpu_features.xsave) {
        area->legacy.sw.magic1 = FP_XSTATE_MAGIC1;
        area->legacy.sw.extended_size = (uint32_t)fpu_user_size();
        area->legacy.sw.xfeatures = cpu_features.xcr0;
        area->legacy.sw.xstate_size = cpu_features.fpu_size;
        if (arch_copy_to_user(end, &magic2, sizeof(magic2)) != 0)
            return -EFAULT;
    }
    return arch_copy_to_user(to, area, cpu_features.fpu_size) ? -EFAULT : 0;
}

/* True if the description in the frame fits and its second magic number stands where it says. */
static bool frame_has_xsave(const struct fpu_area *area, const void __user *from)
{
    const struct fpx_sw_bytes *sw = &area->legacy.sw;
    uint32_t magic2;

    if (!cpu_features.xsave || sw->magic1 != FP_XSTATE_MAGIC1 ||
        sw->xstate_size < sizeof(struct fpu_area) || sw->xstate_size > cpu_features.fpu_size ||
        sw->extended_size < sw->xstate_size + FP_XSTATE_MAGIC2_SIZE)
        return false;
    return arch_copy_from_user(&magic2, (const uint8_t __user *)from + sw->xstate_size,
                               sizeof(magic2)) == 0 &&
           magic2 == FP_XSTATE_MAGIC2;
}

/* XRSTOR faults on reserved bits of its header and of MXCSR (SDM vol. 1, 13.8): refuse them. */
static bool area_is_loadable(const struct fpu_area *area)
{
    struct fpu_buffer buffer;
    struct fpu_area *own = fpu_buffer_area(&buffer);
    uint32_t mask;

    memset(own, 0, cpu_features.fpu_size);
    preempt_disable();
    fpu_save(own);
    preempt_enable();
    mask = own->legacy.mxcsr_mask ? own->legacy.mxcsr_mask : MXCSR_MASK_DEFAULT;
    if (area->legacy.mxcsr & ~mask)
        return false;
    if (!cpu_features.xsave)
        return true;
    if (area->header.present & ~cpu_features.xcr0 || area->header.compacted)
        return false;
    for (size_t i = 0; i < ARRAY_SIZE(area->header.reserved); i++)
        if (area->header.reserved[i])
            return false;
    return true;
}

int fpu_from_user(const void __user *from)
{
    struct fpu_buffer buffer;
    struct fpu_area *area = fpu_buffer_area(&buffer);

    memset(area, 0, cpu_features.fpu_size);
    if (arch_copy_from_user(&area->legacy, from, sizeof(area->legacy)) != 0)
        return -EFAULT;
    if (frame_has_xsave(area, from)) {
        if (arch_copy_from_user(area, from, area->legacy.sw.xstate_size) != 0)
            return -EFAULT;
    } else {
        area->header.present = XFEATURES_LEGACY;
    }
    if (!area_is_loadable(area))
        return -EINVAL;
    preempt_disable();
    fpu_load(area);
    preempt_enable();
    return 0;
}

void fpu_reset(void)
{
    struct fpu_buffer buffer;
    struct fpu_area *area = fpu_buffer_area(&buffer);

    fpu_area_init(area);
    preempt_disable();
    fpu_load(area);
    preempt_enable();
}
