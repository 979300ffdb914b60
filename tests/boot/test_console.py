"""The machine as a person meets it: a prompt on the terminal."""

import re
import subprocess

import pytest

import limen

PROMPT = "[#$] $"


@pytest.mark.parametrize("firmware", ["bios", "uefi"])
def test_prompt(firmware):
    with limen.Console(firmware=firmware) as console:
        console.expect(PROMPT, timeout=limen.TIMEOUT_S)
        console.sendline("echo a b | cat")
        console.expect(r"\r+\na b\r+\n")
        console.expect(PROMPT)
        console.sendline("poweroff")
        assert console.end() == 0


def test_end_of_shell():
    """The machine goes off when the shell ends."""
    with limen.Console() as console:
        console.expect(PROMPT, timeout=limen.TIMEOUT_S)
        console.sendline("exit")
        assert console.end() == 0


@pytest.mark.parametrize("text, output", [("", ""), ("hello\ncat\nin cat\n", "in cat")])
def test_no_terminal(text, output):
    """What is no terminal is typed; the end of it ends cat, then the shell, then the machine."""
    with limen.cpus(1):
        done = subprocess.run([limen.TOOL, "--smp=1", f"--timeout={limen.TIMEOUT_S}"], input=text.encode(),
                              capture_output=True)
    assert (done.returncode, done.stderr) == (0, b""), done
    shown = done.stdout.decode().replace("\r", "")
    assert re.search("limen# .*\n.*power: off", shown, re.DOTALL), shown
    assert ("Hello, world, from ring 3!" in shown) == bool(text) and shown.count(output) >= 2, shown


def test_line_is_edited():
    with limen.Console(smp=1) as console:
        console.expect(PROMPT, timeout=limen.TIMEOUT_S)
        console.sendline("ecc\x7fho one tow\x7f\x7fwo")
        console.expect(r"\r+\none two\r+\n")


def test_quit():
    """C-a x ends QEMU: nothing is wrong with the machine."""
    with limen.Console(smp=1) as console:
        console.expect(PROMPT, timeout=limen.TIMEOUT_S)
        console.send("\x01x")
        assert console.end() == 0


def test_panic_is_seen():
    with limen.Console(append="crash=panic") as console:
        console.expect("panic: ", timeout=limen.TIMEOUT_S)
        assert console.end() == 125
