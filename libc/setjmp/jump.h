/* What the assembly half and the C half of setjmp share. */
#ifndef LIMEN_LIBC_SETJMP_JUMP_H
#define LIMEN_LIBC_SETJMP_JUMP_H

#include <setjmp.h>

_Noreturn void __jump(struct limen_jump *place, int value);
int __sigsetjmp_save(struct limen_jump *place, int save_mask);

#endif
