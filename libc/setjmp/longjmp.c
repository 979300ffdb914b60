/* longjmp: back to a setjmp, which now returns the value; never 0. */
#include "libc/setjmp/jump.h"

_Noreturn void longjmp(jmp_buf place, int value)
{
    siglongjmp(place, value);
}
