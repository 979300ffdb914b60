"""A machine that is watched from outside: QEMU in a sandbox, its gdb server, monitor and serial ports.

    with Machine(make_image(kernel, "-- run", archives)) as machine:
        machine.set_break(address)
        machine.resume()                      until a break
        machine.registers(); machine.read(address, size); machine.write(address, data)

`resume` raises Ended when the machine panics, hangs, resets itself, goes off, speaks without end, or spends its budget
of instructions (`machine.budget`, counted by --icount: a slow computer changes nothing). What the kernel says is
believed only when it speaks against itself; nothing that it says makes a test pass.
"""

import contextlib
import importlib.machinery
import importlib.util
import mmap
import os
import re
import selectors
import socket
import struct
import subprocess
import tempfile
import threading
import time

from labs import remote, sandbox

TOOLS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LOG_BYTES = 256 << 10            # how much of the log's end is kept
SPEECH_BYTES = 8 << 20           # more on a serial port is runaway output
POLL_S = 0.2
ANSWER_S = 120                   # QEMU answers at once: a backstop
ASLEEP_S = 5                     # QEMU has waited for so long, or turned its timers: nothing wakes the CPUs
CPU_S = 900                      # of this computer's, for all machines of one hand-in: a backstop
# A backstop, too: instructions end a test long before.
LIMITS = sandbox.Limits(wall_s=900, cpu_s=300, process_bytes=8 << 30, memory_bytes=2 << 30, processes=64,
                        disk_bytes=64 << 20)
PANIC = re.compile(r"^(\[[^\]\n]*\] *)?panic: ", re.MULTILINE)
REASONS = {"guest-reset": "reset", "guest-shutdown": "off", "guest-panic": "reset"}


