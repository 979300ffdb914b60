"""init as process 1 of a pid namespace, in a root of its own.

There reboot(2) ends the namespace: Linux kills its init with SIGINT for "power off". A regular file
stands for each of the host's channels. On Limen itself, tools/run proves the rest.
"""

import os
import pathlib
import pty
import shutil
import signal
import subprocess
import time

import pytest

import limen

UNSHARE = ["unshare", "--pid", "--fork", "--mount"] + (
    [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
)
POWERED_OFF = -signal.SIGINT


def can_unshare():
    try:
        return subprocess.run([*UNSHARE, "true"], capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


pytestmark = pytest.mark.skipif(not can_unshare(), reason="no pid namespaces here")


class Machine:
    """A root folder with the programs in /bin, the machine's own libc for them, and init on it."""

    def __init__(self, programs, folder):
        self.root = folder
        for name in ["dev", "etc/limen", "lib", "lib64", "proc", "root", "tmp"]:
            (folder / name).mkdir(parents=True)
        shutil.copytree(programs, folder / "bin")
        for name in ["verdict", "hostio", "hosterr"]:
            (folder / "dev" / name).write_bytes(b"")

    def start(self, *arguments, before="", **options):
        """Starts init with ARGUMENTS, after the shell commands BEFORE."""
        shared = "".join(f"mount --rbind /{name} {self.root}/{name}; " for name in ("lib", "lib64"))
        script = f'{shared} mount -t proc proc {self.root}/proc; {before} exec chroot {self.root} /bin/init "$@"'
        environment = {**os.environ, "TERM": "linux"}
        return subprocess.Popen([*UNSHARE, "sh", "-c", script, "sh", *arguments], env=environment, **options)

    def run(self, *command, stdin=b"", raw=None):
        """Has init run COMMAND. Returns (verdict, standard output, standard error)."""
        dev = self.root / "dev"
        text = b"".join(os.fsencode(word) + b"\0" for word in command) if raw is None else raw
        (self.root / "etc/limen/command").write_bytes(text)
        (dev / "hostio").write_bytes(stdin)
        (dev / "verdict").write_bytes(b"")
        (dev / "hosterr").write_bytes(b"")
        assert self.start("run").wait(limen.TIMEOUT_S) == POWERED_OFF
        return tuple((dev / name).read_bytes() for name in ["verdict", "hostio", "hosterr"])


@pytest.fixture
def machine(programs, tmp_path):
    return Machine(programs, tmp_path / "root")


def test_command(machine):
    assert machine.run("/bin/hello") == (b"exit 0\n", b"Hello, world, from ring 3!\n", b"")


@pytest.mark.parametrize(
    "command, verdict",
    [
        (["sh", "-c", "exit 7"], b"exit 7\n"),
        (["sh", "-c", "exit 255"], b"exit 255\n"),
        (["false"], b"exit 1\n"),
        (["sh", "-c", "kill -SEGV $$"], b"signal 11\n"),
        (["sh", "-c", "kill -KILL $$"], b"signal 9\n"),
        (["nosuch"], b"notfound\n"),
        (["/bin/nosuch"], b"notfound\n"),
        (["/nosuch/hello"], b"notfound\n"),
        ([""], b"notfound\n"),
        (["/bin"], b"norun 13\n"),
        (["/etc/limen/command"], b"norun 13\n"),
        (["/bin/hello/x"], b"norun 20\n"),
    ],
)
def test_verdict(machine, command, verdict):
    assert machine.run(*command)[0] == verdict


def test_command_file(machine):
    """What is wrong with the command is told as an error number."""
    assert machine.run(raw=b"")[0] == b"norun 22\n"
    assert machine.run(raw=b"hello")[0] == b"norun 22\n"
    assert machine.run(raw=b"x" * 131072 + b"\0")[0] == b"norun 7\n"
    assert machine.run(raw=b"true\0" + b"x\0" * 60000)[0] == b"exit 0\n"
    (machine.root / "etc/limen/command").unlink()
    assert machine.start("run").wait(limen.TIMEOUT_S) == POWERED_OFF
    assert (machine.root / "dev/verdict").read_bytes() == b"norun 2\n"


def test_arguments_and_surroundings(machine):
    script = 'echo "$#[$1][$2]"; pwd; umask; env'
    out = machine.run("sh", "-c", script, "name", "a b\n", "")[1]
    environment = b"TERM=linux\nPATH=/bin:/sbin:/usr/bin:/usr/sbin\nHOME=/root\n"
    assert out == b"2[a b\n][]\n/\n0022\n" + environment


def test_descriptors(machine):
    """The command has 0, 1 and 2; 3 is the folder that ls reads."""
    assert machine.run("ls", "-1", "/proc/self/fd")[1] == b"0\n1\n2\n3\n"
    assert machine.run("cat", stdin=b"to be read\n")[1] == b"to be read\n"
    assert machine.run("sh", "-c", "echo err >&2; echo out") == (b"exit 0\n", b"out\n", b"err\n")


def test_standard_descriptors_that_the_kernel_left_closed(machine):
    """The verdict's own descriptor then begins as 0, where the command's input will be."""
    (machine.root / "etc/limen/command").write_bytes(b"ls\0-1\0/proc/self/fd\0")
    assert machine.start("run", before="exec <&- >&- 2>&-;").wait(limen.TIMEOUT_S) == POWERED_OFF
    assert (machine.root / "dev/hostio").read_bytes() == b"0\n1\n2\n3\n"
    assert (machine.root / "dev/verdict").read_bytes() == b"exit 0\n"


def test_hostile_commands(machine):
    """Neither signals nor words of the command's reach the verdict."""
    digits = " ".join(f"echo exit 0 >&{fd};" for fd in range(10))
    assert machine.run("sh", "-c", f"{digits} exit 5")[0] == b"exit 5\n"
    signals = " ".join(f"kill -{number} 1;" for number in range(1, 32))
    assert machine.run("sh", "-c", f"{signals} exit 6")[0] == b"exit 6\n"
    assert machine.run("sh", "-c", "kill -KILL 0 1")[0] == b"signal 9\n"
    assert machine.run("sh", "-c", "sleep 100 & kill -KILL -- -1; exit 7")[0] in (
        b"exit 7\n",
        b"signal 9\n",
    )


def test_orphans(machine):
    """They are buried as they die, and those that live on hold nothing up."""
    assert machine.run("sh", "-c", "sleep 100000 & sleep 100000 & exit 3")[0] == b"exit 3\n"
    until_two = "while set -- /proc/[0-9]*; test $# -gt 2; do sleep 0.01; done"
    script = f"sh -c 'sleep 0.2 & sleep 0.1 &'; {until_two}; exit 4"
    assert machine.run("sh", "-c", script)[0] == b"exit 4\n"


def test_no_verdict_channel(machine):
    (machine.root / "dev/verdict").unlink()
    (machine.root / "etc/limen/command").write_bytes(b"hello\0")
    init = machine.start("run", stderr=subprocess.PIPE)
    assert b"/dev/verdict" in init.communicate(timeout=limen.TIMEOUT_S)[1]
    assert init.returncode == POWERED_OFF
    assert (machine.root / "dev/hostio").read_bytes() == b""


def console_read(fd, text):
    """What the console shows until TEXT."""
    seen, end = b"", time.monotonic() + limen.TIMEOUT_S
    os.set_blocking(fd, False)
    while text not in seen and time.monotonic() < end:
        try:
            seen += os.read(fd, 4096)
        except BlockingIOError:
            time.sleep(0.01)
    assert text in seen, seen
    return seen


def sleeps(terminal):
    """Is the terminal's foreground a program named sleep?"""
    return pathlib.Path(f"/proc/{os.tcgetpgrp(terminal)}/comm").read_text() == "sleep\n"


def test_console(machine):
    """The shell has the console as its terminal, and the machine goes off after it."""
    master, slave = pty.openpty()
    (machine.root / "dev/console").write_bytes(b"")
    (machine.root / "etc/motd").write_bytes(b"Welcome\n")
    bind = f"mount --bind {os.ttyname(slave)} {machine.root}/dev/console;"
    init = machine.start(before=bind, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    assert b"Welcome\r\n" in console_read(master, b"limen# ")
    os.write(master, b"ls -1 /proc/self/fd\n")
    console_read(master, b"0\r\n1\r\n2\r\n3\r\nlimen# ")
    os.write(master, b"sleep 100\n")
    console_read(master, b"100\r\n")
    limen.wait_until(lambda: sleeps(master))
    os.write(master, b"\x03")
    console_read(master, b"limen# ")
    os.write(master, b"exit 3\n")
    assert init.wait(limen.TIMEOUT_S) == POWERED_OFF
    os.close(slave)
    os.close(master)


def test_only_as_process_1(programs):
    """Tried in a pid namespace: were init wrong, it would turn only that off."""
    script = f"{programs / 'init'}; echo $?; {programs / 'init'} run; echo $?"
    done = subprocess.run([*UNSHARE, "sh", "-c", script], stdout=subprocess.PIPE)
    assert done.stdout == b"1\n1\n"
