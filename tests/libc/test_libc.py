"""The libc beside glibc: each test_*.c here is built with both, and must print the same bytes.

glibc's program runs on this machine's Linux, Limen's on Linux and on Limen: one ABI, one binary.
"""
import os
import pathlib
import shlex
import subprocess

import pytest

import leaks
import limen

HERE = pathlib.Path(__file__).resolve().parent
SECONDS = 60

PROGRAMS = sorted(path.stem for path in HERE.glob("test_*.c"))

pytestmark = pytest.mark.skipif(os.uname().machine != "x86_64",
                                reason="glibc's programs are to be those of x86-64")


class Outcome:
    """What a program printed, and how it ended."""

    def __init__(self, status, stdout, stderr):
        self.status = status
        self.stdout = stdout
        self.stderr = stderr


def command(*words, **options):
    return subprocess.run(words, check=True, timeout=SECONDS, **options)


def build_with_glibc(source, program):
    command("gcc", "-std=gnu11", "-D_GNU_SOURCE", "-O1", "-w", "-o", program, source, "-lm")


def build_with_limen(source, program):
    compiler = "clang" if limen.BUILD.name.endswith("-clang") else "gcc"
    own_headers = command(compiler, "-print-file-name=include", stdout=subprocess.PIPE,
                          text=True).stdout.strip()
    flags = shlex.split("-std=gnu11 -g -O1 -w -ffreestanding -fno-stack-protector -fno-pie "
                        "-fcf-protection=none -nostdinc -Ilibc/include -I.")
    command(compiler, *flags, "-isystem", own_headers, f"-I{limen.BUILD}", "-c", source, "-o",
            f"{program}.o", cwd=limen.ROOT)
    command("ld", "-nostdlib", "-static", "-s", "-z", "noexecstack", "--gc-sections", "-o", program,
            limen.BUILD / "libc/crt/crt0.asm.o", f"{program}.o", limen.BUILD / "libc.a")
    os.unlink(f"{program}.o")


def run_here(program, folder):
    folder.mkdir()
    done = subprocess.run([program.name], executable=program, cwd=folder, timeout=SECONDS,
                          stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return Outcome(done.returncode, done.stdout, done.stderr)


@pytest.fixture(name="expected", scope="module")
def make_expected(tmp_path_factory):
    """What glibc's programs do, by name."""
    folder = tmp_path_factory.mktemp("glibc")
    outcomes = {}
    for name in PROGRAMS:
        build_with_glibc(HERE / f"{name}.c", folder / name)
        outcomes[name] = run_here(folder / name, folder / f"{name}.cwd")
    return outcomes


@pytest.fixture(name="root", scope="module")
def make_root(tmp_path_factory):
    """A root with the programs in /libc, built with Limen's libc."""
    root = tmp_path_factory.mktemp("root")
    (root / "libc").mkdir()
    for name in PROGRAMS:
        build_with_limen(HERE / f"{name}.c", root / "libc" / name)
    return root


def compare(seen, expected):
    """Line by line, for the text of a whole difference is too long to read."""
    for got, wanted in zip(seen.split(b"\n"), expected.split(b"\n")):
        assert got[:300] == wanted[:300]
        assert got == wanted
    assert len(seen) == len(expected)


@pytest.mark.xdist_group("libc")
@pytest.mark.parametrize("name", PROGRAMS)
def test_same_on_linux(name, expected, root, tmp_path):
    seen = run_here(root / "libc" / name, tmp_path / "cwd")
    assert seen.status == expected[name].status
    compare(seen.stdout, expected[name].stdout)
    compare(seen.stderr, expected[name].stderr)


def test_accuracy_of_math(tmp_path):
    """The very objects of libc.a beside glibc's functions of more digits: accuracy.c."""
    objects = []
    for path in sorted((limen.BUILD / "libc/math").glob("*.o")):
        objects.append(tmp_path / path.name)
        command("objcopy", "--prefix-symbols=limen_", path, objects[-1])
    program = tmp_path / "accuracy"
    command("gcc", "-O1", "-no-pie", "-o", program, HERE / "accuracy.c", *objects, "-lm")
    done = subprocess.run([program], timeout=SECONDS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.xdist_group("libc")
def test_same_on_limen(expected, root):
    """All in one machine, one after the other, each in a folder of its own; and all comes back."""
    script, nonce = leaks.around("".join(
        f"mkdir /tmp/{name}; cd /tmp/{name}; /libc/{name}; echo is $?;" for name in PROGRAMS))
    result = limen.run("/bin/sh", "-c", script, roots=[root])
    assert result.status == 0, result
    written, growth = leaks.read(result.stdout, nonce)
    compare(written, b"".join(
        expected[name].stdout + f"is {expected[name].status}\n".encode()
        for name in PROGRAMS))
    compare(result.stderr, b"".join(expected[name].stderr for name in PROGRAMS))
    assert growth == {}, "more in use than before"
