"""What a crossing has to be, and how one is looked at, instruction by instruction: the host's side of the lab entry."""

import re
import struct

from labs.testing import Failure, expect

MASK = (1 << 64) - 1
FRAME = struct.Struct("<21Q")
BEHIND_ORDER = ("si", "di", "orig_ax", "ip", "cs", "flags", "sp", "ss")     # of struct pt_regs
OTHERS = ("r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15")
GENERAL = {**{name: f"r{name}" for name in ("ax", "bx", "cx", "dx", "si", "di", "bp")},
           **{name: name for name in OTHERS}}                              # struct pt_regs' name: the CPU's
MAY_CHANGE = ("rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11")       # in a C function; RAX is its result
STACK_BYTES = 16384
USER_CS, USER_DS = 0x33, 0x2b
ENTRY_BYTES = 1024          # of syscall_entry
SYSRET, IRETQ = b"\x48\x0f\x07", b"\x48\xcf"

CF, PF, AF, ZF, SF, TF, IF, DF, OF = (1 << bit for bit in (0, 2, 4, 6, 7, 8, 9, 10, 11))
RF, AC, ID = 1 << 16, 1 << 18, 1 << 21
FIXED = 2
USER_MAY_SET = (CF, PF, AF, ZF, SF, DF, OF, AC, ID)

NR_RT_SIGACTION, NR_RT_SIGRETURN, NR_GETPID, NR_KILL, NR_ARCH_PRCTL = 13, 15, 39, 62, 158
ARCH_SET_GS, ARCH_SET_FS = 0x1001, 0x1002
ENOSYS = -38
TF_RESCHED = 2              # of thread->flags
CALL_INSTRUCTIONS = 1_000_000
WAY_IN, WAY_OUT = 200, 3000             # after so many instructions it is lost


def hexadecimal(what, wanted, seen):
    """`expect` for addresses and bits."""
    expect(what, f"{wanted & MASK:#x}", f"{seen & MASK:#x}")


# --- What a program may have in its registers ---

def draw_flags(t):
    return IF | FIXED | sum(flag for flag in USER_MAY_SET if t.draw.random() < 0.5)


def draw_stack_pointer(t):
    """A program's RSP may be anything; the kernel must not use it."""
    return t.draw.choice((t.draw.randrange(1 << 12), 0x800000000000 + t.draw.randrange(1 << 40),
                          0xffff888000000000 + t.draw.randrange(1 << 27), t.draw.getrandbits(64)))


def draw_registers(t):
    return {**{name: t.draw.getrandbits(64) for name in GENERAL.values()}, "rsp": draw_stack_pointer(t),
            "eflags": draw_flags(t)}


def set_bases(t):
    """The program's own FS and GS bases, which no crossing may change."""
    for code in (ARCH_SET_GS, ARCH_SET_FS):
        expect(f"arch_prctl({code:#x}, address)", 0,
               t.probe.do("enter", changes=("fs_base", "gs_base"), rax=NR_ARCH_PRCTL, rdi=code,
                           rsi=t.draw.randrange(1 << 16, 1 << 46))["rax"])


# --- One crossing ---

