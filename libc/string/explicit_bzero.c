/* explicit_bzero: clears secrets, and the compiler may not think it useless. */
#include <string.h>

void explicit_bzero(void *block, size_t size)
{
    memset(block, 0, size);
    __asm__ volatile("" : : "r"(block) : "memory");
}
