"""The programs of user/, built for this machine: they keep to Linux's ABI, so Linux can judge them.

They are tried in two forms: linked with the machine's own libc, and, where `make` has built them,
linked with Limen's libc, as they are on Limen's root.
"""

import os
import pathlib
import platform
import re
import subprocess

import pytest

import limen

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLAGS = ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O1", "-g", f"-I{ROOT}"]


def program_sources():
    """{name: sources} of all programs: user/NAME.c, or all of user/NAME/*.c."""
    sources = {path.stem: [path] for path in (ROOT / "user").glob("*.c")}
    for folder in (ROOT / "user").iterdir():
        files = sorted(folder.glob("*.c"))
        if files:
            sources[folder.name] = files
    return sources


def host_build(folder):
    """Linked statically, for tests that lock a program into a folder; but not what looks up users, where a static
    program of glibc's crashes in some of the modules that nsswitch.conf may name."""
    compiler = os.environ.get("HOSTCC", "cc")
    for name, files in program_sources().items():
        texts = [file.read_text() for file in files]
        if any(re.search(r'#include (<limen/|"(gen|kernel)/)', text) for text in texts):
            continue  # what only Limen's libc has, or stands beside (strace shows the kernel's own structures)
        link = [] if any(re.search(r"#include <(pwd|grp)\.h>", text) for text in texts) else ["-static"]
        subprocess.run([compiler, *FLAGS, *link, "-o", folder / name, *files], check=True)
    return folder


def limen_build():
    """The folder of programs that `make` has linked with Limen's libc, or None."""
    folder = pathlib.Path(os.environ.get("O", ROOT / "build/debug")) / "strip/user"
    complete = all((folder / name).exists() for name in program_sources())
    return folder if complete and platform.machine() == "x86_64" else None


@pytest.fixture(scope="session", params=["host-libc", "limen-libc"])
def programs(request, tmp_path_factory):
    """The folder that holds the programs."""
    if request.param == "host-libc":
        return host_build(tmp_path_factory.mktemp("programs"))
    folder = limen_build()
    if not folder:
        pytest.skip("not built with Limen's libc for this machine")
    return folder


class Result:
    """How a program ended: status as a shell tells it, and what it wrote."""

    def __init__(self, done):
        self.status = done.returncode if done.returncode >= 0 else 128 - done.returncode
        self.out = done.stdout
        self.err = done.stderr


@pytest.fixture
def run(programs, tmp_path):
    """run("ls", "-l", stdin=b""): runs a program of user/ in an empty folder."""

    def run_program(name, *arguments, stdin=b"", cwd=tmp_path, env=None, **options):
        environment = {"PATH": str(programs), "TZ": "UTC0", **(env or {})}
        command = [programs / name, *arguments]
        done = subprocess.run(
            command, input=stdin, capture_output=True, cwd=cwd, env=environment, timeout=limen.TIMEOUT_S, **options
        )
        return Result(done)

    return run_program
