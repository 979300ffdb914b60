"""`limen cross`: which side of the boundary is this, and what does the next instruction that changes sides do?"""

import gdb

from limen import crossings, kernel, tasks, vmmap
from limen.command import Command
from limen.frames import SELECTORS, flags_text, place_text

IST_NAMES = ("NMI", "double fault", "machine check", "debug exception")
TURNS = ("swapgs", "sysret", "iret", "syscall", "int 0x80")
TURNS_WITHIN_KERNEL = ("iret",)     # of an exception or interrupt that came in the kernel
LOOK_AHEAD = 40         # instructions of the entry code
SYSRET_BAD_FLAGS = 1 << 8 | 1 << 16


def stack_text(address):
    """Whose stack an address is in."""
    thread = kernel.current_thread()
    if address < kernel.USER_END:
        return user_stack_text(address)
    for cpu in kernel.cpus_online():
        stacks = kernel.percpu("percpu_ist_stacks", cpu)
        size = stacks[0].type.sizeof
        index = (address - kernel.address_of(stacks)) // size
        if 0 <= index < len(IST_NAMES):
            return f"interrupt stack {index + 1} (IST, {IST_NAMES[index]}) of CPU {cpu}"
    if thread is not None and on_stack(thread, address):
        used = int(thread["arch"]["stack_top"]) - address
        return f"the kernel stack of {tasks.describe_thread(thread)}, {used} bytes used"
    for process in tasks.processes():
        for task in tasks.threads_of(process):
            if on_stack(task["thread"], address):
                return f"the kernel stack of {tasks.describe_thread(task['thread'])}, which is not the running thread"
    return "a stack of the boot, or none that is known"


def on_stack(thread, address):
    return int(thread["arch"]["stack"]) <= address <= int(thread["arch"]["stack_top"]) != 0


def user_stack_text(address):
    mm, vma = vmmap.find_here(address)
    if vma is None:
        return "a user address at which nothing is mapped"
    return f"user memory: {vmmap.what(mm, vma) or 'anonymous memory'} of {tasks.name_of(tasks.current_process())}"


def gs_text(base):
    cpu = kernel.is_kernel_gs(base)
    return "the user's" if cpu is None else f"the kernel's: per-CPU data of CPU {cpu}"


def tables_text(root):
    if root == int(kernel.variable("kernel_page_table")["root"]):
        return "the kernel's own tables"
    for process in tasks.processes():
        mm = vmmap.mm_of(process)
        if mm is not None and int(mm["page_table"]["root"]) == root:
            return f"the tables of {tasks.name_of(process)} ({tasks.pid_of(process)})"
    return "the boot's tables" if not tasks.processes() else "tables of a process that is no more"


def next_turn():
    """(how many instructions ahead, which of TURNS) comes next in straight-line code."""
    frame = gdb.newest_frame()
    in_entry = crossings.entry_name(frame) is not None
    turns = TURNS if not in_entry or crossings.is_from_user(frame) else TURNS_WITHIN_KERNEL
    for ahead, one in enumerate(frame.architecture().disassemble(frame.pc(), count=LOOK_AHEAD if in_entry else 1)):
        text = " ".join(one["asm"].split())
        for turn in turns:
            if text.startswith(turn):
                return ahead, turn
    return None


def saved_regs():
    """The frame that the way back to user mode will restore, or None where there is none yet."""
    thread = kernel.current_thread()
    if tasks.process_of(thread) is None:
        return None
    return kernel.at("struct pt_regs", int(thread["arch"]["stack_top"]) - crossings.REGS_SIZE)


def in_entry_code():
    """The frame that stands complete where the CPU is in the entry code itself, or None."""
    regs = saved_regs()
    whole = regs is not None and kernel.register("rsp") == kernel.address_of(regs)
    return regs if whole and crossings.entry_name(gdb.newest_frame()) else None


def swapgs_text():
    gs, other = kernel.register("gs_base"), kernel.register("k_gs_base")
    return [f"GS base   {gs:#x} -> {other:#x} ({gs_text(other)})",
            f"saved GS  {other:#x} -> {gs:#x} ({gs_text(gs)})"]


def syscall_text():
    entry = kernel.label_address("syscall_entry")
    flags = kernel.register("eflags")
    return [f"CS  {kernel.register('cs'):#x} -> 0x10, ring 0; SS -> 0x18",
            f"RCX -> {kernel.register('rip') + 2:#x}, the instruction to return to; RIP -> {entry:#x} syscall_entry",
            f"R11 -> {flags:#x} ({flags_text(flags)}); of these IF, TF, DF, AC, NT go off",
            "RSP, GS and all other registers stay the user's"]


