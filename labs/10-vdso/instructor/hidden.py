"""The hidden tests of vdso."""

from labs.testing import Failure, expect, test
import model

SPINS = 300


@test(points=15, title="an update between any two instructions of a reader gives the old time or the new, no mixture",
      look="handout.md, task 3: the reader", program=model.PROGRAM)
def torn(t):
    updates = model.Updates(t)
    for clock in model.CLOCKS:
        model.write_page(t, updates.old)
        length = model.Walk(t, clock, updates.texts)
        length.finish()
        # Its four words are read one after the other: one of three places is between two of them.
        for steps in range(t.draw.randrange(3), length.count, 3):
            check_update(t, updates, clock, steps)


def check_update(t, updates, clock, steps):
    """The whole update comes after so many instructions."""
    model.write_page(t, updates.old)
    walk = model.Walk(t, clock, updates.texts)
    for _ in range(steps):
        walk.step()
    model.write_page(t, {**updates.new, "sequence": updates.old["sequence"] + 2})
    updates.check(walk, (updates.old, updates.new),
                  f"the kernel set the clocks while the vDSO was at its instruction {steps}")


@test(points=10, title="a reader waits while the sequence is odd", look="handout.md, task 3: the reader",
      program=model.PROGRAM)
def waits(t):
    updates = model.Updates(t)
    for clock in model.CLOCKS:
        half = {name: t.draw.choice((updates.old, updates.new))[name] for name in updates.old}
        sequence = updates.old["sequence"] + 1
        model.write_page(t, {**half, "sequence": sequence})
        walk = model.Walk(t, clock)
        for _ in range(SPINS):
            if not walk.step():
                raise Failure(f"{model.CLOCKS[clock]}: the sequence is odd, {sequence}: the kernel is not done yet, "
                              f"and the vDSO's clock_gettime came back, after {walk.count} instructions")
        model.write_page(t, {**updates.new, "sequence": sequence + 1})
        updates.check(walk, (updates.new,), "the kernel's update is over")
        model.write_page(t, {**updates.old, "sequence": sequence + 1})


@test(points=10, title="the kernel changes the page only while the sequence is odd",
      look="handout.md, task 1: the order", program=model.PROGRAM)
def writer(t):
    for clock in model.CLOCKS:
        model.by_function(t, clock)
    address, size = model.page_in_kernel(t), 8 * len(model.fields(t))
    old = model.read_page(t, address)
    expect("the sequence while nobody changes the page, modulo 2", 0, old["sequence"] % 2)
    wanted = model.draw_time(t)
    seen = states_while_set(t, wanted, address, size)
    new = model.read_page(t, address)
    expect("the real time in the page after clock_settime, in seconds and nanoseconds",
           (wanted // model.SECOND, wanted % model.SECOND), (new["real_sec"], new["real_nsec"]))
    expect("the sequence after one update", old["sequence"] + 2, new["sequence"])
    expect("the program's page is the kernel's", new, model.read_page(t, model.page_in_program(t)))
    for state in seen:
        words = {name: value for name, value in state.items() if name != "sequence"}
        if state["sequence"] % 2 == 0 and not any(same(words, state["sequence"], page) for page in (old, new)):
            raise Failure(f"while the kernel changed the page, its sequence was even, {state['sequence']}, and its "
                          "words neither the old nor the new ones")


def same(words, sequence, page):
    return sequence == page["sequence"] and all(page[name] == value for name, value in words.items())


def states_while_set(t, wanted, address, size):
    """The page behind each of the kernel's writes to it, while it sets the clock."""
    model.sleep(t, t.draw.randrange(model.SECOND // 10))
    t.probe.put(t.probe.arena, timespec(wanted))
    seen = []
    t.machine.set_watch(address, size)
    t.machine.write_registers({**t.probe.registers, "rip": t.probe.program.symbols["enter"], "rsi": t.probe.arena,
                               "rax": model.NR_CLOCK_SETTIME, "rdi": model.CLOCK_REALTIME})
    t.machine.budget = t.machine.instructions() + 1_000_000
    t.machine.resume()
    while not t.machine.registers()["cs"] & 3:
        seen.append(model.read_page(t, address))
        t.machine.resume()
    t.machine.clear_watch(address, size)
    t.probe.registers = t.probe.verify()
    expect("clock_settime", 0, t.probe.registers["rax"])
    if not seen:
        raise Failure("while clock_settime ran, nothing was written to vvar_page")
    return seen


def timespec(ns):
    return (ns // model.SECOND).to_bytes(8, "little") + (ns % model.SECOND).to_bytes(8, "little")
