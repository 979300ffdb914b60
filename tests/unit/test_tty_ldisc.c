/*
 * The terminals' line discipline (kernel/drivers/ldisc.c): what is echoed, what is read, what keys
 * do; compared with what termios(3) and Linux say.
 */
#include "kernel/drivers/ldisc.c"
#include "kernel/drivers/ldisc_edit.c"
#include "kernel/drivers/ldisc_output.c"
#include "tests/unit/unit.h"

static struct ldisc ld;
static bool ended;

static void start(void)
{
    ldisc_init(&ld, B38400 | CS8 | CREAD);
}

static void set_modes(unsigned clear_lflag, unsigned set_lflag)
{
    struct termios termios = ld.termios;

    termios.c_lflag = (termios.c_lflag & ~clear_lflag) | set_lflag;
    ldisc_set_termios(&ld, &termios);
}

static void set_flags(unsigned iflag, unsigned oflag)
{
    struct termios termios = ld.termios;

    termios.c_iflag = iflag;
    termios.c_oflag = oflag;
    ldisc_set_termios(&ld, &termios);
}

static size_t type_bytes(const void *bytes, size_t count)
{
    uint8_t *copy = unit_copy(bytes, count);
    size_t taken = ldisc_receive(&ld, copy, count);

    free(copy);
    return taken;
}

static void type(const char *text)
{
    CHECK_EQ(type_bytes(text, strlen(text)), strlen(text));
}

/* What went to the device since last asked. */
static const char *shown(void)
{
    static char text[LDISC_OUTPUT_BYTES + 1];

    text[ring_read(&ld.output, text, LDISC_OUTPUT_BYTES)] = '\0';
    return text;
}

/* What a read of `count` bytes gives. */
static const char *got(size_t count)
{
    static char text[LDISC_INPUT_CELLS + 1];

    text[ldisc_read(&ld, (uint8_t *)text, count, &ended)] = '\0';
    return text;
}

static void test_line(void)
{
    start();
    type("ab");
    CHECK_EQ(ldisc_readable(&ld), 0);
    type("c\r");
    CHECK_STR(shown(), "abc\r\n");
    CHECK_EQ(ldisc_readable(&ld), 4);
    CHECK_STR(got(100), "abc\n");
    CHECK(ended);
    CHECK_EQ(ldisc_readable(&ld), 0);
}

static void test_line_in_pieces(void)
{
    start();
    type("hello\nworld\n");
    CHECK_STR(got(2), "he");
    CHECK(!ended);
    CHECK_STR(got(100), "llo\n");
    CHECK(ended);
    CHECK_STR(got(100), "world\n");
}

static void test_eof(void)
{
    start();
    type("\x04");
    CHECK_EQ(ldisc_readable(&ld), 1);
    CHECK_EQ(ldisc_readable_bytes(&ld), 0);
    CHECK_STR(got(100), "");
    CHECK(ended);
    type("ab\x04"
         "c\n");
    CHECK_EQ(ldisc_readable_bytes(&ld), 4);
    CHECK_STR(got(100), "ab");
    CHECK(ended);
    CHECK_STR(got(100), "c\n");
    /* An end of file right behind the bytes that were asked for isn't another, empty read. */
    type("ab\x04"
         "c\n");
    CHECK_STR(got(2), "ab");
    CHECK_STR(got(2), "c\n");
    CHECK_STR(shown(), "abc\r\nabc\r\n");
}

static void test_erase(void)
{
    start();
    type("\x7f"
         "ab\x7f\x7f\x7f"
         "c\n");
    CHECK_STR(shown(), "ab\b \b\b \bc\r\n");
    CHECK_STR(got(100), "c\n");
    type("\x01\x7f\n");
    CHECK_STR(shown(), "^A\b \b\b \b\r\n");
    CHECK_STR(got(100), "\n");
    set_modes(ECHOE, 0);
    type("ab\x7f\n");
    CHECK_STR(shown(), "ab^?\r\n");
    CHECK_STR(got(100), "a\n");
}

static void test_erase_utf8(void)
{
    start();
    type("a\xc3\xa9\x7f"
         "b\xe2\x82\xac\x7f\n");
    CHECK_STR(shown(), "a\xc3\xa9\b \b"
                       "b\xe2\x82\xac\b \b\r\n");
    CHECK_STR(got(100), "ab\n");
    set_flags(ICRNL, OPOST | ONLCR);
    type("\xc3\xa9\x7f\n");
    CHECK_STR(shown(), "\xc3\xa9\b \b\r\n");
    CHECK_STR(got(100), "\xc3\n");
}

