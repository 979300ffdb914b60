"""The hidden tests of wait-queue."""

from labs.cast import GONE
from labs.machine import Ended
from labs.probe import NR_MMAP, NR_MPROTECT, PAGE, PROT_READ, PROT_WRITE
from labs.testing import Failure, expect, test
import model
from model import EFAULT, EINTR, NR_KILL, NR_READ, NR_WAIT4, NR_WRITE, PROGRAM, SIGKILL, SIGUSR1, SIGUSR2, Stage, Spy

MAP_PRIVATE_ANONYMOUS = 0x22
BLINK_INSTRUCTIONS = 200_000
STEPS = 25
SIGNALS_APART = 3000                # times `pause`


# --- Whom a wake-up goes to ---

@test(points=8, title="what is there for one wakes one, and the right one", look="handout.md, task 1: whom to wake",
      program=PROGRAM)
def one_each(t):
    stage = Stage(t)
    director, actors = stage.director, stage.others(4)
    threads = {model.thread_of(t, actor): actor for actor in actors}
    stage.all_read(actors, 1)
    first, second, *rest = stage.turns(actors)
    for actor in (first, second):
        data = stage.bytes(1)
        expect_one(stage, threads, actor, "a byte is written",
                   lambda data=data: model.expect_written("write of a byte", director, stage.writer, data))
        model.expect_read("read of a byte", actor, data)
    data = stage.bytes(2)
    model.expect_written("write of two bytes", director, stage.writer, data)
    stage.nap()
    for actor, byte in zip(rest, data):
        model.expect_read("read of a byte, when two were written and two waited", actor, bytes([byte]))
    writers_in_turn(stage, actors, threads)


def writers_in_turn(stage, actors, threads):
    half = stage.atomic // 2
    held = stage.fill()
    pieces = [stage.bytes(half) for _ in actors]
    stage.all_write(actors, pieces)
    pieces = stage.turns(pieces)
    first, *rest = stage.turns(actors)
    expect_one(stage, threads, first, f"{stage.atomic} bytes are read",
               lambda: expect("read", held[:stage.atomic], model.read(stage.director, stage.reader, stage.atomic)))
    model.expect_result(f"write of {half} bytes", half, first)
    held = held[stage.atomic:] + pieces[0]
    expect("read of all", held, model.read(stage.director, stage.reader, stage.capacity))
    stage.nap()
    for actor in rest:
        model.expect_result(f"write of {half} bytes, when the channel is empty", half, actor)
    expect("what three have written", b"".join(pieces[1:]), model.read(stage.director, stage.reader, stage.capacity))


def expect_one(stage, threads, wanted, what, act):
    """Of the sleepers only this one runs because of it."""
    with Spy(stage.t, "arch_switch") as spy:
        act()
        stage.cast.pause(stage.director, 100_000)
    asleep = {thread: actor for thread, actor in threads.items() if model.is_asleep(actor) or actor is wanted}
    ran = {registers["rsi"] for _, _, registers in spy.seen} & set(asleep)
    if ran != {thread for thread, actor in threads.items() if actor is wanted}:
        raise Failure(f"{what}, and {len(asleep)} wait for it\nexpected: one of them runs: which, the order says\n"
                      f"seen:     {len(ran)} run" + (", the right one among them" if any(
                          threads[thread] is wanted for thread in ran) else ", and not that one" if ran else ""))


