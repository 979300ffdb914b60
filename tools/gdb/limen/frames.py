"""Backtraces that name the crossings: `<system call write>`, `<page fault at 0x...>`, `<interrupt 242, timer>`,
`<signal handler for SIGALRM>`; `limen frame`.
"""

import gdb
from gdb.FrameDecorator import FrameDecorator

from limen import crossings, kernel, syscalls, tasks, unwind, vmmap
from limen.command import Command

FLAG_BITS = ((0, "CF"), (2, "PF"), (4, "AF"), (6, "ZF"), (7, "SF"), (8, "TF"), (9, "IF"), (10, "DF"), (11, "OF"),
             (14, "NT"), (16, "RF"), (18, "AC"), (21, "ID"))
SELECTORS = {0x10: "kernel code", 0x18: "kernel data", 0x2b: "user data", 0x33: "user code", 0: "null"}


class Argument:
    """A name and a value as gdb's frame printer wants them."""

    def __init__(self, name, value):
        self.name_, self.value_ = name, value

    def symbol(self):
        return self.name_

    def value(self):
        return self.value_


class CrossingDecorator(FrameDecorator):
    def __init__(self, base):
        super().__init__(base)
        self.crossing = crossings.Crossing(base.inferior_frame())

    def function(self):
        return self.crossing.name()

    def frame_args(self):
        return [Argument(name, value) for name, value in self.crossing.arguments()]

    def frame_locals(self):
        return None

    def line(self):
        """Of the call into C, which the frame waits to return."""
        return gdb.find_pc_line(self.inferior_frame().pc() - 1).line


class InterruptedEntryDecorator(FrameDecorator):
    """A frame of the entry code that an NMI interrupted: gdb takes it for a signal handler's."""

    def function(self):
        return crossings.entry_name(self.inferior_frame())

    def line(self):
        return gdb.find_pc_line(self.inferior_frame().pc()).line


class FirstInstructionDecorator(FrameDecorator):
    """A function interrupted before its first instruction. gdb takes it for the one that ends there (unwind.py), and
    evaluates arguments by what holds there."""

    def __init__(self, base, name):
        super().__init__(base)
        self.name, self.place = name, gdb.find_pc_line(base.inferior_frame().pc())

    def function(self):
        return self.name

    def filename(self):
        return self.place.symtab.filename if self.place.symtab else None

    def line(self):
        return self.place.line or None

    def frame_args(self):
        return None

    def frame_locals(self):
        return None


class SignalDecorator(FrameDecorator):
    def function(self):
        return f"<signal handler for {crossings.signal_name(self.inferior_frame())}>"

    def frame_args(self):
        return None


class NamelessDecorator(FrameDecorator):
    """gdb prints an empty name for a function without symbols once there is a filter, but `??` without one."""

    def function(self):
        return "??"


def decorate(base):
    try:
        frame = base.inferior_frame()
        if crossings.is_crossing(frame):
            return CrossingDecorator(base)
        if frame.level() > 0 and crossings.entry_name(frame) is not None:
            return InterruptedEntryDecorator(base)
        if crossings.is_signal_frame(frame):
            return SignalDecorator(base)
        if crossings.was_interrupted(frame) and "+" not in place_text(frame.pc()):
            return FirstInstructionDecorator(base, place_text(frame.pc()) or "??")
        if frame.name() is None:
            return NamelessDecorator(base)
    except (gdb.error, gdb.MemoryError, gdb.GdbError):
        pass
    return base


class Filter:
    """Names the frames of crossings in `bt`."""

    def __init__(self):
        self.name, self.priority, self.enabled = "limen", 100, True
        gdb.frame_filters[self.name] = self

    def filter(self, frames):
        for base in frames:
            if is_guess(base.inferior_frame()):
                return
            yield decorate(base)


def is_guess(frame):
    """Above code that says nothing of its frames (busybox's, say) gdb guesses: what is not even code is none."""
    if frame.level() == 0 or frame.name() is not None or frame.pc() >= kernel.USER_END:
        return False
    try:
        process = tasks.current_process()
        vma = vmmap.find(vmmap.mm_of(process), frame.pc()) if process is not None else None
        return vma is None or not int(vma["prot"]) & vmmap.EXECUTE
    except (gdb.error, gdb.GdbError):
        return False


