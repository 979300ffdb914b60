"""strace on Limen prints of a program what Debian's strace on Linux prints of it, and so does ours on Linux.

The programs are static, and lie with the files that they use in one folder: laid over Limen's root, and in a world of
its own on Linux (tests/abi/linux.py). Lines are compared thread by thread, after addresses, pids and times; what else
may differ is said where it is put aside. Who comes first among threads is nobody's promise."""

import difflib
import os
import pathlib
import re
import secrets
import shutil
import subprocess
import sys

import pytest

import limen

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "abi"))
import linux  # noqa: E402
from conftest import limen_build  # noqa: E402

FIXED_TIME = 1577934245  # of all files: 2020-01-02 03:04:05 UTC

OPEN = """section .text
global _start
_start: mov rax, 2
 mov rdi, fpath
 mov rsi, 0
 syscall
 mov rax, 60
 mov rdi, 0
 syscall
section .data
fpath: db '/dev/null', 0
"""
THREADS = """#include <pthread.h>
#include <unistd.h>
static void *wait_for_go(void *unused)
{
    while (access("/tmp/go", F_OK) != 0)
        usleep(10000);
    return unused;
}
int main(void)
{
    pthread_t threads[3];
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], 0, wait_for_go, 0);
    wait_for_go(0);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], 0);
    return 9;
}
"""
COMMANDS = [
    "/open",
    "/bin/true",
    "/bin/echo one two",
    "/bin/hello",
    "/bin/ls /few",
    "/bin/ls -l /few",
    "/bin/ls /data/missing",
    "/bin/cat /data/poem /data/missing",
    "/bin/wc /data/poem",
    "/bin/head /data/big",
    "/bin/hexdump /data/poem",
    "/bin/uname",
    "/bin/pwd",
    "/bin/env",
    "/bin/mkdir /tmp/d",
    "/bin/touch /tmp/d/f",
    "/bin/chmod 640 /tmp/d/f",
    "/bin/ln -s f /tmp/d/g",
    "/bin/mv /tmp/d/f /tmp/d/h",
    "/bin/cp /data/big /tmp/d/i",
    "/bin/rm -r /tmp/d",
    "/bin/sleep 0.01",
    "/bin/kill -TERM 1000000",
    "/bin/sh -c 'exit 3'",
    "/bin/sh -c 'echo a | cat | wc'",
    "/bin/busybox ls /few",
    "/bin/busybox ls -l /few",
    "/bin/busybox cat /data/poem",
    "/bin/busybox grep -c red /data/poem",
    "/bin/busybox sort /data/poem",
    "/bin/busybox sh -c 'busybox cat /data/poem | busybox wc -l; busybox ls /few | busybox head -1'",
    "/bin/busybox vi /data/poem",
    "/bin/busybox sed -n 2p /data/poem",
    "/calls-musl",
    "/calls-glibc",
    "-v /bin/ls /few", "-x /bin/cat /data/binary", "-xx /bin/cat /data/poem", "-s 5 /bin/cat /data/poem",
    "-y /bin/cat /data/poem", "-e trace=file /bin/ls /few", "-e trace=%memory /bin/ls /few",
    "-e open,close /bin/cat /data/poem", "-e '!close' /bin/cat /data/poem",
    "-e trace=process /bin/sh -c 'echo a | cat'", "-e signal=none /bin/sh -c 'cat /data/poem; echo'",
    "-e trace=signal /calls-musl", "-e trace=network /bin/ls /few", "-e trace=desc /bin/cat /data/poem",
    "-e signal=TERM,2 /calls-musl", "-a 20 /bin/cat /data/poem", "-T /bin/ls /few", "-t /bin/ls /few",
    "-tt /bin/ls /few", "-ttt -T /bin/ls /few", "-r /bin/ls /few", "-q /bin/true", "-qq /bin/true",
    "-C -e trace=desc /bin/cat /data/poem",
]
TABLES = ["-c", "-c -S calls", "-c -S errors", "-c -S name", "-c -S nothing", "-c -S time", "-c -e trace=file"]
ENV = "env -i PATH=/bin LANG=C"

# --- what is put aside ---------------------------------------------------------------------------

