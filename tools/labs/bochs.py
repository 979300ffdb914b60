"""A machine that keeps a CPU's rules where QEMU doesn't: Bochs in a sandbox, watched from outside by its own debugger.

    with Bochs(image, program) as machine:          what labs/machine.py's Machine has, as far as a probe needs it

SYSRET and IRET to an address that is not canonical, and WRMSR of one, fault in ring 0 here, as they do on Intel's
processors (docs/testing.md). It can't save its state: a machine is booted for each test.

Debian's Bochs has a debugger. It reads commands from a terminal, on which it also draws the screen; what it says goes
to a log, too, which here is a pipe, as the serial ports are. It sets no register of 64 bits, but memory: the program
takes its registers from there (mailbox.asm).
"""

import os
import pty
import re
import select
import subprocess
import tempfile
import time

from labs import machine, remote, sandbox
from labs.machine import Ended

LIMITS = sandbox.Limits(cpu_s=200, process_bytes=8 << 30, processes=64, disk_bytes=256 << 20)
BUDGET = 1_000_000_000          # instructions, booting among them; time that the CPU sleeps counts, too
ANSWER_S = 60                   # a backstop
POLL_S = 0.2
MODEL = "corei7_skylake_x"
CONFIGURATION = """
megs: 256
cpu: model={model}, count=1, ips=50000000, reset_on_triple_fault=0
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
ata0-master: type=cdrom, path={folder}/limen.iso, status=inserted
boot: cdrom
clock: sync=none, time0=1577836800
speaker: enabled=0
display_library: term
log: -
panic: action=fatal
error: action=ignore
info: action=ignore
debug: action=ignore
debugger_log: /dev/fd/{debugger}
com1: enabled=1, mode=file, dev=/dev/fd/{com1}
com2: enabled=1, mode=null
com3: enabled=1, mode=null
com4: enabled=1, mode=file, dev=/dev/fd/{com4}
"""
SCRIPT = "cd {folder} && cat <&{image} >limen.iso && echo '{configuration}' >bochsrc && exec bochs -q -f bochsrc"
# What Bochs says of the machine's end: that end.
ENDS = {b"3rd (": "reset", b"soft power off": "off", b"Shutdown port": "off"}
STOPPED = re.compile(rb"Next at t=(\d+)\r?\n\(0\) \[[^\]]*\] ([0-9a-f]{4}):([0-9a-f]+)[^\n]*\n")
MAILBOX = ("rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
           "rip")
PAGE = 4096


def refusal():
    """Why there can be none here; None if there can."""
    missing = [path for path in ("/usr/bin/bochs", "/usr/share/bochs/BIOS-bochs-latest") if not os.path.exists(path)]
    return f"{missing[0]} is missing: run tools/setup lab" if missing else None


