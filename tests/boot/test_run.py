"""tools/run keeps its promises: exit statuses, verdicts, streams. See tools/run --help."""

import argparse
import importlib.machinery
import importlib.util
import os
import pathlib
import re
import signal
import socket
import stat
import subprocess
import time

import pytest

import limen

# Programs of the tests' own, so that nothing depends on which programs Limen's root has.
SOURCES = {
    "segv": "int main(void) { *(volatile int *)0 = 1; }",
    "loop": "int main(void) { for (;;) ; }",
    "imitate": r"""
        #include <unistd.h>
        int main(void)
        {
            static const char text[] = "exit 0\nexited 0\npanic\n\x10\x04panic: no\n";
            write(1, text, sizeof(text) - 1);
            write(2, text, sizeof(text) - 1);
            return 42;
        }""",
    "arguments": r"""
        #include <stdio.h>
        int main(int argc, char **argv)
        {
            for (int i = 1; i < argc; i++)
                printf("[%s]\n", argv[i]);
        }""",
    "flood": r"""
        #include <string.h>
        #include <unistd.h>
        int main(void)
        {
            char line[4096];
            memset(line, 'x', sizeof(line));
            for (;;)
                write(1, line, sizeof(line));
        }""",
}
STREAMS = {1: "stdout", 2: "stderr"}
IMITATION = b"exit 0\nexited 0\npanic\n\x10\x04panic: no\n"


