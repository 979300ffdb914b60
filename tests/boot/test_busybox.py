"""Programs that nobody here wrote: Debian's busybox, and hellos linked statically with musl and glibc, on the files
of one folder: in a chroot of it on Linux, and laid over Limen's root. The outputs are the same bytes."""

import functools
import os
import pathlib
import secrets
import shutil
import subprocess
import sys
import tempfile

import pytest

import leaks
import limen

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "abi"))
import linux  # noqa: E402

FIXED_TIME = 1577934245  # of all files: 2020-01-02 03:04:05 UTC

# What is run, each as its own script of busybox's shell in /data.
COMMANDS = {
    "echo": "busybox echo one two '  three'; busybox echo -n x; busybox echo -e 'a\\tb\\101'",
    "cat": "busybox cat poem; busybox cat -n poem poem; busybox cat missing; echo $?",
    "wc": "busybox wc poem numbers; busybox wc -l <poem; busybox wc -c big",
    "sha256sum": "busybox sha256sum poem numbers big; busybox md5sum big; busybox sha1sum big; busybox cksum big",
    "sha256sum -c": "busybox sha256sum poem big >/tmp/sums; busybox sha256sum -c /tmp/sums",
    "awk": "busybox awk '{ sum += $1; n++ } END { printf \"%d %.3f\\n\", sum, sum / n }' numbers; "
           "busybox awk -F: '{ print $2, length($0) }' table; busybox awk 'BEGIN { print sin(1), exp(1), 2 ** 40 }'",
    "sort": "busybox sort -n numbers | busybox head -3; busybox sort -t: -k2 table; busybox sort -r poem",
    "ls": "busybox ls; busybox ls -lA; busybox ls -la sub; busybox ls -R; busybox ls -l /data/missing; echo $?",
    "env": "busybox env -i A=1 B='two words' busybox env; busybox env | busybox grep ^HOME",
    "sleep": "busybox sleep 0.05; busybox sleep 0; busybox sleep nonsense; echo $?",
    "pipes": "busybox cat big | busybox gzip | busybox gunzip | busybox cmp - big; echo $?; "
             "busybox cat poem | busybox tr a-z A-Z | busybox sort | busybox uniq -c | busybox head -2; "
             "busybox yes | busybox head -1000 | busybox wc",
    "shell": "f() { echo \"in f: $1 $#\"; return 3; }; f a b; echo $?; for i in 1 2 3; do echo $((i * i)); done; "
             "x=$(busybox cat poem | busybox wc -l); echo \"$x\"; case $x in 4) echo four;; *) echo other;; esac; "
             "(exit 5); echo $?; [ -f poem ] && echo file; echo ${x:-none} ${y:-none}; cd sub && pwd; cd ..; "
             "while read a b; do echo \"$b-$a\"; done <poem; set -- q r; shift; echo $1; "
             "trap 'echo bye' EXIT; busybox false || echo false; ! busybox true; echo $?",
    "here-document": "busybox cat <<END\nhere $((1 + 1))\nEND\nbusybox cat <<'END'\n$x\nEND",
    "background": "busybox sleep 0.05 & wait $!; echo $?; (exit 9) & wait $!; echo $?; "
                  "busybox sleep 100 & kill $!; wait $!; echo $?",
    "signals": "busybox sh -c 'kill -TERM $$'; echo $?; busybox sh -c 'trap \"echo caught\" USR1; kill -USR1 $$; "
               "echo after'; busybox timeout 1 busybox sleep 0.01; echo $?",
    "redirection": "echo a >/tmp/r; echo b >>/tmp/r; busybox cat /tmp/r; busybox cat missing 2>&1 | busybox wc -l; "
                   "echo c >&2; exec 3</tmp/r; read line <&3; echo $line; echo x >/dev/null; echo no >/dev/full; "
                   "echo $?",
    "files": "cd /tmp; busybox mkdir -p d/e; busybox touch d/f; busybox cp -r /data/sub d; busybox mv d/f d/g; "
             "busybox ln -s g d/l; busybox ln d/g d/h; busybox find d | busybox sort; busybox readlink d/l; "
             "busybox chmod 640 d/g; busybox stat -c '%n %a %h %s %F %u' d/g d/l d/e; busybox rm -r d; "
             "busybox ls d; busybox rmdir missing; busybox mkdir /data; echo $?",
    "dd": "busybox dd if=big of=/tmp/o bs=1000 count=3 skip=2 2>/dev/null; busybox cksum /tmp/o; "
          "busybox dd if=/dev/zero bs=4096 count=2 2>/dev/null | busybox od -An -tx1 | busybox head -2; "
          "busybox head -c 10 big | busybox hexdump -C; busybox tail -c 7 big | busybox od -c; "
          "busybox truncate -s 5000 /tmp/o; busybox wc -c /tmp/o",
    "tar": "busybox tar cf /tmp/t -C /data sub poem; busybox tar tvf /tmp/t; busybox mkdir /tmp/x; "
           "busybox tar xf /tmp/t -C /tmp/x; busybox diff -r /tmp/x/sub sub && echo same; "
           "busybox find sub | busybox sort | busybox cpio -o -H newc 2>/dev/null | busybox wc -c",
    "text": "busybox sed -n 's/r\\(.\\)/<\\1>/gp' poem; busybox grep -n o poem; busybox grep -c x poem; "
            "busybox cut -d: -f1,3 table; busybox paste poem numbers | busybox head -2; busybox rev poem; "
            "busybox tac poem; busybox fold -w 5 poem; busybox diff poem numbers | busybox head -3; "
            "busybox nl poem; busybox expand -t 3 table; busybox comm poem poem; busybox tr -d '[:alpha:]' <poem",
    "arithmetic": "busybox expr 6 \\* 7; busybox seq 1 3 10; busybox printf '%05d %s %x\\n' 42 a 255; "
                  "busybox factor 360; echo 'scale=5; 1/7' | busybox bc; echo '2 3 + p' | busybox dc; "
                  "busybox test 3 -lt 10; echo $?; busybox basename /a/b.c .c; busybox dirname /a/b",
    "xargs": "busybox seq 20 | busybox xargs -n 7 busybox echo; busybox find . -name 'p*' -exec busybox echo {} ';'; "
             "busybox find . -type l; busybox seq 5 | busybox tee /tmp/tee | busybox wc -l; busybox cat /tmp/tee",
    "dates": "busybox date -u -d @86400; busybox date -u -r poem; busybox cal 1 2020; "
             "TZ=UTC busybox ls -l --full-time poem",
    "system": "busybox uname -s; busybox uname -m; busybox id -u; busybox whoami; busybox id; busybox pwd; "
              "busybox nproc >/dev/null; echo $?; busybox which busybox; busybox tty; busybox test -t 0; echo $?",
    "archives": "busybox bzip2 <big | busybox bunzip2 | busybox cmp - big; echo $?; busybox base64 <numbers | "
                "busybox base64 -d | busybox cmp - numbers; echo $?; busybox uuencode -m x <poem; "
                "busybox split -b 30000 big /tmp/part; busybox cat /tmp/part* | busybox cmp - big; echo $?; "
                "busybox unxz -h >/dev/null 2>&1; echo $?",
    "hello with musl": "/hello-musl",
    "hello with glibc": "/hello-glibc",
    "hello with glibc, position-independent": "/hello-pie",
}
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