REPLACED = [
    (r"0x[0-9a-f]{5,}", "ADDRESS"),
    (r"\{tv_sec=\d+, tv_(n|u)sec=\d+\}", r"{TIME}"),
    (r"si_(u|s)time=\d+( /\* \S+ s \*/)?", r"si_\1time=T"),
    (r"(st_mode=S_IFDIR\S*), st_size=\d+", r"\1, st_size=_"),
    (r"/\* \d+ vars \*/", "/* VARS */"),
    (r"(getrandom\()\"[^\"]*\"", r"\1RANDOM"),
    (r"(uname\(\{).*\}", r"\1...}"),
    (r"st_(dev|ino|blocks|nlink)=(makedev\([^)]*\)|\d+)", r"st_\1=_"),
    (r"st_([amc])time=\d+ /\* \S+ \*/, st_\1time_nsec=\d+", r"st_\1time=_"),
    (r"d_(ino|off)=-?\d+", r"d_\1=_"),
    (r"^(brk\(.*\)) += .*", r"\1 = ADDRESS"),
    (r"^(getp(pid|grp)\(\)) += \d+", r"\1 = PID"),
]
# The time: at a line's beginning and at its end.
CLOCK = re.compile(r"(\d\d:\d\d:\d\d(\.\d{6})?|\d{10}\.\d{6}| *\d+\.\d{6}) (?=\S)")
DURATION = re.compile(r" <\d\.\d{6}>$")
COUNTED = re.compile(r"^ *\d+\.\d\d +\d+\.\d{6} +\d+ ", re.M)
OF_PIDS = re.compile(r"(v?fork|clone3?|getpid|gettid|setsid|set_tid_address|wait4|waitid|kill|tkill|tgkill"
                     r"|rt_sigreturn|rt_sigqueueinfo|rt_sigtimedwait)\(|---")
# rseq(2) is not there on Limen, as docs/limits.md says.
LEFT_OUT = re.compile(r"rseq\(")
# In which order the children of a shell end, what it does meanwhile, and which call that breaks off, is chance.
OF_CHANCE = re.compile(r"wait4\(|--- SIGCHLD|rt_sigreturn\(|rt_sigsuspend\(|rt_sigprocmask\(|.* = \? ERESTART")


def join_halves(lines):
    """The lines of one thread with the calls that were interrupted by other threads' lines whole again."""
    begun = None
    for line in lines:
        resumed = re.match(r"<\.\.\. \w+ resumed>(.*)", line)
        if resumed:
            line = (begun or "") + resumed[1]
        if line.endswith("<unfinished ...>"):
            begun = line[:-len("<unfinished ...>")].rstrip(" ") + (" " if line.endswith(",  <unfinished ...>") else "")
            continue
        yield line


def normalise_line(line, numbers, is_alone):
    clock = CLOCK.match(line)
    line = DURATION.sub("<DURATION>", line[clock.end() if clock else 0:])
    before = line
    for pattern, text in REPLACED:
        line = re.sub(pattern, text, line)
    if OF_PIDS.match(line):
        line = re.sub(r"\b\d+\b", lambda match: numbers.get(match[0], match[0]), line)
    # The result's column is compared where all before it is, and where no other thread's line comes between.
    if not is_alone or line != before:
        line = re.sub(r" +(= [^=]*)$", r" \1", line)
    return (re.sub(r"\d", "9", clock[0]) if clock else "") + line


def normalise(text, is_shell):
    """{thread: lines}; threads are told by the order of their pids."""
    threads = {}
    for pid, line in re.findall(r"^(\d+) +(.*)", text, re.M):
        threads.setdefault(int(pid), []).append(line)
    numbers = {str(pid): f"P{i}" for i, pid in enumerate(sorted(threads), 1)}
    found = {}
    for pid, lines in threads.items():
        whole = [line for line in join_halves(lines) if not LEFT_OUT.match(line)
                 and not (is_shell and OF_CHANCE.match(line))]
        found[numbers[str(pid)]] = [normalise_line(line, numbers, len(threads) == 1) for line in whole]
    return found


# Of the calls with odd arguments: those for which decoders.tbl says less than Linux's strace knows.
KNOWN_OTHERWISE = re.compile(r"prctl\((PR_TASK|PR_SME|0x[24]0)|ioctl\(0, (FI|_IOC)|kcmp\(0, 0, KCMP_EPOLL|syslog\(8")


# --- the world in which they run -----------------------------------------------------------------


def build_program(path, command, source):
    source_path = path.with_suffix(".source")
    source_path.write_text(source)
    subprocess.run([*command, "-o", path, source_path], check=True)
    source_path.unlink()


