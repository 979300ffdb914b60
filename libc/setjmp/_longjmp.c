/* _longjmp: longjmp. */
#include "libc/setjmp/jump.h"

_Noreturn void _longjmp(jmp_buf place, int value)
{
    siglongjmp(place, value);
}
