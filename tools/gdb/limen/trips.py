"""Across the boundary and back: `limen sys-enter` and `limen sys-exit`.

Both let the machine run with marks of their own until one of them is where the user wants to be.
Breakpoints are at addresses, and all programs lie at the same ones, so each asks who is running.
"""

import gdb

from limen import crossings, errno_names, frames, interrupts, kernel, programs, stops, symbols, syscalls, tasks
from limen.command import Command
from limen.marks import Mark

CALL_SIZE = 2               # in bytes, of `syscall` and of `int 80h`
ENTRY_CODE = 400            # instructions from syscall_entry on in which the ways back to user mode lie
USER_CS, USER_SS = 0x33, 0x2b
RT_SIGRETURN, EXECVE = "rt_sigreturn", "execve"


class Run:
    """Marks of one command. `go` lets the machine run until one is hit: that one, or None if something else
    stopped it, which gdb has shown then."""

    def __init__(self):
        self.marks = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for mark in self.marks:
            mark.delete()

    def mark(self, address, test):
        self.marks.append(Mark(address, test))
        return self.marks[-1]

    def go(self):
        for mark in self.marks:
            mark.hit = False
        with stops.Quiet():
            while not interrupts.wanted():
                run_on()
                if not stops.take_passed_by():
                    break
        if gdb.selected_thread() is None:
            raise gdb.GdbError("The machine ended before that.")
        found = next((mark for mark in self.marks if mark.hit), None)
        if interrupts.take() and found is None:
            stops.say_interrupted()
        return found


def run_on():
    """`continue` until the machine stops or ends."""
    try:
        gdb.execute("continue")
    except gdb.error:
        if gdb.selected_thread() is not None:
            raise                   # else QEMU is gone


def show_place(text):
    print(text)
    frames.show_innermost()


# --- On the way in ---

class Target:
    """Whom `limen sys-enter` waits for: a call, of a program, a process, or anybody."""

    def __init__(self, words):
        self.number = None if not words or words[0] == "any" else syscalls.by_name(words[0]).number
        self.program = words[1] if len(words) > 1 else None
        process = None if self.program else tasks.current_process()
        self.process = None if process is None else kernel.address_of(process)

    def is_process(self, process):
        if process is None:
            return False
        if self.program is not None:
            path = programs.path_of(process)
            return path is not None and programs.matches(path, self.program)
        return self.process is None or kernel.address_of(process) == self.process

    def runs(self):
        return any(self.is_process(process) for process in tasks.processes())

    def is_here(self, by_int80):
        """At the kernel's first instruction: is it the call, and the process?"""
        return (self.number is None or self.number == call_number(by_int80)) and \
            self.is_process(tasks.current_process())

    def has_ended(self):
        """In a thread that ends: is it the process, and no thread of it left that could make a call?"""
        process = tasks.current_process()
        return self.process is not None and self.is_process(process) and int(process["live_count"]) == 0

    def waited_for(self):
        """To be said of a program that nobody runs yet: it may never come."""
        text = f"No process runs `{self.program}` yet: this waits for one, until Ctrl-C."
        return text if programs.is_known(self.program) else \
            f"{text} (No file of that name is known here; the machine may have one all the same.)"


def call_number(by_int80):
    """Of the call that RAX names, as `syscall` numbers it; None for one that the kernel doesn't know."""
    call = syscalls.by_road(kernel.register("rax"), by_int80)
    return call.number if call else None


def road_here():
    """The instruction here if it is one that makes a call and this is user mode, else None."""
    try:
        instruction = kernel.memory(kernel.register("rip"), CALL_SIZE)
    except gdb.MemoryError:
        return None
    return instruction if kernel.ring() == 3 and instruction in crossings.ROADS else None


def step_back():
    """From the kernel's first instruction to the user's `syscall` or `int 80h`. All that SYSCALL has changed is in RCX
    and R11, and what these were is lost to the program anyway; INT has put all on the kernel's stack. Either way the
    call-frame information knows (syscall_entry.asm), but that after SYSCALL it has no CS and SS."""
    user = gdb.newest_frame().older()
    found = {name: kernel.register(name, user) for name in ("eflags", "rsp", "rip")}
    found |= {"rip": found["rip"] - CALL_SIZE, "ss": USER_SS, "cs": USER_CS}
    for name in ("eflags", "ss", "cs", "rsp", "rip"):
        gdb.execute(f"set ${name} = {found[name]}")


