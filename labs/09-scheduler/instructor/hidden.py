"""The hidden tests of scheduler."""

import struct

from labs.testing import Failure, expect, test
from model import (FUTEX_WAIT, FUTEX_WAKE, MS, NR_FUTEX, NR_GETPARAM, NR_GETSCHEDULER, NR_SETSCHEDULER, PROGRAM,
                   RESET_ON_FORK, SCHED_OTHER, TICK, Job, Stage, Turns, compare, simulate, tell)

EPERM, EINVAL = -1, -22
NR_SETRESUID, NR_SETRLIMIT, RLIMIT_RTPRIO = 117, 160, 14
SETTLE = 150 * MS           # until each CPU has what it is to have: two BALANCE_NS, and some ticks
TOLD = 2 * MS               # until another CPU does what it was told: much less than a tick


@test(points=8, title="who gets another priority gets another place, at once", look="handout.md, task 2: changes",
      program=PROGRAM)
def moved(t):
    stage = Stage(t)
    turns = stage.turns
    first, up, high, middle, low, last = turns.priorities(6)
    conductor = stage.actor("the conductor").turns(first).at(0).spin(10 * MS)
    jobs = {name: Job(name, priority, 0, t.draw.randrange(8 * MS, 14 * MS)) for name, priority in
            (("raised", low), ("made fair", high), ("lowered", high), ("as it was", middle), ("made urgent", 0))}
    actors = {}
    for name in t.draw.sample(sorted(jobs), len(jobs)):
        actor = actors[name] = stage.actor(name)
        job = jobs[name]
        (actor.turns(job.priority) if job.priority else actor).at(t.draw.randrange(1 * MS, 8 * MS)).spin(job.work)
    new = {"raised": up, "made fair": 0, "lowered": low, "made urgent": high}
    for name in t.draw.sample(sorted(new), len(new)):
        jobs[name].priority = new[name]
        conductor.give(actors[name], turns.policy if new[name] else SCHED_OTHER, new[name])
    conductor.spin(5 * MS).turns(last).spin(7 * MS)
    stage.perform(100 * MS)
    expect("what the conductor's calls gave", [0] * 7, conductor.results)
    wanted = simulate(turns, [Job("the conductor", first, 0, 15 * MS), Job("the conductor", last, 1, 7 * MS),
                              *jobs.values()])
    compare(wanted, stage.runs(), 1 * MS)


@test(points=8, title="a child is as its parent, unless that said otherwise", look="handout.md, task 6",
      program=PROGRAM)
def family(t):
    turns = Turns(t)
    for flags in t.draw.sample((0, RESET_ON_FORK), 2):
        priority, = turns.priorities(1)
        t.probe.put(t.probe.arena, struct.pack("<i", priority))
        expect(f"sched_setscheduler to SCHED_TURNS{' | SCHED_RESET_ON_FORK' if flags else ''}", 0,
               t.probe.call(NR_SETSCHEDULER, 0, turns.policy | flags, t.probe.arena))
        expect("sched_getscheduler", turns.policy | flags, t.probe.call(NR_GETSCHEDULER, 0))
        stage = Stage(t)
        seen = stage.place(8, b"\xff" * 8)
        child = stage.actor("the child").call(NR_GETSCHEDULER, 0).call(NR_GETPARAM, 0, seen).at(0).spin(30 * MS)
        fair = stage.actor("a fair one").call(NR_SETSCHEDULER, 0, SCHED_OTHER, stage.number(0)).at(1 * MS).spin(30 * MS)
        stage.perform(100 * MS)
        what = f"of a child, whose parent has priority {priority}{' and resets on fork' if flags else ''}"
        expect(f"sched_getscheduler {what}", SCHED_OTHER if flags else turns.policy, child.results[0])
        expect(f"the priority {what}", 0 if flags else priority, struct.unpack("<i", t.probe.get(seen, 4))[0])
        child_had = stage.had(child, 0, 30 * MS) / (30 * MS)
        if (child_had > 0.8) == bool(flags):
            raise Failure(f"who had the CPU, {what}, and a fair process beside it{tell(stage.runs(child, fair))}")


@test(points=8, title="without privilege: as far as RLIMIT_RTPRIO", look="handout.md, task 1: who may", program=PROGRAM)
def permission(t):
    turns = Turns(t)
    high, middle, limit, below, low = turns.priorities(5)
    arena = t.probe.arena

    def attempt(priority, wanted, policy=turns.policy, pid=0):
        t.probe.put(arena, struct.pack("<i", priority))
        expect(f"sched_setscheduler({pid}, {policy}, {priority}) of a user whose RLIMIT_RTPRIO is {limit}", wanted,
               t.probe.call(NR_SETSCHEDULER, pid, policy, arena))

    t.probe.put(arena, struct.pack("<i", high))
    expect("sched_setscheduler of root's", 0, t.probe.call(NR_SETSCHEDULER, 0, turns.policy, arena))
    t.probe.put(arena, struct.pack("<2Q", limit, limit))
    expect("setrlimit", 0, t.probe.call(NR_SETRLIMIT, RLIMIT_RTPRIO, arena))
    user = t.draw.randrange(1000, 60000)
    expect("setresuid", 0, t.probe.call(NR_SETRESUID, user, user, user))
    attempt(high, 0)
    attempt(middle, 0)
    attempt(high, EPERM)
    attempt(below, 0)
    attempt(middle, EPERM)
    attempt(limit + 1, EPERM)
    attempt(limit, 0)
    attempt(turns.high + 1, EINVAL)
    attempt(low, EPERM, pid=1)
    attempt(0, 0, SCHED_OTHER)
    attempt(middle, EPERM)
    attempt(low, 0)
    attempt(0, 0, SCHED_OTHER)
    t.probe.put(arena, struct.pack("<2Q", 0, 0))
    expect("setrlimit", 0, t.probe.call(NR_SETRLIMIT, RLIMIT_RTPRIO, arena))
    limit = 0
    attempt(low, EPERM)


