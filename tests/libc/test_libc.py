"""The libc beside glibc: each test_*.c here is built with both, and must print the same bytes.

Run on the developer's Linux; Limen speaks the same ABI, so the libc's binaries run on both.
"""
import os
import shlex
import shutil
import subprocess

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(ROOT, os.environ.get("LIMEN_BUILD", "build/debug"))
SECONDS = 60

PROGRAMS = sorted(name[:-2] for name in os.listdir(HERE)
                  if name.startswith("test_") and name.endswith(".c"))


def run(*command, **options):
    return subprocess.run(command, check=True, timeout=SECONDS, **options)


def build_with_glibc(source, program):
    run("gcc", "-std=gnu11", "-D_GNU_SOURCE", "-O1", "-w", "-o", program, source)


def build_with_limen(source, program):
    compiler = "clang" if BUILD.endswith("-clang") else "gcc"
    own_headers = run(compiler, "-print-file-name=include", stdout=subprocess.PIPE,
                      text=True).stdout.strip()
    flags = shlex.split("-std=gnu11 -g -O1 -w -ffreestanding -fno-stack-protector -fno-pie "
                        "-fcf-protection=none -nostdinc -Ilibc/include -I.")
    run(compiler, *flags, "-isystem", own_headers, "-I" + BUILD, "-c", source, "-o",
        program + ".o", cwd=ROOT)
    run("ld", "-nostdlib", "-static", "-z", "noexecstack", "--gc-sections", "-o", program,
        os.path.join(BUILD, "libc/crt/crt0.asm.o"), program + ".o", os.path.join(BUILD, "libc.a"))


def outcome(program, folder):
    """What the program prints and how it ends, in an empty folder."""
    os.mkdir(folder)
    done = subprocess.run([os.path.basename(program)], executable=program, cwd=folder,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=SECONDS, check=False)
    return done.returncode, done.stdout.split(b"\n"), done.stderr.split(b"\n")


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the libc is for x86-64")
@pytest.mark.parametrize("name", PROGRAMS)
def test_same_as_glibc(name, tmp_path):
    source = os.path.join(HERE, name + ".c")
    results = []
    for libc, build in (("glibc", build_with_glibc), ("limen", build_with_limen)):
        folder = tmp_path / libc
        folder.mkdir()
        program = str(folder / name)
        build(source, program)
        results.append(outcome(program, str(folder / "cwd")))
        shutil.rmtree(folder)
    expected, seen = results
    assert seen[0] == expected[0]
    for wanted, got in zip(expected[1] + expected[2], seen[1] + seen[2]):
        assert got[:500] == wanted[:500]
        assert got == wanted
    assert len(seen[1]) == len(expected[1]) and len(seen[2]) == len(expected[2])
