"""Debian's busybox at the terminal: editors, pagers, job control, as a person uses them over the serial line."""
import contextlib
import shutil

import pytest

import limen

PROMPT = r"[#$] (\x1b\[6n)?$"  # ash asks where the cursor is


@pytest.fixture(name="root")
def make_root(tmp_path):
    """A root with busybox and a text of a hundred lines."""
    (tmp_path / "bin").mkdir()
    shutil.copy(shutil.which("busybox"), tmp_path / "bin/busybox")
    (tmp_path / "data").mkdir()
    (tmp_path / "data/text").write_text("".join(f"line {i}\n" for i in range(1, 101)))
    return tmp_path


@contextlib.contextmanager
def ash(root, **options):
    """busybox's shell at the prompt, on a terminal of 24 lines."""
    with limen.Console(roots=[root], **options) as console:
        console.expect(PROMPT)
        console.send("export TERM=linux; exec /bin/busybox ash\r")
        console.expect(PROMPT)
        command(console, "cd /data; b() { /bin/busybox \"$@\"; }; stty() { b stty \"$@\"; }; stty rows 24 cols 80")
        yield console


def command(console, line):
    """Runs a line that prints nothing of interest."""
    console.send(line + "; echo done=$?\r")
    console.expect(r"done=0\r+\n")
    console.expect(PROMPT)


def test_window_size(root):
    with ash(root) as console:
        console.send("stty size\r")
        console.expect(r"\n24 80\r+\n")
        console.send("stty rows 50 cols 132; stty size\r")
        console.expect(r"\n50 132\r+\n")


def vi_insert(console, keys, line):
    """Types keys that end in insert mode, on that line, and leaves it: ESC alone, or it began another key."""
    console.send(keys)
    console.expect("I text ")
    console.send("\x1b")
    console.expect(rf"- text \[Modified\] {line}/")


def test_vi_edits_and_saves(root):
    with ash(root) as console:
        console.send("b vi text\r")
        console.expect("line 23")
        vi_insert(console, "ofirst", 2)
        vi_insert(console, "G$xanew", 101)
        console.send(":wq\r")
        console.expect(PROMPT)
        console.send("b head -n 2 text; b tail -n 1 text; b wc -l text\r")
        console.expect(r"\nline 1\r+\nfirst\r+\nline 10new\r+\n101 text\r+\n")
        console.expect(PROMPT)


def test_vi_moves_with_cursor_keys(root):
    with ash(root) as console:
        console.send("b vi text\r")
        console.expect("line 23")
        console.send("\x1b[B\x1b[B\x1b[C\x1b[C\x1b[C\x1b[C")
        vi_insert(console, "ix", 3)
        console.send(":x\r")
        console.expect(PROMPT)
        console.send("b sed -n 3p text\r")
        console.expect(r"\nlinex 3\r+\n")


def test_less_pages(root):
    with ash(root) as console:
        console.send("b less text\r")
        console.expect("line 23")
        console.send(" ")
        console.expect("line 46")
        console.send("\x1b[6~")
        console.expect("line 69")
        console.send("/line 95\r")
        console.expect("line 95")
        console.send("q")
        console.expect(PROMPT)
        command(console, "true")


def test_top_shows_and_quits(root):
    with ash(root) as console:
        console.send("b top\r")
        console.expect("Load average")
        console.expect("COMMAND")
        console.expect("top")
        console.send("q")
        console.expect(PROMPT)
        command(console, "true")


def test_interrupt_of_pipeline(root):
    with ash(root) as console:
        console.send("b yes | b cat >/dev/null; echo status $?\r")
        console.expect(r"\r+\n")
        console.send("\x03")
        console.expect(r"\^C")
        console.expect(PROMPT)
        console.send("echo $?\r")
        console.expect(r"\n130\r+\n")
        console.expect(PROMPT)
        console.send("b ps | b grep -c '[y]es'\r")
        console.expect(r"\n0\r+\n")


def test_stop_and_resume(root):
    with ash(root) as console:
        console.send("/bin/busybox cat\r")
        console.expect(r"\r+\n")
        console.send("one\r")
        console.expect(r"one\r+\none\r+\n")
        console.send("\x1a")
        console.expect("Stopped")
        console.expect(PROMPT)
        console.send("jobs\r")
        console.expect(r"\[1\]\+? +Stopped")
        console.expect(PROMPT)
        console.send("fg\r")
        console.expect(r"cat\r+\n")
        console.send("two\r")
        console.expect(r"two\r+\ntwo\r+\n")
        console.send("\x04")
        console.expect(PROMPT)


def test_background_reader_stops(root):
    with ash(root) as console:
        console.send("/bin/busybox cat &\r")
        console.expect(PROMPT)
        console.send("b sleep 1; jobs\r")
        console.expect(r"Stopped \(tty input\)")
        console.expect(PROMPT)
        console.send("fg\r")
        console.expect(r"cat\r+\n")
        console.send("x\r")
        console.expect(r"x\r+\nx\r+\n")
        console.send("\x03")
        console.expect(PROMPT)


def test_suspended_editor_comes_back(root):
    with ash(root) as console:
        console.send("b vi text\r")
        console.expect("line 23")
        console.send("\x1a")
        console.expect("Stopped")
        console.expect(PROMPT)
        console.send("stty -a\r")
        console.expect(" icanon ")
        console.expect(PROMPT)
        console.send("fg\r")
        console.expect("line 23")
        console.send(":q\r")
        console.expect(PROMPT)


def test_sed_awk_find_tar_gzip(root):
    """What is typed goes through sed and awk up to ^D (sed looks a line ahead); find, tar and gzip at the prompt."""
    with ash(root) as console:
        for program, answer in (("sed s/o/0/g", "f00 bar"), ("awk '{ print $2, $1 }'", "bar foo")):
            console.send(f"b {program}\r")
            console.expect(r"\r+\n")
            console.send("foo bar\r")
            console.expect(r"foo bar\r+\n")
            console.send("\x04")
            console.expect(rf"{answer}\r+\n")
            console.expect(PROMPT)
        console.send("b gzip text; b tar cf a.tar text.gz; b gunzip text.gz; b tar tf a.tar; b find . | b sort\r")
        console.expect(r"\ntext\.gz\r+\n\.\r+\n\./a\.tar\r+\n\./text\r+\n")
        console.expect(PROMPT)
