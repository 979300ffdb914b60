"""The public tests of vdso."""

from labs.testing import Failure, expect, test
import model


@test(points=20, title="both clocks agree with the kernel's", look="handout.md, tasks 1 and 2", program=model.PROGRAM)
def agrees(t):
    for pause_s in (0, 1, t.draw.randrange(5, 9)):
        if pause_s:
            model.sleep(t, pause_s * model.SECOND + t.draw.randrange(model.SECOND))
        for clock in model.CLOCKS:
            model.check_agrees(t, clock)


@test(points=15, title="no instruction of it is the kernel's, and they are few", look="handout.md, task 2",
      program=model.PROGRAM)
def no_call(t):
    for clock, name in model.CLOCKS.items():
        model.check_agrees(t, clock)
        by_call = model.count_call(t, clock)
        walk = model.Walk(t, clock)
        walk.finish()
        if walk.count > min(model.MOST_INSTRUCTIONS, by_call // 3):
            raise Failure(f"{name}: instructions of the vDSO's clock_gettime\nexpected: at most "
                          f"{model.MOST_INSTRUCTIONS}, and a third of the call's {by_call}\nseen:     {walk.count}")


@test(points=20, title="a clock that is set shows that at once, and the other one goes on", look="handout.md, task 1",
      program=model.PROGRAM)
def is_set(t):
    for nsec in (0, t.draw.randrange(model.SECOND), model.SECOND - t.draw.randrange(1, 2000)):
        wanted = model.draw_time(t) // model.SECOND * model.SECOND + nsec
        monotonic = model.by_call(t, model.CLOCK_MONOTONIC)
        model.set_real(t, wanted)
        seen = model.by_function(t, model.CLOCK_REALTIME)
        took_ns = model.by_call(t, model.CLOCK_MONOTONIC) - monotonic
        model.expect_between(f"CLOCK_REALTIME of the vDSO, right after clock_settime({model.say_time(wanted)})", wanted,
                             wanted + took_ns, seen)
        model.check_agrees(t, model.CLOCK_MONOTONIC)
        model.sleep(t, t.draw.randrange(model.SECOND // 2))
        for clock in model.CLOCKS:
            model.check_agrees(t, clock)


@test(points=10, title="what the page doesn't tell, the kernel does", look="handout.md, task 2: other clocks",
      program=model.PROGRAM)
def others(t):
    model.check_agrees(t, model.CLOCK_MONOTONIC)
    for clock in (99, 10, -1, t.draw.randrange(100, 1 << 20), 1 << 31):
        after = t.probe.do("call_function", changes=model.CHANGES, **model.registers_for(t, clock))
        expect(f"clock_gettime({clock}) of the vDSO", -22, model.signed_int(after["rax"]))
    for clock in (2, 3):
        before = model.by_call(t, clock)
        after = t.probe.do("call_function", changes=model.CHANGES, **model.registers_for(t, clock))
        expect(f"clock_gettime({clock}) of the vDSO", 0, model.signed_int(after["rax"]))
        seen = model.time_at(t, model.result_at(t))
        after = model.by_call(t, clock)
        model.expect_between(f"clock {clock}, the CPU time of the process or thread", before, after, seen)
