"""Limen for tests: everything goes through tools/run.

    result = limen.run("/bin/sh", "-c", "exit 7", smp=4)
    result.status, result.stdout, result.stderr, result.verdict, result.log

    with limen.Console(smp=2) as console:       # an interactive machine, typed at by pexpect
        console.expect("# ")

A machine's time limit is there to end a hang, not to measure: it is generous. Of the machines that run
at one time, in all processes together, never more CPUs are busy than twice this machine's. However many
a machine has, one works at a time unless its test says `busy=N`: most boot, run one thing and wait.
"""

import contextlib
import fcntl
import os
import pathlib
import signal
import subprocess
import tempfile
import time

import pexpect

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = ROOT / os.environ.get("LIMEN_BUILD", "build/debug")
TOOL, BOCHS = ROOT / "tools/run", ROOT / "tools/bochs"
TIMEOUT_S = 300     # ends a hang, measures nothing
CPU_SLOTS = 2 * len(os.sched_getaffinity(0))


def wait_until(condition):
    deadline = time.monotonic() + TIMEOUT_S
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.02)


class Result:
    """How a run ended. `verdict` is the line of --status; `log` the kernel's log, as text."""

    def __init__(self, status, stdout, stderr, verdict, log):
        self.status, self.stdout, self.stderr = status, stdout, stderr
        self.verdict, self.log = verdict, log

    def __repr__(self):
        return (f"status {self.status}, verdict {self.verdict!r}\nstdout: {self.stdout[-2000:]!r}\n"
                f"stderr: {self.stderr.decode(errors='replace')[-4000:]}\nlog: {self.log[-4000:]}")


@contextlib.contextmanager
def cpus(count=1):
    """Holds COUNT of the CPU slots that all processes share: so many CPUs of a machine are busy. A lock
    file stands for each; who collects holds the queue's lock, so nobody waits for a slot while holding another's."""
    folder = pathlib.Path(tempfile.gettempdir()) / f"limen-cpus-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    held = []
    try:
        with open(folder / "queue", "w") as queue:
            fcntl.flock(queue, fcntl.LOCK_EX)
            while len(held) < min(count, CPU_SLOTS):
                held += take_slots(folder, min(count, CPU_SLOTS) - len(held))
                if len(held) < min(count, CPU_SLOTS):
                    time.sleep(0.02)
        yield
    finally:
        for slot in held:
            slot.close()


def take_slots(folder, wanted):
    """Up to WANTED slots that are free now, as locked files."""
    held = []
    for number in range(CPU_SLOTS):
        if len(held) == wanted:
            break
        slot = open(folder / str(number), "w")
        try:
            fcntl.flock(slot, fcntl.LOCK_EX | fcntl.LOCK_NB)
            held.append(slot)
        except BlockingIOError:
            slot.close()
    return held


def options(smp=2, mem=None, cpu=None, firmware=None, roots=(), append=None, timeout=TIMEOUT_S,
            icount=False, release=False, init=None, accel=None):
    """tools/run's options for these."""
    words = ["--smp", str(smp)]
    for name, value in (("mem", mem), ("cpu", cpu), ("firmware", firmware), ("append", append),
                        ("timeout", timeout), ("init", init), ("accel", accel)):
        if value is not None:
            words.append(f"--{name}={value}")
    words += [f"--root={root}" for root in roots]
    words += ["--icount"] if icount else []
    words += ["--release"] if release else []
    return words


def environment(build):
    return {**os.environ, "LIMEN_BUILD": str(build)} if build else dict(os.environ)


def run(*command, stdin=b"", busy=1, build=None, env=None, tool=TOOL, **rest):
    """Runs COMMAND in a machine of its own, of whose CPUs BUSY work at one time. BUILD is another build folder than
    the usual one, TOOL another machine."""
    with tempfile.TemporaryDirectory() as work, cpus(busy):
        status, log = os.path.join(work, "status"), os.path.join(work, "log")
        words = [tool, *options(**rest), f"--status={status}", f"--log={log}",
                 "--", *command]
        done = subprocess.run(words, input=stdin, capture_output=True,
                              env={**environment(build), **(env or {})})
        return Result(done.returncode, done.stdout, done.stderr, text_of(status).strip(),
                      text_of(log))


def text_of(path):
    try:
        return pathlib.Path(path).read_text(encoding="utf-8", errors="replace").replace("\r", "")
    except FileNotFoundError:
        return ""


class Console:
    """An interactive machine. Has pexpect's methods; `log` holds all that was on the screen."""

    def __init__(self, build=None, **rest):
        self.slots = cpus()
        self.words = options(**rest)
        self.build = build

    def __enter__(self):
        self.slots.__enter__()
        self.log_file = tempfile.TemporaryFile()
        self.child = pexpect.spawn(str(TOOL), self.words, env=environment(self.build), timeout=TIMEOUT_S,
                                   logfile=None)
        self.child.logfile_read = self.log_file
        return self

    def __exit__(self, *_):
        if self.child.isalive():
            self.child.kill(signal.SIGTERM)
            self.child.expect(pexpect.EOF)
        self.child.close()
        self.slots.__exit__(None, None, None)

    def __getattr__(self, name):
        return getattr(self.child, name)

    def log(self):
        self.log_file.seek(0)
        return self.log_file.read().decode(errors="replace").replace("\r", "")

    def end(self):
        """Waits until the machine is off and gives tools/run's status."""
        self.child.expect(pexpect.EOF)
        self.child.close()
        return self.child.exitstatus
