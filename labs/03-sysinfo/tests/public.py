"""The public tests of the lab sysinfo."""

from labs.testing import Failure, expect, test
import model


@test(points=15, title="census tells the truth", look="handout.md, task 1")
def fields(t):
    call, layout = t.probe.call, model.Layout(t)
    for length in (4, t.parameters["HOST"] - 1, t.parameters["HOST"], t.draw.randrange(1, 3), 64):
        host = model.draw_name(t, length)
        model.set_host(t, host)
        free_before, tasks = model.ask_sysinfo(call, t.probe)
        began_ns = model.monotonic_ns(call, t.probe)
        data = model.ask_census(t)
        ended_ns = model.monotonic_ns(call, t.probe)
        model.check_fixed(t, data, host)
        expect("tasks, as sysinfo(2) counts them", tasks, layout.number(data, "tasks"))
        free, up_ns = layout.number(data, "free_bytes"), layout.number(data, "up_ns")
        if abs(free - free_before) > model.SLACK_BYTES or free % model.PAGE:
            raise Failure(f"free_bytes\nexpected: about {free_before}, as sysinfo(2) says\nseen:     {free}")
        if not began_ns <= up_ns <= ended_ns:
            raise Failure(f"up_ns\nexpected: {began_ns} to {ended_ns}, as clock_gettime(CLOCK_MONOTONIC) says before "
                          f"and after\nseen:     {up_ns}")
        t.probe.map_pages(t.draw.randrange(100, 400))


@test(points=10, title="programs that are older or newer than the structure", look="handout.md, task 1: the size")
def sizes(t):
    layout = model.Layout(t)
    model.set_host(t, model.draw_name(t, 64))
    whole = model.ask_census(t)
    for size in (4, layout.size, layout.size - 1, layout.size + 1, 4000, 1 << 40, *t.draw.sample(range(5, 60), 3)):
        part = model.ask_census(t, size=size)
        end = min(size, layout.fields["free_bytes"][0])
        expect(f"{model.census_name(t)}(to, {size}): its first {end} bytes",
               layout.without_holes(whole[:end]), layout.without_holes(part[:end]))
    for size in range(4):
        place = t.probe.arena + 4096
        t.probe.put(place, b"\xee" * 16)
        expect(f"{model.census_name(t)}(to, {size})", model.EINVAL, t.probe.call(t.parameters["CENSUS"], place, size))
        expect("what was there before it failed", b"\xee" * 16, t.probe.get(place, 16))


@test(points=15, title="roster lists the processes", look="handout.md, task 2")
def entries(t):
    roster = model.Roster(t)
    family = roster.grow(3)
    roster.ask(room=40)
    roster.thread()
    roster.grow(2)
    for room in (0, 1, t.draw.randrange(2, 5), 40):
        roster.ask(room)
    roster.ask(40, first=family[1].pid)
    roster.ask(2, first=roster.me.pid)
    roster.ask(5, first=30000)
    roster.ask(5, first=-t.draw.randrange(1, 1 << 31))
    gone = roster.cast.fork(roster.me)
    roster.name(gone, roster.me.pid)
    gone.leave()
    roster.threads[gone.pid] = 0
    roster.cast.pause(roster.me, 60_000)
    roster.ask(40)
    expect("wait4", gone.pid, roster.me.call(model.WAIT4, gone.pid, 0, 0, 0))
    roster.ask(40)


@test(points=10, title="pointers that lead nowhere", look="docs/add-a-syscall.md, section 5")
def pointers(t):
    nowhere = t.probe.map_pages(1)
    t.probe.unmap_pages(nowhere, 1)
    layout = model.Layout(t)
    roster = model.Roster(t)
    for bad in (0, nowhere, t.draw.randrange(8, 4096, 8)):
        expect(f"{model.census_name(t)}(to={bad:#x}, {layout.size})", model.EFAULT,
               roster.me.call(t.parameters["CENSUS"], bad, layout.size))
        model.ask_census(t, roster.me.call)
        roster.refuse(f"a request at {bad:#x}", model.EFAULT, bad)
        request = roster.put_request(bad, 3)
        roster.refuse(f"to={bad:#x}", model.EFAULT, roster.request, request)
        roster.ask(room=3)