def make_files(folder):
    """What both machines have."""
    for name in ("bin", "data", "few", "etc"):
        (folder / name).mkdir()
    shutil.copy(linux.busybox(), folder / "bin/busybox")
    (folder / "data/poem").write_text("roses are red\nviolets are blue\nsugar is sweet\nand so are you\n")
    (folder / "data/big").write_bytes(bytes(n * n % 251 for n in range(100000)))
    (folder / "data/binary").write_bytes(bytes(range(256)))
    (folder / "data/keys").write_text(":q!\n")  # for vi
    (folder / "few/one").write_text("1\n")
    (folder / "link").symlink_to("data/poem")
    for name in ("passwd", "group"):
        shutil.copy(limen.ROOT / "user/root/etc" / name, folder / "etc")
    build_program(folder / "open.o", ["nasm", "-f", "elf64"], OPEN)
    subprocess.run(["ld", "-o", folder / "open", folder / "open.o"], check=True)
    for compiler, name in (("musl-gcc", "calls-musl"), ("gcc", "calls-glibc")):
        source = (pathlib.Path(__file__).parent / "strace_calls.c").read_text()
        build_program(folder / name, [compiler, "-static", "-w", "-O1", "-x", "c"], source)
    build_program(folder / "threads", ["musl-gcc", "-static", "-x", "c"], THREADS)
    for path in folder.rglob("*"):
        os.utime(path, (FIXED_TIME, FIXED_TIME), follow_symlinks=False)


def add_linux_files(folder, programs):
    """What only Linux needs: our programs, and Debian's strace with its libraries."""
    for program in programs.iterdir():
        shutil.copy(program, folder / "bin" / program.name)
    strace = shutil.which("strace")
    (folder / "debian").mkdir()
    shutil.copy(strace, folder / "debian/strace")
    listed = subprocess.run(["ldd", strace], capture_output=True, text=True, check=True).stdout
    for library in re.findall(r"(/\S+) \(", listed):
        place = folder / library[1:]
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, place)


def make_any(folder):
    """Every call of the table but those that can't be left out of a life."""
    table = (limen.ROOT / "kernel/abi/syscalls.tbl").read_text()
    numbers = [number for number, name in re.findall(r"^(\d+) +(\w+)", table, re.M)
               if int(number) < 512 and name not in ("exit_group", "restart_syscall", "rt_sigreturn")]
    subprocess.run(["gcc", "-static", "-O1", "-w", f"-DNUMBERS={','.join(numbers)}", "-o", folder / "any",
                    pathlib.Path(__file__).parent / "strace_any.c"], check=True)


def make_script(tool, nonce):
    """Runs all, each under strace, and prints what strace wrote after a line that only we know."""
    lines = ["mkdir -p /tmp"]
    for number, command in enumerate(COMMANDS):
        lines += [f"{ENV} {tool} -f -o /tmp/out {command} </data/keys >/tmp/stdout 2>&1",
                  f"echo {nonce} {number}; cat /tmp/out"]
    for options in TABLES:
        lines += [f"{ENV} {tool} {options} -o /tmp/out /bin/ls -l /few /data/missing >/tmp/stdout 2>&1",
                  f"echo {nonce} {options.replace(' ', '')}; cat /tmp/out"]
    return "\n".join(lines + [f"echo {nonce} end", ""])


def read_traces(output, nonce):
    pieces = re.split(rf"^{nonce} (\S+)\n", output.decode(errors="replace"), flags=re.M)
    traces = dict(zip(pieces[1::2], pieces[2::2]))
    assert "end" in traces and len(traces) == len(COMMANDS) + len(TABLES) + 1, output[-3000:]
    found = {command: normalise(traces[str(number)], "sh -c" in command) for number, command in enumerate(COMMANDS)}
    return found | {options: read_table(traces[options.replace(" ", "")], options) for options in TABLES}


def read_table(text, options):
    lines = COUNTED.sub("TIMES ", text).splitlines()
    return {"": sorted(lines) if "time" in options or "-S" not in options else lines}


