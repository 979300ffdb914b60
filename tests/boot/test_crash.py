"""A kernel that fails says where and why: crash=KIND (kernel/self_test.h) makes it fail. Debug builds only."""

import re

import pytest

import limen

pytestmark = pytest.mark.skipif("release" in limen.BUILD.name, reason="a release build ignores crash=")

# kind -> what the first line says, a function that the backtrace names, the hint
KINDS = {
    "panic": ("deliberate panic", "crash_panic", None),
    "assert": (r"assertion failed: boot_command_line\[0\] == '\\0' \(kernel/self_test\.c:\d+\)", "crash_assert", None),
    "null": ("page fault: the kernel could not write 0", "crash_null", "null pointer"),
    "user": ("page fault: the kernel could not read 0x400000", "crash_user", "without copy_from_user"),
    "constant": ("page fault: the kernel could not write 0xffffffff8", "crash_constant", "constants can't be written"),
    "freed": ("general protection fault", "crash_freed", "use after free"),
    "sleep": ("sleeping, .* not allowed", "crash_sleep", r"a spin lock is held, taken by crash_sleep at kernel/self_"),
    "stack": ("double fault", "recurse", "guard page was hit: deep recursion"),
    "ud": ("invalid opcode", "crash_ud", None),
}


@pytest.mark.parametrize("kind", KINDS)
def test_last_words(kind, smp):
    line, function, hint = KINDS[kind]
    result = limen.run("/bin/hello", append=f"crash={kind}", smp=smp)
    words = result.stderr.decode()
    assert (result.status, result.verdict, result.stdout) == (125, "panic", b""), result
    assert re.search(rf"^\[[ \d.]+\] panic: ({line})", words), result
    hints = re.findall(r"^\[[ \d.]+\] (hint: .*)", words, re.M)
    assert (len(hints) == 1 and re.search(hint, hints[0])) if hint else hints == [], result
    assert re.search(rf"on CPU \d of {smp}\b", words), result
    assert re.search(rf"  [0-9a-f]{{16}} {function}(\+0x[0-9a-f]+|\+0) kernel/self_test\.c:\d+", words), result
    assert re.search(r" kernel_init\+0x[0-9a-f]+ kernel/main\.c:\d+", words) or kind == "stack", result


@pytest.mark.parametrize("kind", ["null", "ud", "stack"])
def test_registers(kind):
    """An exception shows the registers and the walk of the address."""
    words = limen.run("/bin/hello", append=f"crash={kind}", smp=1).stderr.decode()
    for name in ("rip", "rsp", "rflags", "rax", "r15", "cr2", "cr3"):
        assert re.search(rf"\b{name} +[0-9a-f]{{8,16}}", words), words
    assert re.search(r"page walk of cr2:\n.*PML4E [0-9a-f]{16}", words), words


def test_unknown_kind():
    result = limen.run("/bin/hello", append="crash=nonsense", smp=1)
    assert result.verdict == "exited 0" and "crash=nonsense: no such kind" in result.log, result


@pytest.mark.parametrize("kind", ["spin", "hog"])
def test_hang_says_where(kind):
    result = limen.run("/bin/hello", append=f"crash={kind} watchdog_thresh=3", smp=1)
    assert (result.status, result.verdict) == (125, "hang"), result
    words = result.stderr.decode()
    assert f"crash_{kind}" in words and "for 3 seconds" in words, result


@pytest.mark.parametrize("threshold", ["", "0", "61", "3s", "1000000000"])
def test_hang_after_no_sensible_time(threshold):
    result = limen.run("/bin/hello", append=f"watchdog_thresh={threshold}", smp=1)
    assert result.verdict == "exited 0" and "watchdog_thresh= takes 1 to 60 seconds" in result.log, result


def test_release_ignores_it():
    if not (limen.ROOT / "build/release/limen.boot").exists():
        pytest.skip("build/release is not built")
    result = limen.run("/bin/hello", append="crash=panic", smp=1, release=True)
    assert result.verdict == "exited 0" and "this is a release build" in result.log, result