def int80_text():
    top, entry = int(kernel.current_thread()["arch"]["stack_top"]), kernel.label_address("int80_entry")
    return [f"CS  {kernel.register('cs'):#x} -> 0x10, ring 0; SS -> 0 (null)",
            f"RIP -> {entry:#x} int80_entry",
            f"RSP -> {top - 5 * kernel.WORD:#x}, the kernel stack: SS, RSP, RFLAGS, CS and RIP are pushed there",
            "of RFLAGS IF, TF, NT, RF go off; GS and all other registers stay the user's"]


def back_text(turn, ip, flags, sp):
    how = "RIP from RCX, RFLAGS from R11" if turn == "sysret" else "all from the stack"
    return [f"CS  0x10 -> 0x33, ring 3; SS -> 0x2b ({how})",
            f"RIP -> {ip:#x} {place_text(ip)}".rstrip(),
            f"RFLAGS -> {flags:#x} ({flags_text(flags)})",
            f"RSP {'is' if turn == 'sysret' else '->'} {sp:#x}, {stack_text(sp)}"]


def turn_text(ahead, turn):
    """What the next turn changes, line by line. A sysret or iret further on works on what the frame has."""
    regs, frame = saved_regs(), gdb.newest_frame()
    if turn == "swapgs":
        return swapgs_text()
    if turn == "syscall":
        return syscall_text()
    if turn == "int 0x80":
        return int80_text()
    if turn == "iret" and not crossings.is_from_user(frame):
        ip = frame.older().pc()
        return [f"returns to {ip:#x} {place_text(ip)}, in the kernel: only the frame is left"]
    if ahead == 0 and turn == "iret":
        return back_text(turn, *(kernel.word(kernel.register("rsp") + 8 * i) for i in (0, 2, 3)))
    if ahead == 0:
        return back_text(turn, kernel.register("rcx"), kernel.register("r11"), kernel.register("rsp"))
    return back_text(turn, *(int(regs[name]) & kernel.MASK for name in ("ip", "flags", "sp"))) if regs else []


def way_back(regs, entry):
    """Which instruction will end the crossing whose frame this is, and why."""
    ip, flags = int(regs["ip"]), int(regs["flags"])
    if entry in crossings.TRAPS or int(regs["orig_ax"]) & kernel.MASK == crossings.NO_CALL:
        return "iretq (an exception or interrupt)"
    if crossings.is_by_int80(entry, ip):
        return "iretq (a call by INT 80h)"
    if ip != int(regs["cx"]) or flags != int(regs["r11"]):
        return "iretq (the frame was changed: cx is not ip, or r11 not flags)"
    if flags & SYSRET_BAD_FLAGS:
        return "iretq (sysret can't restore TF or RF)"
    return "sysret, unless there is work on the way (a signal, a reschedule)"


class Cross(Command):
    """limen cross: tells where this is: ring, stack, GS, page tables, the saved frame, and what comes next.

What it says of the next swapgs, sysret, iretq, syscall or INT 80h is what that would do with the registers, or the
frame, as they are now."""

    name = "cross"

    def run(self, words):
        if not kernel.is_up():
            print("The machine is still booting: there is no other side yet.")
            return
        self.where()
        self.saved()
        turn = next_turn()
        if turn is not None:
            ahead, instruction = turn
            when = "the next instruction" if ahead == 0 else f"{ahead} instructions ahead"
            print(f"next   {instruction}, {when}:")
            for line in turn_text(ahead, instruction):
                print(f"       {line}")

    def where(self):
        ring, cs, ss = kernel.ring(), kernel.register("cs"), kernel.register("ss")
        rip, rsp = kernel.register("rip"), kernel.register("rsp")
        print(f"ring   {ring}, on CPU {kernel.this_cpu()}, {tasks.describe_thread(kernel.current_thread())}")
        print(f"cs ss  {cs:#x} {SELECTORS.get(cs, '?')}, {ss:#x} {SELECTORS.get(ss, '?')}")
        print(f"rip    {rip:#x} {place_text(rip)}".rstrip())
        print(f"rsp    {rsp:#x} {stack_text(rsp)}")
        for name, label in (("gs_base", "gs"), ("k_gs_base", "saved")):
            base = kernel.register(name)
            print(f"{label:6} {base:#x} {gs_text(base)}")
        root = kernel.register("cr3") & ~0xfff
        print(f"cr3    {root:#x} {tables_text(root)}")
        print(f"flags  {flags_text(kernel.register('eflags'))}")

    def saved(self):
        if kernel.ring() == 3 or saved_regs() is None:
            return
        found = crossings.all_of_stack()
        for crossing in found:
            origin = "user mode" if crossing.from_user() else "the kernel"
            print(f"frame  {crossing.regs_address:#x} {crossing.name()} from {origin}, "
                  f"ip {crossing.value('ip'):#x} {place_text(crossing.value('ip'))}".rstrip())
        if found:
            outer, entry = found[-1].regs, found[-1].entry
        else:
            outer, entry = in_entry_code(), crossings.entry_name(gdb.newest_frame())
        if outer is not None and int(outer["cs"]) & 3 == 3:
            print(f"back   {way_back(outer, entry)}")
