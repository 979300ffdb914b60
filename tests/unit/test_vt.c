/*
 * Unit test of kernel/lib/vt, vt_parse and vt_charset: each operation on a small screen,
 * then random output that must keep the screen's invariants however it is cut into writes.
 */
#include "tests/unit/unit.h"

#include "kernel/lib/vt.h"
#include "kernel/lib/vt_charset.h"
#include "kernel/lib/vt_color.h"

#define COLUMNS 10
#define ROWS 5

static struct vt vt;
static struct vt_cell *cells;
static char answers[128];
static unsigned bells;

static void answer(struct vt *from, const char *bytes, size_t count)
{
    CHECK(from == &vt);
    strncat(answers, bytes, count);
}

static void ring_bell(struct vt *from)
{
    CHECK(from == &vt);
    bells++;
}

static void screen_open(unsigned columns, unsigned rows)
{
    free(cells);
    cells = malloc(columns * rows * sizeof(*cells));
    vt_init(&vt, cells, columns, rows);
    vt.respond = answer;
    vt.bell = ring_bell;
    answers[0] = '\0';
    bells = 0;
}

static void feed(const char *text)
{
    vt_write(&vt, text, strlen(text));
}

/* Opens a new screen and writes to it. */
static void show(const char *text)
{
    screen_open(COLUMNS, ROWS);
    feed(text);
}

/* The text of a row without the blanks at its end; what isn't ASCII as ?. */
static const char *row_text(unsigned row)
{
    static char text[VT_COLUMNS_MAX + 1];
    size_t length = 0;

    for (unsigned column = 0; column < vt.columns; column++) {
        uint32_t code = vt_row(&vt, row)[column].code;

        text[column] = code < 0x80 ? (char)code : '?';
        if (code != ' ')
            length = column + 1;
    }
    text[length] = '\0';
    return text;
}

static const struct vt_cell *cell_at(unsigned column, unsigned row)
{
    return &vt_row(&vt, row)[column];
}

/* Checks the screen, rows separated by |, and the cursor. */
#define CHECK_SCREEN(wanted, at_column, at_row)           \
    do {                                                  \
        char screen_[VT_ROWS_MAX * (COLUMNS + 1)] = "";   \
        for (unsigned row_ = 0; row_ < vt.rows; row_++) { \
            strcat(screen_, row_ ? "|" : "");             \
            strcat(screen_, row_text(row_));              \
        }                                                 \
        CHECK_STR(screen_, wanted);                       \
        CHECK_EQ(vt.now.column, at_column);               \
        CHECK_EQ(vt.now.row, at_row);                     \
    } while (0)

#define FILL "aaa\r\nbbb\r\nccc\r\nddd\r\neee"

static void test_text(void)
{
    show("");
    CHECK_SCREEN("||||", 0, 0);
    show("hello\r\nworld");
    CHECK_SCREEN("hello|world|||", 5, 1);
    show("ab\ncd\re\bf");
    CHECK_SCREEN("ab|f cd|||", 1, 1);
    show(FILL "\r\nfff");
    CHECK_SCREEN("bbb|ccc|ddd|eee|fff", 3, 4);
    show("\ta\tb\tc");
    CHECK_SCREEN("        ac||||", 9, 0);
    show("\b\bx\a\a");
    CHECK_SCREEN("x||||", 1, 0);
    CHECK_EQ(bells, 2);
    show("a\x0b"
         "b\x0c"
         "c");
    CHECK_SCREEN("a| b|  c||", 3, 2);
    show("a\x7f\x01"
         "b");
    CHECK_SCREEN("ab||||", 2, 0);
}

static void test_wrap(void)
{
    show("0123456789");
    CHECK_SCREEN("0123456789||||", 9, 0);
    CHECK(vt.now.wrap_pending);
    feed("a");
    CHECK_SCREEN("0123456789|a|||", 1, 1);
    show("0123456789\r\nb");
    CHECK_SCREEN("0123456789|b|||", 1, 1);
    show("0123456789\bX");
    CHECK_SCREEN("01234567X9||||", 9, 0);
    show("0123456789\033[1CX");
    CHECK_SCREEN("012345678X||||", 9, 0);
    show("\033[?7l0123456789abc");
    CHECK_SCREEN("012345678c||||", 9, 0);
    feed("\033[?7hde");
    CHECK_SCREEN("012345678d|e|||", 1, 1);
    show("\033[5;10Hxy");
    CHECK_SCREEN("|||         x|y", 1, 4);
}

