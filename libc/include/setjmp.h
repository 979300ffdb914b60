/* Jumps out of functions. */
#ifndef LIMEN_LIBC_SETJMP_H
#define LIMEN_LIBC_SETJMP_H

/* RBX, RBP, R12 to R15, RSP and RIP; for sigsetjmp also whether, and which, signals were blocked.
 */
struct limen_jump {
    unsigned long registers[8];
    unsigned long mask_saved;
    unsigned long mask;
};
typedef struct limen_jump jmp_buf[1];
typedef struct limen_jump sigjmp_buf[1];

int setjmp(jmp_buf place) __attribute__((returns_twice));
int _setjmp(jmp_buf place) __attribute__((returns_twice));
int sigsetjmp(sigjmp_buf place, int save_mask) __attribute__((returns_twice));
_Noreturn void longjmp(jmp_buf place, int value);
_Noreturn void _longjmp(jmp_buf place, int value);
_Noreturn void siglongjmp(sigjmp_buf place, int value);

#define setjmp(place) setjmp(place)

#endif
