"""The screen as it looks: pictures of it, which QEMU's monitor takes, and keys that it presses on the keyboard.

What stands in a picture is read by the shapes of the characters, which a line with all of them shows first.
"""
import collections
import time

import pytest

import limen

PROMPT = r"limen# $"
MONITOR = r"\(qemu\) "
FIRMWARE = {"bios": (9, 720, 400), "uefi": (8, None, None)}  # how wide a character is; how large the screen
HIGH = 16
ASCII = "".join(map(chr, range(33, 127)))
KEYS = {" ": "spc", "\n": "ret", "|": "shift-backslash", ";": "semicolon", "/": "slash", "\x1a": "ctrl-z",
        "\x08": "backspace"}
LOOKS = 100
STEP = 24  # colours less apart are the same: VGA has fewer
RED, GRAY, BLUE, BLACK = (170, 0, 0), (170, 170, 170), (0, 0, 170), (0, 0, 0)

Cell = collections.namedtuple("Cell", "shape ink paper")


class Picture:
    """A screendump (PPM), cut into the cells of its characters."""

    def __init__(self, data, wide):
        kind, size, depth, self.pixels = data.split(b"\n", 3)
        assert (kind, depth) == (b"P6", b"255")
        self.width, self.height = map(int, size.split())
        self.wide = wide
        self.columns, self.rows = self.width // wide, self.height // HIGH

    def cell(self, row, column):
        """The shape of what stands there, and its colours; the upper left corner is paper in all of them."""
        dots = []
        for y in range(row * HIGH, row * HIGH + HIGH):
            start = 3 * (y * self.width + column * self.wide)
            dots += [tuple(self.pixels[i:i + 3]) for i in range(start, start + 3 * self.wide, 3)]
        ink = next((dot for dot in dots if dot != dots[0]), None)
        return Cell(tuple(dot != dots[0] for dot in dots), ink, dots[0])

    def read(self, shapes):
        """Its lines; what has a shape that isn't known, such as the cursor, is a question mark."""
        return ["".join(shapes.get(self.cell(row, column).shape, "?") for column in range(self.columns)).rstrip()
                for row in range(self.rows)]


class Screen:
    """A machine's console, its screen and its keyboard."""

    def __init__(self, console, folder, wide):
        self.console, self.path, self.wide = console, folder / "picture", wide
        console.expect(PROMPT, timeout=limen.TIMEOUT_S)
        self.shell("cat /ascii")
        picture = self.picture()
        blank = picture.cell(10, 10).shape
        self.shapes = {picture.cell(0, column).shape: ASCII[column] for column in range(60)}
        self.shapes.update({picture.cell(1, column).shape: ASCII[60 + column] for column in range(len(ASCII) - 60)})
        assert len(self.shapes) == len(ASCII) and blank not in self.shapes
        self.shapes[blank] = " "

    def shell(self, line):
        self.console.send(line + "\r")
        self.console.expect(r"\n")
        self.console.expect(PROMPT)

    def monitor(self, *commands):
        """Commands for QEMU's monitor, which is on the same terminal behind C-a c."""
        self.console.send("\x01c")
        for command in commands:
            self.console.expect(MONITOR)
            self.console.send(command + "\r")
        self.console.expect(MONITOR)
        self.console.send("\x01c")

    def picture(self):
        self.monitor(f"screendump {self.path}")
        return Picture(self.path.read_bytes(), self.wide)

    def lines(self):
        return self.picture().read(self.shapes)

    def wait_for(self, wanted):
        """Until the screen shows these lines; the cursor may be seen or not."""
        for _ in range(LOOKS):
            lines = [text for line in self.lines() if (text := line.rstrip("? "))]
            if lines == wanted:
                return
            time.sleep(0.1)
        assert lines == wanted

    def press(self, text):
        self.monitor(*("sendkey " + KEYS.get(key, key) for key in text))


def rough(colour):
    return tuple(value // STEP for value in colour)


def check_colours(screen):
    screen.shell("cat /colours")
    picture = screen.picture()
    assert picture.read(screen.shapes)[:4] == ["red plain", "reverse", "", "   at 4,4 q"], picture.read(screen.shapes)
    for place, ink, paper in (((0, 0), RED, BLACK), ((0, 4), GRAY, BLACK), ((1, 0), BLACK, BLUE)):
        cell = picture.cell(*place)
        assert (rough(cell.ink), rough(cell.paper)) == (rough(ink), rough(paper)), (place, cell)


def check_scrolling(screen):
    """What has left the screen can be seen once more, until there is output."""
    screen.shell("i=0; while [ $i -lt 200 ]; do echo line $i; i=$((i + 1)); done")
    bottom = screen.lines()
    rows = len(bottom)
    assert bottom[:-1] == [f"line {n}" for n in range(201 - rows, 200)] and bottom[-1].startswith("limen#")
    screen.monitor("sendkey shift-pgup")
    back = screen.lines()
    assert back[0] == f"line {201 - rows - rows // 2}", back
    screen.shell("echo here")
    assert "here" in screen.lines()[-2]


def check_keyboard(screen):
    """Keys are characters; some edit, some send signals."""
    screen.press("cat /clear; echo kez\x08y | cat\n")
    screen.wait_for(["key", "limen#"])
    screen.press("cat /clear; cat\n")
    screen.wait_for([])
    screen.press("ab\n")
    screen.wait_for(["ab", "ab"])
    screen.press("\x1a")
    screen.wait_for(["ab", "ab", "^Z", "[1] + Stopped                    cat", "limen#"])


@pytest.mark.parametrize("firmware", FIRMWARE)
def test_screen(tmp_path, firmware):
    wide, width, height = FIRMWARE[firmware]
    root = tmp_path / "root"
    root.mkdir()
    (root / "ascii").write_text(f"\x1b[H\x1b[2J{ASCII[:60]}\n{ASCII[60:]}\n")
    (root / "clear").write_text("\x1b[H\x1b[2J")
    (root / "colours").write_text("\x1b[H\x1b[2J\x1b[31mred\x1b[0m plain\n\x1b[7;34mreverse\x1b[0m\n"
                                  "\x1b[4;4Hat 4,4 x\bq\n")
    with limen.Console(roots=[root], firmware=firmware) as console:
        screen = Screen(console, tmp_path, wide)
        if width:
            picture = screen.picture()
            assert (picture.width, picture.height) == (width, height)
        check_colours(screen)
        check_scrolling(screen)
        check_keyboard(screen)
        console.send("poweroff\r")
        assert console.end() == 0