static void test_cursor(void)
{
    show("\033[3;4H");
    CHECK_SCREEN("||||", 3, 2);
    feed("\033[A");
    CHECK_SCREEN("||||", 3, 1);
    feed("\033[99B\033[2D");
    CHECK_SCREEN("||||", 1, 4);
    feed("\033[0C\033[3A");
    CHECK_SCREEN("||||", 2, 1);
    feed("\033[999C");
    CHECK_SCREEN("||||", 9, 1);
    feed("\033[E\033[3a\033[e");
    CHECK_SCREEN("||||", 3, 3);
    feed("\033[2F");
    CHECK_SCREEN("||||", 0, 1);
    feed("\033[5G\033[4d");
    CHECK_SCREEN("||||", 4, 3);
    feed("\033[7`\033[f");
    CHECK_SCREEN("||||", 0, 0);
    feed("\033[99999;99999H");
    CHECK_SCREEN("||||", 9, 4);
    feed("\033[;3H");
    CHECK_SCREEN("||||", 2, 0);
    feed("\0337\033[4;4H\0338");
    CHECK_SCREEN("||||", 2, 0);
    feed("\033[s\033[4;4H\033[u");
    CHECK_SCREEN("||||", 2, 0);
    feed("\033D\033E\033M\033M\033M");
    CHECK_SCREEN("||||", 0, 0);
}

static void test_erase(void)
{
    show(FILL "\033[3;2H\033[K");
    CHECK_SCREEN("aaa|bbb|c|ddd|eee", 1, 2);
    show(FILL "\033[3;2H\033[1K");
    CHECK_SCREEN("aaa|bbb|  c|ddd|eee", 1, 2);
    show(FILL "\033[3;2H\033[2K");
    CHECK_SCREEN("aaa|bbb||ddd|eee", 1, 2);
    show(FILL "\033[3;2H\033[7K\033[7J");
    CHECK_SCREEN("aaa|bbb|ccc|ddd|eee", 1, 2);
    show(FILL "\033[3;2H\033[J");
    CHECK_SCREEN("aaa|bbb|c||", 1, 2);
    show(FILL "\033[3;2H\033[1J");
    CHECK_SCREEN("||  c|ddd|eee", 1, 2);
    show(FILL "\033[3;2H\033[2J");
    CHECK_SCREEN("||||", 1, 2);
    show(FILL "\033[3J");
    CHECK_SCREEN("||||", 3, 4);
    show("abcdef\033[2G\033[2X");
    CHECK_SCREEN("a  def||||", 1, 0);
    show("abcdef\033[2G\033[99X");
    CHECK_SCREEN("a||||", 1, 0);
}

static void test_insert_delete(void)
{
    show(FILL "\033[2;2H\033[2L");
    CHECK_SCREEN("aaa|||bbb|ccc", 1, 1);
    show(FILL "\033[2;2H\033[2M");
    CHECK_SCREEN("aaa|ddd|eee||", 1, 1);
    show(FILL "\033[2;2H\033[99L");
    CHECK_SCREEN("aaa||||", 1, 1);
    show(FILL "\033[2;2H\033[99M");
    CHECK_SCREEN("aaa||||", 1, 1);
    show("0123456789\033[3G\033[2@");
    CHECK_SCREEN("01  234567||||", 2, 0);
    show("0123456789\033[3G\033[2P");
    CHECK_SCREEN("01456789||||", 2, 0);
    show("0123456789\033[3G\033[99@");
    CHECK_SCREEN("01||||", 2, 0);
    show("0123456789\033[3G\033[99P");
    CHECK_SCREEN("01||||", 2, 0);
    show("01234567\033[3G\033[4hab\033[4lc");
    CHECK_SCREEN("01abc34567||||", 5, 0);
}