@test(points=9, title="fair ones have their share of each period, and no more", look="handout.md, task 5",
      program=PROGRAM)
def fair_share(t):
    stage = Stage(t)
    turns, window = stage.turns, 2 * stage.turns.period
    # When the first period began is not known: they may have the end of one, and most of the next.
    latest = 2 * turns.share * turns.period + 2.5 * TICK
    end = int(latest) + window + TICK
    priority, = turns.priorities(1)
    hog = stage.actor("the hog").turns(priority).at(0).until(end + 120 * MS)
    fair = stage.actor("a fair one").at(t.draw.randrange(1 * MS, 5 * MS)).until(end)
    stage.perform(end + 120 * MS)
    runs = stage.runs(fair)
    begin = min((run.begin for run in runs), default=end)
    gaps = [after.begin - before.end for before, after in zip(runs, runs[1:])]
    if begin > latest or max(gaps, default=0) > turns.share * turns.period + 2.5 * TICK:
        raise Failure(f"a fair process had no CPU for too long, beside a hog of SCHED_TURNS{tell(stage.runs())}")
    had, share = stage.had(fair, begin, begin + window), (1 - turns.share) * window
    if abs(had - share) > 3 * TICK:
        raise Failure(f"what a fair process had of {window / MS:.0f} ms, beside a hog of SCHED_TURNS\n"
                      f"expected: about {share / MS:.0f} ms\nseen:     {had / MS:.1f} ms{tell(stage.runs())}")
    alone = stage.had(hog, end + TICK, end + 110 * MS)
    if alone < 98 * MS:
        raise Failure(f"no fair process waits, and yet of 100 ms a hog of SCHED_TURNS had {alone / MS:.1f} ms")


@test(points=9, title="so many CPUs, so many of the most urgent", look="handout.md, task 4", program=PROGRAM, cpus=4,
      seeds=1)
def other_cpus(t):
    stage = Stage(t)
    priorities = stage.turns.priorities(7)
    leaves, = t.draw.sample(range(4), 1)
    middle, end = 300 * MS, 560 * MS
    actors = {}
    for priority in t.draw.sample(priorities, len(priorities)):
        actor = actors[priority] = stage.actor(f"priority {priority}").turns(priority).at(t.draw.randrange(10 * MS))
        actor.until(middle if priority == priorities[leaves] else end)
    stage.perform(end)
    running = priorities[:4]
    check_running(stage, actors, running, SETTLE, middle)
    running = [priority for priority in priorities[:5] if priority != priorities[leaves]]
    check_running(stage, actors, running, middle + SETTLE, end)


def check_running(stage, actors, running, begin, end):
    """These had a CPU all the time, and no others."""
    parts = {priority: stage.had(actor, begin, end) / (end - begin) for priority, actor in actors.items()}
    if any((part < 0.9) if priority in running else (part > 0.1) for priority, part in parts.items()):
        seen = "".join(f"\n  priority {priority}: {part:.0%}" for priority, part in sorted(parts.items(), reverse=True))
        raise Failure(f"who had a CPU from {begin / MS:.0f} to {end / MS:.0f} ms, on 4 CPUs\nexpected: "
                      f"{', '.join(map(str, running))}, and nobody else\nseen:{seen}")


@test(points=8, title="another CPU is told at once", look="handout.md, task 4: who tells whom", program=PROGRAM,
      cpus=4)
def told(t):
    stage = Stage(t)
    turns = stage.turns
    urgent, up, low, queued = turns.priorities(4)
    here, there = t.draw.sample(range(4), 2)
    stage.actor("the hog").on(there).turns(low).at(0).until(150 * MS)
    waits = stage.actor("who waits").on(there).turns(queued).at(2 * MS).spin(4 * MS)
    word, patience = stage.word(0), stage.place(16, struct.pack("<2Q", 0, 150 * MS))
    sleeper = stage.actor("the sleeper").on(there).turns(urgent)
    waker = stage.actor("the waker").on(here)
    moments = [at * 15 * MS + t.draw.randrange(10 * MS) for at in range(1, 8)]
    for moment in moments:
        sleeper.call(NR_FUTEX, word, FUTEX_WAIT, 0, patience).spin(1 * MS)
        waker.at(moment).call(NR_FUTEX, word, FUTEX_WAKE, 1)
    waker.at(135 * MS).give(waits, turns.policy, up)
    stage.perform(150 * MS)
    for at in range(len(moments)):
        expect_told("a sleeper is woken by another CPU", sleeper.moment(2 * at + 2) - waker.moment(2 * at + 2))
    expect("what the waker's calls gave", [0] + [0, 1] * len(moments) + [0, 0], waker.results)
    expect("what the sleeper's calls gave", [0] * (2 + len(moments)), sleeper.results)
    expect_told("another CPU gives a waiting thread a higher priority", waits.runs[0].begin - waker.moment(-1))
    if any(run.cpu != there for run in stage.runs(sleeper, waits)):
        raise Failure(f"who may run on CPU {there} only ran elsewhere{tell(stage.runs(sleeper, waits))}")


def expect_told(what, late):
    if not -TOLD < late < TOLD:     # it may be there before who woke it is back
        raise Failure(f"{what}, where a less urgent one runs\nexpected: {TOLD / MS} ms at most until it does\n"
                      f"seen:     {late / MS:.2f} ms{', before that' if late < 0 else ''}")
