/* fegetround: how results are rounded. */
#include <fenv.h>

int fegetround(void)
{
    unsigned short control;

    __asm__ volatile("fnstcw %0" : "=m"(control));
    return control & FE_TOWARDZERO;
}