class Crossing:
    """A call, from the instruction behind the program's SYSCALL's on: `at` are the registers now, `before` those that
    the program had."""

    def __init__(self, t, number, **registers):
        self.t, self.machine = t, t.machine
        enter = t.probe.program.symbols["enter"]
        self.before = {**t.probe.registers, **draw_registers(t), "rax": number & MASK, **registers, "rip": enter}
        self.behind = enter + 2
        self.kernel_base = t.probe.registers["k_gs_base"]
        self.machine.write_registers(self.before)
        self.machine.budget = self.machine.instructions() + CALL_INSTRUCTIONS
        self.step()

    def step(self):
        self.machine.step()
        self.at = self.machine.registers()

    def walk(self, arrived, most, where, look):
        """Steps until it has arrived, and lets LOOK look before each instruction. Gives the registers before each, and
        at last."""
        seen = [self.at]
        while not arrived(self.at):
            if len(seen) > most:
                raise Failure(f"after {most} instructions the kernel is not {where}, but at "
                              f"{self.t.place(self.at['rip'])}")
            if look:
                look(self)
            self.step()
            seen.append(self.at)
        return seen

    def way_in(self, look=None):
        address = self.t.symbol("do_syscall_64")
        return self.walk(lambda at: at["rip"] == address, WAY_IN, "at do_syscall_64", look)

    def through(self):
        """Through do_syscall_64, to the instruction behind the call of it."""
        frame, back = self.at["rdi"], self.word(self.at["rsp"])
        self.run_to(back, lambda at: at["rsp"] == frame)
        if self.at["rip"] != back:
            raise Failure("do_syscall_64 was left by another way than it was called")

    def run_to(self, address, is_ours):
        """Runs on to that place, or to the program's next stop. Others may come there meanwhile."""
        self.machine.set_break(address)
        self.machine.resume()
        self.at = self.machine.registers()
        while self.at["rip"] == address and not is_ours(self.at):
            self.step()
            self.machine.resume()
            self.at = self.machine.registers()
        self.machine.clear_break(address)

    def scribble(self):
        """Puts rubbish into the registers that a C function may change, as do_syscall_64 is one."""
        rubbish = {name: self.t.draw.getrandbits(64) for name in MAY_CHANGE}
        self.machine.write_registers({**self.at, **rubbish})
        self.at = self.machine.registers()

    def way_out(self, look=None):
        return self.walk(lambda at: at["cs"] & 3, WAY_OUT, "back in the program", look)

    def whole(self):
        """All of it; the registers before each instruction of the way in, and of the way out."""
        way_in = self.way_in()
        self.through()
        return way_in, self.way_out()

    def go_on(self):
        self.t.probe.registers = self.t.probe.go_on()

    def word(self, address):
        data = self.machine.read(address, 8)
        if data is None:
            raise Failure(f"nothing is mapped at {address:#x}, where the kernel's stack should be")
        return int.from_bytes(data, "little")

    def per_cpu(self, name):
        """A per-CPU word of the kernel's."""
        return self.word(self.kernel_base + self.t.symbol(name) & MASK)

    def frame_address(self):
        """Where struct pt_regs belongs: the very top of the thread's kernel stack."""
        return self.per_cpu("percpu_kernel_sp") - FRAME.size

    def frame(self):
        """What stands there, by names."""
        data = self.machine.read(self.frame_address(), FRAME.size)
        return dict(zip((*self.t.parameters["ORDER"].split(", "), *BEHIND_ORDER), FRAME.unpack(data)))

    def wanted_frame(self):
        """What the program's registers make it."""
        before, behind = self.before, self.behind
        frame = {name: before[register] for name, register in GENERAL.items()}
        return {**frame, "ax": ENOSYS & MASK, "cx": behind, "r11": before["eflags"], "orig_ax": before["rax"],
                "ip": behind, "cs": USER_CS, "flags": before["eflags"], "sp": before["rsp"], "ss": USER_DS}

    def check_frame(self, when):
        frame = self.frame()
        for name, wanted in self.wanted_frame().items():
            hexadecimal(f"{when}: {name} in the frame at the top of the kernel stack", wanted, frame[name])

    def check_back(self, result):
        """In the program again: all but RAX, RCX and R11 is as it was."""
        wanted = {**self.before, "rip": self.behind, "rcx": self.behind, "r11": self.before["eflags"]}
        for name in (*GENERAL.values(), "rsp", "rip", "eflags", "cs", "ss", "ds", "es", "fs", "gs", "fs_base",
                     "gs_base"):
            if name != "rax":
                hexadecimal(f"behind the call: {name.upper()}", wanted[name], self.at[name])
        hexadecimal("behind the call: the kernel's GS base, in MSR_KERNEL_GS_BASE", self.kernel_base,
                    self.at["k_gs_base"])
        hexadecimal("behind the call: RAX, its result", result, self.at["rax"])