static void test_erase_tab(void)
{
    start();
    ldisc_write(&ld, (const uint8_t *)"$ ", 2);
    type("ab\t\x7f"
         "c\n");
    CHECK_STR(shown(), "$ ab\t\b\b\b\bc\r\n");
    CHECK_STR(got(100), "abc\n");
    type("\t\t\x7f\x7f\n");
    CHECK_STR(shown(), "\t\t\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\r\n");
}

static void test_erase_word(void)
{
    start();
    type("one, two  \x17");
    CHECK_STR(shown(), "one, two  \b \b\b \b\b \b\b \b\b \b");
    type("\x17\n");
    CHECK_STR(shown(), "\b \b\b \b\b \b\b \b\b \b\r\n");
    CHECK_STR(got(100), "\n");
}

static void test_kill(void)
{
    start();
    type("abc\x15"
         "d\n");
    CHECK_STR(shown(), "abc\b \b\b \b\b \bd\r\n");
    CHECK_STR(got(100), "d\n");
    set_modes(ECHOKE, 0);
    type("abc\x15"
         "d\n");
    CHECK_STR(shown(), "abc^U\r\nd\r\n");
    CHECK_STR(got(100), "d\n");
    set_modes(ECHO, 0);
    type("abc\x15"
         "d\n");
    CHECK_STR(shown(), "");
    CHECK_STR(got(100), "d\n");
}

static void test_reprint_and_quote(void)
{
    start();
    type("ab\x12"
         "c\x16\x03\n");
    CHECK_STR(shown(), "ab^R\r\nabc^\b^C\r\n");
    CHECK_STR(got(100), "abc\x03\n");
    CHECK_EQ(ld.signals, 0);
    type("\x16\x04"
         "x\x16\x7f\n");
    CHECK_STR(got(100), "\x04x\x7f\n");
    set_modes(IEXTEN, 0);
    shown();
    type("a\x16\n");
    CHECK_STR(shown(), "a^V\r\n");
    CHECK_STR(got(100), "a\x16\n");
}

static void test_signals(void)
{
    start();
    type("abc\x03");
    CHECK_STR(shown(), "^C");
    CHECK_EQ(ld.signals, 1u << SIGINT);
    type("x\n");
    CHECK_STR(got(100), "x\n");
    ld.signals = 0;
    type("\x1c\x1a");
    CHECK_EQ(ld.signals, 1u << SIGQUIT | 1u << SIGTSTP);
    ld.signals = 0;
    set_modes(0, NOFLSH);
    type("ab\x03"
         "c\n");
    CHECK_STR(got(100), "abc\n");
    CHECK_EQ(ld.signals, 1u << SIGINT);
    ld.signals = 0;
    set_modes(ISIG, 0);
    type("\x03\n");
    CHECK_STR(got(100), "\x03\n");
    CHECK_EQ(ld.signals, 0);
}

/* A special character that is set to 0 is disabled, and 0 is typed as any other byte. */
static void test_disabled(void)
{
    struct termios termios;

    start();
    termios = ld.termios;
    termios.c_cc[VINTR] = _POSIX_VDISABLE;
    ldisc_set_termios(&ld, &termios);
    type("\x03");
    CHECK_EQ(type_bytes("\0\n", 2), 2);
    CHECK_EQ(ld.signals, 0);
    CHECK_EQ(ldisc_readable_bytes(&ld), 3);
}

static void test_flow(void)
{
    struct termios termios;

    start();
    type("\x13");
    CHECK(ldisc_is_stopped(&ld));
    type("a");
    CHECK(ldisc_is_stopped(&ld));
    type("\x11");
    CHECK(!ldisc_is_stopped(&ld));
    set_flags(ld.termios.c_iflag | IXANY, ld.termios.c_oflag);
    type("\x13"
         "b");
    CHECK(!ldisc_is_stopped(&ld));
    type("\n");
    CHECK_STR(got(100), "ab\n");
    type("\x13");
    termios = ld.termios;
    termios.c_iflag &= ~IXON;
    ldisc_set_termios(&ld, &termios);
    CHECK(!ldisc_is_stopped(&ld));
    ldisc_stop(&ld);
    type("\x11");
    CHECK(ldisc_is_stopped(&ld));
    ldisc_start(&ld);
    CHECK(!ldisc_is_stopped(&ld));
}