@test(points=6, title="who is woken and finds nothing sleeps on", look="handout.md, task 2: waiting", program=PROGRAM)
def empty_handed(t):
    stage = Stage(t)
    director, (actor,) = stage.director, stage.others(1)
    at, size = director.arena + model.BUFFER, stage.atomic
    stage.all_read([actor], 3)
    for _ in range(2):
        data = stage.bytes(2)
        director.put(at, data)
        expect("write of two bytes, and read of them at once", (2, 2),
               stage.pair((NR_WRITE, stage.writer, at, 2), (NR_READ, stage.reader, at + 8, 2)))
        expect("what was read", data, director.get(at + 8, 2))
        stage.nap()
        model.expect_asleep("read, when what came was gone at once", [actor])
    data = stage.bytes(3)
    model.expect_written("write of three bytes", director, stage.writer, data)
    stage.nap()
    model.expect_read("read of three bytes", actor, data)
    held, mine = stage.fill(), stage.bytes(size)
    stage.all_write([actor], [data])
    director.put(at + PAGE, mine)
    expect(f"read of {size} bytes, and write of as many at once", (size, size),
           stage.pair((NR_READ, stage.reader, at, size), (NR_WRITE, stage.writer, at + PAGE, size)))
    expect("what was read", held[:size], director.get(at, size))
    stage.nap()
    model.expect_asleep("write, when the room was gone at once", [actor])
    expect("read of all", held[size:] + mine, model.read(director, stage.reader, stage.capacity))
    stage.nap()
    model.expect_result("write of three bytes, when there is room", 3, actor)
    expect("what it has written", data, model.read(director, stage.reader, stage.capacity))


# --- Signals ---

@test(points=9, title="a signal ends a wait, and nothing is lost by it", look="handout.md, task 2: signals",
      program=PROGRAM)
def signals(t):
    stage = Stage(t)
    model.catch(t, stage.director, SIGUSR1)
    model.catch(t, stage.director, SIGUSR2, model.SA_RESTART)
    actors = stage.others(2)
    interrupted(stage, actors[0])
    for kill_first in (True, False):
        woken_and_interrupted(stage, actors, kill_first)
    last_in_line(stage, actors)
    writers_interrupted(stage, actors[0])
    killed(stage, actors)


def interrupted(stage, actor):
    stage.all_read([actor], 4)
    stage.kill(actor, SIGUSR1)
    stage.nap()
    model.expect_result("read of an empty channel, when a signal is caught", EINTR, actor)
    data = stage.bytes(4)
    model.expect_written("write", stage.director, stage.writer, data)
    expect("read after that", data, model.read(actor, stage.reader, 4))
    stage.all_read([actor], 4)
    stage.kill(actor, SIGUSR2)
    stage.nap()
    model.expect_asleep("read, when a signal with SA_RESTART is caught", [actor])
    model.expect_written("write", stage.director, stage.writer, data)
    stage.nap()
    model.expect_read("read, which a signal with SA_RESTART has interrupted", actor, data)
    expect("how many signals it has caught", 2, stage.caught(actor))


def woken_and_interrupted(stage, actors, kill_first):
    """The one whom the wake-up goes to gets a signal as well, and hasn't run since."""
    stage.all_read(actors, 1)
    first, second = stage.turns(actors)
    data, at = stage.bytes(2), stage.director.arena + model.BUFFER
    stage.director.put(at, data)
    calls = [(NR_WRITE, stage.writer, at, 1), (NR_KILL, first.pid, SIGUSR1)]
    expect("a write of a byte and a signal", {0, 1}, set(stage.pair(*(reversed(calls) if kill_first else calls))))
    stage.nap()
    what = "read of a byte; the first of two who wait got a signal, too"
    if model.is_asleep(first):
        raise Failure(f"{what}\nexpected: that one comes back, with the byte or EINTR\nseen:     it still sleeps")
    if model.result_of(first) == EINTR:
        model.expect_read(f"{what}, and EINTR: so the other one", second, data[:1])
        return
    model.expect_read(what, first, data[:1])
    model.expect_asleep("the other one, for whom there is no byte", [second])
    model.expect_written("write of a byte", stage.director, stage.writer, data[1:])
    stage.nap()
    model.expect_read("read of a byte, by the other one", second, data[1:])


def last_in_line(stage, actors):
    """Who leaves the line is not woken in others' stead."""
    for leaver in (1, 0):
        stage.all_read(actors, 1)
        line = stage.turns(actors)
        stage.kill(line[leaver], SIGUSR1)
        stage.nap()
        model.expect_result("read, when a signal is caught", EINTR, line[leaver])
        data = stage.bytes(1)
        model.expect_written("write of a byte", stage.director, stage.writer, data)
        stage.nap()
        model.expect_read("read of a byte, when another one who waited has left", line[1 - leaver], data)


