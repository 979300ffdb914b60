"""The public tests of page-tables."""

from labs import paging
from labs.testing import Failure, expect, test
import model


@test(points=15, title="/proc/self/pagetree shows a program's page tables", look="handout.md, tasks 1 and 2")
def tables(t):
    model.check_file(t, t.probe)


@test(points=15, title="it shows mappings of all kinds", look="handout.md, task 2: what is shown")
def mappings(t):
    model.map_zoo(t, t.probe)
    model.check_file(t, t.probe)


@test(points=15, title="each program finds its page", look="handout.md, task 3")
def page(t):
    model.check_page(t, t.probe, t.probe.call(model.NR_GETPID), "in the first program")
    probe, pid = model.newcomer(t)
    model.check_page(t, probe, pid, "in a program that was executed")
    model.execute(probe)
    model.check_page(t, probe, pid, "in the next program of the same process")


@test(points=10, title="its number costs no system call, and no fault", look="handout.md, task 3: when it comes")
def no_call(t):
    probe, pid = model.newcomer(t)
    if paging.page(t.machine, probe.registers["cr3"], model.address(t)) is None:
        raise Failure(f"a program has just begun: there is no page at {model.address(t):#x} in its page "
                      "tables, yet or at all")
    usual, _ = model.read_cost(probe, probe.arena)
    cost, value = model.read_cost(probe, model.address(t) + t.parameters["OFFSET"] - 4)
    expect("what the program reads", pid, value >> 32)
    if cost > usual:
        raise Failure(f"to read the page the machine executes {cost} instructions; to read other memory {usual}")
