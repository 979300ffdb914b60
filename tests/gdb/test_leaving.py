"""make gdb leaves nobody behind, however it ends; an own gdb attaches to tools/run --gdb."""

import os
import pathlib
import re
import shlex
import signal
import socket
import subprocess

import pexpect
import pytest

import limen
import session

PROMPT = r"\(gdb\) "


def family(pid):
    """The processes below one, by /proc."""
    found, parents = {}, {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                parents.setdefault(int(fields[1]), []).append(int(entry.name))
                found[int(entry.name)] = (entry / "cmdline").read_bytes().split(b"\0")[0].decode()
            except OSError:
                pass
    below, rest = {}, [pid]
    while rest:
        for child in parents.get(rest.pop(), []):
            below[child] = found[child]
            rest.append(child)
    return below


def is_gone(pid):
    try:
        return "Z" in pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True


def wait_gone(pids):
    limen.wait_until(lambda: all(map(is_gone, pids)))


def end_by_quit(child, _gdb):
    get_out_of_waiting(child)
    child.sendline("quit")


def get_out_of_waiting(child):
    """By Ctrl-C, which mostly comes while gdb looks who runs: at each start of a program, with the shell at work."""
    child.sendline("limen type while true; do /bin/true; done")
    child.expect(PROMPT)
    for _ in range(10):
        child.sendline("limen sys-enter mount cat")
        child.expect("No process runs `cat` yet: this waits for one, until Ctrl-C.")
        child.sendintr()
        child.expect(PROMPT)
        assert re.search("Interrupt|Quit", child.before), child.before


def end_by_end_of_file(child, _gdb):
    child.sendline("continue")
    child.expect(r"limen# \s*\[The machine's shell waits for a line, but this terminal is gdb's. Ctrl-C stops")
    child.sendintr()
    child.expect(PROMPT)
    child.sendeof()


def end_by_killing_gdb(_child, gdb):
    os.kill(gdb, signal.SIGKILL)


def end_by_killing_debug(child, _gdb):
    os.kill(child.pid, signal.SIGKILL)


def end_by_closing_the_terminal(child, _gdb):
    child.close(force=False)


@pytest.mark.parametrize("end", [end_by_quit, end_by_end_of_file, end_by_killing_gdb, end_by_killing_debug,
                                 end_by_closing_the_terminal])
def test_nobody_is_left(end):
    with limen.cpus():
        child = pexpect.spawn(shlex.quote(str(session.DEBUG)), timeout=limen.TIMEOUT_S, encoding="utf-8",
                              env={**os.environ, "HOME": "/nonexistent", "TERM": "dumb"})
        child.expect(PROMPT)
        assert "`limen sys-enter write hello`" in child.before and "`help limen`" in child.before, child.before
        child.sendline("limen type hello")
        child.expect(PROMPT)
        child.sendline("limen sys-enter write hello")
        child.expect(r"hello \(3\) is about to call write")
        child.expect(PROMPT)
        below = family(child.pid)
        assert any("qemu" in name for name in below.values()), below
        gdb = next(pid for pid, name in below.items() if os.path.basename(name) == "gdb")
        end(child, gdb)
        wait_gone(below)
        child.close()


def test_own_gdb_attaches():
    with limen.cpus():
        machine = subprocess.Popen([limen.TOOL, "--gdb", "--", "/bin/hello"], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        line = machine.stderr.readline()
        port = re.search(r"tools/debug --attach (\d+) \(or: target remote 127\.0\.0\.1:\1\)", line)
        assert port, line
        done = subprocess.run([session.DEBUG, "--attach", port[1], "--batch", "--ex", "limen sys-enter write hello",
                               "--ex", "limen ps", "--ex", "limen type x", "--ex", "detach"],
                              capture_output=True, text=True, stdin=subprocess.DEVNULL)
        assert "hello (2) is about to call write(fd=1" in done.stdout, done
        assert "The console is not this session's" in done.stderr, done
        out, _ = machine.communicate(timeout=limen.TIMEOUT_S)
        assert out == "Hello, world, from ring 3!\n" and machine.returncode == 0, (out, machine.returncode)


def test_port_that_is_taken():
    with limen.cpus():
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", 0))
            holder.listen()
            port = holder.getsockname()[1]
            done = subprocess.run([limen.TOOL, f"--gdb={port}", "--", "/bin/true"], capture_output=True, text=True)
        assert done.returncode == 125 and f"--gdb {port}: " in done.stderr, done
