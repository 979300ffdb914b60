/*
 * The keyboard's scan codes (kernel/drivers/keymap.c), and the host's stream on COM4
 * (kernel/drivers/host_stream.c).
 */
#include "kernel/drivers/host_stream.c"
#include "kernel/drivers/keymap.c"
#include "tests/unit/unit.h"

static struct keymap map;
static enum keymap_action action;

/* What these scan codes (in hexadecimal) type. */
static const char *typed(const char *codes)
{
    static char text[256];
    size_t length = 0;
    char *next;

    for (unsigned long code = strtoul(codes, &next, 16); next != codes;
         code = strtoul(codes, &next, 16)) {
        uint8_t *bytes = malloc(KEYMAP_BYTES_MAX);
        size_t count;

        action = keymap_decode(&map, (uint8_t)code, bytes, &count);
        memcpy(text + length, bytes, count);
        length += count;
        free(bytes);
        codes = next;
    }
    text[length] = '\0';
    return text;
}

static void start(void)
{
    memset(&map, 0, sizeof(map));
}

static void test_letters(void)
{
    start();
    CHECK_STR(typed("23 a3 17 97 39 b9 02 82"), "hi 1");
    CHECK_STR(typed("2a 23 a3 02 82 aa 17 97"), "H!i");
    CHECK_STR(typed("36 28 2b b6 28"), "\"|'");
    CHECK_STR(typed("3a ba 1e 2a 1e 02 aa 02 3a ba 1e"), "Aa!1a");
    CHECK_STR(typed("1c 0e 0f 01"), "\r\x7f\t\x1b");
    CHECK_STR(typed("2a 0f aa"), "\x1b\t");
    map.newline_mode = true;
    CHECK_STR(typed("1c e0 1c"), "\r\n\r\n");
}

static void test_ctrl_alt(void)
{
    start();
    CHECK_STR(typed("1d 2e ae 20 1a 2b 1b 9d 2e"), "\x03\x04\x1b\x1c\x1d"
                                                   "c");
    CHECK_STR(typed("e0 1d 04 05 06 07 08 09 35 0e e0 9d"), "\x1b\x1c\x1d\x1e\x1f\x7f\x7f\b");
    CHECK_STR(typed("38 1e b8 1e"), "\x1b"
                                    "aa");
    CHECK_STR(typed("e0 38 1d 1e 9d e0 b8"), "\x1b\x01");
    CHECK_EQ(map.ctrl | map.alt | map.shift, 0);
}

static void test_cursor_keys(void)
{
    start();
    CHECK_STR(typed("e0 48 e0 c8 e0 50 e0 4d e0 4b"), "\x1b[A\x1b[B\x1b[C\x1b[D");
    CHECK_STR(typed("e0 47 e0 4f e0 49 e0 51 e0 52 e0 53"),
              "\x1b[1~\x1b[4~\x1b[5~\x1b[6~\x1b[2~\x1b[3~");
    map.application_cursor = true;
    CHECK_STR(typed("e0 48 4b e0 47"), "\x1bOA\x1bOD\x1b[1~");
}

static void test_keypad(void)
{
    start();
    CHECK_STR(typed("47 48 4c 53 4a 4e 37 e0 35"), "\x1b[1~\x1b[A\x1b[G\x1b[3~-+*/");
    CHECK_STR(typed("45 c5 47 48 4c 53 52"), "785.0");
    CHECK_STR(typed("2a 48 aa 45 c5 2a 48 aa"), "\x1b[A"
                                                "8");
    /* With Num Lock the cursor keys send a shift that isn't one around their code. */
    CHECK_STR(typed("e0 2a e0 48 e0 c8 e0 aa 1e"), "\x1b[Aa");
}

static void test_look_back(void)
{
    start();
    CHECK_STR(typed("2a e0 49"), "");
    CHECK_EQ(action, KEYMAP_LOOK_UP);
    CHECK_STR(typed("e0 51"), "");
    CHECK_EQ(action, KEYMAP_LOOK_DOWN);
    CHECK_STR(typed("e0 d1 aa e0 49"), "\x1b[5~");
    CHECK_EQ(action, KEYMAP_BYTES);
}

static void test_function_keys(void)
{
    start();
    CHECK_STR(typed("3b 3f 40 44 57 58"), "\x1b[[A\x1b[[E\x1b[17~\x1b[21~\x1b[23~\x1b[24~");
    CHECK_STR(typed("2a 3b 42 aa"), "\x1b[25~\x1b[34~");
    CHECK_STR(typed("2a 58 aa"), "\x1b[24~");
}

static void test_pause_and_unknown(void)
{
    start();
    CHECK_STR(typed("e1 1d 45 e1 9d c5 1e"), "a");
    CHECK_EQ(map.ctrl, 0);
    CHECK(!map.num_lock);
    CHECK_STR(typed("e0 5b e0 db 7f ff 00 60 1e"), "a");
}

static void test_reboot(void)
{
    start();
    CHECK_STR(typed("1d 38 e0 53"), "");
    CHECK_EQ(action, KEYMAP_CTRL_ALT_DEL);
    typed("e0 d3");
    CHECK_EQ(action, KEYMAP_BYTES);
    CHECK_STR(typed("53"), "");
    CHECK_EQ(action, KEYMAP_CTRL_ALT_DEL);
}

/* Any codes at all: never more bytes than promised (ASan watches). */
static void test_random(void)
{
    start();
    for (unsigned i = 0; i < 300000; i++) {
        uint8_t *bytes = malloc(KEYMAP_BYTES_MAX);
        size_t count;

        map.application_cursor = unit_below(2);
        map.newline_mode = unit_below(2);
        keymap_decode(&map, (uint8_t)(unit_below(8) ? unit_random() : 0xe0), bytes, &count);
        CHECK(count <= KEYMAP_BYTES_MAX);
        free(bytes);
    }
}

static void test_host_stream(void)
{
    static const uint8_t line[] = "a\x10\x10"
                                  "b\x10x\x10\x10\x04\x10\x04"
                                  "dropped";
    static const uint8_t wanted[] = "a\x10"
                                    "b\x10x\x10\x04";
    struct host_stream stream = {false, false};
    uint8_t out[2 * sizeof(line)];
    size_t count = 0;

    for (size_t i = 0; i + 1 < sizeof(line); i++)
        count += host_stream_decode(&stream, line[i], out + count);
    CHECK_EQ(count, sizeof(wanted) - 1);
    CHECK_MEM(out, wanted, sizeof(wanted) - 1);
    CHECK(stream.ended);
}

int main(void)
{
    UNIT_RUN(test_letters);
    UNIT_RUN(test_ctrl_alt);
    UNIT_RUN(test_cursor_keys);
    UNIT_RUN(test_keypad);
    UNIT_RUN(test_look_back);
    UNIT_RUN(test_function_keys);
    UNIT_RUN(test_pause_and_unknown);
    UNIT_RUN(test_reboot);
    UNIT_RUN(test_random);
    UNIT_RUN(test_host_stream);
    return unit_result();
}
