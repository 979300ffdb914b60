"""Across the boundary and back: `limen sys-enter` and `limen sys-exit`.

Both let the machine run with silent breakpoints of their own until one of them is where the user wants to be.
Breakpoints are at addresses, and all programs lie at the same ones, so each asks who is running.
"""

import gdb

from limen import crossings, errno_names, frames, kernel, programs, stops, symbols, syscalls, tasks
from limen.command import Command

SYSCALL = b"\x0f\x05"
ENTRY_CODE = 400            # instructions from syscall_entry on in which the ways back to user mode lie
USER_REGISTERS = {"di": "rdi", "si": "rsi", "dx": "rdx", "r10": "r10", "r8": "r8", "r9": "r9"}
USER_CS, USER_SS = 0x33, 0x2b
RT_SIGRETURN, EXECVE = "rt_sigreturn", "execve"


class Mark(gdb.Breakpoint):
    """A silent breakpoint that says itself whether this is the place; `hit` tells that it was."""

    def __init__(self, address, test):
        super().__init__(f"*{address:#x}", internal=True)
        self.silent, self.test, self.hit = not kernel.is_editors_gdb(), test, False

    def stop(self):
        self.hit = self.test()
        return self.hit


class Run:
    """Breakpoints of one command. `go` lets the machine run until one is hit: that one, or None if something else
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
            run_on()
            while stops.take_passed_by():
                run_on()
        if gdb.selected_thread() is None:
            raise gdb.GdbError("The machine ended before that.")
        return next((mark for mark in self.marks if mark.hit), None)


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

    def is_here(self):
        """At syscall_entry: is it the call, and the process?"""
        number = kernel.register("rax") & 0xffffffff
        return self.number in (None, number) and self.is_process(tasks.current_process())


def step_back():
    """From syscall_entry's first instruction to the user's syscall. All that SYSCALL has changed is in RCX and R11, and
    what these were is lost to the program anyway (syscall_entry.asm)."""
    for register, value in (("eflags", kernel.register("r11")), ("ss", USER_SS), ("cs", USER_CS),
                            ("rip", kernel.register("rcx") - len(SYSCALL))):
        gdb.execute(f"set ${register} = {value}")


class SysEnter(Command):
    """limen sys-enter [NAME [PROGRAM]]: goes on to the syscall instruction about to make a system call.

It stops in user mode, at the instruction itself: `stepi` then crosses into the kernel. NAME is the call (`write`;
without it, or with `any`, any call). PROGRAM (`hello`, `/bin/hello`) need not run yet. Without PROGRAM it waits for
the process that runs here, or for any if none does.

(It lets the call happen and takes the CPU back by one instruction, before the kernel has done anything. So RCX and
R11 have already what the instruction puts there.)"""

    name = "sys-enter"
    words = (0, 2)

    def choices(self):
        return list(syscalls.names().values())

    def run(self, words):
        target = Target(words)
        if not target.runs():
            with Run() as run:              # until it runs, no call matters
                run.mark(kernel.label_address("user_start"), lambda: target.is_process(tasks.current_process()))
                if run.go() is None:
                    return
        with Run() as run:
            run.mark(kernel.label_address("syscall_entry"), target.is_here)
            if run.go() is None:
                return
        step_back()
        symbols.follow_current()
        self.report()

    def report(self):
        number = kernel.register("rax") & 0xffffffff
        call = syscalls.by_number(number)
        text = call.text(lambda name: kernel.register(USER_REGISTERS[name])) if call else \
            syscalls.name_by_road(number, False)
        show_place(f"{tasks.describe_thread(kernel.current_thread())} is about to call {text}")


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
        rip = kernel.register("rip")
        if kernel.memory(rip, len(SYSCALL)) != SYSCALL:
            raise gdb.GdbError("This is user mode, and not at a syscall instruction: `limen sys-enter` goes to one.")
        return syscalls.by_number(kernel.register("rax") & 0xffffffff), rip + len(SYSCALL)

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
        if rip == self.back_to - len(SYSCALL):
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
    with Run() as run:
        step_to(run, kernel.label_address("syscall_entry"))


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