static void test_region(void)
{
    show(FILL "\033[2;4r");
    CHECK_SCREEN("aaa|bbb|ccc|ddd|eee", 0, 0);
    feed("\033[4;1H\n");
    CHECK_SCREEN("aaa|ccc|ddd||eee", 0, 3);
    feed("\033[2;1H\033M");
    CHECK_SCREEN("aaa||ccc|ddd|eee", 0, 1);
    feed("\033[5;1H\nx");
    CHECK_SCREEN("aaa||ccc|ddd|xee", 1, 4);
    feed("\033[1;1H\033My");
    CHECK_SCREEN("yaa||ccc|ddd|xee", 1, 0);
    feed("\033[L\033[M");
    CHECK_SCREEN("yaa||ccc|ddd|xee", 1, 0);
    feed("\033[3;1H\033[L");
    CHECK_SCREEN("yaa|||ccc|xee", 0, 2);
    feed("\033[3;1H\033[5M");
    CHECK_SCREEN("yaa||||xee", 0, 2);
    feed("\033[4;3r\033[3;3r\033[1;9r");
    CHECK_EQ(vt.top, 1);
    CHECK_EQ(vt.bottom, 4);
    feed("\033[r");
    CHECK_EQ(vt.top, 0);
    CHECK_EQ(vt.bottom, 5);
    show(FILL "\033[2;4r\033[?6hX");
    CHECK_SCREEN("aaa|Xbb|ccc|ddd|eee", 1, 1);
    feed("\033[9;9H\033[6n\033[9A");
    CHECK_STR(answers, "\033[3;9R");
    CHECK_SCREEN("aaa|Xbb|ccc|ddd|eee", 8, 1);
    feed("\033[?6l");
    CHECK_SCREEN("aaa|Xbb|ccc|ddd|eee", 0, 0);
}

static void test_tabs(void)
{
    show("\033[3g\tx");
    CHECK_SCREEN("         x||||", 9, 0);
    show("\033[4G\033H\r\ta\tb");
    CHECK_SCREEN("   a    b||||", 9, 0);
    show("\033[9G\033[g\r\ta");
    CHECK_SCREEN("         a||||", 9, 0);
}

static void test_answers(void)
{
    show("\033[5n");
    CHECK_STR(answers, "\033[0n");
    show("ab\r\nc\033[6n");
    CHECK_STR(answers, "\033[2;2R");
    show("\033[c");
    CHECK_STR(answers, "\033[?6c");
    show("\033Z\033[1c\033[>c\033[?6n\033[7n");
    CHECK_STR(answers, "\033[?6c");
    vt.respond = NULL;
    vt.bell = NULL;
    feed("\033[6n\a");
}

static void test_modes(void)
{
    show("\033[?25l\033[?1h\033=\033[20h\033[?5h");
    CHECK(!vt.cursor_visible);
    CHECK(vt.application_cursor_keys);
    CHECK(vt.application_keypad);
    CHECK(vt.newline_mode);
    CHECK(vt.screen_reversed);
    feed("ab\nc");
    CHECK_SCREEN("ab|c|||", 1, 1);
    feed("\033[?25;1;5l\033>\033[20l\033[?25h");
    CHECK(vt.cursor_visible);
    CHECK(!vt.application_cursor_keys);
    CHECK(!vt.application_keypad);
    CHECK(!vt.newline_mode);
    CHECK(!vt.screen_reversed);
    feed("\033[?25l\033[2;3r\033[4h\033[1;31m\033)0\x0e\033c");
    CHECK(vt.cursor_visible);
    CHECK(!vt.insert_mode);
    feed("q");
    CHECK_SCREEN("q||||", 1, 0);
    CHECK_EQ(vt.bottom, 5);
    CHECK_EQ(cell_at(0, 0)->foreground, VT_COLOR_FOREGROUND);
    CHECK_EQ(cell_at(0, 0)->attributes, 0);
    feed("\033#8");
    CHECK_STR(row_text(4), "EEEEEEEEEE");
}

/* Blanks take the current background; so does what scrolls in. */
static void test_erase_color(void)
{
    show("\033[44mab\033[K\033[2J");
    CHECK_EQ(cell_at(9, 4)->background, 4);
    feed("\033[0m\033[5;1H\n");
    CHECK_EQ(cell_at(9, 4)->background, 0);
    CHECK_EQ(cell_at(9, 3)->background, 4);
}

