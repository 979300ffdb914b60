/*
 * The x87, SSE and AVX state of user threads (SDM vol. 1, chapter 13). The kernel itself uses none
 * of these registers, so they always belong to the running user thread; they are saved and loaded
 * when the CPU switches threads.
 */
#ifndef LIMEN_X86_FPU_H
#define LIMEN_X86_FPU_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

/* XSAVE areas are aligned to 64 bytes. */
#define FPU_ALIGN 64u

/* Save and load the CPU's registers. */
void fpu_save(void *area);
void fpu_load(const void *area);

/* The bits of MXCSR that this CPU has (SDM vol. 1, 11.6.6). */
uint32_t fpu_mxcsr_mask(void);

/* Makes an area, or the registers, what a new program starts with. */
void fpu_area_init(void *area);
void fpu_reset(void);

/*
 * The running thread's registers to and from a signal frame, in Linux's format: addresses are the
 * user's, checked by the caller to lie below USER_END. 0, -EFAULT, or -EINVAL when the frame's area
 * is not one that the CPU would load; the registers are as before then.
 */
size_t fpu_user_size(void);
int fpu_to_user(void __user *to);
int fpu_from_user(const void __user *from);

/* For a tracer. Takes what an area is to hold, the first `size` bytes of it, or only its x87 and
 * SSE part: -EINVAL when the CPU would not load it. Writes into an area of XSAVE's, where neither
 * it nor the CPU has anything, which parts of it count. */
int fpu_area_set(void *area, const void *from, size_t size);
void fpu_area_label(void *area);

#endif