def check_arrival(t, number):
    crossing = Crossing(t, number)
    crossing.way_in()
    at = crossing.at
    hexadecimal("do_syscall_64's first argument: the frame's address", crossing.frame_address(), at["rdi"])
    low = number & 0xffffffff
    expect("do_syscall_64's second argument: the low half of RAX, signed", low - (low >> 31 << 32),
           at["rsi"] - (at["rsi"] >> 63 << 64))
    crossing.check_frame("at do_syscall_64")
    hexadecimal("RSP at do_syscall_64: the return address lies right below the frame", at["rdi"] - 8, at["rsp"])
    hexadecimal("the GS base at do_syscall_64", crossing.kernel_base, at["gs_base"])
    hexadecimal("RBP at do_syscall_64", 0, at["rbp"])
    hexadecimal("IF, DF, TF, AC at do_syscall_64: interrupts are on", IF, at["eflags"] & (IF | DF | TF | AC))
    crossing.go_on()


# --- By SYSRET ---

def check_sysret(t):
    """A plain call goes back by SYSRET: only then can it be asked what happens where SYSRET mustn't be used. Gives the
    registers before each instruction, there and back."""
    crossing = Crossing(t, NR_GETPID)
    way_in, out = crossing.whole()
    if t.machine.read(out[-2]["rip"], 3) != SYSRET:
        raise Failure(f"the last instruction of a plain call in ring 0, at {t.place(out[-2]['rip'])}, is not `o64 "
                      "sysret` (48 0f 07)")
    crossing.go_on()
    return way_in, out


def check_sysret_by_breaks(t):
    """The same where there are no single steps: all that look like SYSRET behind syscall_entry are breaks."""
    start = t.symbol("syscall_entry")
    text = t.machine.read(start, ENTRY_BYTES)
    breaks = [start + match.start() for match in re.finditer(re.escape(SYSRET), text)]
    for address in breaks:
        t.machine.set_break(address)
    t.machine.write_registers({**t.probe.registers, "rip": t.probe.program.symbols["enter"], "rax": NR_GETPID})
    t.machine.resume()
    if t.machine.registers()["rip"] not in breaks:
        raise Failure("a plain call does not go back by `o64 sysret` (48 0f 07)")
    for address in breaks:
        t.machine.clear_break(address)
    t.probe.registers = t.probe.go_on()


# --- An interrupt at any instruction ---

def check_safe(crossing, when):
    """With interrupts on, the next may come before this instruction."""
    at = crossing.at
    if not at["eflags"] & IF:
        return
    place = f"{when}, at {crossing.t.place(at['rip'])}, an interrupt may come (IF is on)"
    hexadecimal(f"{place}: the GS base", crossing.kernel_base, at["gs_base"])
    top = crossing.frame_address()
    if not top + FRAME.size - STACK_BYTES <= at["rsp"] <= top:
        raise Failure(f"{place}, and RSP is not below the frame\nexpected: up to {top:#x}\nseen:     {at['rsp']:#x}")
    if when == "on the way in":
        crossing.check_frame(place)


def thread_flags(crossing):
    """The address of thread->flags of who runs: return_to_user, which the lab gives, compares it with 0."""
    text = crossing.machine.read(crossing.t.symbol("return_to_user"), 32)
    found = re.search(rb"\x83(?:\x78(.)|\xb8(....))\x00", text, re.DOTALL)
    offset = int.from_bytes(found[1] or found[2], "little")
    return crossing.per_cpu("percpu_current") + offset


def check_late_work(t, number):
    """Work that an interrupt leaves at the last instruction that one may come at is done before the program goes on."""
    crossing = Crossing(t, number)
    _, out = crossing.whole()
    crossing.go_on()
    last = max(i for i, at in enumerate(out) if at["eflags"] & IF and not at["cs"] & 3)
    crossing = Crossing(t, number)
    crossing.way_in()
    crossing.through()
    for _ in range(last):
        crossing.step()
    at, frame, address = crossing.at, crossing.frame_address(), thread_flags(crossing)
    if at["rip"] != out[last]["rip"]:
        raise Failure("two calls alike go back by different ways")
    word = int.from_bytes(crossing.machine.read(address, 4), "little")
    crossing.machine.write(address, (word | TF_RESCHED).to_bytes(4, "little"))
    work = t.symbol("upcall_exit_to_user")
    crossing.run_to(work, lambda at: at["rdi"] == frame)
    if crossing.at["rip"] != work:
        raise Failure(f"an interrupt at {t.place(at['rip'])}, where they are still on, set a flag in thread->flags: "
                      "the kernel went back to the program without doing that work (upcall_exit_to_user)")
    crossing.go_on()