/* What comes out of the decoder for these bytes, as numbers on the first row. */
static void check_codes(const char *text, unsigned count, const uint32_t *wanted)
{
    show(text);
    CHECK_EQ(vt.now.column, count);
    for (unsigned i = 0; i < count; i++)
        CHECK_EQ(cell_at(i, 0)->code, wanted[i]);
}

#define CHECK_CODES(text, ...)                                            \
    do {                                                                  \
        static const uint32_t wanted_[] = {__VA_ARGS__};                  \
        check_codes(text, sizeof(wanted_) / sizeof(wanted_[0]), wanted_); \
    } while (0)

static void test_utf8(void)
{
    CHECK_CODES("a\xc3\xa4z", 'a', 0xe4, 'z');
    CHECK_CODES("\xe2\x82\xac\xf0\x90\x8d\x88", 0x20ac, 0x10348);
    CHECK_CODES("\xf4\x8f\xbf\xbf\xef\xbf\xbf\xed\x9f\xbf", 0x10ffff, 0xffff, 0xd7ff);
    CHECK_CODES("\x80"
                "a",
                0xfffd, 'a');
    CHECK_CODES("\xc0\xaf", 0xfffd, 0xfffd);
    CHECK_CODES("\xe0\x80\xaf", 0xfffd);
    CHECK_CODES("\xf0\x80\x80\xaf", 0xfffd);
    CHECK_CODES("\xed\xa0\x80", 0xfffd);
    CHECK_CODES("\xf4\x90\x80\x80", 0xfffd);
    CHECK_CODES("\xf5\xff", 0xfffd, 0xfffd);
    CHECK_CODES("\xe2\x82"
                "a",
                0xfffd, 'a');
    CHECK_CODES("\xe2\x82\xc3\xa4", 0xfffd, 0xe4);
    CHECK_CODES("\xe2\033[1Ca", 0xfffd, ' ', 'a');
    CHECK_CODES("a\xc2\x9b"
                "b",
                'a', 'b');
    CHECK_CODES("e\xcc\x81"
                "f",
                'e', 'f');
    CHECK_CODES("\xe4\xb8\xad"
                "a",
                0x4e2d, ' ', 'a');
    show("012345678\xe4\xb8\xad");
    CHECK_SCREEN("012345678|?|||", 2, 1);
    show("\033[?7l012345678\xe4\xb8\xad");
    CHECK_SCREEN("012345678||||", 9, 0);
}

static void test_charsets(void)
{
    CHECK_CODES("\033(0qx\033(Bq", 0x2500, 0x2502, 'q');
    CHECK_CODES("\033)0q\x0e"
                "q\x0fq",
                'q', 0x2500, 'q');
    CHECK_CODES("\033(0`~_\x7f"
                "A",
                0x25c6, 0xb7, '_', 'A');
    CHECK_EQ(vt_graphics_code(0x7e), 0xb7);
    CHECK_EQ(vt_graphics_code(0x7f), 0x7f);
    CHECK_EQ(vt_graphics_code(0x2500), 0x2500);
    CHECK_EQ(vt_code_width('a'), 1);
    CHECK_EQ(vt_code_width(0x300), 0);
    CHECK_EQ(vt_code_width(0x370), 1);
    CHECK_EQ(vt_code_width(0x3fffd), 2);
    CHECK_EQ(vt_code_width(0x10ffff), 1);
}

/* Sequences that mean nothing here must show nothing, and end where they end. */
static void test_swallowed(void)
{
    CHECK_CODES("\033[12345678;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;1zx", 'x');
    CHECK_CODES("\033[?1049hx\033[1 qy\033[!pz", 'x', 'y', 'z');
    CHECK_CODES("\033[[Ax", 'x');
    CHECK_CODES("\033]0;title \xc3\xa4\x07x", 'x');
    CHECK_CODES("\033]0;title\033\\x", 'x');
    CHECK_CODES("\033]P1aabbccx\033]Ry", 'x', 'y');
    CHECK_CODES("\033P1$qm\nignored\033\\x", 'x');
    CHECK_CODES("\033_a\033\\\033^b\033\\\033Xc\033\\x", 'x');
    CHECK_CODES("\033%Gx\033  Fy\033kz", 'x', 'y', 'z');
    CHECK_CODES("\033[1\x18x\033[\x1ay", 'x', 'y');
    CHECK_CODES("\033[3\033[1Cx", ' ', 'x');
    CHECK_CODES("\033[\xc3\xa4", 0xe4);
    show("ab\033[\r1Cc");
    CHECK_SCREEN("ac||||", 2, 0);
}