def load_tool(name):
    """Imports a file of tools/."""
    loader = importlib.machinery.SourceFileLoader(name, os.path.join(TOOLS, name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


mkcpio, mkiso = load_tool("mkcpio"), load_tool("mkiso")


class Ended(Exception):
    """The machine's end, or that it had to be ended. `kind` is one of these."""

    SAYS = {
        "panic": "the kernel panicked",
        "hang": "the kernel hung: its lock-up detector spoke",
        "reset": "the machine reset itself (a triple fault)",
        "off": "the machine was switched off before the test was over",
        "budget": "it took too many instructions: it loops, or waits for what never comes",
        "asleep": "each CPU sleeps and nothing will ever wake it (a deadlock, or a lost wake-up)",
        "output": "it printed without end",
        "cost": "the grader's computer cannot afford to emulate what it does",
        "over": "the test program ended, or could not be started, before the test was over",
    }

    def __init__(self, kind, detail=""):
        super().__init__(self.SAYS[kind] + (f": {detail}" if detail else ""))
        self.kind = kind


def make_image(kernel, cmdline, archives):
    """The medium, as an open file that has no name."""
    with tempfile.TemporaryDirectory(prefix="limen-") as work:
        path = os.path.join(work, "limen.iso")
        mkiso.make_iso(path, kernel, cmdline, archives, work)
        return os.open(path, os.O_RDONLY)


def words_of(log):
    """A log's end: the panic's report, else the last 25 lines."""
    text = log.decode(errors="replace").replace("\r", "")
    start = PANIC.search(text)
    lines = (text[start.start():] if start else text).splitlines()
    lines = lines[:60] if start else lines[-25:]
    return "\n".join(re.sub(r"[^\x20-\x7e\t]", "?", line)[:200] for line in lines)


def state_record(name):
    """What migration/global_state.c writes of why a machine stands still: its size, then 100 bytes."""
    return struct.pack(">I100s", len(name) + 1, name)


STATE = re.compile(rb"\x0bglobalstate.{8}(" + re.escape(state_record(b"debug")) + b")", re.DOTALL)


def rename_state(state):
    """The machine stands at a break, and that is what QEMU writes down of it. It refuses to begin so, but not to begin
    as one that was paused."""
    with mmap.mmap(state, 0, access=mmap.ACCESS_READ) as data:
        found = [match.start(1) for match in STATE.finditer(data)]
    if len(found) != 1:
        raise remote.ProtocolError("the machine's state has no name, or two")
    os.pwrite(state, state_record(b"paused"), found[0])


def qemu_words(smp, memory):
    """As tools/run --icount has them, so that what is seen here can be seen there."""
    return ["qemu-system-x86_64", "-nodefaults", "-no-user-config", "-machine", "q35,vmport=off", "-m",
            memory, "-smp", str(smp), "-vga", "std", "-display", "none", "-no-reboot", "-boot", "d", "-accel",
            "tcg,thread=single", "-cpu", "max,-erms", "-seed", "1", "-icount", "shift=0,sleep=off", "-rtc",
            "base=2020-01-01T00:00:00,clock=vm", "-S"]


class Purse:
    """What the machines of one hand-in may cost this computer, all together."""

    def __init__(self, cpu_s=CPU_S):
        self.left_s, self.lock = cpu_s, threading.Lock()

    def spend(self, seconds):
        """False if there is no more."""
        with self.lock:
            self.left_s -= seconds
            return self.left_s >= 0


class Watch:
    """Looks at QEMU from time to time: what it costs, and whether its CPUs sleep for ever, which is not the same as
    having no CPU on a busy computer."""

    def __init__(self, process, purse):
        self.process, self.purse, self.used_s = process, purse, 0
        self.stop_at = time.monotonic() + LIMITS.wall_s
        self.forget()

    def forget(self):
        """The machine has come to a stop: it does not sleep."""
        self.count = None

    def charge(self):
        """What it has used since the last time."""
        used = sandbox.usage(self.process)
        paid = self.purse.spend(max(used.cpu_s - self.used_s, 0))
        self.used_s = max(used.cpu_s, self.used_s)
        if not paid or used.memory_bytes > LIMITS.memory_bytes or time.monotonic() > self.stop_at:
            raise Ended("cost")
        return used

    def look(self, count):
        """COUNT: the instructions executed so far."""
        used, now = self.charge(), time.monotonic()
        if count != self.count:
            self.count, self.began_s, self.since = count, used.cpu_s, now
        if used.busy:
            self.since = now
        if now - self.since > ASLEEP_S or used.cpu_s - self.began_s > ASLEEP_S:
            raise Ended("asleep")


class Confined:
    """An emulator in a sandbox: it inherits files, is watched for what it costs, and ends with `close`."""

    def __init__(self, purse):
        self.purse = purse or Purse()
        self.theirs, self.process, self.watch = [], None, None
        self.complaint = tempfile.TemporaryFile()

    def lend(self, descriptor):
        """Opens the file once more, from its begin on, for the emulator to inherit."""
        self.theirs.append(os.open(f"/proc/self/fd/{descriptor}", os.O_RDONLY))
        return self.theirs[-1]

    def launch(self, words, limits, stdin, stdout):
        self.process = sandbox.start(words, limits, stdin=stdin, stdout=stdout, stderr=self.complaint,
                                     pass_fds=self.theirs, cwd="/")
        self.watch = Watch(self.process, self.purse)
        self.give_away()

    def give_away(self):
        """What the emulator has inherited is no more ours."""
        while self.theirs:
            os.close(self.theirs.pop())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self.process:
            with contextlib.suppress(Ended):
                self.watch.charge()
            sandbox.stop(self.process)
        self.give_away()
        self.complaint.close()


def end_told(verdict):
    """Which end COM4's first line tells of: the kernel and init speak there, of the command's end and of their own.
    None: it is not there yet."""
    line, end, _ = bytes(verdict).partition(b"\n")
    word = line.split()[:1]
    return {b"panic": "panic", b"hang": "hang"}.get(word[0] if word else b"", "over") if end else None


class Machine(Confined):
    def __init__(self, image, smp=1, memory="256M", state=None, purse=None):
        """IMAGE is an open file, see make_image; STATE what `save` gave, if it is to go on from there."""
        super().__init__(purse)
        self.smp, self.budget, self.runs = smp, 0, False
        self.log, self.spoken, self.verdict = bytearray(), {}, bytearray()
        self.packets, self.answers, self.reason = [], [], None
        self.parser, self.monitor_text = remote.Parser(), bytearray()
        self.streams, self.ours = selectors.DefaultSelector(), {}
        try:
            self.begin(image, memory, state)
        except BaseException:
            self.close()
            raise

    def begin(self, image, memory, state):
        words = qemu_words(self.smp, memory)
        words += ["-add-fd", f"fd={self.lend(image)},set=1", "-drive",
                  "file=/dev/fdset/1,format=raw,if=ide,media=cdrom,readonly=on"]
        for number in (1, 2, 3, 4):
            words += [*self.channel(f"com{number}"), "-serial", f"chardev:com{number}"]
        words += [*self.channel("gdb"), "-gdb", "chardev:gdb"]
        words += [*self.channel("monitor"), "-mon", "chardev=monitor,mode=control"]
        if state is not None:
            words += ["-incoming", f"fd:{self.lend(state)}"]
        self.launch(words, LIMITS, subprocess.DEVNULL, self.complaint)
        self.ask_monitor("qmp_capabilities")
        if state is not None:
            self.await_migration()

    def channel(self, name):
        """QEMU's words for a stream between it and us."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        self.ours[name] = ours
        self.streams.register(ours, selectors.EVENT_READ, name)
        self.theirs.append(theirs.detach())
        return ["-chardev", f"socket,id={name},fd={self.theirs[-1]}"]

    def close(self):
        super().close()
        self.streams.close()
        for channel in self.ours.values():
            channel.close()

    # --- Streams ---

    def send(self, name, data):
        """Small pieces, always: a socket that doesn't take one is a broken QEMU's."""
        try:
            self.ours[name].sendall(data)
        except OSError:
            self.listen(0)

    def listen(self, seconds):
        """Takes in what comes within that time."""
        for key, _ in self.streams.select(seconds):
            try:
                data = key.fileobj.recv(1 << 16)
            except OSError:
                data = b""
            if not data:
                self.streams.unregister(key.fileobj)
            elif key.data == "gdb":
                self.packets += self.parser.feed(data)
            elif key.data == "monitor":
                self.take_monitor(data)
            else:
                self.take_speech(key.data, data)

    def take_speech(self, port, data):
        self.spoken[port] = self.spoken.get(port, 0) + len(data)
        if port == "com1":
            self.log += data
            del self.log[:-LOG_BYTES]
        elif port == "com4":
            self.verdict += data[:64 - len(self.verdict)] if len(self.verdict) < 64 else b""

    def take_monitor(self, data):
        self.monitor_text += data
        *lines, rest = self.monitor_text.split(b"\n")
        self.monitor_text = bytearray(rest)
        if len(rest) > remote.PACKET_BYTES_MAX:
            raise remote.ProtocolError("the monitor's line has no end")
        for message in map(remote.message_from, filter(None, (line.strip() for line in lines))):
            if "return" in message or "error" in message:
                self.answers.append(message)
            elif message.get("event") == "SHUTDOWN":
                self.reason = REASONS.get(remote.reason_of(message), "off")

    def check(self):
        """Raises Ended if the machine has ended or says that it is broken."""
        if max(self.spoken.values(), default=0) > SPEECH_BYTES:
            raise Ended("output")
        self.check_verdict()
        if self.reason or self.ours["gdb"] not in self.streams.get_map():
            self.drain()
            self.check_verdict()
            raise Ended(self.reason or "off", self.why_not())

    def check_verdict(self):
        if kind := end_told(self.verdict):
            raise Ended(kind)

    def why_not(self):
        """What QEMU complains of, if it ended by itself."""
        if not self.reason:
            try:
                self.process.wait(sandbox.END_S)
            except subprocess.TimeoutExpired:
                sandbox.stop(self.process)
        self.complaint.seek(0)
        return self.complaint.read(2000).decode(errors="replace").strip()

    def wait(self, store):
        """The next message of STORE."""
        stop_at = time.monotonic() + ANSWER_S
        while not store:
            self.listen(POLL_S)
            if not store:
                self.check()
            if time.monotonic() > stop_at:
                raise remote.ProtocolError("QEMU does not answer")
        return store.pop(0)

    def ask(self, text):
        """One command for the gdb server, and its answer; the machine stands still."""
        self.send("gdb", b"+" + remote.packet(text))
        return self.wait(self.packets)

    def ask_monitor(self, name, descriptor=None, **arguments):
        """One command for the monitor, which may carry an open file, and its answer."""
        self.answers.clear()
        text = remote.command(name, arguments)
        if descriptor is None:
            self.send("monitor", text)
        else:
            socket.send_fds(self.ours["monitor"], [text], [descriptor])
        answer = self.wait(self.answers)
        if not isinstance(answer.get("return"), dict):
            raise remote.ProtocolError(f"{name}: {str(answer)[:200]}")
        return answer["return"]

    def await_migration(self):
        stop_at = time.monotonic() + ANSWER_S
        while (status := self.ask_monitor("query-migrate").get("status")) != "completed":
            if status == "failed" or time.monotonic() > stop_at:
                raise remote.ProtocolError(f"the machine's state cannot be carried over: {status}")
            self.listen(0.01)

    def save(self):
        """All of the machine's state, as an open file without a name. It is this machine's end."""
        state = os.memfd_create("state")
        self.ask_monitor("getfd", state, fdname="state")
        self.ask_monitor("migrate-set-parameters", **{"max-bandwidth": 1 << 40})
        self.ask_monitor("migrate", uri="fd:state")
        self.await_migration()
        rename_state(state)
        return state

    # --- What a test does ---

    def instructions(self):
        """How many the machine has executed since it was switched on."""
        count = self.ask_monitor("query-replay").get("icount")
        if not isinstance(count, int):
            raise remote.ProtocolError("no count of instructions")
        return count

    def set_break(self, address):
        if self.ask(f"Z0,{address:x},1") != "OK":
            raise remote.ProtocolError("no break there")

    def clear_break(self, address):
        self.ask(f"z0,{address:x},1")

    def set_watch(self, address, size, reads=False):
        """From now on the machine stops behind each instruction that writes there, or reads."""
        if self.ask(f"Z{3 if reads else 2},{address:x},{size:x}") != "OK":
            raise remote.ProtocolError("nothing can be watched there")

    def clear_watch(self, address, size, reads=False):
        self.ask(f"z{3 if reads else 2},{address:x},{size:x}")

    def select(self, cpu):
        """From now to the next stop, registers and memory are seen as this CPU sees them. At a stop it is the one that
        came to the break."""
        if self.ask(f"Hg{cpu + 1:x}") != "OK":
            raise remote.ProtocolError(f"there is no CPU {cpu}")

    def registers(self):
        return remote.registers_from(self.ask("g"))

    def write_registers(self, registers):
        if self.ask(remote.registers_text(registers)) != "OK":
            raise remote.ProtocolError("the registers cannot be written")

    def read(self, address, size):
        """Bytes as the CPU would see them now; None if a page is not there."""
        data = bytearray()
        while len(data) < size:
            count = min(size - len(data), 1024)
            text = self.ask(f"m{address + len(data):x},{count:x}")
            if len(text) != 2 * count:
                return None
            data += remote.memory_from(text)
        return bytes(data)

    def write(self, address, data):
        """False if a page is not there. It writes to read-only pages, too, and to shared ones."""
        return all(self.ask(f"M{address + at:x},{len(data[at:at + 1024]):x}:{data[at:at + 1024].hex()}") == "OK"
                   for at in range(0, len(data), 1024))

    def step(self):
        """One instruction."""
        self.resume("s")

    def resume(self, how="c"):
        """Runs on until a break, or raises Ended."""
        self.send("gdb", b"+" + remote.packet(how))
        self.runs = True
        self.watch.forget()
        while not self.packets:
            self.listen(POLL_S)
            self.check()
            if self.packets:
                break
            count = self.instructions()
            if count > self.budget:
                raise self.overrun()
            self.watch.look(count)
        self.runs = False
        if not self.packets.pop(0).startswith(("T", "S")):
            raise Ended("off")
        if self.instructions() > self.budget:
            raise self.overrun()

    def overrun(self):
        """Why its budget is spent. The report of a panic is long, and how it ends is known."""
        self.drain()
        return Ended("panic" if PANIC.search(self.log.decode(errors="replace")) else "budget")

    def interrupt(self):
        """Stops the machine, if it runs."""
        if not self.runs:
            return
        if not self.packets:
            self.send("gdb", b"\x03")
        self.wait(self.packets)
        self.runs = False

    def last_words(self):
        if self.process.poll() is None:
            self.drain()
        return words_of(self.log)

    def drain(self):
        """Takes what is under way already."""
        for _ in range(100):
            before = sum(self.spoken.values())
            self.listen(0.02)
            if sum(self.spoken.values()) == before:
                return
