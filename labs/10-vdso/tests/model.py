"""How the tests find the vDSO's function and the page of clocks, and what both have to do: the host's side of vdso."""

import struct

from labs.probe import signed
from labs.testing import Failure, expect

PROGRAM = "vdso.asm"
NR_NANOSLEEP, NR_CLOCK_SETTIME, NR_CLOCK_GETTIME = 35, 227, 228
CLOCK_REALTIME, CLOCK_MONOTONIC = 0, 1
CLOCKS = {CLOCK_REALTIME: "CLOCK_REALTIME", CLOCK_MONOTONIC: "CLOCK_MONOTONIC"}
SECOND = 1_000_000_000
AT_SYSINFO_EHDR = 33
PT_LOAD, PT_DYNAMIC = 1, 2
DT_HASH, DT_STRTAB, DT_SYMTAB = 4, 5, 6
PAGE = 4096
ROUNDING_NS = 2
MOST_INSTRUCTIONS = 120         # of the function's; the model solution's takes 50
VDSO_BYTES = 2 * PAGE
MASK = (1 << 64) - 1
RDTSC, RDTSCP = b"\x0f\x31", b"\x0f\x01\xf9"
# What a function of C's may change.
CHANGES = ("rdx", "rsi", "rdi", "r8", "r9", "r10", "eflags")


# --- The vDSO, as a program finds it ---

def words_at(t, address, count):
    """Words of the program's memory; a page that nobody has touched yet, the program touches."""
    if t.machine.read(address, 8 * count) is None:
        t.probe.do("load", rdi=address)
    return struct.unpack(f"<{count}Q", t.probe.get(address, 8 * count))


