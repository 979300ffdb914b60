"""What a signal's frame has to be, and how one is looked at and forged from outside: the host's side of signals.

    world = World(t)
    world.catch(SIGUSR1, flags, mask)           a handler for it
    frame = world.deliver(SIGUSR1, **registers) the program sends it to itself; stands at the handler's begin
    frame.registers, frame.mask, frame.write()  what is in the frame; the test may change it
    world.sigreturn(frame)                      and back

Each frame must be found by RSP and be sealed. What the secret of an address space is the first frame tells: the seal
can be calculated backwards. All others must fit it.
"""

import struct

from labs.cast import Actor
from labs.machine import Ended
from labs.testing import Failure, expect

PROGRAM = "signals.asm"
MASK = (1 << 64) - 1
PAGE = 4096
USER_END = 0x7ffffffff000
DIRECT_MAP = 0xffff888000000000
KERNEL_TEXT = 0xffffffff80000000
CALL_INSTRUCTIONS = 2_000_000

NR_RT_SIGACTION, NR_RT_SIGPROCMASK, NR_RT_SIGRETURN = 13, 14, 15
NR_GETPID, NR_WAIT4, NR_KILL = 39, 61, 62
NR_RT_SIGSUSPEND, NR_SIGALTSTACK, NR_RT_TGSIGQUEUEINFO = 130, 131, 297
SIGKILL, SIGUSR1, SIGSEGV, SIGUSR2, SIGSTOP = 9, 10, 11, 12, 19
SA_SIGINFO, SA_RESTORER, SA_ONSTACK, SA_RESTART, SA_NODEFER = 4, 0x04000000, 0x08000000, 0x10000000, 0x40000000
SI_QUEUE, SEGV_MAPERR = -1, 1
SIG_SETMASK = 2
EINTR = -4

CF, PF, AF, ZF, SF, TF, IF, DF, OF = (1 << bit for bit in (0, 2, 4, 6, 7, 8, 9, 10, 11))
IOPL, NT, RF, VM, AC, VIF, VIP, ID = 3 << 12, 1 << 14, 1 << 16, 1 << 17, 1 << 18, 1 << 19, 1 << 20, 1 << 21
FIXED = 2
USER_MAY_SET = (CF, PF, AF, ZF, SF, DF, OF, AC)
USER_CS, USER_DS = 0x33, 0x2b

# struct rt_sigframe: the restorer's address, struct ucontext (flags, link, stack, sigcontext, mask), struct siginfo.
REGISTERS = ("r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "rdi", "rsi", "rbp", "rbx", "rdx", "rax", "rcx",
             "rsp", "rip", "eflags")
LAYOUT = struct.Struct("<QQQQIIQ18QHHHHQQQQQ8QQ128s")
FIELDS = ("restorer", "uc_flags", "uc_link", "ss_sp", "ss_flags", "padding", "ss_size", *REGISTERS, "cs", "gs", "fs",
          "ss", "err", "trapno", "oldmask", "cr2", "fpstate", *(f"reserved{i}" for i in range(8)), "mask", "info")
CONTEXT_AT, RESERVED_AT, INFO_AT, FRAME_BYTES = 8, 240, 312, 440
INFO_USED = 48
UC_FLAGS = 7        # UC_FP_XSTATE, UC_SIGCONTEXT_SS, UC_STRICT_RESTORE_SS
assert LAYOUT.size == FRAME_BYTES

# The FPU's state (SDM vol. 1, 13.4): FXSAVE's 512 bytes, a header of 64, the upper halves of YMM.
LEGACY_BYTES, HEADER_AT, YMM_AT, YMM_BYTES = 512, 512, 576, 256
MXCSR_AT, X87_AT, XMM_AT, SOFTWARE_AT = 24, 32, 160, 464
MAGIC1, MAGIC2 = 0x46505853, 0x46505845
FPU_ALIGN = 64


def bit(signal):
    return 1 << signal - 1


def hexadecimal(what, wanted, seen):
    """`expect` for addresses and bits."""
    expect(what, f"{wanted & MASK:#x}", f"{seen & MASK:#x}")


