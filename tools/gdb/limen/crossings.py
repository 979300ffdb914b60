"""The frames by which a thread came into the kernel: what each is, and the struct pt_regs that it left.

A crossing is a frame of the entry code (arch/x86_64/*_entry.asm) that has called C. Its stack pointer is then its
struct pt_regs. What the assembly's call-frame information says leads from it to the code that was interrupted.
"""

import signal

import gdb

from limen import kernel, syscalls, unwind

SYSCALL, INT80 = b"\x0f\x05", b"\xcd\x80"
ROADS = {SYSCALL: "syscall_entry", INT80: "int80_entry"}       # where the instruction leads
CALLS = tuple(ROADS.values())
TRAPS = ("interrupt_stubs", "plain_entry", "paranoid_entry", "frame_from_user")     # orig_ax is the error code at first
ENTRIES = CALLS + TRAPS + ("return_to_user",)
REGS_SIZE = 168
PAGE_FAULT, EXCEPTIONS = 14, 32
VECTORS = {0x80: "system call", 0xf0: "reschedule", 0xf1: "call", 0xf2: "timer", 0xff: "spurious"}
NO_CALL = kernel.MASK       # orig_ax of what is no system call
FRAMES_MAX = 200


def entry_name(frame):
    """Which routine of the entry code a frame is in, or None. (Functions of C may have these names, too.)"""
    return entry_of(frame.name() or "") if frame.pc() >= kernel.USER_END and frame.function() is None else None


def entry_of(label):
    """A label's routine: nasm's local ones are ROUTINE.LABEL, which gdb may show as ROUTINE[LABEL]."""
    name = label.replace("[", ".").split(".")[0]
    return name if name in ENTRIES else None


def is_crossing(frame):
    """True for a frame of the entry code that has called C. One in which the CPU is right now is an ordinary one, and
    so is one in which an NMI came."""
    return frame.level() > 0 and entry_name(frame) is not None and unwind.rules_at(frame.pc()).is_word


def was_interrupted(frame):
    """Is it the one above the entry code in which the CPU is right now?"""
    return frame.level() == 1 and entry_name(frame.newer()) is not None


def is_from_user(frame):
    """Did the CPU come from user mode to this frame of the entry code?"""
    return entry_name(frame) not in TRAPS or kernel.register("cs", frame.older()) & 3 == 3


def way_in():
    """The frame of the entry code by which the thread came from user mode; None for a thread that begins."""
    return next((frame for frame in frames() if entry_name(frame) and is_from_user(frame)), None)


def is_by_int80(entry, ip):
    """Came a call by INT 80h, whose numbers are others? The two roads end both in return_to_user: from there on the
    program's code tells."""
    if entry != "return_to_user":
        return entry == "int80_entry"
    try:
        return kernel.memory(ip - len(INT80), len(INT80)) == INT80
    except gdb.MemoryError:
        return False


class Crossing:
    def __init__(self, frame):
        self.frame = frame
        self.entry = entry_name(frame)
        self.regs_address = kernel.register("rsp", frame)
        self.regs = kernel.at("struct pt_regs", self.regs_address)

    def value(self, register):
        return int(self.regs[register]) & kernel.MASK

    def from_user(self):
        return self.value("cs") & 3 == 3

    def trap(self):
        """(vector, error) of an exception or interrupt as trap_dispatch, the C function it calls, got them; either is
        None if the debugging information has lost it."""
        frame = called_by(self.frame, "trap_dispatch")
        return (argument(frame, "vector"), argument(frame, "error")) if frame else (None, None)

    def call(self):
        """The system call, or None for another crossing or an unknown number."""
        return syscalls.by_road(self.value("orig_ax"), self.is_by_int80()) if self.is_call() else None

    def is_by_int80(self):
        return is_by_int80(self.entry, self.value("ip"))

    def is_call(self):
        return self.value("orig_ax") != NO_CALL

    def name(self):
        if self.is_call():
            return f"<system call {self.call_name()}>"
        vector, _ = self.trap()
        if vector is None:
            return "<return to user mode>" if self.entry == "return_to_user" else "<exception or interrupt>"
        if vector == PAGE_FAULT:
            address = self.fault_address()
            return "<page fault>" if address is None else f"<page fault at {address:#x}>"
        if vector < EXCEPTIONS:
            return f"<exception {vector}, {exception_name(vector)}>"
        return f"<interrupt {vector}{', ' + VECTORS[vector] if vector in VECTORS else ''}>"

    def call_name(self):
        return syscalls.name_by_road(self.value("orig_ax"), self.is_by_int80())

    def fault_address(self):
        """What a page fault was about: CR2 until page_fault has read it, then its own variable."""
        frame = called_by(self.frame, "page_fault", 4)
        if frame is None:
            return kernel.register("cr2") if called_by(self.frame, "exception", 3) is None else None
        found = argument(frame, "address")
        return kernel.register("cr2") if found is None and frame.level() == 0 else found

    def arguments(self):
        """(name, value) of what the crossing carries: a call's arguments, a trap's error code."""
        call = self.call()
        if call is not None:
            return [(name, gdb.Value(self.value(register)).cast(type_))
                    for (name, type_), register in zip(call.arguments, syscalls.registers_of(self.is_by_int80()))]
        _, error = self.trap()
        return [("error", error)] if error else []


def called_by(frame, name, depth=1):
    """The frame of function `name` among the `depth` ones that `frame` called."""
    for _ in range(depth):
        frame = frame.newer()
        if frame is None:
            return None
        if frame.name() == name:
            return frame
    return None


def argument(frame, name):
    """An integer argument or variable of a frame, None if it can't be had there."""
    try:
        value = frame.read_var(name)
        return None if value.is_optimized_out else int(value) & kernel.MASK
    except (ValueError, gdb.error):
        return None


def exception_name(vector):
    name = kernel.variable("exceptions")[vector]["name"]
    return name.string() if kernel.address(name) else "reserved exception"


def frames():
    """The frames of the selected thread from the newest one on."""
    frame, count = gdb.newest_frame(), 0
    while frame is not None and count < FRAMES_MAX:
        yield frame
        frame, count = frame.older(), count + 1


def all_of_stack():
    """All crossings on the stack, the newest first."""
    return [Crossing(frame) for frame in frames() if is_crossing(frame)]


def is_signal_frame(frame):
    return frame.type() == gdb.SIGTRAMP_FRAME and frame.pc() < kernel.USER_END


def signal_name(frame):
    """The signal whose handler a frame of __restore_rt will return from: its stack pointer is behind the first word
    of struct rt_sigframe."""
    start = kernel.register("rsp", frame) - 8
    number = int(kernel.at("struct rt_sigframe", start)["info"]["si_signo"])
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
