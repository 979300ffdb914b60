/* <fenv.h>: rounding, exceptions, the environment as a whole. */
#include <fenv.h>
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>

static const int roundings[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};

static volatile double one = 1, three = 3, zero = 0, large = DBL_MAX, small = DBL_MIN;
static volatile long double long_one = 1, long_three = 3;

/* Not the compiler's own, which takes the default rounding for granted. */
static double (*volatile to_whole)(double) = rint;
static double (*volatile to_whole_quietly)(double) = nearbyint;
static long (*volatile to_long)(double) = lrint;

static void rounding(void)
{
    static const double numbers[] = {0.5, 1.5, 2.5, -0.5, -1.5, 2.25, -2.75, 1e17, -0.0, 0.0};

    printf("%d %d\n", fegetround() == FE_TONEAREST, fesetround(0x123) != 0);
    for (int i = 0; i < 4; i++) {
        volatile double third, minus;
        volatile long double long_third;
        double results[10];
        long integers[10];

        printf("%d", fesetround(roundings[i]));
        printf(" %d", fegetround() == roundings[i]);
        third = one / three;
        minus = -one / three;
        long_third = long_one / long_three;
        for (int j = 0; j < 10; j++) {
            results[j] = to_whole(numbers[j]);
            integers[j] = to_long(numbers[j]) + (long)to_whole_quietly(numbers[j]) * 1000;
        }
        fesetround(FE_TONEAREST);
        printf(" %a %a %La", third, minus, long_third);
        for (int j = 0; j < 10; j++)
            printf(" %a,%ld", results[j], integers[j]);
        printf("\n");
    }
}

static const char *names(int exceptions)
{
    static char text[6];

    snprintf(text, sizeof(text), "%s%s%s%s%s", exceptions & FE_INVALID ? "v" : "",
             exceptions & FE_DIVBYZERO ? "z" : "", exceptions & FE_OVERFLOW ? "o" : "",
             exceptions & FE_UNDERFLOW ? "u" : "", exceptions & FE_INEXACT ? "x" : "");
    return text;
}

static void happened(const char *what)
{
    printf("%s: %s\n", what, names(fetestexcept(FE_ALL_EXCEPT)));
    feclearexcept(FE_ALL_EXCEPT);
}

static void exceptions(void)
{
    volatile double result;
    volatile long double long_result;
    fexcept_t flags;

    feclearexcept(FE_ALL_EXCEPT);
    happened("nothing");
    result = one / zero;
    happened("1/0");
    result = zero / zero;
    happened("0/0");
    result = large * three;
    happened("large");
    result = small / three;
    happened("small");
    result = one / three;
    happened("1/3");
    long_result = long_one / long_three;
    happened("long 1/3");
    long_result = long_one / zero;
    happened("long 1/0");
    for (int exception = 1; exception <= FE_ALL_EXCEPT; exception *= 2) {
        if (!(exception & FE_ALL_EXCEPT))
            continue;
        feraiseexcept(exception);
        printf("%d ", fetestexcept(FE_ALL_EXCEPT & ~exception & ~FE_INEXACT));
        printf("%d ", fetestexcept(exception) == exception);
        happened("raised");
    }
    feraiseexcept(FE_DIVBYZERO | FE_INVALID);
    feclearexcept(FE_INVALID);
    printf("%d\n", fegetexceptflag(&flags, FE_DIVBYZERO | FE_INVALID));
    happened("one is cleared");
    feraiseexcept(FE_INVALID);
    printf("%d\n", fesetexceptflag(&flags, FE_DIVBYZERO | FE_INVALID));
    happened("put back");
}

static void environments(void)
{
    fenv_t environment;
    volatile double result;

    fesetround(FE_UPWARD);
    feraiseexcept(FE_DIVBYZERO);
    printf("%d %d\n", fegetenv(&environment), fetestexcept(FE_DIVBYZERO) != 0);
    printf("%d", fesetenv(FE_DFL_ENV));
    printf(" %d\n", fegetround() == FE_TONEAREST);
    happened("default");
    printf("%d", fesetenv(&environment));
    printf(" %d\n", fegetround() == FE_UPWARD);
    printf("%d", feholdexcept(&environment));
    printf(" %d\n", fegetround() == FE_UPWARD);
    result = zero / zero;
    fesetround(FE_DOWNWARD);
    printf("%s\n", names(fetestexcept(FE_ALL_EXCEPT)));
    printf("%d", feupdateenv(&environment));
    printf(" %d\n", fegetround() == FE_UPWARD);
    happened("updated");
    fesetenv(FE_DFL_ENV);
}

static sigjmp_buf back;

static void trapped(int number)
{
    siglongjmp(back, number);
}

/* An exception that isn't masked: the program unmasks it by hand, as C has no name for that. */
static void traps(void)
{
    unsigned short control = 0x37b;
    unsigned int mxcsr = 0x1d80;
    int number;

    signal(SIGFPE, trapped);
    number = sigsetjmp(back, 1);
    if (number == 0) {
        __asm__ volatile("fldcw %0; ldmxcsr %1" : : "m"(control), "m"(mxcsr));
        feraiseexcept(FE_INVALID);
        printf("masked\n");
        feraiseexcept(FE_DIVBYZERO);
    }
    fesetenv(FE_DFL_ENV);
    printf("%d %d\n", number == SIGFPE, fetestexcept(FE_ALL_EXCEPT));
}

int main(void)
{
    rounding();
    exceptions();
    environments();
    traps();
    return 0;
}