def show_innermost():
    """The innermost frame as gdb shows a stop: without its number."""
    print(gdb.execute("frame", to_string=True).removeprefix("#0  "), end="")


def flags_text(flags):
    return " ".join(name for bit, name in FLAG_BITS if flags >> bit & 1)


def place_text(address):
    """`write+7`; nothing for what has no symbol."""
    text = gdb.execute(f"info symbol {address:#x}", to_string=True).strip()
    if text.startswith("No symbol"):
        return ""
    return text.partition(" in section")[0].replace(" + ", "+")


def field_meaning(name, value):
    if name in ("cs", "ss"):
        return SELECTORS.get(value, "?") + f", ring {value & 3}"
    if name == "flags":
        return flags_text(value)
    if name == "ip":
        return place_text(value)
    if name == "orig_ax" and value == crossings.NO_CALL:
        return "no system call"
    return ""


FIELDS = ("ss", "sp", "flags", "cs", "ip", "orig_ax", "di", "si", "dx", "cx", "ax", "r8", "r9", "r10", "r11", "bx",
          "bp", "r12", "r13", "r14", "r15")


def call_meanings(crossing):
    """What the fields mean that have to do with the system call, by their names."""
    if not crossing.is_call():
        return {}
    meanings, call = {"orig_ax": f"the call: {crossing.call_name()}"}, crossing.call()
    if call is not None:
        for (name, type_), register in zip(call.arguments, syscalls.registers_of(crossing.is_by_int80())):
            meanings[register] = f"{name} = {syscalls.typed(crossing.value(register), type_)}"
        if crossing.value("ax") == (-38) & kernel.MASK:
            meanings["ax"] = "-ENOSYS, until there is a result"
    return meanings


def print_regs(regs_address, meanings, from_address=0):
    """A struct pt_regs in the order of the stack, high addresses first; only what lies from from_address on."""
    regs = kernel.at("struct pt_regs", regs_address)
    for name in sorted(FIELDS, key=lambda name: kernel.address_of(regs[name]), reverse=True):
        address = kernel.address_of(regs[name])
        if address < from_address:
            continue
        value = int(regs[name]) & kernel.MASK
        meaning = field_meaning(name, value) or meanings.get(name, "")
        print(f"  {address:#x}  {name:7} {value:#18x}  {meaning}".rstrip())


class Frame(Command):
    """limen frame: shows what the crossings on the stack saved, each struct pt_regs by name.

The newest crossing comes first. In the entry code itself it shows how much of the frame stands already."""

    name = "frame"

    def run(self, words):
        found = self.unfinished()
        for crossing in crossings.all_of_stack():
            origin = "user mode" if crossing.from_user() else "the kernel"
            print(f"{crossing.name()}, from {origin}: struct pt_regs at {crossing.regs_address:#x}")
            print_regs(crossing.regs_address, call_meanings(crossing))
            found = True
        if not found:
            raise gdb.GdbError("No crossing is on the stack: this is user mode, or a thread of the kernel's own.")

    def unfinished(self):
        """Stopped in the entry code: what was pushed so far, or is still there."""
        frame = gdb.newest_frame()
        entry, rules = crossings.entry_name(frame), unwind.rules_at(frame.pc())
        if entry is None or rules.is_on_users_stack():
            return False
        lowest = kernel.register(rules.base)
        regs_address = lowest if rules.is_word else lowest + rules.offset - crossings.REGS_SIZE
        missing = (lowest - regs_address) // kernel.WORD
        state = f"{missing} of {crossings.REGS_SIZE // kernel.WORD} words are still missing" if missing else "complete"
        origin = "user mode" if crossings.is_from_user(frame) else "the kernel"
        print(f"In the entry code, from {origin}: struct pt_regs at {regs_address:#x}, {state}")
        print_regs(regs_address, entry_meanings(entry, rules), lowest)
        return True


def entry_meanings(entry, rules):
    """What the stubs of exceptions and interrupts leave in fields of another name."""
    if entry not in crossings.TRAPS:
        return {"orig_ax": "the call's number"}
    vector = {} if "rdi" in rules.saved else {"di": "the vector, until di is saved here"}
    return {"orig_ax": "the error code, or 0", **vector}
