"""A program in the machine that does what the test says, one step at a time, and is watched from outside.

    program = Program.build(source, folder, draw)              assembled here, with a name and an address drawn afresh
    probe = Probe(machine, program)
    probe.call(39); probe.call(1, fd, address, size)            a system call: its result, as a signed number
    probe.put(address, data); probe.get(address, size)          the program's memory
    probe.map_pages(2); probe.arena
    probe.watch("handler"); probe.do("enter", to="handler", ...)     another place of the program to stop at

At each stop the probe makes sure that it is its own program that runs there: in ring 3, at an expected instruction,
with the text that was built here. After each step all registers must be what they were, but for those that it may
change.
"""

import os
import pathlib
import subprocess

from labs import remote

SOURCE = pathlib.Path(__file__).with_name("probe.asm")
NR_MMAP, NR_MUNMAP, NR_MPROTECT = 9, 11, 10
PROT_READ, PROT_WRITE = 1, 2
MAP_PRIVATE_ANONYMOUS = 0x22
PAGE = 4096
BOOT_INSTRUCTIONS = 2_000_000_000
CALL_INSTRUCTIONS = 30_000_000
ARGUMENTS = ("rdi", "rsi", "rdx", "r10", "r8", "r9")
# A step changes these (man 2 syscall: RCX and R11 are the CPU's), and keeps all others that a program can see.
CHANGED = ("rax", "rcx", "r11", "rip")
KEPT = tuple(name for name in (*remote.GENERAL, *remote.SMALL, "fs_base", "gs_base") if name not in CHANGED)
RESUME_FLAG = 1 << 16       # EFLAGS.RF: the CPU's own
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Tampered(Exception):
    """The machine shows something else than the program that was given to it."""


def signed(value):
    return value - (1 << 64) if value >> 63 else value


class Program:
    """A program's file, where its symbols are, and what its text is."""

    def __init__(self, name, elf, symbols, text):
        self.name, self.elf, self.symbols, self.text = name, elf, symbols, text

    @classmethod
    def build(cls, folder, draw, source=SOURCE):
        """Assembled and linked at an address that no firmware reaches, under a name that nobody can know."""
        name = "".join(draw.choice(LETTERS) for _ in range(draw.randint(5, 11)))
        base = draw.randrange(1 << 32, 1 << 46, 1 << 21)
        elf, plain, text = (os.path.join(folder, name + end) for end in ("", ".o", ".text"))
        prefix = os.environ.get("CROSS_COMPILE", "")
        run("nasm", "-f", "elf64", "-I", f"{SOURCE.parent}/", "-o", plain, str(source))
        run(prefix + "ld", "-static", "-nostdlib", "-z", "noexecstack", "-z", "max-page-size=0x1000", "--build-id=none",
            f"-Ttext-segment={base:#x}", "-o", elf, plain)
        run(prefix + "objcopy", "-O", "binary", "--only-section=.text", elf, text)
        lines = run(prefix + "nm", elf).split("\n")
        symbols = {words[2]: int(words[0], 16) for words in map(str.split, lines) if len(words) == 3}
        return cls(name, pathlib.Path(elf).read_bytes(), symbols, pathlib.Path(text).read_bytes())


def run(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout


def unlike(before, after, but=()):
    """Which register is not what it was, in words; "" if none is."""
    for name in KEPT:
        old, new = (each[name] & ~(RESUME_FLAG if name == "eflags" else 0) & (1 << 64) - 1 for each in (before, after))
        if old != new and name not in but:
            return f"{name} was {old:#x} before and is {new:#x} after"
    return ""


class Probe:
    def __init__(self, machine, program, begun=False):
        """BEGUN: the machine stands at the program's first stop already."""
        self.machine, self.program, self.places = machine, program, {}
        self.stop = program.symbols["stop"]
        self.arena, self.arena_end = program.symbols["arena"], program.symbols["arena_end"]
        machine.budget = BOOT_INSTRUCTIONS
        self.watch("stop")
        if begun:
            self.find_cpu()
        else:
            machine.resume()
        self.registers = self.verify()

    def find_cpu(self):
        """The CPU that came to the stop before the machine's state was saved."""
        for cpu in range(self.machine.smp):
            self.machine.select(cpu)
            if self.machine.registers()["rip"] in self.places:
                return

    def watch(self, label):
        """From now on the machine stops at this place of the program, too."""
        self.places[self.program.symbols[label]] = label
        self.machine.set_break(self.program.symbols[label])

    def unwatch(self, label):
        del self.places[self.program.symbols[label]]
        self.machine.clear_break(self.program.symbols[label])

    def go_on(self):
        """To the next stop, where all must be as it has to be."""
        self.machine.resume()
        return self.verify()

    def verify(self):
        """The registers at a stop."""
        registers = self.machine.registers()
        if registers["cs"] & 3 != 3 or registers["rip"] not in self.places:
            raise Tampered("the machine stopped elsewhere than in the test program")
        if self.machine.read(self.program.symbols["_start"], len(self.program.text)) != self.program.text:
            raise Tampered("the test program's text in memory is not that of its file")
        return registers

    def do(self, entry, budget=CALL_INSTRUCTIONS, to="stop", changes=(), **registers):
        """Goes through one entry of the program with these registers, to the place TO. Gives all registers there.
        CHANGES are registers that the step may change besides; what they are elsewhere than at `stop` the test has to
        judge."""
        before = {**self.registers, **registers, "rip": self.program.symbols[entry]}
        self.machine.write_registers(before)
        self.machine.budget = self.machine.instructions() + budget
        self.registers = self.go_on()
        self.expect_place(to)
        if to == "stop" and (why := unlike(before, self.registers, changes)):
            raise Tampered(f"the program's {why} a step that doesn't change it")
        return self.registers

    def expect_place(self, label):
        place = self.places[self.registers["rip"]]
        if place != label:
            raise Tampered(f"the program came to `{place}`, not to `{label}`")

    def call(self, number, *arguments, budget=CALL_INSTRUCTIONS):
        """A system call; its result."""
        given = dict(zip(ARGUMENTS, arguments))
        return signed(self.do("enter", budget, rax=number, **given)["rax"])

    def put(self, address, data):
        if not self.machine.write(address, data):
            raise Tampered(f"the program's memory at {address:#x} is not there")

    def get(self, address, size):
        data = self.machine.read(address, size)
        if data is None:
            raise Tampered(f"the program's memory at {address:#x} is not there")
        return data

    def store(self, address, value):
        """The program itself writes eight bytes there."""
        self.do("store", rdi=address, rsi=value)

    def map_pages(self, count):
        """The address of so many new pages, each there and writable."""
        address = self.call(NR_MMAP, 0, count * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE_ANONYMOUS, (1 << 64) - 1, 0)
        if -4096 < address < 0:
            raise Tampered(f"mmap of {count} pages fails with {address}")
        for page in range(count):
            self.store(address + page * PAGE, 0)
        return address

    def unmap_pages(self, address, count):
        if (result := self.call(NR_MUNMAP, address, count * PAGE)) != 0:
            raise Tampered(f"munmap fails with {result}")

    def protect_pages(self, address, count, protection):
        if (result := self.call(NR_MPROTECT, address, count * PAGE, protection)) != 0:
            raise Tampered(f"mprotect fails with {result}")
