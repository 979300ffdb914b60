"""Typing at the shell's prompt: the line editor, on a pseudo-terminal of 40 columns."""

import os
import re

import pexpect
import pytest

import limen


@pytest.fixture
def shell(programs, tmp_path):
    environment = {"PATH": str(programs), "PS1": "$ ", "TERM": "linux", "HOME": str(tmp_path)}
    child = pexpect.spawn("sh", env=environment, cwd=tmp_path, dimensions=(24, 40), timeout=limen.TIMEOUT_S)
    child.expect_exact("$ ")
    yield child
    child.close(force=True)


LEFT, RIGHT, UP, DOWN = "\x1b[D", "\x1b[C", "\x1b[A", "\x1b[B"
HOME, END, DELETE = "\x1b[H", "\x1b[F", "\x1b[3~"

KEYS = {
    "echo ac" + LEFT + "b": "abc",
    "echo ab" + LEFT * 2 + RIGHT + "x": "axb",
    "ho x" + HOME + "ec": "x",
    "ho x\x01ec\x05y": "xy",
    "\x1b[1~echo a\x1b[4~b\x1bOHx\x7f\x1bOFc": "abc",
    "echo ab\x02\x02\x06x": "axb",
    "echo abc" + LEFT + "\x7f": "ac",
    "echo abc" + LEFT + "\x08": "ac",
    "echo abc" + LEFT * 2 + DELETE: "ac",
    "echo abc" + LEFT * 2 + "\x04": "ac",
    "echo abc" + LEFT * 2 + "\x0b": "a",
    "echo a" + LEFT + "\x0bx\x19": "xa",
    "nonsense\x15echo a": "a",
    "echo one two \x17x": "one x",
    "x" + LEFT * 9 + "echo " + RIGHT * 9: "x",
    "b echo\x17\x01\x19 a \x05": "a b",
    "echo b\x1bba \x1bfc": "a bc",
    "echo b\x1b[1;5Da \x1b[1;5Cc": "a bc",
    "\x1b[5~\x1b[200~\x1bOP\x1b[Zecho x": "x",
    "echo äö" + LEFT + "\x7fo": "oö",
    "echo äöü" + LEFT * 2 + DELETE: "äü",
    "echo 日本" + LEFT + "x": "日x本",
    "echo e\u0301x" + LEFT + "\x7fy": "yx",
    "echo \x80x": "\ufffdx",
    "\x7f\x0b\x15\x17\x19" + DELETE + UP + DOWN + "echo x": "x",
}


@pytest.mark.parametrize("keys", KEYS)
def test_keys(shell, keys):
    shell.send(keys.encode("latin-1") if "\x80" in keys else keys)
    shell.send("\r")
    shell.expect_exact("\r\n")
    shell.expect_exact("\r\n$ ")
    lines = shell.before.decode(errors="replace").split("\r\n")
    assert lines[-1] == KEYS[keys]


def test_history(shell):
    for line in ["echo 1", "echo 2", "echo 2", "   ", "echo 3"]:
        shell.send(line + "\r")
        shell.expect_exact("\r\n$ ")
    for keys, answer in [(UP, "3"), (UP * 2, "2"), (UP * 4, "1"), (UP * 9, "1"), ("\x10\x10\x0e", "1"),
                         ("echo dra" + UP * 4 + DOWN * 9 + "ft", "draft"), (UP + "x", "draftx")]:
        shell.send(keys + "\r")
        shell.expect_exact(f"\r\n{answer}\r\n$ ")


