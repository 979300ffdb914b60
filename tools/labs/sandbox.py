"""Where everything runs that a hand-in brings: a bubblewrap sandbox with limits.

    sandbox.refusal()                       why there can be none here, or None
    sandbox.run(command, limits, stdin)     an Outcome: status, output, and what ended it if it was ended
    sandbox.start(command, limits, ...)     a process, for who minds the streams himself; sandbox.stop(process)

Inside: this machine's /usr, read-only; name spaces of its own for processes, network, mounts, IPC, users; no
capability, no further user name space; /work and /tmp in memory, of limited size. Nothing of this machine's can be
written and no other file be read. What goes in and comes out are streams. The end of bwrap is the end of all
processes inside, whatever they have done (man 7 pid_namespaces), and of all they have written.

Each process has limits (man 2 setrlimit); what all have together, memory above all, is watched from outside. Root
becomes another user for each sandbox first: limits of processes don't hold for root.
"""

import dataclasses
import glob
import itertools
import os
import pathlib
import re
import selectors
import shutil
import signal
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
PATH = "/usr/bin:/usr/sbin:/bin:/sbin"
HIDDEN = ("/usr/local", "/usr/src")     # where people keep what is theirs
ENVIRONMENT = {"PATH": PATH, "HOME": "/tmp", "LC_ALL": "C"}
OWN_USER = 1_500_000_000     # nobody's on this machine: from here on, by the grader's process number
WATCH_S = 0.2                # how often the memory of all processes is added up
CHUNK = 1 << 16
confined = True              # False only by who asks for it by name, for his own code
END_S = 30                   # a backstop
PAGE, TICKS = os.sysconf("SC_PAGE_SIZE"), os.sysconf("SC_CLK_TCK")
COUNT = itertools.count()


@dataclasses.dataclass(frozen=True)
class Limits:
    wall_s: float = 600                 # a backstop
    cpu_s: int = 300                    # of one process
    process_bytes: int = 2 << 30        # the address space of one process
    memory_bytes: int = 4 << 30         # of all processes together
    processes: int = 128
    disk_bytes: int = 512 << 20         # of /work; /tmp has as much
    output_bytes: int = 128 << 20       # on standard output; on standard error 1 MiB


class Outcome:
    """`ended` is None, or why it was ended: time, memory, output."""

    def __init__(self):
        self.status, self.ended, self.stdout, self.stderr = None, None, bytearray(), bytearray()


def system_words():
    """This machine's programs, seen read-only."""
    words = ["--ro-bind", "/usr", "/usr"]
    for path in filter(os.path.isdir, HIDDEN):
        words += ["--size", "4096", "--tmpfs", path, "--remount-ro", path]
    for name in ("bin", "sbin", "lib", "lib32", "lib64"):
        path = "/" + name
        if os.path.islink(path):
            words += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            words += ["--ro-bind", path, path]
    for path in ("/etc/alternatives", "/etc/ld.so.cache"):
        words += ["--ro-bind-try", path, path]
    return words


def words(command, limits, info=2):
    """Runs COMMAND in /work of a new sandbox. Which its first process is is written to the descriptor INFO."""
    if not confined:
        return list(command)
    size = str(limits.disk_bytes)
    user = OWN_USER + (os.getpid() << 8 | next(COUNT) & 255)
    drop = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"] if os.geteuid() == 0 else []
    spaces = ["--unshare-all", "--unshare-user", "--disable-userns", "--cap-drop", "ALL", "--die-with-parent",
              "--new-session", "--hostname", "sandbox", "--info-fd", str(info)]
    files = ["--dev", "/dev", "--proc", "/proc", "--size", size, "--tmpfs", "/work", "--size", size, "--tmpfs", "/tmp",
             "--remount-ro", "/", "--remount-ro", "/dev", "--chdir", "/work"]
    bounds = ["prlimit", f"--nproc={limits.processes}", f"--as={limits.process_bytes}", f"--fsize={limits.disk_bytes}",
              f"--cpu={limits.cpu_s}", "--core=0", "--nofile=1024", "--"]
    return [*drop, shutil.which("bwrap") or "bwrap", *spaces, *system_words(), *files, "--", *bounds, *command]


def is_seen(path):
    """Whether the sandbox sees this path of the machine's."""
    return path.is_relative_to("/usr") and not any(path.is_relative_to(each) for each in HIDDEN)


def refusal():
    """Why this machine has no sandbox; None if it has one."""
    if is_seen(HERE):
        return f"{HERE} is in /usr, which every sandbox sees: move this tree elsewhere"
    if not shutil.which("bwrap"):
        return "bubblewrap is missing: run tools/setup lab"
    probe = subprocess.run(words(["true"], Limits()), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                           cwd="/", env=ENVIRONMENT, check=False)
    if probe.returncode == 0:
        return None
    return (f"bubblewrap cannot work here: {probe.stderr.strip() or f'status {probe.returncode}'}\n"
            "It needs user name spaces (sysctl kernel.unprivileged_userns_clone=1, user.max_user_namespaces above 0;\n"
            "on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0; in a container: Docker's option\n"
            "--security-opt seccomp=unconfined, or a runner that is a virtual machine)")


