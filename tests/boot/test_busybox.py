"""Programs that nobody here wrote: Debian's busybox and others of its static programs, and hellos linked statically
with musl and glibc, on the files of one folder: in a world of their own on Linux (linux.py), and laid over the root of
Limen. The outputs are the same bytes.

The commands are those of busybox/*.sh. Each is a shell script in an empty folder of its own; "#: NAME" begins it.
They print no numbers of processes, inodes and devices, and no times but those that they set: who needs one compares it
with another, or masks it.
"""

import functools
import gzip
import lzma
import os
import pathlib
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import zipfile

import pytest

import leaks
import limen

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "abi"))
import linux  # noqa: E402

FIXED_TIME = 1577934245  # of all files: 2020-01-02 03:04:05 UTC

PAGES = pathlib.Path(__file__).resolve().parent / "busybox"
LIMIT_S = 100  # of a command that hangs: the others still have their answers
HELLOS = {f"hello: {name}": f"/hello-{name}" for name in ("musl", "glibc", "pie")}

HELLO = r"""
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    char *text = malloc(100000);
    memset(text, 'x', 100000);
    printf("Hello, %s of %d, %.3f, %s\n", argv[0], argc, 1.0 / 3, strerror(ENOENT));
    printf("%zu %s %d\n", strnlen(text, 100000), getenv("HOME"), isatty(1));
    fprintf(stderr, "and an error\n");
    free(text);
    return fflush(stdout) ? 1 : 7;
}
"""


def read_commands():
    """{name: script} of all pages; what a page begins with goes before each of its scripts."""
    found = dict(HELLOS)
    for page in sorted(PAGES.glob("*.sh")):
        start, *parts = re.split(r"^#: ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
        for part in parts:
            name, _, text = part.partition("\n")
            found[f"{page.stem}: {name}"] = start + text
    return found


COMMANDS = read_commands()


def make_hellos(folder):
    for name, compiler, flags in (("hello-musl", "musl-gcc", ["-static"]), ("hello-glibc", "gcc", ["-static"]),
                                  ("hello-pie", "gcc", ["-static-pie", "-fPIE"])):
        subprocess.run([compiler, *flags, "-O1", "-x", "c", "-", "-o", folder / name], input=HELLO.encode(),
                       check=True)


def make_packed(folder, big):
    """Archives of kinds that busybox reads and does not write."""
    (folder / "x.xz").write_bytes(lzma.compress(big))
    (folder / "x.gz").write_bytes(gzip.compress(b"packed by gzip\n", mtime=0))
    (folder / "x.lzma").write_bytes(lzma.compress(big, lzma.FORMAT_ALONE))
    codes = sum(byte << 9 * place for place, byte in enumerate(b"packed by compress\n"))  # literal ones, of nine bits
    (folder / "x.Z").write_bytes(b"\x1f\x9d\x90" + codes.to_bytes(22, "little"))
    with zipfile.ZipFile(folder / "x.zip", "w") as archive:
        for name, data, method in (("dir/deflated", b"line\n" * 1000, zipfile.ZIP_DEFLATED),
                                   ("stored", b"as it is\n", zipfile.ZIP_STORED)):
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 2, 3, 4, 6)), data, method)


def make_system(folder):
    """busybox, under all its names, and some users."""
    (folder / "bin").mkdir()
    shutil.copy(linux.busybox(), folder / "bin/busybox")
    (folder / "applets").mkdir()
    applets = subprocess.run([linux.busybox(), "--list"], capture_output=True, check=True, text=True).stdout
    for name in applets.split():
        (folder / "applets" / name).symlink_to("/bin/busybox")
    for name in ("sh", "sed"):
        (folder / "bin" / name).symlink_to("busybox")
    (folder / "etc").mkdir()
    (folder / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1::/:/bin/sh\n"
                                       "nobody:x:65534:65534::/:/bin/false\n")
    (folder / "etc/group").write_text("root:x:0:\ndaemon:x:1:\nadm:x:4:daemon\ntty:x:5:\nnogroup:x:65534:\n")


def make_static(folder):
    """Debian's other static programs. klibc's have an interpreter, which is static itself."""
    (folder / "static").mkdir()
    for path in ("/bin/bash-static", "/bin/zsh-static", "/sbin/e2fsck.static"):
        shutil.copy(path, folder / "static")
    for library, name in (("diet", "diet"), ("klibc", "klibc"), ("x86_64-linux-musl", "musl")):
        shutil.copy(f"/usr/lib/{library}/bin/mksh", folder / f"static/mksh-{name}")
    shutil.copytree("/usr/lib/klibc/bin", folder / "usr/lib/klibc/bin", symlinks=True)
    (folder / "lib").mkdir()
    for path in pathlib.Path("/lib").glob("klibc-*.so"):
        shutil.copy(path, folder / "lib")