FC = [
    ("PS1='$?$ '", "", 0),
    ("echo one; echo o", "one\r\no", 0),
    ("echo two", "two", 0),
    ("fc -l -2", "2\techo one; echo o\r\n3\techo two", 0),
    ("fc -lr 2 3", "3\techo two\r\n2\techo one; echo o", 0),
    ("fc -ln 3 2", "\techo two\r\n\techo one; echo o", 0),
    ("fc -l 90 99", "6\tfc -ln 3 2", 0),
    ("fc -l -99 echo", "1\tPS1='$?$ '\r\n2\techo one; echo o\r\n3\techo two", 0),
    ("fc -s one=1", "sh: fc: one: not in the command", 1),
    ("fc -s 2", "echo one; echo o\r\none\r\no", 0),
    ("fc -s o=0 echo", "ech0 one; echo o\r\nsh: ech0: not found\r\no", 0),
    ("fc -s two=2 3", "echo 2\r\n2", 0),
    ("fc -ln -3", "\techo one; echo o\r\n\tech0 one; echo o\r\n\techo 2", 0),
    ("fc -s -- 'fc -l'", "fc -ln -3\r\n\techo one; echo o\r\n\tech0 one; echo o\r\n\techo 2", 0),
    ("fc -s nosuch", "sh: fc: nosuch: not in the history", 1),
    ("fc -e", "sh: fc: -e: which editor?", 2),
    ("fc -x", "sh: fc: -x: unknown option", 2),
    ("fc -e true 3", "echo two\r\ntwo", 0),
    ("fc -e false 3", "", 1),
    ("fc -e ./change 3", "changed\r\nsh: changed: not found", 127),
    ("fc -l -1", "19\tchanged", 0),
    ("FCEDIT=./twice; fc -r 2 3", "echo two\r\necho one; echo o\r\necho last\r\ntwo\r\none\r\no\r\nlast", 0),
    ("fc -e true 999", "sh: fc: 999: not in the history", 1),
    ("true;:", "", 0),
    ("fc -s; echo $?", "true;:\r\n0", 0),
]


def test_fc(shell, tmp_path):
    """Lists the history, runs lines of it again, changed or edited."""
    (tmp_path / "change").write_text("echo changed >$1\n")
    (tmp_path / "twice").write_text("echo echo last >>$1\n")
    for name in ("change", "twice"):
        (tmp_path / name).chmod(0o755)
    for line, answer, status in FC:
        shell.send(line + "\r")
        shell.expect_exact(line)
        shell.expect(r"(?s)\r\n(.*?)(\d+)\$ $")
        seen = re.sub(r"\S*/sh: ", "sh: ", shell.match[1].decode()), int(shell.match[2])
        assert seen == (answer + "\r\n" if answer else "", status), line


def test_history_is_kept(programs, tmp_path):
    """Lines go to ~/.sh_history as they are typed; another shell knows them, `history` lists them."""
    (tmp_path / ".sh_history").write_text("".join(f"echo {n}\n" for n in range(2001)) + "echo old")
    environment = {"PATH": str(programs), "PS1": "$ ", "TERM": "linux", "HOME": str(tmp_path)}
    for keys, answer in [("echo new\r", "new"), (UP + "\r", "new"), ("history 2\r", "  501  echo new\r\n  502  "),
                         ("HISTFILE=\recho none\r", "none")]:
        with pexpect.spawn("sh", env=environment, cwd=tmp_path, dimensions=(24, 40), timeout=20) as child:
            child.expect_exact("$ ")
            child.send(keys)
            child.expect_exact("\r\n" + answer)
            child.expect_exact("$ ")
    lines = (tmp_path / ".sh_history").read_text().split("\n")
    assert lines[0] == "echo 1502" and lines[-5:] == ["echo old", "echo new", "history 2", "HISTFILE=", ""]
    assert os.listdir(tmp_path) == [".sh_history"]


def test_search(shell):
    for word in ["alpha", "beta", "gamma"]:
        shell.send(f"echo {word}\r")
        shell.expect_exact(f"\r\n{word}\r\n$ ")
    for keys, answer in [("\x12alp\r", "alpha"), ("\x12ta\x01\x05x\r", "betax"), ("\x12a\x12\x12\r", "gamma"),
                         ("\x12gamxx\x7f\x7f\r", "gamma")]:
        shell.send(keys)
        shell.expect_exact(f"\r\n{answer}\r\n$ ")


def test_interrupt_gives_a_fresh_prompt(shell):
    shell.send("echo no" + LEFT + "\x03")
    shell.expect_exact("^C\r\n$ ")
    shell.send("echo $?\r")
    shell.expect_exact("\r\n130\r\n$ ")
    shell.send("echo 'half\r")
    shell.expect_exact("> ")
    shell.send("\x03")
    shell.expect_exact("^C\r\n$ ")
    shell.send("echo whole\r")
    shell.expect_exact("\r\nwhole\r\n$ ")