# --- Signals: a way out with other registers than those that came in ---

CONTEXT = ("r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "rdi", "rsi", "rbp", "rbx", "rdx", "rax", "rcx", "rsp",
           "rip", "eflags")
CONTEXT_AT = 48             # in the frame: behind the restorer's address and ucontext's first fields
SA_SIGINFO, SA_RESTORER, SA_NODEFER = 4, 0x04000000, 0x40000000
SIGTRAP, SIGUSR1, SIGSEGV = 5, 10, 11


def catch(t, signal):
    """Its handler is at `stop`: there the machine stands when it begins."""
    flags = SA_SIGINFO | SA_RESTORER | SA_NODEFER
    action = struct.pack("<4Q", t.probe.stop, flags, t.probe.program.symbols["enter"], 0)
    t.probe.put(t.probe.arena, action)
    expect(f"rt_sigaction({signal})", 0, t.probe.call(NR_RT_SIGACTION, signal, t.probe.arena, 0, 8))


def draw_stack(t):
    """A place in the arena for the handler's frame to lie below."""
    return t.probe.arena + 60000 + 16 * t.draw.randrange(256)


def context_at(t, frame):
    return dict(zip(CONTEXT, struct.unpack("<18Q", t.probe.get(frame + CONTEXT_AT, 144))))


def put_context(t, frame, context):
    t.probe.put(frame + CONTEXT_AT, struct.pack("<18Q", *(context[name] & MASK for name in CONTEXT)))


def run_to_handler(t, signal, registers):
    """Lets the program go on with these registers until it stops in its handler. Gives the frame's address."""
    t.machine.write_registers({**t.probe.registers, **registers})
    t.machine.budget = t.machine.instructions() + CALL_INSTRUCTIONS
    t.probe.registers = t.probe.go_on()
    expect("the signal whose handler runs", signal, t.probe.registers["rdi"])
    return t.probe.registers["rsp"]


def send_signal(t, signal, **registers):
    """The program sends itself a signal by a call. Gives where its frame is."""
    pid = t.probe.call(NR_GETPID)
    return run_to_handler(t, signal, {**registers, "rip": t.probe.program.symbols["enter"], "rax": NR_KILL, "rdi": pid,
                                      "rsi": signal})


def sigreturn_registers(t, frame):
    return {"rip": t.probe.program.symbols["enter"], "rax": NR_RT_SIGRETURN, "rsp": frame + 8}


def draw_context(t, **registers):
    return {**draw_registers(t), "rip": t.probe.stop, "rsp": draw_stack(t), "eflags": draw_flags(t) & ~ID, **registers}


def check_context(t, frame, context, must_iret=False):
    """sigreturn with these registers in the frame: they are the program's then, whatever they are."""
    put_context(t, frame, context)
    crossing = Crossing(t, NR_RT_SIGRETURN, rsp=frame + 8, eflags=IF | FIXED)
    _, out = crossing.whole()
    for name in CONTEXT:
        wanted, seen = context[name], crossing.at[name]
        if name == "eflags":
            wanted, seen = wanted & ~RF, seen & ~RF
        hexadecimal(f"behind rt_sigreturn: {name.upper()}, which the frame on the program's stack gave", wanted, seen)
    if must_iret and t.machine.read(out[-2]["rip"], 2) != IRETQ:
        raise Failure("RFLAGS has TF or RF: only IRET can load that as it must be, and another instruction did, at "
                      + t.place(out[-2]["rip"]))