class SysEnter(Command):
    """limen sys-enter [NAME [PROGRAM]]: goes on to the syscall instruction about to make a system call.

It stops in user mode, at the instruction itself (or at `int 80h`, the older road): `stepi` then crosses into the
kernel. NAME is the call (`write`; without it, or with `any`, any call). PROGRAM (`hello`, `/bin/hello`) need not run
yet. Without PROGRAM it is the process that runs here, or any if none does. At such an instruction it goes on to the
next.

(It lets the call happen and takes the CPU back by one instruction, before the kernel has done anything. So RCX and
R11 have already what `syscall` puts there.)"""

    name = "sys-enter"
    words = (0, 2)

    def choices(self):
        return list(syscalls.names().values())

    def run(self, words):
        target = Target(words)
        if road_here():
            step_in()
        if target.program and not target.runs():
            print(target.waited_for(), flush=True)
            with Run() as run:              # until it runs, no call matters
                run.mark(kernel.label_address("user_start"), lambda: target.is_process(tasks.current_process()))
                if run.go() is None:
                    return
        self.go_to_call(target)

    def go_to_call(self, target):
        with Run() as run:
            for road, label in crossings.ROADS.items():
                run.mark(kernel.label_address(label), lambda by_int80=road == crossings.INT80: target.is_here(by_int80))
            end = run.mark(kernel.label_address("task_leave_memory"), target.has_ended)
            found = run.go()
            if found is None:
                return
        if found is end:
            show_place("The process ends here, and made no such call before.")
            return
        step_back()
        symbols.follow_current()
        self.report(road_here() == crossings.INT80)

    def report(self, by_int80):
        number = kernel.register("rax")
        call = syscalls.by_road(number, by_int80)
        text = call.text(user_register, by_int80) if call else syscalls.name_by_road(number, by_int80)
        show_place(f"{tasks.describe_thread(kernel.current_thread())} is about to call {text}")


def user_register(name):
    """In user mode, the register that will be saved as this field of struct pt_regs."""
    return kernel.register(name if name.startswith("r") else f"r{name}")


# --- On the way out ---

def ways_back():
    """Addresses of the instructions that lead to user mode."""
    start, architecture = kernel.label_address("syscall_entry"), gdb.selected_frame().architecture()
    found = []
    for one in kernel.constant(lambda: architecture.disassemble(start, count=ENTRY_CODE)):
        if one["asm"].startswith(("sysret", "iret")):
            label = gdb.execute(f"info symbol {one['addr']:#x}", to_string=True).split()[0]
            if crossings.entry_of(label):
                found.append((one["addr"], one["asm"].startswith("iret")))
    return found