def writers_interrupted(stage, actor):
    held, data = stage.fill(), stage.bytes(7)
    stage.all_write([actor], [data])
    stage.kill(actor, SIGUSR1)
    stage.nap()
    model.expect_result("write to a full channel, when a signal is caught", EINTR, actor)
    expect("read of all", held, model.read(stage.director, stage.reader, stage.capacity))
    data = stage.bytes(stage.capacity + 50)
    stage.all_write([actor], [data])
    stage.kill(actor, SIGUSR1)
    stage.nap()
    model.expect_result("write of more than fits, when a signal is caught", stage.capacity, actor)
    expect("read of all", data[:stage.capacity], model.read(stage.director, stage.reader, 2 * stage.capacity))


def killed(stage, actors):
    stage.all_read(actors, 1)
    first, second = stage.turns(actors)
    stage.kill(first, SIGKILL)
    stage.nap()
    first.state = GONE
    expect("wait4 for a reader that was killed", first.pid, stage.director.call(NR_WAIT4, first.pid, 0, 0, 0))
    data = stage.bytes(1)
    model.expect_written("write of a byte", stage.director, stage.writer, data)
    stage.nap()
    model.expect_read("read of a byte, when another one who waited was killed", second, data)


@test(points=7, title="readers, writers and signals on four CPUs", look="handout.md, task 3", program=PROGRAM, cpus=4,
      seeds=2)
def disturbed(t):
    model.catch(t, t.probe, SIGUSR1)
    many = model.Crowd(t, readers=3, writers=3, rounds=50, signals=SIGNALS_APART)
    model.check_words(many, many.run())
    single = model.Crowd(t, readers=1, writers=4, rounds=40, signals=SIGNALS_APART, most_read=9)
    logs = single.run()
    model.check_words(single, logs)
    model.check_whole(logs[0])


# --- Bad pointers ---

@test(points=6, title="bad pointers take nothing away, and put nothing in", look="handout.md, task 2: user memory",
      program=PROGRAM)
def pointers(t):
    stage = Stage(t)
    actors = stage.others(2)
    director, end = stage.director, stage.director.arena_end
    read_only = director.call(NR_MMAP, 0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE_ANONYMOUS, (1 << 64) - 1, 0)
    expect("mprotect", 0, director.call(NR_MPROTECT, read_only, PAGE, PROT_READ))
    data = stage.bytes(stage.atomic)
    for what, at in (("not mapped", end), ("the kernel's", 0xffffffff80100000), ("read-only", read_only)):
        model.expect_written("write", director, stage.writer, data)
        expect(f"read to memory that is {what}", EFAULT, director.call(NR_READ, stage.reader, at, len(data)))
        expect("read after that", data, model.read(director, stage.reader, len(data)))
        if at != read_only:
            expect(f"write from memory that is {what}", EFAULT, director.call(NR_WRITE, stage.writer, at, len(data)))
    half_there(stage, end)
    fresh = director.call(NR_MMAP, 0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE_ANONYMOUS, (1 << 64) - 1, 0)
    model.expect_written("write", director, stage.writer, data)
    expect("read to a page that nobody has touched", len(data),
           director.call(NR_READ, stage.reader, fresh, len(data)))
    expect("what is there then", data, director.get(fresh, len(data)))
    nobodys_turn(stage, actors)