static void test_dirty(void)
{
    show("");
    for (int row = 0; row < ROWS; row++)
        CHECK_EQ(vt_dirty_take(&vt), row);
    CHECK_EQ(vt_dirty_take(&vt), -1);
    feed("\033[3;1Hx\033[H");
    CHECK_EQ(vt_dirty_take(&vt), 2);
    CHECK_EQ(vt_dirty_take(&vt), -1);
    feed("\033[2;4r\033[4;1H\n");
    CHECK_EQ(vt_dirty_take(&vt), 1);
    CHECK_EQ(vt_dirty_take(&vt), 2);
    CHECK_EQ(vt_dirty_take(&vt), 3);
    CHECK_EQ(vt_dirty_take(&vt), -1);
    vt_dirty_all(&vt);
    CHECK_EQ(vt_dirty_take(&vt), 0);
}

/* Random output, rich in sequences. */
static size_t random_output(char *bytes, size_t limit)
{
    static const char finals[] = "@ABCDEFGHJKLMPXacdefghlmnrsu`";
    size_t size = 0;

    while (size + 24 < limit) {
        switch (unit_below(6)) {
        case 0:
            bytes[size++] = (char)unit_random();
            break;
        case 1:
            bytes[size++] = "\n\r\b\t\x0e\x0f\x1b\x18"[unit_below(8)];
            break;
        case 2:
            size += (size_t)sprintf(bytes + size, "\033%c", "78DEHMZc()[]P#="[unit_below(15)]);
            break;
        case 3:
            size += (size_t)sprintf(bytes + size, "\033[%s%u%c", unit_below(4) ? "" : "?",
                                    (unsigned)unit_below(30), finals[unit_below(29)]);
            break;
        case 4:
            size += (size_t)sprintf(bytes + size, "\033[%u;%u%c", (unsigned)unit_below(9),
                                    (unsigned)unit_below(12), finals[unit_below(29)]);
            break;
        default:
            size += (size_t)sprintf(bytes + size, "%.*s", 1 + (int)unit_below(9), "abcdefghi");
            break;
        }
    }
    return size;
}

static void check_invariants(void)
{
    bool seen[VT_ROWS_MAX] = {false};

    CHECK(vt.now.column < vt.columns && vt.now.row < vt.rows);
    CHECK(vt.saved.column < vt.columns && vt.saved.row < vt.rows);
    CHECK(vt.top < vt.bottom && vt.bottom <= vt.rows);
    for (unsigned row = 0; row < vt.rows; row++) {
        CHECK(vt.line[row] < vt.rows && !seen[vt.line[row]]);
        seen[vt.line[row]] = true;
        for (unsigned column = 0; column < vt.columns; column++) {
            uint8_t ink, paper;

            vt_cell_colors(&vt, cell_at(column, row), &ink, &paper);
            CHECK(ink < 16 && paper < 16);
            CHECK(cell_at(column, row)->code >= 0x20 && cell_at(column, row)->code <= 0x10ffff);
        }
    }
}

/* A hash of all that can be seen. */
static uint64_t screen_hash(void)
{
    uint64_t hash = vt.now.column * 1000 + vt.now.row;

    for (unsigned row = 0; row < vt.rows; row++) {
        for (unsigned column = 0; column < vt.columns; column++) {
            const struct vt_cell *cell = cell_at(column, row);

            hash = hash * 31 + cell->code;
            hash = hash * 31 + cell->foreground * 16u + cell->background;
            hash = hash * 31 + cell->attributes;
        }
    }
    return hash;
}

