/* Unit test of kernel/lib/ring against a plain queue; the counters start shortly before they wrap.
 */
#include "tests/unit/unit.h"

#include "kernel/lib/ring.h"

static void test_full_and_empty(void)
{
    uint8_t memory[8], out[16];
    struct ring ring;

    ring_init(&ring, memory, 8);
    CHECK_EQ(ring_used(&ring), 0);
    CHECK_EQ(ring_space(&ring), 8);
    CHECK_EQ(ring_read(&ring, out, 4), 0);
    CHECK_EQ(ring_write(&ring, "abcdefghij", 10), 8);
    CHECK_EQ(ring_write(&ring, "k", 1), 0);
    CHECK_EQ(ring_space(&ring), 0);
    CHECK_EQ(ring_peek(&ring, out, 3), 3);
    CHECK_MEM(out, "abc", 3);
    CHECK_EQ(ring_skip(&ring, 2), 2);
    CHECK_EQ(ring_write(&ring, "XY", 2), 2);
    CHECK_EQ(ring_read(&ring, out, 16), 8);
    CHECK_MEM(out, "cdefghXY", 8);
    CHECK_EQ(ring_skip(&ring, 1), 0);
}

static void run_random(size_t size)
{
    uint8_t *memory = malloc(size);
    uint8_t in[100], out[100];
    uint8_t next_in = 0, next_out = 0;
    size_t used = 0;
    struct ring ring;

    ring_init(&ring, memory, size);
    ring.head = ring.tail = SIZE_MAX - 100;
    for (unsigned step = 0; step < 3000; step++) {
        size_t count = unit_below(sizeof(in)), done;

        for (size_t i = 0; i < count; i++)
            in[i] = (uint8_t)(next_in + i);
        done = ring_write(&ring, in, count);
        CHECK_EQ(done, count < size - used ? count : size - used);
        next_in = (uint8_t)(next_in + done);
        used += done;
        count = unit_below(sizeof(out));
        done = ring_read(&ring, out, count);
        CHECK_EQ(done, count < used ? count : used);
        used -= done;
        for (size_t i = 0; i < done; i++)
            CHECK_EQ(out[i], next_out++);
        CHECK_EQ(ring_used(&ring), used);
    }
    free(memory);
}

static void test_random(void)
{
    for (size_t size = 1; size <= 256; size *= 2)
        run_random(size);
}

int main(void)
{
    UNIT_RUN(test_full_and_empty);
    UNIT_RUN(test_random);
    return unit_result();
}