def half_there(stage, end):
    """The begin of the buffer is there, the rest isn't."""
    director = stage.director
    for size in (stage.draw.randint(2, stage.atomic), stage.draw.randint(stage.atomic + 1, stage.capacity)):
        there = stage.draw.randint(1, min(size - 1, stage.atomic))
        data = stage.bytes(there)
        director.put(end - there, data)
        written = director.call(NR_WRITE, stage.writer, end - there, size)
        what = f"write of {size} bytes, of which {there} are there"
        if size <= stage.atomic or written < 0:
            expect(what, EFAULT, written)
            written = 0
        elif not 0 < written <= there:
            raise Failure(f"{what}\nexpected: 1 to {there}, or EFAULT\nseen:     {written}")
        mark = stage.bytes(3)
        model.expect_written("write after that", director, stage.writer, mark)
        expect("read of all", data[:written] + mark, model.read(director, stage.reader, stage.capacity))
        held = stage.bytes(there + stage.draw.randint(1, stage.atomic - there) if there < stage.atomic else there)
        model.expect_written("write", director, stage.writer, held)
        taken = director.call(NR_READ, stage.reader, end - there, len(held) + 1)
        what = f"read of {len(held)} bytes to a place of {there}"
        if taken != EFAULT and not 0 < taken <= there:
            raise Failure(f"{what}\nexpected: 1 to {there}, or EFAULT\nseen:     {taken}")
        taken = max(taken, 0)
        expect(what, held[:taken], director.get(end - there, taken) if taken else b"")
        if taken < len(held):
            expect("read of the rest", held[taken:], model.read(director, stage.reader, stage.capacity))


def nobodys_turn(stage, actors):
    """Two wait, and one of them will fail. When the wake-up goes to that one, it is the other one's."""
    for bad, other in (actors, reversed(actors)):
        for actor in actors:
            at = actor.arena_end if actor is bad else actor.arena + model.BUFFER
            actor.begin(NR_READ, stage.reader, at, 1)
            stage.nap()
        model.expect_asleep("read of an empty channel", actors)
        data, left = stage.bytes(1), b""
        model.expect_written("write of a byte", stage.director, stage.writer, data)
        stage.nap()
        model.expect_read("read of a byte, when another one who waits has a bad pointer", other, data)
        if model.is_asleep(bad):
            left = stage.bytes(1)
            model.expect_written("write of a byte", stage.director, stage.writer, left)
            stage.nap()
        model.expect_result("read to memory that is not mapped", EFAULT, bad)
        if left:
            expect("read after that", left, model.read(stage.director, stage.reader, 1))


# --- One moment of a call, and a whole call of another one's then ---

SLEEPERS_PLACES = ("spin_lock_irqsave", "thread_set_state", "schedule")
WAKERS_PLACES = ("spin_lock_irqsave", "thread_wake", "mutex_lock", "iter_copy_from", "iter_copy_to")
LEADER_CPU, SLEEPER_CPU, WAKER_CPU = 0, 1, 2
VISITS = 3


@test(points=9, title="a wake-up at any moment of falling asleep is not lost", look="handout.md, task 1: the moment",
      program=PROGRAM, cpus=4)
def meets(t):
    stage = Stage(t)
    flag = stage.director.call(NR_MMAP, 0, PAGE, PROT_READ | PROT_WRITE, model.MAP_SHARED_ANONYMOUS, (1 << 64) - 1, 0)
    stage.director.store(flag, 0)
    actors = stage.others(2)
    for cpu, actor in ((LEADER_CPU, stage.director), (SLEEPER_CPU, actors[0]), (WAKER_CPU, actors[1])):
        model.on_cpu(actor, cpu)
    for actor in actors:
        actor.do("load", rdi=flag)
    for scene in (Scene(stage, *actors, flag, True), Scene(stage, *actors, flag, False)):
        for visit in range(VISITS):
            for place in SLEEPERS_PLACES:
                scene.falls_asleep(place, visit, t.draw.randrange(STEPS) if visit % 2 else 0)
            for place in WAKERS_PLACES:
                scene.is_woken(place, visit)


