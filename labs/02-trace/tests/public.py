"""The public tests of the lab trace."""

from labs.testing import Failure, expect, test
import model


@test(points=15, title="the calls of the mask are logged, and no others", look="handout.md, tasks 1 and 2",
      program="doors.asm")
def calls(t):
    tap = model.Tap(t)
    tap.try_calls(tap.me, model.CALLS)
    tap.check("there is no mask yet")
    for count in (3, 7):
        tap.set(tap.me, {*tap.some(count), t.draw.choice(model.HOLES)})
        tap.try_calls(tap.me, [*model.CALLS, *model.HOLES])
        tap.check(f"with a mask of {sorted(tap.masks[tap.me])}")
    tap.set(tap.me, set())
    tap.try_calls(tap.me, model.CALLS)
    tap.check("the mask is empty again")


@test(points=10, title="masks that are shorter or longer than the kernel's", look="handout.md, task 1: the size",
      program="doors.asm")
def sizes(t):
    tap = model.Tap(t)
    numbers = {39, *tap.some(6)}
    whole, size = tap.mask_bytes(numbers), tap.bits // 8
    for length, mask in ((5, whole[:5]), (size - 3, whole[:size - 3]), (size + 1, whole + bytes(1)),
                         (model.PAGE, whole + bytes(model.PAGE - size)), (0, b""), (size, whole)):
        tap.me.put(tap.arena + 8192, mask + b"\xff" * 8)
        expect(f"{tap.word}: a mask of {length} bytes", 0, tap.make(tap.me, tap.number, tap.arena + 8192, length))
        tap.masks[tap.me] = {number for number in numbers if mask[number // 8:] and mask[number // 8] >> number % 8 & 1}
        tap.try_calls(tap.me, model.CALLS)
        tap.check(f"with a mask of {length} bytes, of the calls {sorted(tap.masks[tap.me])}")
    refused(tap, whole, size)


def refused(tap, whole, size):
    """What is no mask changes none."""
    far = tap.draw.randrange(size, 2000)
    too_much = whole.ljust(far, b"\0") + b"\4"
    for what, address, length, data, wanted in (
            ("with a bit that no call can have", tap.arena + 8192, far + 9, too_much, model.E2BIG),
            ("larger than a page", tap.arena + 8192, model.PAGE + 1, bytes(model.PAGE + 1), model.E2BIG),
            ("larger than all memory", tap.arena + 8192, (1 << 64) - 1, b"", model.E2BIG),
            ("where nothing is mapped", 8, size, b"", model.EFAULT),
            ("in the kernel", 0xffffffff80000000, size, b"", model.EFAULT)):
        if data:
            tap.me.put(tap.arena + 8192, data + bytes(9))
        expect(f"{tap.word}: a mask {what}", wanted, tap.make(tap.me, tap.number, address, length))
        tap.try_calls(tap.me, model.CALLS)
        tap.check(f"after a mask {what}, which was to change nothing")


@test(points=15, title="a child begins with its parent's mask", look="handout.md, task 3",
      program="doors.asm")
def inherit(t):
    tap = model.Tap(t)
    tap.set(tap.me, {39, model.FORK, *tap.some(5)})
    child = tap.fork(tap.me)
    grandchild = tap.fork(child)
    for task in (grandchild, tap.me, child):
        tap.try_calls(task, model.CALLS)
    tap.check("three generations, one mask")


@test(points=10, title="calls that never return, and those that change the mask", look="handout.md, task 2: two lines",
      program="doors.asm")
def ends(t):
    tap = model.Tap(t)
    for _ in range(2):
        status = t.draw.randrange(256)
        tap.set(tap.me, {model.EXIT_GROUP, model.WAIT4, tap.number, *tap.some(3)})
        child = tap.fork(tap.me)
        tap.begin(child, model.EXIT_GROUP, status)
        child.leave(status, model.EXIT_GROUP)
        place = tap.arena + 2048
        expect("wait4", child.pid, tap.make(tap.me, model.WAIT4, child.pid, place, 0, 0))
        if tap.me.get(place, 4) != (status << 8).to_bytes(4, "little"):
            raise Failure(f"exit_group({status}): wait4's status is another")
        tap.set(tap.me, {39})
        tap.try_calls(tap.me, model.CALLS)
        tap.check("a child that ends")