def descendants(pid):
    """PID and its children's children, however they are related."""
    children = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                parent = int(file.read().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(name))
    found = [pid]
    for each in found:
        found += children.get(each, [])
    return found


@dataclasses.dataclass
class Usage:
    busy: bool = False      # whether any thread computes, or would if it had a CPU
    cpu_s: float = 0        # what all that live have used
    memory_bytes: int = 0   # what all together hold


def usage(process):
    """What all in the sandbox have of this machine."""
    sum_of = Usage()
    for each in descendants(process.pid):
        try:
            with open(f"/proc/{each}/statm", encoding="ascii") as file:
                sum_of.memory_bytes += int(file.read().split()[1]) * PAGE
        except OSError:
            pass
        for path in glob.glob(f"/proc/{each}/task/*/stat"):
            try:
                with open(path, encoding="utf-8", errors="replace") as file:
                    fields = file.read().rpartition(")")[2].split()
            except OSError:
                continue
            sum_of.busy = sum_of.busy or fields[0] in "RD"
            sum_of.cpu_s += (int(fields[11]) + int(fields[12])) / TICKS
    return sum_of


def stop(process):
    """Ends the sandbox and waits for its end: that of its first process, which comes after all others'."""
    if process.poll() is None:
        # Its first process dies with it once that is set up; until then it would wait for ever.
        if process.first:
            kill(process.first)
        process.kill()
    process.wait()
    stop_at = time.monotonic() + END_S
    while process.first and lives(process.first) and time.monotonic() < stop_at:
        time.sleep(0.005)


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def lives(pid):
    """Whether there is such a process, and it is no zombie."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


class Watch:
    """Carries the streams of a sandbox until it ends or has to be ended."""

    def __init__(self, process, limits, stdin):
        self.process, self.limits, self.outcome = process, limits, Outcome()
        self.left = memoryview(stdin)
        self.stop_at = time.monotonic() + limits.wall_s
        self.look_at = 0
        self.streams = selectors.DefaultSelector()
        self.stores = {process.stdout: (self.outcome.stdout, limits.output_bytes),
                       process.stderr: (self.outcome.stderr, 1 << 20)}
        for stream in (process.stdin, process.stdout, process.stderr):
            os.set_blocking(stream.fileno(), False)
            self.streams.register(stream, selectors.EVENT_WRITE if stream is process.stdin else selectors.EVENT_READ)

    def run(self):
        while self.streams.get_map() and not self.outcome.ended:
            for key, _ in self.streams.select(WATCH_S):
                self.feed() if key.fileobj is self.process.stdin else self.take(key.fileobj)
            self.look()
        stop(self.process)
        self.outcome.status = self.process.returncode
        return self.outcome

    def feed(self):
        try:
            self.left = self.left[os.write(self.process.stdin.fileno(), self.left[:CHUNK]):]
        except BlockingIOError:
            return
        except BrokenPipeError:
            self.left = self.left[:0]
        if not self.left:
            self.close(self.process.stdin)

    def take(self, stream):
        store, most = self.stores[stream]
        data = os.read(stream.fileno(), CHUNK)
        store.extend(data)
        if not data:
            self.close(stream)
        elif len(store) > most:
            self.outcome.ended = "output"

    def close(self, stream):
        self.streams.unregister(stream)
        stream.close()

    def look(self):
        now = time.monotonic()
        if now >= self.stop_at:
            self.outcome.ended = "time"
        if now >= self.look_at:
            self.look_at = now + WATCH_S
            if usage(self.process).memory_bytes > self.limits.memory_bytes:
                self.outcome.ended = "memory"


def run(command, limits=Limits(), stdin=b""):
    """Runs COMMAND with these bytes for its input, to its end."""
    with tempfile.TemporaryDirectory(prefix="limen-") as folder:
        process = start(command, limits, cwd="/" if confined else folder, stdin=subprocess.PIPE,
                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            return Watch(process, limits, stdin).run()
        finally:
            stop(process)


def start(command, limits, pass_fds=(), **rest):
    """A sandbox with COMMAND in it, as subprocess has processes; `first` is its first process' number here. bwrap
    itself has no more of our environment than COMMAND: who is inside can read it (/proc/1/environ)."""
    ours, theirs = os.pipe()
    try:
        process = subprocess.Popen(words(command, limits, theirs), bufsize=0, preexec_fn=default_signals,
                                   env=ENVIRONMENT if confined else None,
                                   pass_fds=[*pass_fds, *([theirs] if confined else [])], **rest)
    finally:
        os.close(theirs)
    process.first = first_process(ours)
    return process


def first_process(info):
    """What bwrap tells before it lets its first process go on. Nothing, if it fails; or there is none."""
    text = b""
    with open(info, "rb", buffering=0) as stream:
        while b"}" not in text and (data := stream.read(200)):
            text += data
    found = re.match(rb'\{\s*"child-pid":\s*(\d+)', text)
    return int(found[1]) if found else None


def default_signals():
    """Who was started in the background ignores some, and so would all that it starts."""
    for number in signal.SIGINT, signal.SIGQUIT, signal.SIGHUP:
        signal.signal(number, signal.SIG_DFL)