def load_tool(name):
    """A program of tools/ as a module."""
    loader = importlib.machinery.SourceFileLoader(name, str(limen.ROOT / "tools" / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def programs(tmp_path_factory):
    """A folder of static programs, built with musl: Limen's own libc has tests of its own."""
    folder = tmp_path_factory.mktemp("root")
    for name, text in SOURCES.items():
        subprocess.run(["musl-gcc", "-static", "-O1", "-x", "c", "-", "-o", folder / name],
                       input=text.encode(), check=True)
    (folder / "text").write_text("exit 9\n")
    (folder / "text").chmod(0o755)
    (folder / "locked").write_text("#!/bin/sh\n")
    (folder / "locked").chmod(0o644)
    return folder


# --- The statuses ---

def test_hello(boot):
    result = boot("/bin/hello")
    assert result.status == 0 and result.verdict == "exited 0", result
    assert result.stdout.strip() and result.stderr == b"", result


@pytest.mark.parametrize("status", [0, 7, 124, 125, 126, 127, 255])
def test_exit_status(boot, status):
    result = boot("/bin/sh", "-c", f"exit {status}")
    assert result.status == status and result.verdict == f"exited {status}", result


def test_killed(boot, programs):
    result = boot("/segv", roots=[programs])
    assert result.status == 128 + signal.SIGSEGV, result
    assert result.verdict == f"killed {signal.SIGSEGV}", result


@pytest.mark.parametrize("name", ["/bin/no-such-program", "no-such-program", "/bin/hello/x"])
def test_not_found(name):
    result = limen.run(name)
    if name == "/bin/hello/x":  # ENOTDIR: there, but no program
        assert (result.status, result.verdict) == (126, "cannot-run 20"), result
    else:
        assert (result.status, result.verdict) == (127, "not-found"), result


@pytest.mark.parametrize("name,errno", [("/locked", 13), ("/bin", 13)])
def test_cannot_run(programs, name, errno):
    result = limen.run(name, roots=[programs])
    assert (result.status, result.verdict) == (126, f"cannot-run {errno}"), result


def test_script_without_interpreter(programs):
    """execvp(3), like timeout(1), gives it to the shell."""
    assert limen.run("/text", roots=[programs]).verdict == "exited 9"


def test_timeout(boot, programs):
    result = boot("/loop", roots=[programs], timeout=5)
    assert result.status == 124 and result.verdict == "timeout", result


def test_timeout_after_the_verdict():
    """A machine that has given its verdict may take its time to power off."""
    run = load_tool("run")
    verdict, theirs = socket.socketpair()
    monitor, its_end = socket.socketpair()
    its_end.close()
    outputs = {4: verdict.fileno()}
    for number in (1, 2, 3):
        outputs[number], end = os.pipe()
        os.close(end)
    theirs.sendall(b"exit 3\n")
    process = subprocess.Popen(["sleep", "1"], stderr=subprocess.PIPE, pass_fds=[theirs.fileno()])
    theirs.close()
    machine = argparse.Namespace(outputs=outputs, inputs={4: verdict.fileno()}, monitor=monitor,
                                 process=process, stop=process.wait)
    args = argparse.Namespace(command=["x"], timeout=0.1, log=None)
    talk = run.Conversation(args, machine)
    talk.run()
    assert talk.final_verdict() == "exit 3"


def test_long_timeout():
    assert limen.run("/bin/true", timeout=1e12).verdict == "exited 0"


def test_panic(boot):
    result = boot("/bin/hello", append="crash=panic")
    assert result.status == 125 and result.verdict == "panic", result
    words = result.stderr.decode()
    assert re.search(r"panic: ", words) and "backtrace" in words, result
    assert re.search(r"self_test_run\+0x[0-9a-f]+ kernel/self_test\.c:\d+", words), result
    assert result.stdout == b""


def test_reset():
    result = limen.run("/bin/hello", append="crash=reset")
    assert result.status == 125 and result.verdict == "reset", result


@pytest.mark.slow
@pytest.mark.parametrize("words", ["crash=spin", "crash=hog watchdog_thresh=3"])
def test_hang(words):
    result = limen.run("/bin/hello", append=words)
    assert result.status == 125 and result.verdict == "hang", result


# --- The streams ---

def test_input(boot):
    assert boot("/bin/cat", stdin=b"hi\n").stdout == b"hi\n"


def test_no_input():
    assert limen.run("/bin/cat", stdin=b"").stdout == b""


def test_every_byte():
    data = bytes(range(256)) * 8 + b"\x10\x04\x10\x10\x10" + b"\x10"
    assert limen.run("/bin/cat", stdin=data).stdout == data


@pytest.mark.slow
def test_more_than_all_buffers(boot):
    data = os.urandom(1 << 18)
    result = boot("/bin/cat", stdin=data)
    assert result.status == 0 and result.stdout == data


def test_streams_are_apart():
    result = limen.run("/bin/sh", "-c", "echo out; echo err >&2")
    assert (result.stdout, result.stderr) == (b"out\n", b"err\n"), result


def test_imitation(boot, programs):
    """What a program prints is never taken for a verdict, and nothing is mixed in."""
    result = boot("/imitate", roots=[programs])
    assert (result.status, result.verdict) == (42, "exited 42"), result
    assert (result.stdout, result.stderr) == (IMITATION, IMITATION), result


def test_arguments(programs):
    words = ["", "a b", "'", '"$HOME"', "\\", "*", "--", "-x", "\u00e4", "two\nlines", "x" * 5000]
    result = limen.run("/arguments", *words, roots=[programs])
    assert result.stdout.decode() == "".join(f"[{word}]\n" for word in words), result


@pytest.mark.parametrize("stream", [1, 2])
def test_slow_reader(programs, tmp_path, stream):
    """Not a byte is lost when the host takes them late: the machine waits for it."""
    data = os.urandom(300000)
    (tmp_path / "data").write_bytes(data)
    words = [limen.TOOL, "--timeout", "300", "--root", tmp_path, "--",
             "/bin/sh", "-c", f"exec cat /data >&{stream}"]
    with limen.cpus(), subprocess.Popen(words, stdin=subprocess.DEVNULL, bufsize=0,
                                         **{STREAMS[stream]: subprocess.PIPE}) as tool:
        pipe = getattr(tool, STREAMS[stream])
        time.sleep(8)       # a slow one
        assert b"".join(iter(lambda: pipe.read(65536), b"")) == data
        assert tool.wait() == 0


def test_reader_that_goes(programs, tmp_path):
    """A closed standard output ends the machine, quietly. No verdict of an earlier run stays."""
    (tmp_path / "status").write_text("exited 0\n")
    words = [limen.TOOL, "--root", programs, "--timeout", "300",
             "--status", tmp_path / "status", "--", "/flood"]
    with limen.cpus(), subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                         stdin=subprocess.DEVNULL) as tool:
        assert tool.stdout.read(4) == b"xxxx"
        tool.stdout.close()
        assert tool.stderr.read() == b""
        assert tool.wait() == 128 + signal.SIGPIPE
    assert not list(tmp_path.iterdir())


def test_reader_that_is_not_needed():
    """Nobody reads, but neither is anything written: the status is the command's."""
    with limen.cpus(), subprocess.Popen([limen.TOOL, "--smp=1", "--", "/bin/sh", "-c", "exit 5"],
                                         stdout=subprocess.PIPE, stdin=subprocess.DEVNULL) as tool:
        tool.stdout.close()
        assert tool.wait() == 5


def test_full_disk(tmp_path):
    """Output that cannot be written is an error of this side."""
    with limen.cpus(), open("/dev/full", "wb") as full:
        done = subprocess.run([limen.TOOL, "--smp=1", "--status", tmp_path / "status", "--",
                               "/bin/echo", "hi"], stdin=subprocess.DEVNULL, stdout=full,
                              stderr=subprocess.PIPE, check=False)
    assert done.returncode == 125 and b"No space left" in done.stderr
    assert (tmp_path / "status").read_text() == "error\n"


# --- The rest ---

def test_log():
    result = limen.run("/bin/hello")
    assert re.search(r"^\[ *\d+\.\d+\] ", result.log, re.MULTILINE), result


def test_status_into_a_pipe(tmp_path):
    """What is no file is written to, never replaced by one."""
    os.mkfifo(tmp_path / "status")
    reader = os.open(tmp_path / "status", os.O_RDONLY | os.O_NONBLOCK)
    with limen.cpus():
        subprocess.run([limen.TOOL, "--smp=1", "--status", tmp_path / "status", "--",
                        "/bin/sh", "-c", "exit 3"], stdin=subprocess.DEVNULL, check=False)
    assert os.read(reader, 100) == b"exited 3\n"
    os.close(reader)
    assert stat.S_ISFIFO(os.stat(tmp_path / "status").st_mode)


def test_log_is_an_ordinary_file(tmp_path):
    with limen.cpus():
        subprocess.run([limen.TOOL, "--smp=1", "--log", tmp_path / "log", "--", "/bin/true"],
                       stdin=subprocess.DEVNULL, check=True, umask=0o022)
    assert stat.S_IMODE(os.stat(tmp_path / "log").st_mode) == 0o644


def test_file_too_large_for_an_archive():
    class Huge(bytes):
        def __len__(self):
            return 1 << 32

    with pytest.raises(ValueError):
        load_tool("mkcpio").write_member(bytearray(), b"name", Huge())


def test_roots_in_order(tmp_path):
    for name in ("first", "second"):
        (tmp_path / name / "etc").mkdir(parents=True)
        (tmp_path / name / "etc/both").write_text(name)
        (tmp_path / name / "etc" / name).write_text(name)
    (tmp_path / "second/link").symlink_to("etc/both")
    result = limen.run("/bin/cat", "/link", "/etc/first", "/etc/second",
                       roots=[tmp_path / "first", tmp_path / "second"])
    assert result.stdout == b"secondfirstsecond", result


def test_open_dev_null(tmp_path):
    """A program of a few instructions, assembled by hand: its answers are the kernel's alone."""
    text = """
        global _start
        section .text
        _start: mov rax, 2
                mov rdi, fpath
                mov rsi, 0
                syscall
                {between}
                mov rax, 60
                syscall
        section .data
        fpath:  db '{path}', 0
    """
    cases = {"open": ("/dev/null", "mov rdi, 0"), "missing": ("/dev/nil", "neg rax\nmov rdi, rax")}
    for name, (path, between) in cases.items():
        source, target = tmp_path / f"{name}.S", tmp_path / f"{name}.o"
        source.write_text(text.format(path=path, between=between))
        subprocess.run(["nasm", "-f", "elf64", "-o", target, source], check=True)
        (tmp_path / "root").mkdir(exist_ok=True)
        subprocess.run(["ld", "-o", tmp_path / "root" / name, target], check=True)
    assert limen.run("/open", roots=[tmp_path / "root"]).verdict == "exited 0"
    assert limen.run("/missing", roots=[tmp_path / "root"]).verdict == "exited 2"


@pytest.mark.parametrize("words", [["--no-such-option"], ["--smp", "none"], ["--"],
                                   ["--smp", "0", "--", "x"], ["--timeout", "0", "--", "x"],
                                   ["--timeout", "-1", "--", "x"]])
def test_usage(words):
    done = subprocess.run([limen.TOOL, *words], capture_output=True)
    assert done.returncode == 2 and b"usage:" in done.stderr


def test_missing_build(tmp_path):
    result = limen.run("/bin/hello", build=tmp_path)
    assert result.status == 125 and b"run make first" in result.stderr, result


def test_missing_root():
    result = limen.run("/bin/hello", roots=["/no/such/folder"])
    assert result.status == 125 and b"no such directory" in result.stderr, result


def test_nothing_is_left(programs, tmp_path):
    """Killed, tools/run takes QEMU along and leaves no file."""
    with limen.cpus():
        tool = subprocess.Popen([limen.TOOL, "--smp=1", "--root", programs, "--", "/loop"],
                                stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                env={**os.environ, "TMPDIR": str(tmp_path)})
        children = pathlib.Path(f"/proc/{tool.pid}/task/{tool.pid}/children")
        qemu = []
        while not any("qemu" in name_of(child) for child in qemu):
            time.sleep(0.05)
            qemu = children.read_text().split()
        tool.kill()
        tool.wait()
        limen.wait_until(lambda: not any("qemu" in name_of(child) for child in qemu))
    assert not list(tmp_path.iterdir())


def name_of(process):
    try:
        return pathlib.Path(f"/proc/{process}/cmdline").read_text()  # empty for a zombie
    except OSError:
        return ""


def test_a_build_that_is_older_than_its_sources(tmp_path, monkeypatch):
    freshness = load_tool("freshness.py")
    monkeypatch.setattr(freshness, "ROOT", str(tmp_path))
    for name in ("kernel/vfs/path.c", "libc/printf.c", "user/notes.txt", "build/debug/limen.boot"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    build = tmp_path / "build/debug"
    assert freshness.complaint(str(build)) is None, "nothing is known of a build that no make has ended"
    (build / "image.done").write_text("")
    for path, time_s in ((build / "image.done", 20), (tmp_path / "kernel/vfs/path.c", 10),
                         (tmp_path / "libc/printf.c", 20), (tmp_path / "user/notes.txt", 30)):
        os.utime(path, (time_s, time_s))
    assert freshness.complaint(str(build)) is None
    os.utime(tmp_path / "kernel/vfs/path.c", (21, 21))
    assert freshness.complaint(str(build)).startswith("kernel/vfs/path.c is newer than build/debug: ")
