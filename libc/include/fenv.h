/*
 * The floating-point environment: rounding, exceptions and which of them trap. A program has two,
 * the x87's (long double) and SSE's (MXCSR); they are changed together. SDM vol. 1, 8.1 and 10.2.3.
 */
#ifndef LIMEN_LIBC_FENV_H
#define LIMEN_LIBC_FENV_H

#define FE_INVALID 0x01
#define FE_DIVBYZERO 0x04
#define FE_OVERFLOW 0x08
#define FE_UNDERFLOW 0x10
#define FE_INEXACT 0x20
#define FE_ALL_EXCEPT (FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW | FE_UNDERFLOW | FE_INEXACT)

/* As in the x87's control word. */
#define FE_TONEAREST 0x000
#define FE_DOWNWARD 0x400
#define FE_UPWARD 0x800
#define FE_TOWARDZERO 0xc00

/* What FSTENV stores, and MXCSR. */
struct fenv {
    unsigned short control, reserved_1;
    unsigned short status, reserved_2;
    unsigned short tag, reserved_3;
    unsigned int pointers[4];
    unsigned int mxcsr;
};
typedef struct fenv fenv_t;
typedef unsigned short fexcept_t;

extern const fenv_t __fe_default;
#define FE_DFL_ENV (&__fe_default)

int feclearexcept(int exceptions);
int fegetexceptflag(fexcept_t *flags, int exceptions);
int feraiseexcept(int exceptions);
int fesetexceptflag(const fexcept_t *flags, int exceptions);
int fetestexcept(int exceptions);
int fegetround(void);
int fesetround(int rounding);
int fegetenv(fenv_t *environment);
int feholdexcept(fenv_t *environment);
int fesetenv(const fenv_t *environment);
int feupdateenv(const fenv_t *environment);

#endif
