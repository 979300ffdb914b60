/*
 * The vDSO and its page of clocks, as mappings of every program (vdso(7)).
 */
#ifndef LIMEN_PROC_VDSO_H
#define LIMEN_PROC_VDSO_H

#include "kernel/lib/types.h"

struct mm;
struct vma;

/* exec: maps both. 0 with the address of the ELF header in *header (AT_SYSINFO_EHDR), or -ENOMEM.
 */
int vdso_map(struct mm *mm, uintptr_t *header);

/* What /proc/PID/maps calls a mapping: "[vdso]", "[vvar]", or NULL if it is neither. */
const char *vdso_name(const struct vma *vma);

#endif