def make_files(folder):
    """The folder that both worlds get: busybox, the other programs, the hellos, and some data."""
    make_system(folder)
    make_static(folder)
    data = folder / "data"
    (data / "sub/deep").mkdir(parents=True)
    (data / "poem").write_text("roses are red\nviolets are blue\nsugar is sweet\nand so are you\n")
    (data / "numbers").write_text("".join(f"{n * 7919 % 1000}\n" for n in range(100)))
    (data / "table").write_text("a:3:x\nb:1:y\t.\nc:2:z\n")
    (data / "big").write_bytes(bytes(n * n % 251 for n in range(100000)))
    (data / "packed").mkdir()
    make_packed(data / "packed", (data / "big").read_bytes())
    (data / "sub/one").write_text("1\n")
    (data / "sub/deep/script").write_text("#!/bin/busybox sh\necho \"$0: $@\"\n")
    (data / "sub/deep/script").chmod(0o750)
    (data / "link").symlink_to("sub/one")
    make_hellos(folder)
    for where, _, names in os.walk(folder, topdown=False):
        for name in [*names, "."]:
            os.utime(os.path.join(where, name), (FIXED_TIME, FIXED_TIME), follow_symlinks=False)
    return folder


def make_script(folder, nonce):
    """A script of busybox's shell that runs all commands, each in a shell of its own, and marks where each ends."""
    lines = ["export TZ=UTC HOME=/root PATH=/applets:/static", "umask 022", "hostname limen"]
    (folder / "commands").mkdir()
    for number, command in enumerate(COMMANDS.values()):
        (folder / f"commands/{number}").write_text(command + "\n")
        lines.append(f"mkdir /tmp/{number}; cd /tmp/{number}; timeout {LIMIT_S} sh /commands/{number} </dev/null 2>&1; "
                     f"echo {nonce} {number} $?")
    (folder / "script").write_text("\n".join(lines) + "\n")


def split(output, nonce):
    """{name: (output, status)}"""
    answers, rest = {}, output
    for number, name in enumerate(COMMANDS):
        text, found, rest = rest.partition(f"{nonce} {number} ".encode())
        status, _, rest = rest.partition(b"\n")
        if found:
            answers[name] = (text.decode(errors="backslashreplace"), status)
    return answers


@functools.lru_cache(maxsize=None)
def answers_of(which):
    """What the commands answer on "linux", or on Limen with so many CPUs: with one, the release kernel's answers."""
    nonce = secrets.token_hex(8)
    with tempfile.TemporaryDirectory() as work:
        folder = pathlib.Path(work) / "files"
        folder.mkdir(mode=0o755)
        make_script(folder, nonce)
        make_files(folder)
        if which == "linux":
            output = linux.run(folder, ["/bin/busybox", "sh", "/script"], work, timeout=limen.TIMEOUT_S).stdout
            return split(output, nonce), None
        script, leak_nonce = leaks.around("/bin/busybox sh /script;")
        result = limen.run("/bin/sh", "-c", script, roots=[folder], smp=int(which[3:]), release=which == "smp1")
        output, result.leaks = leaks.read(result.stdout, leak_nonce)
        return split(output, nonce), result


@pytest.mark.slow
@pytest.mark.parametrize("which, name", [(which, name) for which in ("smp1", "smp4") for name in COMMANDS])
def test_as_on_linux(which, name):
    if linux.missing():
        pytest.skip(linux.missing())
    wanted, _ = answers_of("linux")
    answers, result = answers_of(which)
    assert name in answers, result
    assert answers[name] == wanted[name]


@pytest.mark.slow
@pytest.mark.parametrize("which", ["smp1", "smp4"])
def test_leaks(which):
    """What the commands were given has come back."""
    leaks.check(answers_of(which)[1])


def test_uname():
    with tempfile.TemporaryDirectory() as work:
        (pathlib.Path(work) / "bin").mkdir()
        shutil.copy(linux.busybox(), pathlib.Path(work) / "bin/busybox")
        result = limen.run("/bin/busybox", "uname", "-srm", roots=[work])
    assert result.stdout == b"Linux 6.1.0-limen x86_64\n", result


def test_ls_of_root_shows_all(tmp_path):
    """A folder laid over the root belongs to root, whoever owned it on the host."""
    (tmp_path / "mine").write_text("x")
    os.chmod(tmp_path / "mine", 0o640)
    result = limen.run("/bin/sh", "-c", "ls -l /mine", roots=[tmp_path])
    assert result.stdout.startswith(b"-rw-r-----") and result.stdout.split()[2:4] in ([b"0", b"0"], [b"root", b"root"])