class Scene:
    """One reads from an empty channel and another one writes, or one writes to a full one and another one reads."""

    def __init__(self, stage, sleeper, waker, flag, is_read):
        self.stage, self.sleeper, self.waker, self.flag, self.is_read = stage, sleeper, waker, flag, is_read
        self.cast, self.machine, self.t, self.probe = stage.cast, stage.machine, stage.t, stage.t.probe
        self.threads = {actor: model.thread_of(self.t, actor) for actor in (sleeper, waker)}
        self.held = b""

    def set_flag(self, value):
        self.machine.write(self.flag, value.to_bytes(8, "little"))

    def prepare(self, entry, actor):
        """This one's call is about to come, through an entry of the program."""
        at, stage = actor.arena + model.BUFFER, self.stage
        if self.is_read == (actor is self.waker):
            self.data = stage.bytes(5)
            actor.put(at, self.data)
            call = {"rax": NR_WRITE, "rdi": stage.writer, "rdx": len(self.data)}
        else:
            call = {"rax": NR_READ, "rdi": stage.reader, "rdx": stage.capacity}
        actor.begin_at(entry, changes=("eflags",), rsi=at, r15=self.flag, **call)

    def accept(self):
        """Somebody came to a stop."""
        registers = self.probe.verify()
        self.cast.accept(self.probe.places[registers["rip"]], registers)

    def run_some(self, cpus):
        if model.run_some(self.machine, cpus, BLINK_INSTRUCTIONS) is not None:
            self.accept()

    def go_to(self, actor, place, visit):
        """All go on until this one's thread comes to a function of the kernel's so often. False: it doesn't."""
        address = self.t.symbol(place)
        self.machine.set_break(address)
        while (cpu := model.run_some(self.machine, range(self.machine.smp), BLINK_INSTRUCTIONS)) is not None:
            registers = self.machine.registers()
            if registers["rip"] != address:
                self.accept()
                cpu = None
                break
            is_it = model.current(self.t, registers) == self.threads[actor]
            if is_it and visit == 0:
                break
            visit -= is_it
            self.machine.clear_break(address)
            model.step_alone(self.machine, cpu)
            self.machine.set_break(address)
        self.machine.clear_break(address)
        return cpu is not None

    def falls_asleep(self, place, visit, steps):
        """A whole call of the waker's comes when the sleeper is on its way to sleep."""
        if not self.is_read:
            self.held = self.stage.fill()
        self.stage.director.store(self.flag, 0)
        self.prepare("await", self.waker)
        self.prepare("enter", self.sleeper)
        if self.go_to(self.sleeper, place, visit):
            for _ in range(steps):
                model.step_alone(self.machine, SLEEPER_CPU)
        self.set_flag(1)
        if model.is_asleep(self.sleeper):
            self.run_some((LEADER_CPU, WAKER_CPU))
        self.end(f"on its way to sleep, {steps} instructions behind the begin of {place}, and another one's whole call "
                 "came in between")

    def is_woken(self, place, visit):
        """The waker stands still in its call, and the sleeper goes on."""
        if not self.is_read:
            self.held = self.stage.fill()
        self.prepare("enter", self.sleeper)
        self.cast.pause(self.stage.director, BLINK_INSTRUCTIONS)
        self.prepare("enter", self.waker)
        if self.go_to(self.waker, place, visit) and model.is_asleep(self.sleeper):
            self.run_some((LEADER_CPU, SLEEPER_CPU))
        self.end(f"asleep, and another one was in its call, at {place}")

    def end(self, what):
        """Both come back."""
        for actor in (self.waker, self.sleeper):
            try:
                if model.is_asleep(actor):
                    actor.finish()
            except Ended as why:
                if why.kind != "budget":
                    raise
                raise Failure(f"a {'reader' if self.is_read else 'writer'} was {what}\nexpected: both come back\n"
                              f"seen:     {'who waited' if actor is self.sleeper else 'the other'} doesn't") from why
        reader, writer = (self.sleeper, self.waker) if self.is_read else (self.waker, self.sleeper)
        model.expect_result("write", len(self.data), writer)
        if self.is_read:
            model.expect_read("read", reader, self.data)
            return
        model.expect_read("read of a full channel", reader, self.held)
        expect("read after that", self.data, model.read(self.stage.director, self.stage.reader, self.stage.capacity))
