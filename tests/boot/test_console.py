"""The machine as a person meets it: a prompt on the terminal."""

import re
import subprocess

import pytest

import limen

PROMPT = "[#$] $"


@pytest.mark.parametrize("firmware", ["bios", "uefi"])
def test_prompt(firmware):
    with limen.Console(firmware=firmware) as console:
        console.expect(PROMPT)
        console.sendline("echo a b | cat")
        console.expect(r"\r+\na b\r+\n")
        console.expect(PROMPT)
        console.sendline("poweroff")
        assert console.end() == 0


def test_editor():
    """`make run` has busybox's editor, and vi knows how large the terminal is. Limen's own programs come first."""
    with limen.Console(roots=[limen.BUILD / "busybox.cpio"]) as console:
        console.expect("\n  vi /tmp/text +an editor", timeout=limen.TIMEOUT_S)
        console.expect(PROMPT)
        console.sendline("stty size; type vi ls; help | grep -c '^  vi \\|^  ls \\| vi '")
        console.expect(r"\r+\n24 80\r+\nvi is /usr/bin/vi\r+\nls is /bin/ls\r+\n2\r+\n")
        console.expect(PROMPT)
        console.send("vi /tmp/text\r")
        console.expect(r"\x1b\[24;1H.*- /tmp/text 1/1 100%")
        console.send("ione\rtwo")
        console.expect(r"\[Modified\] 2/2 100%.*two")
        console.send("\x1b")
        console.expect(r"- /tmp/text \[Modified\] 2/2 100%")
        console.send(":x\r")
        console.expect(PROMPT)
        console.sendline("cat /tmp/text; poweroff")
        console.expect(r"\r+\none\r+\ntwo\r+\n")
        assert console.end() == 0


def test_another_init():
    """Another first program gets no words that are meant for init."""
    with limen.Console(init="/bin/sh") as console:
        console.expect(PROMPT, timeout=limen.TIMEOUT_S)
        console.sendline("echo $$ $#; poweroff")
        console.expect(r"\r+\n1 0\r+\n")
        assert console.end() == 0


def test_end_of_shell():
    """The machine goes off when the shell ends."""
    with limen.Console() as console:
        console.expect(PROMPT)
        console.sendline("exit")
        assert console.end() == 0


def test_shell_on_each_terminal():
    """The screen is a terminal of its own here, whose shell comes back; the end of the console's ends the machine."""
    with limen.Console(smp=2, append="console=ttyS0") as console:
        console.expect(PROMPT)
        for number in ["3", "[4-9]"]:
            console.sendline("ps; ls -l /proc/[0-9]*/fd/0")
            console.expect(rf"\n +({number}) +1 +\1 . +\S+ sh\r+\n")
            screen_shell = console.match[1].decode()
            console.expect(rf"/proc/{screen_shell}/fd/0.*-> /dev/tty1\r+\n")
            console.expect(PROMPT)
            console.sendline(f"kill -9 {screen_shell}; sleep 1")
            console.expect(PROMPT)
        console.sendline("exit")
        assert console.end() == 0


@pytest.mark.parametrize("text, output", [("", ""), ("hello\ncat\nin cat\n", "in cat")])
def test_no_terminal(text, output):
    """What is no terminal is typed; the end of it ends cat, then the shell, then the machine."""
    with limen.cpus():
        done = subprocess.run([limen.TOOL, "--smp=1", f"--timeout={limen.TIMEOUT_S}"], input=text.encode(),
                              capture_output=True)
    assert (done.returncode, done.stderr) == (0, b""), done
    shown = done.stdout.decode().replace("\r", "")
    assert re.search("limen# .*\n.*power: off", shown, re.DOTALL), shown
    assert ("Hello, world, from ring 3!" in shown) == bool(text) and shown.count(output) >= 2, shown


def test_line_is_edited():
    with limen.Console(smp=1) as console:
        console.expect(PROMPT)
        console.sendline("ecc\x7fho one tow\x7f\x7fwo")
        console.expect(r"\r+\none two\r+\n")


def test_quit():
    """C-a x ends QEMU: nothing is wrong with the machine."""
    with limen.Console(smp=1) as console:
        console.expect(PROMPT)
        console.send("\x01x")
        assert console.end() == 0


def test_panic_is_seen():
    with limen.Console(append="crash=panic") as console:
        console.expect("panic: ", timeout=limen.TIMEOUT_S)
        assert console.end() == 125


def test_line_editor():
    """Arrow keys, history, completion and ^C at the prompt, and a cooked terminal for programs."""
    with limen.Console(smp=2) as console:
        console.expect(PROMPT)
        for keys, answer in [("echo ac\x1b[Db", "abc"), ("\x1b[A\x1b[A", "abc"), ("ech\tx", "x"), ("\x12abc", "abc"),
                             ("echo äö\x1b[D\x7fo", "oö")]:
            console.send((keys + "\r").encode())
            console.expect(f"\r+\n{answer}\r+\n".encode())
            console.expect(PROMPT)
        console.send("nonsense\x03")
        console.expect_exact("^C")
        console.expect(PROMPT)
        console.send("echo $?; head -n 1\r")
        console.expect("130\r+\n")
        console.send("abc\x7fd\r")
        console.expect("\r+\nabd\r+\n")
        console.expect(PROMPT)
        console.send("\x04")
        assert console.end() == 0


def test_job_control():
    """^Z stops, bg and fg go on, ^C ends, and who is in the background may not read."""
    with limen.Console(smp=2) as console:
        console.expect(PROMPT)
        for line, answer in [
            ("sh -c 'echo go; sleep 1000'\r", "go\r+\n"),
            ("\x1a", r"\[1\] \+ Stopped +sh -c 'echo go; sleep 1000'"),
            ("bg\r", r"\[1\] sh -c 'echo go; sleep 1000'"),
            ("cat &\rjobs\r", r"\[1\] - Running +sh -c"),
            ("jobs\r", r"\[2\] \+ Stopped \(tty input\) +cat"),
            ("fg\r", "\r\ncat\r+\n"),
            ("typed\r", "typed\r+\ntyped\r+\n"),
            ("\x04", PROMPT),
            ("fg\r", "\r\nsh -c 'echo go; sleep 1000'\r+\n"),
            ("\x03", r"\^C\r+\n"),
            ("jobs; echo $?\r", "\r\n0\r+\n"),
        ]:
            console.send(line.encode())
            console.expect(answer.encode())
        console.expect(PROMPT)
        console.send("\x04")
        assert console.end() == 0
