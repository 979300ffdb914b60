/*
 * malloc and its kin under a long random sequence: contents stay, blocks don't overlap, alignment
 * holds, memory is reused. What is printed doesn't depend on addresses.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SLOTS 500
#define ROUNDS 20000

struct slot {
    unsigned char *room;
    size_t size;
    unsigned char fill;
};

static struct slot slots[SLOTS];
static uint64_t random_state = 99;

static uint64_t random_bits(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static size_t random_size(void)
{
    switch (random_bits() % 8) {
    case 0:
        return random_bits() % 300000;
    case 1:
    case 2:
        return random_bits() % 5000;
    default:
        return random_bits() % 200;
    }
}

static void fail(const char *what)
{
    printf("failed: %s\n", what);
    exit(1);
}

static void slot_check(const struct slot *slot, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (slot->room[i] != slot->fill)
            fail("contents");
    }
}

static void slot_fill(struct slot *slot, void *room, size_t size)
{
    if (!room)
        fail("no memory");
    if ((uintptr_t)room % 16 != 0)
        fail("alignment");
    slot->room = room;
    slot->size = size;
    slot->fill = (unsigned char)random_bits();
    memset(room, slot->fill, size);
}

static void slot_new(struct slot *slot, size_t size)
{
    unsigned char *room;

    switch (random_bits() % 4) {
    case 0:
        room = calloc(1, size);
        for (size_t i = 0; i < size; i++) {
            if (room[i] != 0)
                fail("calloc");
        }
        slot_fill(slot, room, size);
        break;
    case 1: {
        size_t alignment = 1UL << (4 + random_bits() % 10);

        room = aligned_alloc(alignment, (size + alignment - 1) & -alignment);
        if ((uintptr_t)room % alignment != 0)
            fail("aligned_alloc");
        slot_fill(slot, room, size);
        break;
    }
    default:
        slot_fill(slot, malloc(size), size);
    }
}

static void slot_resize(struct slot *slot, size_t size)
{
    unsigned char *room = realloc(slot->room, size + 1);

    slot->room = room;
    slot_check(slot, size < slot->size ? size : slot->size);
    slot_fill(slot, room, size + 1);
}

static void random_life(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        struct slot *slot = &slots[random_bits() % SLOTS];
        size_t size = random_size();

        if (!slot->room) {
            slot_new(slot, size);
        } else if (random_bits() % 3 == 0) {
            slot_resize(slot, size);
        } else {
            slot_check(slot, slot->size);
            free(slot->room);
            slot->room = NULL;
        }
    }
    for (int i = 0; i < SLOTS; i++) {
        if (slots[i].room)
            slot_check(&slots[i], slots[i].size);
        free(slots[i].room);
        slots[i].room = NULL;
    }
    printf("life ends\n");
}

static void limits(void)
{
    volatile size_t huge = SIZE_MAX;
    void *room = NULL;
    int error;

    errno = 0;
    printf("%d", malloc(huge - 100) == NULL);
    printf(" %d\n", errno == ENOMEM);
    errno = 0;
    printf("%d", calloc(huge / 2, 3) == NULL);
    printf(" %d\n", errno == ENOMEM);
    printf("%d\n", realloc(NULL, huge / 2) == NULL);
    printf("%d\n", reallocarray(NULL, huge / 2, 4) == NULL);
    printf("%d\n", malloc(1UL << 45) == NULL);
    error = posix_memalign(&room, 3, 100);
    printf("%d\n", error == EINVAL);
    error = posix_memalign(&room, 8192, 100);
    printf("%d %d\n", error, (uintptr_t)room % 8192 == 0);
    free(room);
    error = posix_memalign(&room, 64, huge - 10);
    printf("%d\n", error == ENOMEM);
    room = malloc(0);
    printf("%d\n", room != NULL);
    free(room);
    free(NULL);
}

/* A program's own sbrk between two mallocs must do no harm. */
static void foreign_break(void)
{
    char *a = malloc(100);
    char *mine = sbrk(1000);
    char *b;

    memset(a, 1, 100);
    memset(mine, 2, 1000);
    b = malloc(100000);
    memset(b, 3, 100000);
    for (int i = 0; i < 1000; i++) {
        if (mine[i] != 2)
            fail("foreign break");
    }
    free(a);
    free(b);
    b = malloc(110000);
    memset(b, 4, 110000);
    free(b);
    printf("foreign break kept\n");
}

int main(void)
{
    random_life();
    limits();
    foreign_break();
    random_life();
    return 0;
}