static void test_newline_mapping(void)
{
    start();
    set_flags(INLCR, 0);
    type("a\nb");
    set_flags(IGNCR, 0);
    type("\rc\n");
    CHECK_STR(got(100), "a\rbc\n");
    set_flags(0, 0);
    type("a\rb\n");
    CHECK_STR(got(100), "a\rb\n");
    set_flags(ISTRIP | IUCLC, 0);
    type("\xc1\xc2\xe3\n");
    CHECK_STR(got(100), "abc\n");
}

static void test_raw(void)
{
    start();
    set_modes(ICANON | ECHO | ISIG | IEXTEN, 0);
    type("ab\x04\x7f\x03");
    CHECK_STR(shown(), "");
    CHECK_EQ(ldisc_readable(&ld), 5);
    CHECK_STR(got(2), "ab");
    CHECK(!ended);
    CHECK_STR(got(100), "\x04\x7f\x03");
}

/* What was typed survives a change of mode. */
static void test_mode_change(void)
{
    start();
    type("ab");
    set_modes(ICANON, 0);
    CHECK_STR(got(100), "ab");
    type("cd");
    set_modes(0, ICANON);
    CHECK_EQ(ldisc_readable(&ld), 2);
    CHECK_STR(got(100), "cd");
    CHECK(ended);
    type("e\n");
    CHECK_STR(got(100), "e\n");
    /* Bits that aren't implemented don't pretend. */
    set_modes(0, EXTPROC);
    CHECK_EQ(ld.termios.c_lflag & EXTPROC, 0);
    set_flags(IXOFF | ICRNL, OPOST);
    CHECK_EQ(ld.termios.c_iflag, ICRNL);
    CHECK_EQ(ld.termios.c_cflag, B38400 | CS8 | CREAD);
}

/* A hang-up leaves what was put out, and nothing else. */
static void test_reset(void)
{
    start();
    set_modes(ECHO, 0);
    set_flags(IXON, 0);
    CHECK_EQ(ldisc_write(&ld, (const uint8_t *)"bye", 3), 3);
    type("typed\x13");
    CHECK(ldisc_is_stopped(&ld));
    ldisc_reset(&ld);
    CHECK(!ldisc_is_stopped(&ld));
    CHECK_STR(shown(), "bye");
    CHECK(ld.termios.c_lflag & ECHO);
    CHECK_EQ(ld.termios.c_cflag, B38400 | CS8 | CREAD);
    type("\r");
    CHECK_STR(got(100), "\n");
}

static void test_eol(void)
{
    struct termios termios;

    start();
    termios = ld.termios;
    termios.c_cc[VEOL] = ';';
    termios.c_cc[VEOL2] = '!';
    ldisc_set_termios(&ld, &termios);
    type("a;b!");
    CHECK_STR(got(100), "a;");
    CHECK_STR(got(100), "b!");
    CHECK_STR(shown(), "a;b!");
}

static void test_parity_mark(void)
{
    start();
    set_flags(PARMRK, 0);
    set_modes(ICANON, 0);
    type("\xff");
    ldisc_break(&ld);
    CHECK_EQ(ldisc_readable(&ld), 5);
    CHECK_MEM(got(5), "\xff\xff\xff\0\0", 5);
    set_flags(0, 0);
    ldisc_break(&ld);
    CHECK_EQ(ldisc_readable(&ld), 1);
    got(1);
    set_flags(IGNBRK, 0);
    ldisc_break(&ld);
    CHECK_EQ(ldisc_readable(&ld), 0);
    set_flags(BRKINT, 0);
    ldisc_break(&ld);
    CHECK_EQ(ld.signals, 1u << SIGINT);
}

static void test_output(void)
{
    static const uint8_t text[] = "a\tb\nc\rd";

    start();
    ldisc_write(&ld, text, 7);
    CHECK_STR(shown(), "a\tb\r\nc\rd");
    CHECK_EQ(ld.column, 1);
    set_flags(0, OPOST | XTABS | OCRNL | OLCUC);
    ldisc_write(&ld, (const uint8_t *)"\ra\tb\n", 5);
    CHECK_STR(shown(), "\nA      B\n");
    set_flags(0, OPOST | ONOCR | ONLRET);
    ldisc_write(&ld, (const uint8_t *)"x\n\r\rb\r", 6);
    CHECK_STR(shown(), "x\nb\r");
    set_flags(0, 0);
    ldisc_write(&ld, text, 7);
    CHECK_STR(shown(), "a\tb\nc\rd");
}

