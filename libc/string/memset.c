/* memset: words by REP STOSQ, the rest by REP STOSB. */
#include <string.h>

void *memset(void *block, int c, size_t size)
{
    void *place = block;
    size_t words = size / 8;
    size_t rest = size % 8;

    __asm__ volatile("rep stosq\n\t"
                     "mov %2, %1\n\t"
                     "rep stosb"
                     : "+&D"(place), "+&c"(words)
                     : "r"(rest), "a"((unsigned char)c * 0x0101010101010101UL)
                     : "memory");
    return block;
}
