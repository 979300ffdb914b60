/* memmove: memcpy unless the target begins inside the source; then from the top down. */
#include <stdint.h>
#include <string.h>

void *memmove(void *to, const void *from, size_t size)
{
    char *place = (char *)to + size - 1;
    const char *source = (const char *)from + size - 1;

    if ((uintptr_t)to - (uintptr_t)from >= size)
        return memcpy(to, from, size);
    __asm__ volatile("std\n\t"
                     "rep movsb\n\t"
                     "cld"
                     : "+D"(place), "+S"(source), "+c"(size)
                     :
                     : "memory", "cc");
    return to;
}