/* Output that finds no room waits; echo that finds none is lost; nothing overflows. */
static void test_output_full(void)
{
    static uint8_t text[3 * LDISC_OUTPUT_BYTES];
    size_t taken;

    start();
    memset(text, '\n', sizeof(text));
    taken = ldisc_write(&ld, text, sizeof(text));
    CHECK(taken > 0 && taken < sizeof(text));
    CHECK(!ldisc_has_output_room(&ld));
    CHECK_EQ(ldisc_write(&ld, text, 1), 0);
    type("echo\n");
    CHECK_EQ(strlen(shown()), 2 * taken);
    CHECK_STR(got(10), "echo\n");
    CHECK_EQ(ldisc_write(&ld, text, 1), 1);
}

/* A line without end is cut, so that its end still fits; complete lines make the device wait. */
static void test_input_full(void)
{
    static uint8_t text[2 * LDISC_INPUT_CELLS];

    start();
    memset(text, 'x', sizeof(text));
    for (size_t done = 0; done < sizeof(text); done += 64, shown())
        CHECK_EQ(type_bytes(text, 64), 64);
    type("y\n");
    CHECK_EQ(type_bytes("z", 1), 0);
    CHECK_EQ(strlen(got(LDISC_INPUT_CELLS)), LDISC_INPUT_CELLS);
    CHECK(ended);
    type("z\n");
    CHECK_STR(got(100), "z\n");
    set_modes(ICANON | ECHO, 0);
    CHECK(type_bytes(text, sizeof(text)) < LDISC_INPUT_CELLS);
    CHECK_EQ(type_bytes(text, 1), 0);
    got(1);
    CHECK_EQ(type_bytes(text, 10), 1);
}

/* Random keys, modes, reads and writes: no accident (ASan, UBSan), and the counters stay sane. */
static void test_random(void)
{
    start();
    for (unsigned round = 0; round < 200000; round++) {
        uint8_t bytes[16];
        struct termios termios;

        for (size_t i = 0; i < sizeof(bytes); i++)
            bytes[i] = (uint8_t)(unit_below(3) ? unit_below(0x20) : unit_random());
        switch (unit_below(round % 5000 < 2500 ? 40 : 6)) {
        case 0:
            memcpy(&termios, &ld.termios, sizeof(termios));
            termios.c_iflag = (unsigned)unit_random();
            termios.c_oflag = (unsigned)unit_random();
            termios.c_lflag = (unsigned)unit_random();
            termios.c_cc[unit_below(NCCS)] = (unsigned char)unit_below(0x20);
            ldisc_set_termios(&ld, &termios);
            break;
        case 1:
            got(unit_below(200));
            break;
        case 2:
            ring_skip(&ld.output, unit_below(200));
            ldisc_write(&ld, bytes, sizeof(bytes));
            break;
        case 3:
            ldisc_break(&ld);
            break;
        default:
            type_bytes(bytes, unit_below(sizeof(bytes)));
            break;
        }
        CHECK(ld.tail - ld.head <= LDISC_INPUT_CELLS);
        CHECK(ld.tail - ld.ready <= ld.tail - ld.head || !ldisc_is_canonical(&ld));
        CHECK(ring_used(&ld.output) <= LDISC_OUTPUT_BYTES);
    }
}

int main(void)
{
    UNIT_RUN(test_line);
    UNIT_RUN(test_line_in_pieces);
    UNIT_RUN(test_eof);
    UNIT_RUN(test_erase);
    UNIT_RUN(test_erase_utf8);
    UNIT_RUN(test_erase_tab);
    UNIT_RUN(test_erase_word);
    UNIT_RUN(test_kill);
    UNIT_RUN(test_reprint_and_quote);
    UNIT_RUN(test_signals);
    UNIT_RUN(test_disabled);
    UNIT_RUN(test_flow);
    UNIT_RUN(test_newline_mapping);
    UNIT_RUN(test_raw);
    UNIT_RUN(test_mode_change);
    UNIT_RUN(test_reset);
    UNIT_RUN(test_eol);
    UNIT_RUN(test_parity_mark);
    UNIT_RUN(test_output);
    UNIT_RUN(test_output_full);
    UNIT_RUN(test_input_full);
    UNIT_RUN(test_random);
    return unit_result();
}
