"""The machine as a person meets it: a prompt on the terminal."""

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