class Bochs(machine.Confined):
    smp = 1

    def __init__(self, image, program, purse=None):
        """IMAGE is an open file, see machine.make_image; PROGRAM has a mailbox."""
        if why := refusal():
            raise remote.ProtocolError(why)
        super().__init__(purse)
        self.program, self.budget, self.questions = program, 0, 0
        self.log, self.verdict, self.said, self.physical = bytearray(), bytearray(), bytearray(), {}
        self.streams, self.breaks, self.look_at = {}, [], 0
        self.folder = tempfile.TemporaryDirectory(prefix="limen-")
        self.terminal, terminal = pty.openpty()
        try:
            self.begin(image, terminal)
        except BaseException:
            self.close()
            raise

    def begin(self, image, terminal):
        self.theirs.append(terminal)
        self.streams[self.terminal] = None
        names = {name: self.channel(store) for name, store in
                 (("debugger", self.said), ("com1", self.log), ("com4", self.verdict))}
        folder = "/tmp" if sandbox.confined else self.folder.name       # the sandbox has a /tmp of its own
        configuration = CONFIGURATION.format(model=MODEL, folder=folder, **names)
        script = SCRIPT.format(folder=folder, image=self.lend(image), configuration=configuration)
        self.launch(["env", "TERM=vt100", "bash", "-c", script], LIMITS, terminal, terminal)
        self.await_stop()
        self.ask(f"sb {BUDGET}")

    def channel(self, store):
        """The number of a pipe's end for Bochs, which is another user there and opens it by name."""
        ours, theirs = os.pipe()
        os.fchmod(theirs, 0o666)
        self.streams[ours] = store
        self.theirs.append(theirs)
        return theirs

    def close(self):
        super().close()
        for descriptor in {self.terminal, *self.streams}:
            os.close(descriptor)
        self.folder.cleanup()

    # --- Streams ---

    def listen(self, seconds):
        """Takes in what comes within that time."""
        for descriptor in select.select(list(self.streams), [], [], seconds)[0]:
            store = self.streams[descriptor]
            try:
                data = os.read(descriptor, 1 << 16)
            except OSError:
                data = b""
            if store is not None:
                store += data
            if not data:
                self.drop(descriptor)
        del self.log[:-machine.LOG_BYTES]
        del self.verdict[64:]

    def drop(self, descriptor):
        del self.streams[descriptor]
        if descriptor != self.terminal:
            os.close(descriptor)

    def check(self):
        """Raises Ended if the machine has ended, says that it is broken, or costs too much."""
        if time.monotonic() > self.look_at:
            self.look_at = time.monotonic() + POLL_S
            self.watch.charge()
        if kind := machine.end_told(self.verdict):
            self.drain()
            raise Ended(kind)
        if self.process.poll() is not None:
            self.drain()
            raise Ended(self.why_ended())
        if len(self.said) > machine.SPEECH_BYTES:
            raise remote.ProtocolError("Bochs prints without end")

    def why_ended(self):
        self.complaint.seek(0)
        text = self.complaint.read()
        for words, kind in ENDS.items():
            if words in text:
                return kind
        raise remote.ProtocolError(f"Bochs ended: {text[-300:].decode(errors='replace')}")

    def drain(self):
        for _ in range(20):
            self.listen(0.02)

    def type(self, command):
        os.write(self.terminal, command.encode() + b"\n")

    def ask(self, command):
        """One command for the debugger, and what it says; a sum behind it tells the answer's end."""
        self.questions += 1
        del self.said[:]
        self.type(command)
        self.type(f"? {self.questions}")
        end, stop_at = b"\n0x%x %d\n" % (self.questions, self.questions), time.monotonic() + ANSWER_S
        while end not in self.said:
            self.listen(POLL_S)
            self.check()
            if time.monotonic() > stop_at:
                raise remote.ProtocolError("Bochs does not answer")
        return bytes(self.said).partition(b"? %d" % self.questions)[0].decode(errors="replace")

    def await_stop(self):
        """Until the machine stands still. Gives where."""
        while not (found := STOPPED.search(self.said)):
            self.listen(POLL_S)
            self.check()
        return int(found[3], 16)

    # --- What a test does ---

    def instructions(self):
        return int(self.ask("ptime").split()[-1])

    def set_break(self, address):
        self.breaks.append(address)
        self.ask(f"lb {address:#x}")

    def clear_break(self, address):
        """The debugger counts breaks from 1 on, and no number comes twice."""
        self.ask(f"d {self.breaks.index(address) + 1}")
        self.breaks[self.breaks.index(address)] = None

    def resume(self):
        """Runs on until a break, or raises Ended."""
        del self.said[:]
        self.type("c")
        self.await_stop()
        self.physical.clear()
        if b"Breakpoint" not in self.said:
            raise Ended("budget")

    def registers(self):
        """The bases of FS and GS can't be seen here."""
        text = self.ask("r")
        found = {name: int(high + low, 16) for name, high, low in
                 re.findall(r"^(\w+) *: ([0-9a-f]{8})_([0-9a-f]{8})", text, re.M)}
        found["eflags"] = int(re.search(r"eflags (0x[0-9a-f]+)", text)[1], 16)
        selectors = re.findall(r"^(\w\w):0x([0-9a-f]{4})", self.ask("sreg"), re.M)
        return {**found, **{name: int(value, 16) for name, value in selectors}, "fs_base": 0, "gs_base": 0}

    def write_registers(self, registers):
        """The program takes them when it goes on from `stop`. (RFLAGS stays.)"""
        data = b"".join((registers[name] & (1 << 64) - 1).to_bytes(8, "little") for name in MAILBOX)
        if not self.write(self.program.symbols["mailbox"], data):
            raise remote.ProtocolError("the program has no mailbox")

    def read(self, address, size):
        """Bytes as the CPU would see them now; None if a page is not there."""
        text = self.ask(f"x /{size}bx {address:#x}")
        data = bytes(int(byte, 16) for byte in re.findall(r"\t0x([0-9a-f]{2})\b", text))
        return data if len(data) == size else None

    def write(self, address, data):
        """False if a page is not there."""
        size = 1 if (address | len(data)) % 4 else 4
        for at in range(0, len(data), size):
            place = self.place(address + at)
            if place is None:
                return False
            self.ask(f"setpmem {place:#x} {size} {int.from_bytes(data[at:at + size], 'little'):#x}")
        return True

    def place(self, address):
        """The physical address of a byte."""
        page = address // PAGE * PAGE
        if page not in self.physical:
            found = re.search(r"maps to physical page (0x[0-9a-f]+)", self.ask(f"page {page:#x}"))
            if not found:
                return None
            self.physical[page] = int(found[1], 16)
        return self.physical[page] + address % PAGE

    def select(self, cpu):
        """There is but one."""

    def interrupt(self):
        """It stands still whenever one asks."""

    def last_words(self):
        return machine.words_of(self.log)
