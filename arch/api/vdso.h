/*
 * The vDSO: what the machine does for programs without a crossing.
 */
#ifndef LIMEN_ARCH_API_VDSO_H
#define LIMEN_ARCH_API_VDSO_H

/* A shared object of whole pages, part of the kernel's image. It expects the page of clocks
 * (kernel/core/clock.h) in the page in front of it. */
extern const char vdso_image[], vdso_image_end[];

#endif