# strace comes to who waits in open(2) for a pipe's other end, and goes again, or one of the two is killed. `begin`
# waits until it is there: that call is written then.
ATTACH = """
begin() { rm -f /tmp/pipe /tmp/out; mknod /tmp/pipe p; cat /tmp/pipe >/tmp/got & P=$!
    strace -o /tmp/out -p $P & S=$!
    until busybox grep -qs 'open("/tmp/pipe"' /tmp/out; do sleep 0.01; done; }
begin; kill -INT $S; wait $S; echo tracer $?; echo x >/tmp/pipe; wait $P; echo tracee $?; cat /tmp/got; tail /tmp/out
begin; kill -KILL $S; wait $S; echo tracer $?; echo x >/tmp/pipe; wait $P; echo tracee $?; cat /tmp/got
begin; kill -KILL $P; wait $P; echo tracee $?; wait $S; echo tracer $?; tail /tmp/out
begin; strace -p $P; echo second $?; echo x >/tmp/pipe; wait $P; echo tracee $?; wait $S; echo tracer $?; tail /tmp/out
/threads & P=$!
until [ "$(ls /proc/$P/task | busybox wc -w)" = 4 ]; do sleep 0.01; done
strace -f -o /tmp/out -p $P 2>/tmp/err & S=$!
until [ "$(busybox sed 's/ .*//' /tmp/out | busybox sort -u | busybox wc -l)" = 4 ]; do sleep 0.01; done
kill -INT $S; wait $S; echo tracer $?; echo >/tmp/go; wait $P; echo tracee $?
busybox sed 's/Process [0-9]*/Process N/' /tmp/err
strace -c -o /tmp/out cat /data/poem >/tmp/got; tail /tmp/out | wc -w
strace -o /tmp/out sh -c 'kill -TERM $$'; echo $?
"""
ATTACHED = """tracer 130
tracee 0
x
# <detached ...>
tracer 137
tracee 0
x
tracee 137
tracer 0
+++ killed by SIGKILL +++
second 1
tracee 0
tracer 0
+++ exited with 0 +++
tracer 130
tracee 9
strace: Process N attached with 4 threads
strace: Process N detached
strace: Process N detached
strace: Process N detached
strace: Process N detached
5
143
"""


class World:
    def __init__(self, folder):
        self.folder = folder
        self.nonce = secrets.token_hex(8)
        self.files, self.linux_files, self.work = folder / "files", folder / "linux", folder / "work"
        self.files.mkdir()
        self.work.mkdir()
        make_files(self.files)
        shutil.copytree(self.files, self.linux_files, symlinks=True)
        add_linux_files(self.linux_files, limen_build())
        make_any(self.linux_files)
        self.debian = self.on_linux("/debian/strace")

    def on_linux(self, tool):
        (self.linux_files / "script").write_text(make_script(tool, self.nonce))
        done = linux.run(self.linux_files, ["/bin/sh", "/script"], self.work, stderr=subprocess.DEVNULL)
        return read_traces(done.stdout, self.nonce)

    def any_on_linux(self, tool):
        """What it prints of any call with any arguments, from where none of them happens any more."""
        done = linux.run(self.linux_files, [tool, "/any"], self.work, stderr=subprocess.STDOUT)
        lines = re.sub(r" += -1 EINVAL.*", "", done.stdout.decode()).splitlines()
        start = next(number for number, line in enumerate(lines) if "PR_SET_SECCOMP" in line)
        return [line for line in lines[start + 1:] if not KNOWN_OTHERWISE.match(line)]

    def on_limen(self):
        (self.files / "script").write_text(make_script("/bin/strace", self.nonce) +
                                           ATTACH.replace("tail", "busybox tail -n 1"))
        result = limen.run("/bin/sh", "/script", roots=[self.files], smp=2)
        self.attached = result.stdout.decode().partition(f"{self.nonce} end\n")[2]
        return read_traces(result.stdout, self.nonce)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    why = linux.missing() or (None if shutil.which("strace") else "strace is missing")
    if why or not limen_build():
        pytest.skip(why or "not built with Limen's libc for this machine")
    return World(tmp_path_factory.mktemp("strace"))


def check(wanted, found):
    """Fails with all lines that are others."""
    told = []
    for command, threads in wanted.items():
        lines = [[f"{thread} {line}" for thread, text in sorted(side.items()) for line in text]
                 for side in (threads, found[command])]
        told += difflib.unified_diff(*lines, f"debian {command}", f"ours {command}", lineterm="", n=0)
    if told:
        pytest.fail("\n".join(told), pytrace=False)


def test_programs_say_something(world):
    """That nothing is equal to nothing would prove nothing."""
    for command in COMMANDS:
        assert "-qq" in command or "+++ " in world.debian[command]["P1"][-1], command
    assert sum(len(lines) for threads in world.debian.values() for lines in threads.values()) > 900


def test_on_linux(world):
    check(world.debian, world.on_linux("/bin/strace"))


def test_on_limen(world):
    check(world.debian, world.on_limen())
    assert re.sub(".+(?= <detached)", "#", world.attached) == ATTACHED


def test_odd_arguments(world):
    wanted, found = world.any_on_linux("/debian/strace"), world.any_on_linux("/bin/strace")
    assert len(wanted) > 40000
    check({"any": {"": wanted}}, {"any": {"": found}})