def vdso_base(t):
    """AT_SYSINFO_EHDR of the auxiliary vector, behind the arguments and the environment on the first stack."""
    at = t.probe.registers["rsp"]
    words = words_at(t, at, min(512, (-at % PAGE or PAGE) // 8))
    behind_environment = words.index(0, words[0] + 2) + 1
    pairs = words[behind_environment:]
    for key, value in zip(pairs[::2], pairs[1::2]):
        if key == AT_SYSINFO_EHDR:
            return value
    raise Failure("the auxiliary vector has no AT_SYSINFO_EHDR: the program has no vDSO")


def function(t, name=b"__vdso_clock_gettime"):
    """Its address, by the object's own tables."""
    base = vdso_base(t)
    offset, count = words_at(t, base + 32, 1)[0], words_at(t, base + 56, 1)[0] & 0xffff
    segments = [struct.unpack("<IIQQQQQQ", t.probe.get(base + offset + 56 * i, 56)) for i in range(min(count, 16))]
    dynamic = next(segment[3] for segment in segments if segment[0] == PT_DYNAMIC)
    words = words_at(t, base + dynamic, 40)
    table = dict(zip(words[::2], words[1::2]))
    symbols = struct.unpack("<I", t.probe.get(base + table[DT_HASH] + 4, 4))[0]
    for i in range(1, min(symbols, 64)):
        text, _, _, _, value, _ = struct.unpack("<IBBHQQ", t.probe.get(base + table[DT_SYMTAB] + 24 * i, 24))
        if t.probe.get(base + table[DT_STRTAB] + text, len(name) + 1) == name + b"\0":
            return base + value
    raise Failure(f"the vDSO has no {name.decode()}")


# --- The page of clocks ---

def fields(t):
    return t.parameters["ORDER"].split(", ")


def page_in_program(t):
    return vdso_base(t) - PAGE + t.parameters["OFFSET"]


def page_in_kernel(t):
    return t.symbol("vvar_page") + t.parameters["OFFSET"]


def read_page(t, address):
    names = fields(t)
    return dict(zip(names, words_at(t, address, len(names))))


def write_page(t, values):
    """As the kernel would; through the program's mapping, which the grader may write to."""
    t.probe.put(page_in_program(t), struct.pack(f"<{len(values)}Q", *(values[name] & MASK for name in fields(t))))


# --- Reading a clock ---

def result_at(t):
    return t.probe.arena + 4096


def time_at(t, address):
    sec, nsec = struct.unpack("<qq", t.probe.get(address, 16))
    if not 0 <= nsec < SECOND:
        raise Failure(f"tv_nsec is {nsec}, which is not from 0 to 999999999")
    return sec * SECOND + nsec


def by_call(t, clock):
    """What the kernel says, in nanoseconds."""
    expect(f"clock_gettime({clock}) by a call", 0, t.probe.call(NR_CLOCK_GETTIME, clock, result_at(t)))
    return time_at(t, result_at(t))


def registers_for(t, clock):
    return {"rax": function(t), "rdi": clock & MASK, "rsi": result_at(t)}


def by_function(t, clock):
    """What the vDSO says, in nanoseconds; it may not call the kernel."""
    entry, base = t.symbol("syscall_entry"), vdso_base(t)
    registers = {**registers_for(t, clock), "rip": t.probe.program.symbols["call_function"]}
    t.probe.put(result_at(t), struct.pack("<qq", -1, -1))
    t.machine.set_break(entry)
    t.machine.write_registers({**t.probe.registers, **registers})
    t.machine.budget = t.machine.instructions() + 1_000_000
    t.machine.resume()
    while (at := t.machine.registers())["rip"] == entry and not base <= at["rcx"] < base + VDSO_BYTES:
        t.machine.step()            # another program's call
        t.machine.resume()
    t.machine.clear_break(entry)
    if at["rip"] == entry:
        raise Failure(f"clock_gettime({CLOCKS[clock]}) of the vDSO makes a system call\nexpected: it reads the page of "
                      "clocks")
    t.probe.registers = t.probe.verify()
    expect(f"clock_gettime({CLOCKS[clock]}) of the vDSO: its result", 0, signed_int(t.probe.registers["rax"]))
    return time_at(t, result_at(t))


def signed_int(value):
    """What is in EAX."""
    return signed((value & 0xffffffff) << 32) >> 32


def say_time(ns):
    return f"{ns // SECOND}.{ns % SECOND:09}"


def expect_between(what, low, high, seen):
    if not low <= seen <= high:
        raise Failure(f"{what}\nexpected: from {say_time(low)} to {say_time(high)}\nseen:     {say_time(seen)}")


def check_agrees(t, clock):
    """What the vDSO says lies between what the kernel says before and after."""
    before = by_call(t, clock)
    seen = by_function(t, clock)
    expect_between(f"{CLOCKS[clock]} of the vDSO, between two calls", before, by_call(t, clock), seen)


def sleep(t, ns):
    t.probe.put(t.probe.arena, struct.pack("<qq", ns // SECOND, ns % SECOND))
    expect("nanosleep", 0, t.probe.call(NR_NANOSLEEP, t.probe.arena, 0))


def set_real(t, ns):
    """Sets the real clock."""
    t.probe.put(t.probe.arena, struct.pack("<qq", ns // SECOND, ns % SECOND))
    expect(f"clock_settime({say_time(ns)})", 0, t.probe.call(NR_CLOCK_SETTIME, CLOCK_REALTIME, t.probe.arena))


def draw_time(t):
    """Somewhen up to 2100."""
    return t.draw.randrange(1 << 30, 1 << 32) * SECOND + t.draw.randrange(SECOND)


# --- Instruction by instruction ---

class Walk:
    """A call of the vDSO's function, one instruction at a time; `ticks` are what it has read of the CPU's counter."""

    def __init__(self, t, clock, texts=None):
        """TEXTS: those of instructions seen before, by their addresses."""
        self.t, self.machine, self.clock, self.texts = t, t.machine, clock, {} if texts is None else texts
        registers = {**registers_for(t, clock), "rip": t.probe.program.symbols["call_function"]}
        self.machine.write_registers({**t.probe.registers, **registers})
        self.machine.budget = self.machine.instructions() + 1_000_000
        self.count, self.at, self.ticks = 0, self.machine.registers(), []

    def step(self):
        """False once it is back."""
        place = self.at["rip"]
        if place not in self.texts:
            self.texts[place] = self.machine.read(place, 3) or b""
        self.machine.step()
        self.at = self.machine.registers()
        self.count += 1
        if self.texts[place].startswith((RDTSC, RDTSCP)):
            self.ticks.append((self.at["rdx"] & 0xffffffff) << 32 | self.at["rax"] & 0xffffffff)
        if not self.at["cs"] & 3:
            raise Failure(f"clock_gettime({CLOCKS[self.clock]}) of the vDSO came to the kernel, at "
                          f"{self.t.place(self.at['rip'])}, after {self.count} instructions")
        return self.at["rip"] != self.t.probe.stop

    def finish(self):
        """The time that it gives."""
        while self.step():
            if self.count > 10 * MOST_INSTRUCTIONS:
                raise Failure(f"after {self.count} instructions the vDSO's clock_gettime is not back")
        self.t.probe.registers = self.t.probe.verify()
        return time_at(self.t, result_at(self.t))


def count_call(t, clock):
    """How many instructions the call takes, from the program to the program."""
    before = t.machine.instructions()
    by_call(t, clock)
    return t.machine.instructions() - before


# --- Updates while somebody reads ---

class Updates:
    """Two states of the page that a reader must not mix: each word of one is far from the other's."""

    def __init__(self, t):
        self.t = t
        by_function(t, CLOCK_REALTIME)
        sleep(t, 5 * SECOND + t.draw.randrange(SECOND))
        self.page, self.texts = read_page(t, page_in_program(t)), {}
        self.old, self.new = self.draw(1 << 30, 0), self.draw(1 << 31, SECOND // 2)

    def draw(self, least_s, nsec):
        def near(number, room):
            return number + self.t.draw.randrange(room)

        return {**self.page, "real_sec": near(least_s, 1 << 28), "mono_sec": near(least_s >> 4, 1 << 20),
                "real_nsec": near(nsec, SECOND // 4), "mono_nsec": near(nsec, SECOND // 4),
                "counter_ns": near(self.page["counter_ns"] + 3 * nsec, SECOND // 8)}

    def check(self, walk, pages, what):
        """It has to give the time by one of these pages, to the nanosecond: what it read of the counter was seen."""
        seen = walk.finish()
        if not walk.ticks:
            raise Failure(f"{CLOCKS[walk.clock]}: clock_gettime came back without a look at the CPU's counter (RDTSC)")
        wanted = [time_by(page, walk.clock, ticks) for page in pages for ticks in walk.ticks]
        if not any(abs(seen - each) <= ROUNDING_NS for each in wanted):
            raise Failure(f"{CLOCKS[walk.clock]}: {what}\nexpected: {' or '.join(map(say_time, wanted))}\n"
                          f"seen:     {say_time(seen)}")


def time_by(page, clock, ticks):
    word = "real" if clock == CLOCK_REALTIME else "mono"
    counter_ns = ticks * page["ns_per_tick_32"] >> 32
    return page[f"{word}_sec"] * SECOND + page[f"{word}_nsec"] + counter_ns - page["counter_ns"]
