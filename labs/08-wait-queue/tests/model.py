"""What the tests of wait-queue share: channels, who sleeps at them, and what is seen of that from outside."""

import re
import struct

from labs import remote
from labs.cast import UNDER_WAY
from labs.probe import NR_MMAP, PAGE, PROT_READ, PROT_WRITE, signed
from labs.testing import Failure, expect, say

PROGRAM = "waiters.asm"
NR_READ, NR_WRITE, NR_CLOSE, NR_RT_SIGACTION, NR_PIPE, NR_DUP, NR_NANOSLEEP = 0, 1, 3, 13, 22, 32, 35
NR_WAIT4, NR_KILL, NR_SCHED_SETSCHEDULER, NR_SCHED_SETAFFINITY = 61, 62, 144, 203
EINTR, EAGAIN, EFAULT, EPIPE = -4, -11, -14, -32
SIGKILL, SIGUSR1, SIGUSR2, SIGPIPE = 9, 10, 12, 13
SA_RESTORER, SA_RESTART = 0x04000000, 0x10000000
O_NONBLOCK = 0o4000
MAP_SHARED_ANONYMOUS = 0x21
SCHED_IDLE = 5
MS = 1_000_000
NAP_NS = 2 * MS
MOST_NAPS = 100
POLL_S = 0.002
CAUGHT, SCRATCH, BUFFER = 512, 768, 4096        # in the arena; what is read or written is from BUFFER on
WORD = 8
LOG_BYTES, LOG_HEADER = 1 << 18, 16


def make(t, actor, flags=0):
    """A channel's two descriptors."""
    actor.put(actor.arena, bytes(8))
    expect(f"channel(fds, {flags:#o})", 0, actor.call(t.parameters["CHANNEL"], actor.arena, flags))
    return struct.unpack("<ii", actor.get(actor.arena, 8))


def pipe(actor):
    expect("pipe", 0, actor.call(NR_PIPE, actor.arena))
    return struct.unpack("<ii", actor.get(actor.arena, 8))


def asks(actor, descriptor, size):
    """It reads, and nobody waits for it."""
    actor.begin(NR_READ, descriptor, actor.arena + BUFFER, size)


def offers(actor, descriptor, data):
    """It writes, and nobody waits for it."""
    actor.put(actor.arena + BUFFER, data)
    actor.begin(NR_WRITE, descriptor, actor.arena + BUFFER, len(data))


def write(actor, descriptor, data):
    actor.put(actor.arena + BUFFER, data)
    return actor.call(NR_WRITE, descriptor, actor.arena + BUFFER, len(data))


def read(actor, descriptor, size):
    """The bytes, or an error."""
    result = actor.call(NR_READ, descriptor, actor.arena + BUFFER, size)
    return actor.get(actor.arena + BUFFER, result) if result > 0 else b"" if result == 0 else result


def expect_written(what, actor, descriptor, data):
    expect(what, len(data), write(actor, descriptor, data))


def catch(t, actor, signal, flags=0):
    """It has a handler for a signal, and who is forked from it later."""
    symbols, at = t.probe.program.symbols, actor.arena + SCRATCH
    actor.put(at, struct.pack("<QQQQ", symbols["handler"], SA_RESTORER | flags, symbols["restorer"], 0))
    expect("rt_sigaction", 0, actor.call(NR_RT_SIGACTION, signal, at, 0, 8))


def is_asleep(actor):
    return actor.state == UNDER_WAY


def expect_asleep(what, actors):
    if any(not is_asleep(actor) for actor in actors):
        came = next(actor for actor in actors if not is_asleep(actor))
        raise Failure(f"{what}\nexpected: it sleeps\nseen:     it came back with {say(result_of(came))}")


def result_of(actor):
    return signed(actor.registers["rax"])


def expect_read(what, actor, data):
    """It has come back, with these bytes."""
    if is_asleep(actor):
        raise Failure(f"{what}\nexpected: {len(data)} bytes\nseen:     it still sleeps")
    expect(what, len(data), result_of(actor))
    if data:
        expect(f"{what}: the bytes", data, actor.get(actor.arena + BUFFER, len(data)))


def expect_result(what, wanted, actor):
    if is_asleep(actor):
        raise Failure(f"{what}\nexpected: {say(wanted)}\nseen:     it still sleeps")
    expect(what, wanted, result_of(actor))