def make_hellos(folder):
    for name, compiler, flags in (("hello-musl", "musl-gcc", ["-static"]), ("hello-glibc", "gcc", ["-static"]),
                                  ("hello-pie", "gcc", ["-static-pie", "-fPIE"])):
        subprocess.run([compiler, *flags, "-O1", "-x", "c", "-", "-o", folder / name], input=HELLO.encode(),
                       check=True)


def make_files(folder):
    """The folder that both worlds get: busybox, the hellos, and some data."""
    (folder / "bin").mkdir()
    shutil.copy(linux.busybox(), folder / "bin/busybox")
    data = folder / "data"
    (data / "sub/deep").mkdir(parents=True)
    (data / "poem").write_text("roses are red\nviolets are blue\nsugar is sweet\nand so are you\n")
    (data / "numbers").write_text("".join(f"{n * 7919 % 1000}\n" for n in range(100)))
    (data / "table").write_text("a:3:x\nb:1:y\t.\nc:2:z\n")
    (data / "big").write_bytes(bytes(n * n % 251 for n in range(100000)))
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
    lines = ["export TZ=UTC HOME=/root PATH=/bin:/sbin"]
    (folder / "commands").mkdir()
    for number, command in enumerate(COMMANDS.values()):
        (folder / f"commands/{number}").write_text(command + "\n")
        lines.append(f"cd /data; busybox sh /commands/{number} </dev/null 2>&1; echo {nonce} {number} $?")
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
    """What the commands answer on "linux", or on Limen with so many CPUs."""
    nonce = secrets.token_hex(8)
    with tempfile.TemporaryDirectory() as work:
        folder = pathlib.Path(work) / "files"
        folder.mkdir(mode=0o755)
        make_script(folder, nonce)
        make_files(folder)
        if which == "linux":
            output = linux.run(folder, ["/bin/busybox", "sh", "/script"], work).stdout
            return split(output, nonce), None
        script, leak_nonce = leaks.around("/bin/busybox sh /script;")
        result = limen.run("/bin/sh", "-c", script, roots=[folder], smp=int(which[3:]))
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
