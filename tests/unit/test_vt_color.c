/* Unit test of kernel/lib/vt_color, through the screen. */
#include "tests/unit/unit.h"

#include "kernel/lib/vt.h"
#include "kernel/lib/vt_color.h"

static struct vt vt;
static struct vt_cell cells[2];

/* Writes to a new screen of two cells in one row, then an x. */
static const struct vt_cell *show(const char *text)
{
    vt_init(&vt, cells, 2, 1);
    vt_write(&vt, text, strlen(text));
    vt_write(&vt, "x", 1);
    return vt_row(&vt, 0);
}

static void check_colors(const char *text, unsigned foreground, unsigned background,
                         unsigned attributes)
{
    const struct vt_cell *cell = show(text);

    CHECK_EQ(cell->code, 'x');
    CHECK_EQ(cell->foreground, foreground);
    CHECK_EQ(cell->background, background);
    CHECK_EQ(cell->attributes, attributes);
}

static void test_sgr(void)
{
    check_colors("", 7, 0, 0);
    check_colors("\033[31;42m", 1, 2, 0);
    check_colors("\033[91;102m", 9, 10, 0);
    check_colors("\033[31;42;39m", 7, 2, 0);
    check_colors("\033[31;42;49m", 1, 0, 0);
    check_colors("\033[1;2;3;4;5;7m", 7, 0,
                 VT_BOLD | VT_DIM | VT_ITALIC | VT_UNDERLINE | VT_BLINK | VT_REVERSE);
    check_colors("\033[1;2;3;4;5;7m\033[22;24m", 7, 0, VT_ITALIC | VT_BLINK | VT_REVERSE);
    check_colors("\033[1;2;3;4;5;7;23;25;27m", 7, 0, VT_BOLD | VT_DIM | VT_UNDERLINE);
    check_colors("\033[1;31m\033[m", 7, 0, 0);
    check_colors("\033[1;31m\033[0m", 7, 0, 0);
    check_colors("\033[1;;4m", 7, 0, VT_UNDERLINE);
    check_colors("\033[21m", 7, 0, VT_UNDERLINE);
    check_colors("\033[38;5;12;1m", 12, 0, VT_BOLD);
    check_colors("\033[38;5;196;48;5;21m", 9, 12, 0);
    check_colors("\033[38;5;94;48;5;17m", 3, 4, 0);
    check_colors("\033[38;5;255;48;5;232m", 15, 8, 0);
    check_colors("\033[38;5;16;48;5;244m", 0, 7, 0);
    check_colors("\033[48;2;0;170;0;4m", 7, 2, VT_UNDERLINE);
    check_colors("\033[38;2;255;85;85m", 9, 0, 0);
    check_colors("\033[38;2;1m", 7, 0, VT_DIM | VT_BOLD);
    check_colors("\033[38m", 7, 0, 0);
    check_colors("\033[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;31;32m", 1, 0, 0x3f);
    check_colors("\033[4:3m", 7, 0, 0);
    check_colors("\033[10;99;65535;999999999999m", 7, 0, 0);
}

static void check_drawn(const char *text, unsigned foreground, unsigned background)
{
    uint8_t ink, paper;

    vt_cell_colors(&vt, show(text), &ink, &paper);
    CHECK_EQ(ink, foreground);
    CHECK_EQ(paper, background);
}

static void test_drawn_colors(void)
{
    check_drawn("", 7, 0);
    check_drawn("\033[1m", 15, 0);
    check_drawn("\033[2m", 8, 0);
    check_drawn("\033[7m", 0, 7);
    check_drawn("\033[?5h", 0, 7);
    check_drawn("\033[?5h\033[7m", 7, 0);
    check_drawn("\033[1;31;42m", 9, 2);
    check_drawn("\033[5;31;42m", 1, 10);
    check_drawn("\033[7;31;42m", 2, 1);
    check_drawn("\033[2;7;42m", 2, 8);
    CHECK_EQ(vt_color_rgb(0), 0);
    CHECK_EQ(vt_color_rgb(1), 0xaa0000);
    CHECK_EQ(vt_color_rgb(3), 0xaa5500);
    CHECK_EQ(vt_color_rgb(4), 0x0000aa);
    CHECK_EQ(vt_color_rgb(8), 0x555555);
    CHECK_EQ(vt_color_rgb(11), 0xffff55);
    CHECK_EQ(vt_color_rgb(15), 0xffffff);
}

int main(void)
{
    UNIT_RUN(test_sgr);
    UNIT_RUN(test_drawn_colors);
    return unit_result();
}