def test_end(shell):
    shell.send("echo a\x04b\r")  # nothing behind the cursor to delete
    shell.expect_exact("\r\nab\r\n$ ")
    shell.send("sh -c 'exit 3'\r")
    shell.expect_exact("\r\n$ ")
    shell.send("\x04")
    shell.expect(pexpect.EOF)
    shell.wait()
    assert shell.exitstatus == 3


def test_line_longer_than_the_terminal(shell):
    """Full rows are ended by the editor itself, and the cursor goes up to the first."""
    shell.send("echo " + "x" * 33)
    shell.expect_exact("x" * 32)
    shell.expect_exact("x\r\r\n")  # 2 + 5 + 33 columns: the cursor is in the second row
    shell.send("y" * 50 + HOME)
    shell.expect_exact("\x1b[2A\r\x1b[2C")
    shell.send(RIGHT * 5 + "z" + "\r")
    shell.expect_exact("\r\nz" + "x" * 33 + "y" * 50 + "\r\n$ ")
    shell.send("echo " + "w" * 5000 + "\r")  # more than a line may have: a bell, and the rest is kept
    shell.expect_exact("\r\n" + "w" * 4090)


def test_window_size(shell):
    shell.setwinsize(24, 20)
    shell.send("echo " + "x" * 13)
    shell.expect_exact("x\r\r\n")
    shell.send("\r")
    shell.expect_exact("\r\n" + "x" * 13 + "\r\n$ ")


def test_terminal_is_cooked_for_programs(shell):
    shell.send("head -n 1\r")
    shell.expect_exact("head -n 1\r\n")
    shell.send("abc\x7fd\r")
    shell.expect_exact("abc\b \bd\r\nabd\r\n$ ")


def test_input_typed_ahead(shell):
    """What comes while a program runs is the program's, or then the prompt's."""
    shell.send("sleep 0.5\recho a\recho b\r")
    shell.expect_exact("\r\na\r\n")
    shell.expect_exact("\r\nb\r\n$ ")
    shell.send("head -n 1\rfor head\r")
    shell.expect_exact("\r\nfor head\r\n$ ")


def test_completion(shell, tmp_path):
    (tmp_path / "a folder").mkdir()
    (tmp_path / "a folder" / "inside").write_text("found\n")
    (tmp_path / "one1").write_text("1\n")
    (tmp_path / "one2").write_text("2\n")
    (tmp_path / ".hidden").write_text("h\n")
    for keys, answer in [("hex\tone1 | hea\t -n 1", "0000"), ("cat a\tin\t", "found"), ("cat o\t2", "2"),
                         ("cat .h\t", "h"), ("true;unam\t", "L"), ("ech\tx", "x"), ("cat <one2\t", "2")]:
        shell.send(keys + "\r")
        shell.expect("\r\n(" + answer + "[^\r]*)\r\n\\$ ")
    shell.send("cat o\t\t\t")
    shell.expect_exact("\r\none1  one2\r\n")
    shell.send("1\r")
    shell.expect_exact("\r\n1\r\n$ ")
    shell.send("echo zzz\t\t\r")
    shell.expect_exact("\r\nzzz\r\n$ ")


def test_completion_of_strange_names(shell, tmp_path):
    """A newline in a name would end the command; half a character of UTF-8 would be none."""
    (tmp_path / "x\necho hidden").write_text("")
    (tmp_path / "zä").write_text("1\n")
    (tmp_path / "zö").write_text("2\n")
    for keys, answer in [("echo x\t", "x"), ("cat z\tö", "2")]:
        shell.send(keys + "\r")
        shell.expect_exact(f"\r\n{answer}\r\n$ ")


def test_dumb_terminal_is_not_edited(programs, tmp_path):
    child = pexpect.spawn("sh", env={"PATH": str(programs), "PS1": "$ ", "TERM": "dumb"}, cwd=tmp_path,
                          timeout=limen.TIMEOUT_S)
    child.expect_exact("$ ")
    child.send("echo x\n")
    child.expect_exact("echo x\r\nx\r\n$ ")
    child.send("half a line\x03")
    child.expect_exact("^C\r\n$ ")
    child.send("echo $?\n")
    child.expect_exact("\r\n130\r\n$ ")
    child.close(force=True)
