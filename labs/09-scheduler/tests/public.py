"""The public tests of scheduler."""

import struct

from labs.testing import Failure, expect, test
from model import (MS, NR_GETPARAM, NR_GETSCHEDULER, NR_INTERVAL, NR_MAX, NR_MIN, NR_SETPARAM, NR_SETSCHEDULER, PROGRAM,
                   SCHED_OTHER, SCHED_RR, TICK, US, Job, Stage, Turns, compare, simulate)

EINVAL = -22
LATE = 300 * US             # from the moment to its first instruction in user mode: a switch, and what is under way


def set_policy(t, policy, priority, number=NR_SETSCHEDULER):
    t.probe.put(t.probe.arena, struct.pack("<i", priority))
    if number == NR_SETPARAM:
        return t.probe.call(number, 0, t.probe.arena)
    return t.probe.call(number, 0, policy, t.probe.arena)


def expect_policy(t, policy, priority):
    arena = t.probe.arena
    expect("sched_getscheduler", policy, t.probe.call(NR_GETSCHEDULER, 0))
    expect("sched_getparam", 0, t.probe.call(NR_GETPARAM, 0, arena))
    expect("the priority that sched_getparam tells", priority, struct.unpack("<i", t.probe.get(arena, 4))[0])


def expect_interval(t, turns, priority):
    arena = t.probe.arena
    expect("sched_rr_get_interval", 0, t.probe.call(NR_INTERVAL, 0, arena))
    seconds, ns = struct.unpack("<2q", t.probe.get(arena, 16))
    expect(f"the turn of priority {priority}, in ns", turns.interval(priority), seconds * 1000 * MS + ns)


@test(points=8, title="the calls: policies, priorities, and how long a turn is", look="handout.md, task 1",
      program=PROGRAM)
def calls(t):
    turns = Turns(t)
    expect("sched_get_priority_max(SCHED_TURNS)", turns.high, t.probe.call(NR_MAX, turns.policy))
    expect("sched_get_priority_min(SCHED_TURNS)", turns.low, t.probe.call(NR_MIN, turns.policy))
    for priority in [*turns.priorities(3), turns.low, turns.high]:
        expect(f"sched_setscheduler to priority {priority}", 0, set_policy(t, turns.policy, priority))
        expect_policy(t, turns.policy, priority)
        expect_interval(t, turns, priority)
        other = t.draw.randrange(turns.low, turns.high)
        expect(f"sched_setparam to priority {other}", 0, set_policy(t, 0, other, NR_SETPARAM))
        expect_policy(t, turns.policy, other)
        for wrong in (turns.low - 1, turns.high + 1, 0, -1):
            expect(f"sched_setscheduler to priority {wrong}", EINVAL, set_policy(t, turns.policy, wrong))
        expect("sched_setscheduler to SCHED_RR", EINVAL, set_policy(t, SCHED_RR, priority))
        expect("sched_setscheduler to a policy that there is not", EINVAL, set_policy(t, turns.policy - 1, priority))
        expect_policy(t, turns.policy, other)
        expect("sched_setscheduler to SCHED_OTHER", 0, set_policy(t, SCHED_OTHER, 0))
        expect_policy(t, SCHED_OTHER, 0)


@test(points=15, title="the most urgent goes first, fair ones last", look="handout.md, task 2", program=PROGRAM)
def urgent_first(t):
    stage = Stage(t)
    first, *others = stage.turns.priorities(5)
    jobs = [Job("the first", first, 0, 20 * MS), Job("a fair one", 0, t.draw.randrange(1 * MS, 10 * MS), 15 * MS)]
    ready = t.draw.sample(range(1 * MS, 10 * MS), len(others))
    jobs += [Job(f"priority {priority}", priority, when, t.draw.randrange(12 * MS, 20 * MS))
             for priority, when in zip(others, ready)]
    play(stage, jobs, 1 * MS)


def play(stage, jobs, tolerance):
    """Each job is an actor's; what is seen is compared with the model's."""
    order = stage.t.draw.sample(jobs, len(jobs))
    for job in order:
        actor = stage.actor(job.name)
        (actor.turns(job.priority) if job.priority else actor).at(job.ready).spin(job.work)
    stage.perform(sum(job.work for job in jobs))
    compare(simulate(stage.turns, jobs), stage.runs(), tolerance)


@test(points=14, title="equals take turns, and a priority says how long these are", look="handout.md, task 3",
      program=PROGRAM)
def take_turns(t):
    stage = Stage(t)
    turns = stage.turns
    more, less = turns.priorities(2, turns.high - 15, turns.high - 12)
    jobs = [Job("the first", turns.high, 0, 15 * MS)]
    for priority, quarters in ((more, (5, 9, 5)), (less, (5, 5))):
        ready = t.draw.sample(range(1 * MS, 10 * MS), len(quarters))
        jobs += [Job(f"number {number} of priority {priority}", priority, when,
                     quarter * turns.interval(priority) // 4)
                 for number, (quarter, when) in enumerate(zip(t.draw.sample(quarters, len(quarters)), ready))]
    # Who begins between two ticks has a shorter turn, and what is left for the last one is more: that of two turns.
    play(stage, jobs, 2 * TICK + 1 * MS)
    for run, seen in zip(simulate(turns, jobs), stage.runs()):
        whole = run.end - run.begin in (turns.interval(more), turns.interval(less))
        if whole and not -TICK - 1 * MS < seen.end - seen.begin - (run.end - run.begin) < 1 * MS:
            raise Failure(f"how long a turn is\nexpected, about: {run}\nseen:            {seen}")


@test(points=13, title="who wakes up preempts the less urgent, and nobody else", look="handout.md, task 2: waking",
      program=PROGRAM)
def wakes(t):
    stage = Stage(t)
    turns = stage.turns
    urgent, = turns.priorities(1, turns.low + 6)
    low, lower = turns.priorities(2, turns.low, turns.low + 5)
    while True:
        jobs = [Job("the hog", low, 0, 45 * MS), Job("its equal", low, t.draw.randrange(5 * MS, 15 * MS), 15 * MS),
                Job("a less urgent one", lower, t.draw.randrange(15 * MS, 25 * MS), 10 * MS),
                Job("a fair one", 0, t.draw.randrange(1 * MS, 5 * MS), 20 * MS)]
        moments = [t.draw.randrange(at * MS, (at + 6) * MS) for at in range(6, 96, 15)]
        naps = [Job("the sleeper", urgent, moment, 3 * MS) for moment in moments]
        wanted = simulate(turns, jobs + naps)
        if min(run.end - run.begin for run in wanted) > 2 * MS:     # who goes next is beyond doubt
            break
    for job in jobs:
        actor = stage.actor(job.name)
        (actor.turns(job.priority) if job.priority else actor).at(job.ready).spin(job.work)
    sleeper = stage.actor("the sleeper").turns(urgent)
    for nap in naps:
        sleeper.at(nap.ready).spin(nap.work)
    stage.perform(150 * MS)
    compare(wanted, stage.runs(), 1 * MS)
    for moment, run in zip(moments, stage.runs(sleeper)):
        if run.begin - moment > LATE:
            raise Failure(f"the sleeper, which is more urgent than all that run, is late\nexpected: at most {LATE} ns\n"
                          f"seen:     {run.begin - moment} ns")