/* What scrolled off is kept, shown when asked for, and forgotten oldest first. */
static void test_history(void)
{
    static struct vt_cell kept[COLUMNS * 4];

    screen_open(COLUMNS, ROWS);
    vt_history_init(&vt, kept, 4);
    feed("1\r\n2\r\n3\r\n4\r\n5");
    vt_look(&vt, 1);
    CHECK_STR(row_text(0), "1");
    CHECK(vt_shows_cursor(&vt));
    feed("\r\n6\r\n7");
    while (vt_dirty_take(&vt) >= 0)
        continue;
    vt_look(&vt, 1);
    CHECK_STR(row_text(0), "2");
    CHECK_STR(row_text(1), "3");
    CHECK_STR(row_text(4), "6");
    CHECK(!vt_shows_cursor(&vt));
    CHECK_EQ(vt_dirty_take(&vt), 0);
    vt_look(&vt, 100);
    CHECK_STR(row_text(0), "1");
    vt_look(&vt, -1);
    CHECK_STR(row_text(0), "2");
    feed("x");
    CHECK_STR(row_text(0), "3");
    CHECK_STR(row_text(4), "7x");
    feed("\r\n8\r\n9\r\n10");
    vt_look(&vt, 100);
    CHECK_STR(row_text(0), "2");
    CHECK_STR(row_text(3), "5");
    CHECK_STR(row_text(4), "6");
    feed("\033[3J");
    vt_look(&vt, 100);
    CHECK(vt_shows_cursor(&vt));
}

/* Only what leaves the whole screen is kept: no region's lines, none that a program deletes. */
static void test_history_of_screen_only(void)
{
    static struct vt_cell kept[COLUMNS * 4];

    screen_open(COLUMNS, ROWS);
    vt_history_init(&vt, kept, 4);
    feed("1\r\n2\r\n3\033[1;3r\033[3;1H\n\n\033[r\033[1;1H\033[2M");
    vt_look(&vt, 1);
    CHECK(vt_shows_cursor(&vt));
}

static void test_fuzz(void)
{
    for (unsigned i = 0; i < 1500; i++) {
        unsigned columns = 1 + (unsigned)unit_below(i % 3 ? 12 : 3);
        unsigned rows = 1 + (unsigned)unit_below(i % 5 ? 7 : 2);
        char bytes[400];
        size_t size = random_output(bytes, sizeof(bytes));
        uint64_t hash;

        screen_open(columns, rows);
        vt.respond = NULL;
        vt_write(&vt, bytes, size);
        check_invariants();
        hash = screen_hash();
        screen_open(columns, rows);
        vt.respond = NULL;
        for (size_t at = 0, piece; at < size; at += piece) {
            piece = 1 + unit_below(5);
            piece = piece < size - at ? piece : size - at;
            vt_write(&vt, bytes + at, piece);
        }
        CHECK(screen_hash() == hash);
    }
}

static void test_largest(void)
{
    unsigned wide = VT_COLUMNS_MAX + 5, high = VT_ROWS_MAX + 5;

    screen_open(wide, high);
    CHECK_EQ(vt.columns, VT_COLUMNS_MAX);
    CHECK_EQ(vt.rows, VT_ROWS_MAX);
    feed("\033[9999;9999Hxy\033[H\033[9999L\033[9999M\033[9999@\033#8");
    check_invariants();
}

int main(void)
{
    UNIT_RUN(test_text);
    UNIT_RUN(test_wrap);
    UNIT_RUN(test_cursor);
    UNIT_RUN(test_erase);
    UNIT_RUN(test_insert_delete);
    UNIT_RUN(test_region);
    UNIT_RUN(test_tabs);
    UNIT_RUN(test_answers);
    UNIT_RUN(test_modes);
    UNIT_RUN(test_erase_color);
    UNIT_RUN(test_utf8);
    UNIT_RUN(test_charsets);
    UNIT_RUN(test_swallowed);
    UNIT_RUN(test_dirty);
    UNIT_RUN(test_history);
    UNIT_RUN(test_history_of_screen_only);
    UNIT_RUN(test_fuzz);
    UNIT_RUN(test_largest);
    free(cells);
    return unit_result();
}