class Frame:
    """One at an address of a program's memory, as it was when it was read. `write` puts it back, changed, here or
    elsewhere."""

    def __init__(self, world, address, actor):
        self.world, self.address, self.actor = world, address, actor
        data = actor.machine.read(address, FRAME_BYTES)
        if data is None:
            raise Failure(f"there is no memory for a frame at the handler's RSP, {address:#x}")
        self.__dict__.update(zip(FIELDS, LAYOUT.unpack(data)))

    @property
    def seal(self):
        return getattr(self, f"reserved{(self.world.seal_offset - RESERVED_AT) // 8}")

    @seal.setter
    def seal(self, value):
        setattr(self, f"reserved{(self.world.seal_offset - RESERVED_AT) // 8}", value)

    @property
    def registers(self):
        return {name: getattr(self, name) for name in REGISTERS}

    @registers.setter
    def registers(self, values):
        for name in REGISTERS:
            setattr(self, name, values[name] & MASK)

    def pack(self):
        return LAYOUT.pack(*(getattr(self, name) for name in FIELDS))

    def write(self, at=None):
        self.actor.put(self.address if at is None else at, self.pack())


class World:
    def __init__(self, t):
        self.t, self.probe, self.machine = t, t.probe, t.machine
        self.red_zone, self.seal_offset = t.parameters["RED_ZONE"], t.parameters["SEAL_OFFSET"]
        self.factor, self.secret, self.blocked = int(t.parameters["SEAL_FACTOR"], 16), None, 0
        self.symbols = t.probe.program.symbols
        self.probe.watch("handler")
        self.pid = self.probe.call(NR_GETPID)
        self.data = self.probe.arena            # the arena's first page is for what calls are given
        self.stack_low, self.stack_high = self.probe.arena + PAGE, self.probe.arena_end - PAGE
        words = self.probe.do("fpu_features", changes=("rdx",))
        self.features = words["rax"] & 7
        self.fpu_bytes = YMM_AT + (YMM_BYTES if self.features & 4 else 0)
        self.frame_room = FRAME_BYTES + self.fpu_bytes + 4 + FPU_ALIGN + 16     # AT_MINSIGSTKSZ
        self.learn()

    # --- What is drawn ---

    def draw_flags(self):
        return IF | FIXED | sum(flag for flag in USER_MAY_SET if self.t.draw.random() < 0.5)

    def draw_registers(self, **registers):
        """All that a program can have, with a stack in the arena."""
        drawn = {name: self.t.draw.getrandbits(64) for name in REGISTERS}
        return {**drawn, "rsp": self.draw_stack(), "rip": self.probe.stop, "eflags": self.draw_flags(), **registers}

    def draw_stack(self):
        """A stack pointer with room for some frames below it."""
        return self.t.draw.randrange(self.stack_low + 24 * 1024, self.stack_high)

    def draw_mask(self):
        """Any signals but those that the tests need, and that can't be blocked."""
        return self.t.draw.getrandbits(64) & ~sum(map(bit, (SIGKILL, SIGSTOP, SIGUSR1, SIGUSR2, SIGSEGV)))

    def draw_info(self, signal):
        """A siginfo as a program may make it: (what it gives, what a handler gets)."""
        head = struct.pack("<iiii", signal, self.t.draw.randrange(1, 1 << 16), SI_QUEUE, 0)
        known = head + self.t.draw.randbytes(INFO_USED - len(head))
        return known.ljust(128, b"\0")

    # --- Calls ---

    def call(self, what, number, *arguments, actor=None):
        expect(what, 0, (actor or self.probe).call(number, *arguments))

    def catch(self, signal, flags=SA_NODEFER, mask=0):
        action = struct.pack("<4Q", self.symbols["handler"], SA_SIGINFO | SA_RESTORER | flags,
                             self.symbols["restorer"], mask)
        self.probe.put(self.data, action)
        self.call(f"rt_sigaction({signal})", NR_RT_SIGACTION, signal, self.data, 0, 8)

    def set_mask(self, mask):
        self.blocked = mask
        self.renew_mask()

    def renew_mask(self, actor=None):
        """As the test has set it, whatever handlers have made of it: most tests don't ask for that."""
        (actor or self.probe).put(self.data, struct.pack("<Q", self.blocked))
        self.call("rt_sigprocmask(SIG_SETMASK)", NR_RT_SIGPROCMASK, SIG_SETMASK, self.data, 0, 8, actor=actor)

    def get_mask(self):
        self.call("rt_sigprocmask(0, NULL, ...)", NR_RT_SIGPROCMASK, 0, 0, self.data + 8, 8)
        return struct.unpack("<Q", self.probe.get(self.data + 8, 8))[0]

    def set_altstack(self, address, size, flags=0):
        """Takes one, from a stack pointer that is not on the one before."""
        self.probe.put(self.data, struct.pack("<QIIQ", address, flags, 0, size))
        self.probe.registers = {**self.probe.registers, "rsp": self.stack_high}
        self.call("sigaltstack", NR_SIGALTSTACK, self.data, 0)

    def get_altstack(self):
        self.call("sigaltstack(NULL, ...)", NR_SIGALTSTACK, 0, self.data + 32)
        address, flags, _, size = struct.unpack("<QIIQ", self.probe.get(self.data + 32, 24))
        return address, flags, size

    # --- A signal ---

    def go(self, actor=None, **registers):
        """Lets the program go on with these registers to its next stop; which place that is."""
        actor = actor or self.probe
        try:
            if isinstance(actor, Actor):
                actor.begin_at("enter", **registers)
                actor.finish()
            else:
                self.machine.write_registers({**actor.registers, **registers})
                self.machine.budget = self.machine.instructions() + CALL_INSTRUCTIONS
                actor.registers = actor.go_on()
        except Ended as why:
            if why.kind != "over":
                raise
            raise Failure("the process has died: by SIGSEGV, if signal_frame_push or signal_frame_pop failed") from why
        return actor.places[actor.registers["rip"]]

    def at_handler(self, signal, place, actor=None):
        """The program stands at its handler, for that signal. Its frame."""
        actor = actor or self.probe
        if place != "handler":
            raise Failure(f"signal {signal} was to come, with a handler\nseen:     the program goes on without it")
        registers = actor.registers
        expect("the handler's RDI, the signal", signal, registers["rdi"])
        frame = Frame(self, registers["rsp"], actor)
        hexadecimal("the handler's RDX, for a frame at RSP: the address of its ucontext", frame.address + CONTEXT_AT,
                    registers["rdx"])
        self.check_seal(frame)
        return frame

    def deliver(self, signal, actor=None, info=None, **registers):
        """The program sends itself a signal, with other registers as they are given. The frame."""
        actor = actor or self.probe
        self.renew_mask(actor)
        actor.put(self.data + 256, info or self.draw_info(signal))
        place = self.go(actor, **{**registers, "rip": self.symbols["enter"], "rax": NR_RT_TGSIGQUEUEINFO,
                                  "rdi": self.pid, "rsi": self.pid, "rdx": signal, "r10": self.data + 256})
        return self.at_handler(signal, place, actor)

    def interrupted(self, registers, signal):
        """What `deliver` has in all its registers when the signal comes, and its frame must tell."""
        behind = self.symbols["enter"] + 2
        return {**registers, "rdi": self.pid, "rsi": self.pid, "rdx": signal, "r10": self.data + 256, "rax": 0,
                "rcx": behind, "rip": behind, "r11": registers["eflags"]}

    def sigreturn(self, frame, **registers):
        """Back: where the program is then."""
        sp = registers.pop("rsp", frame + 8 if isinstance(frame, int) else frame.address + 8)
        return self.go(**{**registers, "rip": self.symbols["enter"], "rax": NR_RT_SIGRETURN, "rsp": sp,
                          "eflags": IF | FIXED})

    def expect_return(self, what, frame, **registers):
        place = self.sigreturn(frame, **registers)
        if place != "stop":
            raise Failure(f"{what}\nexpected: the program goes on\n"
                          f"seen:     its handler for signal {self.probe.registers['rdi']} is called")

    def expect_refusal(self, what, frame, **registers):
        """The kernel sends SIGSEGV, whose handler the test has set."""
        self.renew_mask()
        place = self.sigreturn(frame, **registers)
        if place != "handler":
            raise Failure(f"rt_sigreturn, {what}\nexpected: SIGSEGV\nseen:     the program goes on, RIP "
                          f"{self.probe.registers['rip']:#x}")
        return self.at_handler(SIGSEGV, place)

    def check_registers(self, what, wanted, seen, ignore=()):
        for name in REGISTERS:
            if name in ignore:
                continue
            each, other = wanted[name], seen[name]
            if name == "eflags":
                each, other = each & ~RF, other & ~RF
            hexadecimal(f"{what}: {name.upper()}", each, other)

    # --- The seal ---

    def seal_for(self, address):
        return (self.secret ^ address) * self.factor & MASK

    def learn(self):
        """The first frame tells the secret."""
        self.catch(SIGUSR1)
        self.deliver(SIGUSR1, rsp=self.draw_stack())
        self.deliver(SIGUSR1, rsp=self.draw_stack())

    def check_seal(self, frame):
        if self.secret is None:
            self.secret = frame.seal * pow(self.factor, -1, 1 << 64) & MASK ^ frame.address
            if self.secret < 1 << 16:
                raise Failure(f"the seal of the frame at {frame.address:#x} is {frame.seal:#x}: by that the secret of "
                              f"the address space were {self.secret:#x}\nexpected: mm->frame_secret, which is random")
        hexadecimal(f"the seal, {self.seal_offset} bytes above the begin of the frame at {frame.address:#x}, for the "
                    f"secret {self.secret:#x} that the seal of the first frame tells", self.seal_for(frame.address),
                    frame.seal)

    # --- The FPU ---

    def draw_fpu(self):
        """All its registers, as an XSAVE area."""
        draw, area = self.t.draw, bytearray(self.fpu_bytes)
        struct.pack_into("<HHB", area, 0, 0x37f & ~(3 << 8) | draw.choice((0, 2, 3)) << 8 | draw.randrange(1, 4) << 10,
                         0, 0xff)
        struct.pack_into("<I", area, MXCSR_AT, 0x1f80 | draw.randrange(1, 4) << 13 | draw.randrange(64))
        for i in range(8):
            area[X87_AT + 16 * i:X87_AT + 16 * i + 10] = draw.randbytes(10)
        area[XMM_AT:XMM_AT + 256] = draw.randbytes(256)
        area[YMM_AT:] = draw.randbytes(self.fpu_bytes - YMM_AT)
        struct.pack_into("<Q", area, HEADER_AT, self.features)
        return bytes(area)

    def fresh_fpu(self):
        """What a program begins with."""
        area = bytearray(self.fpu_bytes)
        struct.pack_into("<H", area, 0, 0x37f)
        struct.pack_into("<I", area, MXCSR_AT, 0x1f80)
        return bytes(area)

    def load_fpu(self, area):
        at = self.data + 1024
        self.probe.put(at, area)
        self.probe.do("fpu_load", changes=("rdx",), rdi=at)

    def save_fpu(self):
        at = self.data + 2048
        self.probe.put(at, bytes(HEADER_AT) + bytes(self.fpu_bytes - HEADER_AT))
        self.probe.do("fpu_save", changes=("rdx",), rdi=at)
        return self.probe.get(at, self.fpu_bytes)

    def check_fpu(self, what, wanted, seen):
        parts = [("the x87's control word", 0, 2), ("MXCSR", MXCSR_AT, 4)]
        parts += [(f"ST{i}", X87_AT + 16 * i, 10) for i in range(8)]
        parts += [(f"XMM{i}", XMM_AT + 16 * i, 16) for i in range(16)]
        parts += [(f"the upper half of YMM{i}", YMM_AT + 16 * i, 16) for i in range((self.fpu_bytes - YMM_AT) // 16)]
        for name, at, size in parts:
            hexadecimal_bytes(f"{what}: {name}", wanted[at:at + size], seen[at:at + size])

    # --- Processes that may die ---

    def expect_death(self, cast, child, what):
        """The child is gone, by SIGSEGV."""
        status_at = self.data + 512
        cast.first.put(status_at, struct.pack("<I", MASK & 0xffffffff))
        cast.first.begin(NR_WAIT4, child.pid, status_at, 0, 0)
        who, place = cast.next()
        if who is child:
            raise Failure(f"{what}\nexpected: the process dies of SIGSEGV\nseen:     it comes to its {place}")
        expect(f"{what}: wait4 for the process", child.pid, who.registers["rax"])
        expect(f"{what}: its status, as wait4 tells", SIGSEGV,
               struct.unpack("<I", cast.first.get(status_at, 4))[0] & 0x7f)


def hexadecimal_bytes(what, wanted, seen):
    expect(what, wanted[::-1].hex(), seen[::-1].hex())
