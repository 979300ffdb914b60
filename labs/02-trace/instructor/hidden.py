"""The hidden tests of the lab trace."""

from labs.probe import signed
from labs.testing import Failure, expect, test
import model

PTRACE, PTRACE_CONT, PTRACE_DETACH, PTRACE_SYSCALL, PTRACE_SEIZE, PTRACE_INTERRUPT = 101, 7, 17, 24, 0x4206, 0x4207
WALL = 0x40000000
# CLONE_VM, FS, FILES, SIGHAND, THREAD, SYSVSEM: as libraries make threads.
CLONE, THREAD_FLAGS = 56, 0x50f00


@test(points=10, title="each task's mask is its own, and a copy", look="handout.md, task 3: whose mask",
      program="doors.asm")
def own_copy(t):
    tap = model.Tap(t)
    place = tap.arena + 8192
    tap.set(tap.me, {39, *tap.some(3)})
    tap.me.put(place, tap.mask_bytes(tap.masks[tap.me]))
    expect(tap.word, 0, tap.make(tap.me, tap.number, place, tap.bits // 8))
    tap.me.put(place, bytes(tap.bits // 8))
    tap.try_calls(tap.me, model.CALLS)
    tap.check("the mask's memory was changed after the call, which was to change nothing")
    child = tap.fork(tap.me)
    thread = tap.cast.fork(tap.me, CLONE, THREAD_FLAGS, 0)
    tap.masks[thread] = tap.masks[tap.me]
    for task in (child, thread, tap.me):
        tap.set(task, {t.draw.choice((39, 186)), *tap.some(4)})
        for each in (tap.me, thread, child):
            tap.try_calls(each, model.CALLS)
        tap.check(f"task {task.pid} has a new mask, the others have theirs (child {child.pid}, "
                  f"thread {thread.pid})")


@test(points=10, title="execve keeps the mask", look="handout.md, task 3: what goes on",
      program="doors.asm")
def execve(t):
    tap = model.Tap(t)
    tap.set(tap.me, {39, *tap.some(4)})
    child = tap.fork(tap.me)
    tap.set(child, {39, *tap.some(4)})
    child.exec(tap.arena + 2048)
    for task in (child, tap.me):
        tap.try_calls(task, model.CALLS)
    tap.check("after execve")


@test(points=10, title="there are two doors", look="docs/syscall.md, the road before",
      program="doors.asm")
def doors(t):
    tap = model.Tap(t)
    for numbers in ({39, *tap.some(2)}, {3, 186}, {39, 3}):
        tap.set(tap.me, numbers)
        for _ in range(2):
            expect("getpid by INT 80h", tap.me.pid, tap.make_by_gate(tap.me, 39))
            expect("close by INT 80h", model.EBADF, tap.make_by_gate(tap.me, 3))
            tap.try_calls(tap.me, (39, 3))
        tap.check(f"calls by SYSCALL and INT 80h, with a mask of {sorted(numbers)}")


@test(points=10, title="numbers that are none", look="handout.md, task 2: which numbers there are",
      program="doors.asm")
def numbers_that_are_none(t):
    tap = model.Tap(t)
    tap.set(tap.me, {tap.bits - 1, 39, *range(1, 16), *range(540, tap.bits, 3)})
    for number in (-1, -t.draw.randrange(2, 1 << 20), -(1 << 31), (1 << 31) - 1, tap.bits, tap.bits + 1,
                   tap.bits + t.draw.randrange(2, 4000), 1 << 20):
        expect(f"call {number}", model.ENOSYS, tap.make(tap.me, number))
        expect("getpid", tap.me.pid, tap.make(tap.me, 39))
    expect("a call of INT 80h that no call has", model.ENOSYS,
           signed(tap.me.do("gate", rax=300)["rax"]))
    # The number is the low half of RAX.
    tap.begin(tap.me, 39)
    expect("getpid with rubbish above its number", tap.me.pid, tap.me.call(39 | t.draw.randrange(1, 1 << 32) << 32))
    tap.end(tap.me, 39, tap.me.pid)
    expect("the last number", model.ENOSYS, tap.make(tap.me, tap.bits - 1))
    tap.check("numbers without a call")


@test(points=5, title="strace comes and goes, the mask stays", look="handout.md, task 3: who else watches",
      program="doors.asm")
def tracer(t):
    tap = model.Tap(t)
    tap.set(tap.me, {39, *tap.some(4)})
    child = tap.fork(tap.me)

    def trace(request, word="stops"):
        expect(f"ptrace({request:#x}, {child.pid})", 0, tap.me.call(PTRACE, request, child.pid, 0, 0))
        if word == "stops":
            expect("wait4", child.pid, tap.me.call(model.WAIT4, child.pid, 0, WALL, 0))

    def look(what):
        tap.try_calls(child, model.CALLS)
        tap.check(what)

    look("before the tracer")
    trace(PTRACE_SEIZE, "goes on")
    look("with a tracer that has attached")
    trace(PTRACE_INTERRUPT)
    trace(PTRACE_CONT, "goes on")
    look("with a tracer that doesn't ask for calls")
    trace(PTRACE_INTERRUPT)
    trace(PTRACE_SYSCALL)
    trace(PTRACE_DETACH, "goes on")
    look("when the tracer has gone")


@test(points=5, title="who has no mask pays nothing", look="handout.md, task 2: the price",
      program="doors.asm")
def price(t):
    tap = model.Tap(t)
    before = instructions(tap)
    tap.set(tap.me, {102})
    watched = instructions(tap)
    tap.try_calls(tap.me, model.CALLS)
    tap.set(tap.me, set())
    tap.check("getuid alone is in the mask")
    after = instructions(tap)
    if watched < before + 10:
        raise Failure(f"getpid takes {before} instructions without a mask, and {watched} when others are in the mask: "
                      "is the mask looked at in each call of everybody?")
    if after > before + 2:
        raise Failure(f"getpid takes {before} instructions before there was a mask, and {after} when it is empty again")


def instructions(tap):
    """The least of some, for one may be interrupted."""
    costs = []
    for _ in range(7):
        start = tap.t.machine.instructions()
        expect("getpid", tap.me.pid, tap.me.call(39))
        costs.append(tap.t.machine.instructions() - start)
    return min(costs)
