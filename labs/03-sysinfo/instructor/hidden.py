"""The hidden tests of the lab sysinfo."""

import struct

from labs import watch
from labs.cast import GONE
from labs.testing import Failure, expect, test
import model

MMAP, MPROTECT, MUNMAP, SIGKILL = 9, 10, 11, 9
READ, WRITE, PIPE = 0, 1, 22
MS = 1_000_000
SLACK_NS = 200 * MS         # each stop of the machine may let its clock go on to the next tick
PAUSE = 5_000


@test(points=10, title="nothing of the kernel's leaks out", look="handout.md, task 1: all bytes")
def holes(t):
    roster = model.Roster(t)
    roster.grow(2)
    for _ in range(4):
        dirty_the_stack(t, roster.me)
        model.check_holes(t, model.ask_census(t, roster.me.call))
        dirty_the_stack(t, roster.me)
        roster.ask(room=10)
        entries = roster.me.get(roster.to, 3 * roster.entry_bytes)
        if leaked := roster.holes(entries).strip(b"\0"):
            raise Failure(f"between the fields of an entry stands {leaked.hex(' ')}: it was left as it was in the "
                          "kernel's memory, and now everybody can read it")


def dirty_the_stack(t, task):
    """Calls that leave something where the next call's variables will be."""
    place = t.probe.arena + 1024
    task.put(place, b"/" + b"\xa5" * 1000 + b"\0")
    for number, arguments in ((4, (place, place + 2048)), (63, (place + 1100,)), (318, (place + 1500, 256, 0)),
                              (2, (place, 0, 0)), (98, (0, place + 1100))):
        task.call(number, *arguments)