class Journey:
    """One thread's way out of the kernel: who, from which call, and where to if nothing comes between."""

    def __init__(self):
        self.thread = kernel.current_thread()
        if tasks.process_of(self.thread) is None:
            raise gdb.GdbError(f"This is {tasks.describe_thread(self.thread)}: it never goes to user mode.")
        self.address, self.tid = kernel.address_of(self.thread), int(self.thread["tid"])
        self.exe = programs.path_of(tasks.process_of(self.thread))
        self.call, self.back_to = self.from_user() if kernel.ring() == 3 else self.from_kernel()

    def from_user(self):
        road = road_here()
        if road is None:
            raise gdb.GdbError("This is user mode, and not at a syscall instruction: `limen sys-enter` goes to one.")
        return syscalls.by_road(kernel.register("rax"), road == crossings.INT80), kernel.register("rip") + CALL_SIZE

    def from_kernel(self):
        frame = crossings.way_in()
        entry = crossings.entry_name(frame) if frame is not None else None
        if entry in crossings.TRAPS:
            return None, frame.older().pc()
        if entry in crossings.CALLS and self.is_on_the_way_in(frame):
            number, ip = kernel.register("rax", frame), frame.older().pc()
        else:
            number, ip = (int(self.regs()[name]) & kernel.MASK for name in ("orig_ax", "ip"))
        if number == crossings.NO_CALL:
            return None, ip
        return syscalls.by_road(number, crossings.is_by_int80(entry, ip)), ip

    def is_on_the_way_in(self, frame):
        """In code of a call before its sti: the frame need not stand yet, and RAX is still the user's."""
        for one in frame.architecture().disassemble(frame.pc(), count=ENTRY_CODE):
            if one["asm"].startswith(("sti", "sysret", "iret")):
                return one["asm"].startswith("sti")
        return False

    def regs_address(self):
        return int(self.thread["arch"]["stack_top"]) - crossings.REGS_SIZE

    def regs(self):
        return kernel.at("struct pt_regs", self.regs_address())

    def is_mine(self):
        thread = kernel.current_thread()
        return thread is not None and kernel.address_of(thread) == self.address

    def leaves(self, by_iret):
        """At a sysret or iret: is it this thread, and does it leave the kernel?"""
        return self.is_mine() and (not by_iret or kernel.word(kernel.register("rsp") + 8) & 3 == 3)

    def refuse_endless(self):
        if self.call is not None and self.call.name in syscalls.NEVER_RETURN:
            raise gdb.GdbError(f"{self.call.name} never returns: {syscalls.NEVER_RETURN[self.call.name]}. "
                               "`continue` goes on.")

    def result(self):
        """One sentence about how the call ended, said in user mode."""
        rip, rax = kernel.register("rip"), kernel.register("rax")
        who = tasks.describe_thread(kernel.current_thread())
        if self.call is None:
            return f"{who} is back in user mode"
        name = self.call.name
        if rip == self.back_to - CALL_SIZE:
            return f"{who}: {name} was interrupted and will be made again"
        if name == EXECVE and rip != self.back_to:
            return f"{who}: execve does not return, this is the new program, {self.new_exe()}"
        if name == RT_SIGRETURN:
            return f"{who}: rt_sigreturn does not return, this is where the signal had come"
        if rip == self.back_to:
            return f"{who}: {name} returned {errno_names.result_text(rax)}"
        return f"{who}: a signal handler comes before {name} is back"

    def new_exe(self):
        return programs.path_of(tasks.current_process()) or "?"


def step_to(run, address):
    """One instruction, which leads to `address`, of this CPU alone: else another CPU's breakpoint could come between,
    or (QEMU holds them back from a CPU that steps) an interrupt. The mark is there to keep gdb silent.

    QEMU may stop before it has executed anything: when an interrupt is raised in just that moment, or another CPU
    met a breakpoint at one time with this one. Then the step is still to be made."""
    run.mark(address, lambda: True)
    locking = gdb.parameter("scheduler-locking")
    gdb.execute("set scheduler-locking on")
    before = kernel.register("rip")
    try:
        while kernel.register("rip") == before:
            with stops.Quiet():
                gdb.execute("stepi")
    finally:
        gdb.execute(f"set scheduler-locking {locking}")


def step_in():
    """From the user's `syscall` or `int 80h` to the kernel's first instruction."""
    with Run() as run:
        step_to(run, kernel.label_address(crossings.ROADS[road_here()]))


def step_out(run, by_iret):
    step_to(run, kernel.word(kernel.register("rsp")) if by_iret else kernel.register("rcx"))


class SysExit(Command):
    """limen sys-exit: goes on to the first instruction in user mode after the system call under way.

It follows the thread, however long the call waits and on whichever CPU it wakes. That instruction need not be the
one behind the call: a signal handler may come first, and execve begins another program. From an exception or
interrupt it goes back to user mode likewise."""

    name = "sys-exit"

    def run(self, words):
        journey = Journey()
        journey.refuse_endless()
        if kernel.ring() == 3:
            step_in()
        with Run() as run:
            ways = {run.mark(address, lambda by_iret=by_iret: journey.leaves(by_iret)): by_iret
                    for address, by_iret in ways_back()}
            end = run.mark(kernel.label_address("task_exit"), journey.is_mine)
            found = run.go()
            if found in ways:
                step_out(run, ways[found])
        if found is end:
            show_place(f"Thread {journey.tid} ends here: it was killed, or its process exited, before it was back.")
        elif found is not None:
            symbols.follow_current()
            show_place(journey.result())