class Stage:
    """A director, who never sleeps long, and others that read and write."""

    def __init__(self, t):
        self.t, self.machine, self.draw, self.cast = t, t.machine, t.draw, t.cast()
        self.director = self.cast.first
        self.capacity, self.atomic = t.parameters["CAPACITY"], t.parameters["ATOMIC"]
        self.oldest_first = t.parameters["JOIN"] == "list_add_tail"
        self.stops, self.resume, self.machine.resume = 0, self.machine.resume, self.count_stops
        self.reader, self.writer = make(t, self.director)
        self.bench = pipe(self.director)

    def count_stops(self, how="c"):
        self.stops += 1
        self.resume(how)

    def bytes(self, count):
        return self.draw.randbytes(count)

    def others(self, count):
        """New processes of the policy SCHED_IDLE: who is woken doesn't run at once."""
        found = [self.cast.fork(self.director) for _ in range(count)]
        for actor in found:
            actor.put(actor.arena + SCRATCH, struct.pack("<i", 0))
            expect("sched_setscheduler to SCHED_IDLE", 0,
                   actor.call(NR_SCHED_SETSCHEDULER, 0, SCHED_IDLE, actor.arena + SCRATCH))
        return found

    def pair(self, first, second):
        """Two calls of the director's, (number, arguments up to three) each, between which nobody else runs. Gives both
        results."""
        given = [value for call in (first, second) for value in (*call, 0, 0, 0)[:4]]
        names = ("rax", "rdi", "rsi", "rdx", "r12", "r13", "r14", "r8")
        registers = self.director.do("pair", changes=("rdi", "rsi", "rdx", "r15"), **dict(zip(names, given)))
        return signed(registers["r15"]), signed(registers["rax"])

    def nap(self, nanoseconds=NAP_NS):
        """All others come as far as they can. When a machine that was stopped goes on, QEMU may let its clock jump to
        the next timer's end, so a nap is worth something only if nobody came to a stop meanwhile."""
        for _ in range(MOST_NAPS):
            before = self.stops
            self.director.put(self.director.arena + SCRATCH,
                              struct.pack("<QQ", nanoseconds // 10**9, nanoseconds % 10**9))
            expect("nanosleep", 0, self.director.call(NR_NANOSLEEP, self.director.arena + SCRATCH, 0))
            if self.stops - before == 1:
                return
        raise Failure("all processes that read and write should sleep by now, and some still run")

    def all_read(self, actors, size, descriptor=None):
        """They fall asleep at the empty channel one after the other."""
        for actor in actors:
            asks(actor, self.reader if descriptor is None else descriptor, size)
            self.nap()
        expect_asleep(f"read of {size} bytes from an empty channel", actors)

    def all_write(self, actors, pieces):
        """They fall asleep at the full channel one after the other."""
        for actor, data in zip(actors, pieces):
            offers(actor, self.writer, data)
            self.nap()
            expect_asleep(f"write of {len(data)} bytes to a full channel", [actor])

    def fill(self):
        """As full as it can be; what is in it."""
        data = self.bytes(self.capacity)
        at = 0
        while at < len(data):
            part = min(self.atomic, len(data) - at)
            expect_written(f"write of {part} bytes to a channel with {at} in it", self.director, self.writer,
                           data[at:at + part])
            at += part
        return data

    def put_aside(self, actor):
        """It waits at a pipe of the kernel's own, and so takes no CPU."""
        asks(actor, self.bench[0], 1)
        self.nap()

    def call_back(self):
        """Who was put aside first goes on."""
        expect_written("write to a pipe", self.director, self.bench[1], b"x")
        self.nap()

    def turns(self, actors):
        """The sleepers in the order in which they are to be woken."""
        return list(actors) if self.oldest_first else list(reversed(actors))

    def kill(self, actor, signal):
        expect(f"kill with signal {signal}", 0, self.director.call(NR_KILL, actor.pid, signal))

    def caught(self, actor):
        return int.from_bytes(actor.get(actor.arena + CAUGHT, 8), "little")


# --- The kernel, seen from outside ---

def current(t, registers):
    """The running thread of the CPU that has these registers: its address."""
    base = registers["gs_base"] if registers["cs"] & 3 == 0 else registers["k_gs_base"]
    data = t.machine.read((base + t.symbol("percpu_current")) & (1 << 64) - 1, 8)
    return int.from_bytes(data, "little")


class Spy:
    """Sees each time that the kernel comes to one of these functions. `with Spy(t, "schedule") as spy: ...`, then
    spy.seen: (function, the running thread, registers). Meanwhile nobody may sleep by the clock: see Stage.nap."""

    def __init__(self, t, *functions):
        self.t, self.machine, self.seen = t, t.machine, []
        self.places = {t.symbol(name): name for name in functions}

    def __enter__(self):
        for place in self.places:
            self.machine.set_break(place)
        self.plain, self.machine.resume = self.machine.resume, self.resume
        return self

    def __exit__(self, *_):
        self.machine.resume = self.plain
        for place in self.places:
            self.machine.clear_break(place)

    def resume(self, how="c"):
        self.plain(how)
        while (registers := self.machine.registers())["rip"] in self.places:
            self.seen.append((self.places[registers["rip"]], current(self.t, registers), registers))
            self.machine.clear_break(registers["rip"])
            self.plain("s")
            self.machine.set_break(registers["rip"])
            self.plain()

    def of(self, thread):
        return [name for name, runs, _ in self.seen if runs == thread]


def thread_of(t, actor):
    """The kernel's thread of an actor."""
    actor.come()
    return current(t, t.machine.registers())


# --- A moment in a call ---

def on_cpu(actor, cpu):
    actor.put(actor.arena + SCRATCH, (1 << cpu).to_bytes(8, "little"))
    expect(f"sched_setaffinity to CPU {cpu}", 0, actor.call(NR_SCHED_SETAFFINITY, 0, 8, actor.arena + SCRATCH))


def run_some(machine, cpus, instructions):
    """Lets these CPUs alone go on, for so long or up to a break. The CPU that came to one, or None."""
    count = machine.instructions()
    end = count + instructions
    machine.send("gdb", b"+" + remote.packet("vCont" + "".join(f";c:{cpu + 1:x}" for cpu in cpus)))
    machine.watch.forget()
    while not machine.packets and count < end:
        machine.listen(POLL_S)
        machine.check()
        count = machine.instructions()
        machine.watch.look(count)
    if not machine.packets:
        machine.send("gdb", b"\x03")
    why = re.match("T05thread:([0-9a-f]{1,4});", machine.wait(machine.packets))
    return int(why[1], 16) - 1 if why else None


def step_alone(machine, cpu):
    """One instruction of this CPU's; the others stand still."""
    machine.resume(f"vCont;s:{cpu + 1:x}")


# --- Crowds ---

PLAN = "<iiIIIIIIIIQQ"
CROWD_INSTRUCTIONS = 40_000_000     # of the whole machine; the model solution's take up to 8,000,000


class Crowd:
    """Processes that run by themselves: waiters.asm, `crowd`."""

    def __init__(self, t, readers, writers, rounds, unit=WORD, signals=0, most_written=None, most_read=None):
        self.t, self.readers, self.writers, self.rounds, self.unit = t, readers, writers, rounds, unit
        self.most_written = most_written or t.parameters["ATOMIC"] // WORD
        ends = make(t, t.probe)
        self.log = t.probe.call(NR_MMAP, 0, readers * LOG_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED_ANONYMOUS,
                                (1 << 64) - 1, 0)
        self.touch()
        t.probe.put(t.probe.arena, struct.pack(PLAN, *ends, readers, writers, rounds, signals, unit, self.most_written,
                                               most_read or t.parameters["CAPACITY"] // unit, 0, self.log,
                                               t.draw.getrandbits(62) | 1))

    def touch(self):
        for page in range(0, self.readers * LOG_BYTES, PAGE):
            self.t.probe.store(self.log + page, 0)

    def run(self):
        well = self.t.probe.do("crowd", budget=CROWD_INSTRUCTIONS, changes=CROWD_CHANGES)["rax"]
        logs = [self.read_log(reader) for reader in range(self.readers)]
        expect(f"how many of {self.readers} readers and {self.writers} writers end well",
               self.readers + self.writers, well)
        return logs

    def read_log(self, reader):
        at = self.log + reader * LOG_BYTES
        size, result = struct.unpack("<Qq", self.t.probe.get(at, LOG_HEADER))
        if size and result:
            raise Failure(f"a reader's last read, after {size} bytes\nexpected: 0, the end\nseen:     {say(result)}")
        return self.t.probe.get(at + LOG_HEADER, min(size, LOG_BYTES - LOG_HEADER))


CROWD_CHANGES = ("rbx", "rbp", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r12", "r13", "r14", "r15", "eflags", "rsp")


def words_of(log):
    """(offset in its write, the write's bytes, round, writer) of each word."""
    if len(log) % WORD:
        raise Failure(f"all writes and reads were of words of {WORD} bytes, and a reader got {len(log)} bytes")
    return [struct.unpack_from("<HHHH", log, at) for at in range(0, len(log), WORD)]


def check_words(crowd, logs):
    """Each word of each write has come, to one reader; and to each reader in order."""
    writes, seen = {}, {}
    for log in logs:
        last = {}
        for offset, size, number, writer in words_of(log):
            if writer >= crowd.writers or number >= crowd.rounds or offset >= size or offset % WORD:
                raise Failure("a reader got bytes that nobody has written")
            if last.get(writer, (-1, 0)) >= (number, offset):
                raise Failure(f"a reader got byte {offset} of writer {writer}'s write {number} after a later one")
            last[writer] = number, offset
            writes[writer, number] = size
            seen[writer, number] = seen.get((writer, number), 0) + WORD
    for writer in range(crowd.writers):
        for number in range(crowd.rounds):
            size = writes.get((writer, number), 1)
            if seen.get((writer, number), 0) != size:
                raise Failure(f"{crowd.writers} writers, {crowd.readers} readers: of writer {writer}'s write {number} "
                              f"({size} bytes) came {seen.get((writer, number), 0)}")


def check_whole(log):
    """To the only reader each write has come in one piece."""
    before = (0, 0, 0, 0)
    for word in words_of(log):
        whole = before[0] + WORD >= before[1]
        if (word[0] != 0) if whole else (word[1:] != before[1:]):
            raise Failure(f"a write of {before[1]} bytes, writer {before[3]}'s {before[2]}th, is mixed with another "
                          f"one, writer {word[3]}'s")
        before = word
