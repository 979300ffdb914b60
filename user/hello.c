/* hello: the program that every tour of Limen follows. One printf(3), which is one write(2). */
#include <stdio.h>

int main(void)
{
    printf("Hello, world, from ring 3!\n");
    return 0;
}