@test(points=10, title="no pointer makes the kernel touch itself", look="docs/address-space.md")
def hostile_pointers(t):
    roster, layout = model.Roster(t), model.Layout(t)
    roster.grow(2)
    kernel = t.draw.choice((0xffffffff80000000, 0xffff888000000000)) + t.draw.randrange(0x300000, 0x380000, 8)
    for bad in (kernel, model.USER_END, model.USER_END - 8, (1 << 64) - 16, 1 << 63, 0x800000000000,
                (1 << 64) - roster.entry_bytes):
        before = t.machine.read(bad, 64)
        expect(f"{model.census_name(t)}(to={bad:#x}, {layout.size})", model.EFAULT,
               roster.me.call(t.parameters["CENSUS"], bad, layout.size))
        roster.refuse(f"a request at {bad:#x}", model.EFAULT, bad)
        for room in (3, (1 << 32) - 1):
            request = roster.put_request(bad, room)
            roster.refuse(f"to={bad:#x}, room={room}", model.EFAULT, roster.request, request)
        if t.machine.read(bad, 64) != before:
            raise Failure(f"the pointer {bad:#x} changed the kernel's memory")
    for room in ((1 << 32) - 1, 1 << 31, (1 << 32) // roster.entry_bytes + 1):
        roster.ask(room)


@test(points=10, title="structures of which a part is there", look="handout.md, task 2: what a failure leaves")
def half_pages(t):
    roster, layout = model.Roster(t), model.Layout(t)
    roster.grow(4)
    start = roster.me.call(MMAP, 0, 2 * model.PAGE, 3, 0x22, (1 << 64) - 1, 0)
    expect("munmap", 0, roster.me.call(MUNMAP, start + model.PAGE, model.PAGE))
    end = start + model.PAGE
    roster.me.put(roster.to, bytes(16))
    for size in (layout.size, 4, t.draw.randrange(5, layout.size)):
        roster.me.store(end - 8, 0)
        expect(f"{model.census_name(t)}(to, {size}), all of which is there", size,
               roster.me.call(t.parameters["CENSUS"], end - size, size))
        expect(f"{model.census_name(t)}(to, {size}), of which the last byte is not there", model.EFAULT,
               roster.me.call(t.parameters["CENSUS"], end - size + 1, size))
    for missing in (1, 4, roster.entry_bytes - 1):
        request = roster.put_request(end - 3 * roster.entry_bytes + missing, 3)
        roster.refuse(f"room for three entries, of which the last {missing} bytes are not there", model.EFAULT,
                      roster.request, request)
    wanted = roster.everybody()
    first = roster.me.get(end - 3 * roster.entry_bytes + roster.entry_bytes - 1, roster.entry_bytes)
    expect("the first entry, for which there was room", roster.entry(wanted[0], first).hex(" "), first.hex(" "))
    roster.put_request(roster.to, 1, at=end - model.REQUEST_BYTES)
    expect("a request that ends where the memory ends", len(wanted), roster.me.call(roster.number,
                                                                                    end - model.REQUEST_BYTES))
    expect("a request whose end is not there", model.EFAULT,
           roster.me.call(roster.number, end - model.REQUEST_BYTES + 4))
    roster.ask(room=20)


@test(points=10, title="the request is read once", look="handout.md, task 2: what lies may tell")
def one_look(t):
    lies = (("room", lambda: model.REQUEST.pack(to, 4000, 1, 0)), ("to", lambda: model.REQUEST.pack(other, 3, 1, 0)),
            ("to", lambda: model.REQUEST.pack(0xffffffff80300000, 3, 1, 0)),
            ("from", lambda: model.REQUEST.pack(to, 3, 29999, 0)),
            ("wait_ns", lambda: model.REQUEST.pack(to, 3, 1, 1 << 63)),
            ("room", lambda: model.REQUEST.pack(to, 0, 1, 0)))
    to, other, request = t.probe.arena + 16384, t.probe.arena + 20480, t.probe.arena + 2048
    bytes_each = model.round_up(8 + t.parameters["NAME"], 4) + 4
    number, name = t.parameters["ROSTER"], t.parameters["roster"]
    hole = range(8 + t.parameters["NAME"], bytes_each - 4)      # of an entry: its bytes are another test's business

    def without_holes(data, entries):
        return bytes(0 if at < entries * bytes_each and at % bytes_each in hole else byte
                     for at, byte in enumerate(data))

    t.probe.put(request, model.REQUEST.pack(to, 100, 1, 0))
    count = t.probe.call(number, request)
    everybody = model.everybody(t.probe.call, range(1, t.probe.call(model.GETTID) + 3))
    expect(f"{name}: room 100, from 1: how many there are in all", len(everybody), count)
    right = t.probe.get(to, count * bytes_each)
    expect(f"{name}: their numbers", everybody,
           [int.from_bytes(right[at:at + 4], "little") for at in range(0, len(right), bytes_each)])
    for what, lie in lies:
        t.probe.put(to, bytes(8192))
        room = t.draw.randrange(1, count + 1)
        t.probe.put(request, model.REQUEST.pack(to, room, 1, 0))
        # wait_ns is the last field: a copy that goes from the first byte to the last has the others by then.
        result = watch.call(t.probe, request + 16, 8, lambda: t.probe.put(request, lie()), number, request)
        expect(f"{name}: {what} is changed when the whole request has been read: its result", count, result)
        expect(f"{name}: {what} is changed when the whole request has been read: the entries",
               without_holes(right[:room * bytes_each].ljust(8192, b"\0"), room).hex(),
               without_holes(t.probe.get(to, 8192), room).hex())


@test(points=10, title="another thread is at work meanwhile", look="handout.md, task 2: while it waits")
def meanwhile(t):
    roster = model.Roster(t)
    wait_ns = t.draw.randrange(700 * MS, 1000 * MS)
    waits(t, roster, wait_ns)
    roster.ask(room=10, wait_ns=wait_ns)
    thread = roster.thread()
    wanted = roster.everybody()
    page = roster.me.call(MMAP, 0, 2 * model.PAGE, 3, 0x22, (1 << 64) - 1, 0)
    for what, number, arguments in (("another thread unmaps `to`", MUNMAP, (page, model.PAGE)),
                                    ("another thread makes `to` read-only", MPROTECT,
                                     (page + model.PAGE, model.PAGE, 1))):
        roster.me.store(arguments[0], 0)
        request = roster.put_request(arguments[0], 10, wait_ns=wait_ns)
        roster.me.begin(roster.number, roster.request)
        roster.cast.pause(thread, PAUSE)
        expect(what, 0, thread.call(number, *arguments))
        expect(f"{roster} waits, and {what}", model.EFAULT, finish(roster, thread))
        expect(f"{roster} waits, and {what}: the request then", request.hex(" "),
               roster.me.get(roster.request, model.REQUEST_BYTES).hex(" "))
    before = bytes(roster.entry_bytes * (len(wanted) + 2))
    roster.me.put(roster.to, before)
    request = roster.put_request(roster.to, 10, wait_ns=wait_ns)
    roster.me.begin(roster.number, roster.request)
    roster.cast.pause(thread, PAUSE)
    late = model.REQUEST.pack(8, 1, 29999, 0)
    thread.put(roster.request, late)
    result = finish(roster, thread)
    roster.check(f"{roster} waits, and another thread changes the request", wanted, len(wanted), before, late, result)


def finish(roster, thread):
    """What the first one has begun; the thread sleeps at a pipe meanwhile, which takes no instructions."""
    place = thread.arena + 1024
    expect("pipe", 0, thread.call(PIPE, place))
    readable, writable = struct.unpack("<ii", thread.get(place, 8))
    thread.begin(READ, readable, place, 1)
    result = roster.me.finish()
    expect("write", 1, roster.me.call(WRITE, writable, place, 1))
    expect("read", 1, thread.finish())
    return result


def waits(t, roster, wait_ns):
    """It waits as long as it was told, not much longer, and no longer than it lives."""
    for wait in (wait_ns, 0):
        roster.put_request(roster.to, 1, wait_ns=wait)
        began_ns = model.monotonic_ns(roster.me.call, t.probe)
        roster.me.call(roster.number, roster.request)
        took_ns = model.monotonic_ns(roster.me.call, t.probe) - began_ns
        if not wait <= took_ns <= wait + SLACK_NS:
            raise Failure(f"{roster} with wait_ns = {wait}: it took {took_ns} ns")
    request = roster.put_request(roster.to, 1, wait_ns=model.SECOND_NS + 1)
    roster.refuse("wait_ns is more than a second", model.EINVAL, roster.request, request)
    roster.put_request(roster.to, 1, wait_ns=model.SECOND_NS)
    child = roster.cast.fork(roster.me)
    child.begin(roster.number, roster.request)
    roster.cast.pause(roster.me, PAUSE)
    began_ns = model.monotonic_ns(roster.me.call, t.probe)
    expect("kill", 0, roster.me.call(model.KILL, child.pid, SIGKILL))
    child.state = GONE
    expect("wait4", child.pid, roster.me.call(model.WAIT4, child.pid, 0, 0, 0))
    if model.monotonic_ns(roster.me.call, t.probe) - began_ns > model.SECOND_NS // 2:
        raise Failure(f"SIGKILL came while {roster} waited, and it waited on")
