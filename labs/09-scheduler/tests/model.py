"""Processes that run by themselves, and who of them had a CPU at what time: the host's side of scheduler.

    stage = Stage(t)
    hog = stage.actor("the hog").turns(priority).at(10 * MS).spin(5 * MS)
    stage.perform(100 * MS); hog.runs; hog.results

Times are nanoseconds since the play's begin; a nanosecond is an instruction. What actors do is drawn here and put into
their memory, at a place that is drawn. Each notes there when it had to do without a CPU: the CPU's counter shows that
time has passed. Nothing stops the machine from the play's begin to its end, so that a play is the same each time, with
several CPUs, too.
"""

import dataclasses
import struct

from labs.probe import KEPT, NR_MMAP, PAGE, PROT_READ, PROT_WRITE, Tampered, signed
from labs.testing import Failure, expect

PROGRAM = "stage.asm"
US, MS = 1_000, 1_000_000
TICK = 10 * MS
ROUND = 1_018                       # instructions of one round of `spin`

NR_EXIT, NR_CLOCK_GETTIME, NR_CLOCK_NANOSLEEP, NR_SETAFFINITY = 60, 228, 230, 203
NR_SETPARAM, NR_GETPARAM, NR_SETSCHEDULER, NR_GETSCHEDULER, NR_MAX, NR_MIN, NR_INTERVAL = range(142, 149)
NR_FUTEX, FUTEX_WAIT, FUTEX_WAKE = 202, 0, 1
CLOCK_MONOTONIC, TIMER_ABSTIME = 1, 1
SCHED_OTHER, SCHED_RR, RESET_ON_FORK = 0, 2, 0x40000000
MAP_SHARED_FIXED = 0x01 | 0x20 | 0x8000 | 0x100000      # anonymous, populated, no replacement
CALL, ASK, SPIN, UNTIL = range(4)
GAP, END = 1 << 40, 1 << 41
ENTRY, STEP, RECORD, PID_AT = struct.Struct("<4Q"), struct.Struct("<8Q"), struct.Struct("<4Q"), 24
LOG_BYTES = 8 * PAGE
SETUP = 60 * MS                     # until the first actor begins
CR4_TSD = 1 << 2


class Turns:
    """What the handout says of this semester's policy."""

    def __init__(self, t):
        parameters = t.parameters
        self.policy, self.low, self.high = parameters["POLICY"], parameters["LOW"], parameters["HIGH"]
        self.turn, self.share = parameters["TURN_US"] * US, parameters["SHARE"] / 1000
        self.period = 200 * MS
        self.draw = t.draw

    def interval(self, priority):
        return self.turn + (self.high - priority) // 4 * TICK

    def priorities(self, count, low=None, high=None):
        """So many, the most urgent first."""
        low, high = low or self.low, high or self.high
        return sorted(self.draw.sample(range(low, high + 1), count), reverse=True)


@dataclasses.dataclass
class Run:
    """A time during which somebody had a CPU."""
    name: str
    begin: int
    end: int
    cpu: int

    def __str__(self):
        where = f", on CPU {self.cpu}" if self.cpu else ""
        return f"{self.name} from {self.begin / MS:.2f} to {self.end / MS:.2f} ms{where}"


class Actor:
    def __init__(self, stage, name):
        self.stage, self.name, self.steps, self.records = stage, name, [], []
        self.entry = self.log = 0

    def call(self, number, *arguments, kind=CALL):
        self.steps.append((kind, number, *arguments))
        return self

    def turns(self, priority, flags=0):
        return self.call(NR_SETSCHEDULER, 0, self.stage.turns.policy | flags, self.stage.number(priority))

    def on(self, *cpus):
        return self.call(NR_SETAFFINITY, 0, 8, self.stage.word(sum(1 << cpu for cpu in cpus)))

    def at(self, time):
        """Sleeps until then."""
        return self.call(NR_CLOCK_NANOSLEEP, CLOCK_MONOTONIC, TIMER_ABSTIME, self.stage.moment(time), 0)

    def spin(self, length):
        """Computes for so long, if nobody disturbs it."""
        return self.call(length // ROUND, kind=SPIN)

    def until(self, time):
        return self.call(self.stage.counter_at(time), kind=UNTIL)

    def give(self, other, policy, priority):
        """Sets the policy of another actor."""
        return self.call(NR_SETSCHEDULER, other.entry + PID_AT, policy, self.stage.number(priority), kind=ASK)

    # --- What was seen ---

    @property
    def results(self):
        return [signed(what) for _, _, what, _ in self.records if what not in (GAP, END)]

    def moment(self, at):
        """When the step AT was done."""
        done = [record for record in self.records if record[2] != GAP]
        return self.stage.time_of(done[at][1])

    @property
    def runs(self):
        """When it computed."""
        found = []
        for before, after in zip(self.records, self.records[1:]):
            if after[2] in (GAP, END):
                found.append(Run(self.name, self.stage.time_of(before[1]), self.stage.time_of(after[0]), before[3]))
        return found


class Stage:
    def __init__(self, t):
        self.t, self.probe, self.machine, self.actors, self.turns = t, t.probe, t.machine, [], Turns(t)
        self.base = t.draw.randrange(0x100000000000, 0x600000000000, PAGE)
        self.free = self.base + PAGE        # behind the table
        self.data, self.words = {}, {}
        self.counter, self.clock = self.read_clocks()
        self.gap = (15 if t.machine.smp == 1 else 120) * US

    def read_clocks(self):
        """The CPU's counter and the kernel's clock, at one time."""
        arena = self.probe.arena
        seen = self.probe.do("counter", changes=("rdx",), rax=NR_CLOCK_GETTIME, rdi=CLOCK_MONOTONIC, rsi=arena)
        seconds, ns = struct.unpack("<2Q", self.probe.get(arena, 16))
        return seen["rdx"] << 32 | seen["rax"], seconds * 1000 * MS + ns

    def actor(self, name):
        actor = Actor(self, name)
        actor.entry = self.base + len(self.actors) * ENTRY.size
        self.actors.append(actor)
        return actor

    # --- Memory that all actors share ---

    def place(self, size, data=b""):
        at, self.free = self.free, self.free + (size + 7) // 8 * 8
        self.data[at] = data
        return at

    def word(self, value=0):
        return self.place(8, value.to_bytes(8, "little"))

    def number(self, value):
        """Where a number stands; equal ones stand in one place."""
        if value not in self.words:
            self.words[value] = self.word(value)
        return self.words[value]

    def moment(self, time):
        """Where a struct timespec stands."""
        ns = self.clock + SETUP + time
        return self.place(16, struct.pack("<2Q", ns // (1000 * MS), ns % (1000 * MS)))

    def counter_at(self, time):
        return self.counter + SETUP + time

    def time_of(self, counter):
        return counter - self.counter - SETUP

    def lay_out(self, length):
        """Nobody exits before the end: that would wake their parent, which is a fair one and wants a CPU, too."""
        table = b""
        for actor in self.actors:
            actor.at(length + SETUP // 3).call(NR_EXIT, 0)
            steps = b"".join(STEP.pack(*step, *[0] * (8 - len(step))) for step in actor.steps)
            script = self.place(len(steps), steps)
            actor.log = (self.free + PAGE - 1) // PAGE * PAGE
            self.free = actor.log + LOG_BYTES
            table += ENTRY.pack(script, actor.log, self.gap, 0)
        self.data[self.base] = table
        size = self.free - self.base
        expect("mmap of shared memory", self.base,
               self.probe.call(NR_MMAP, self.base, size, PROT_READ | PROT_WRITE, MAP_SHARED_FIXED, (1 << 64) - 1, 0))
        for at, data in self.data.items():
            self.probe.put(at, data)

    # --- The play ---

    def perform(self, length):
        """All actors do what they have to, which takes LENGTH."""
        self.lay_out(length)
        self.probe.do("perform", 3 * (length + SETUP) + 500 * MS, changes=KEPT, rdi=self.base, rsi=len(self.actors))
        if self.machine.registers()["cr4"] & CR4_TSD:
            raise Tampered("a program may no longer read the CPU's counter")
        for actor in self.actors:
            records = RECORD.iter_unpack(self.probe.get(actor.log, LOG_BYTES))
            actor.records = [record for record in records if record[1]]
            steps = sum(what != GAP for _, _, what, _ in actor.records)
            if steps != len(actor.steps) - 1:
                raise Failure(f"{actor.name} did {steps} of the {len(actor.steps) - 1} steps of its script")
            actor.records.pop()         # the wait for the end
        self.check_cpus()

    def check_cpus(self):
        """No CPU runs two at a time; what is shorter than a gap may be within another one's run."""
        last = {}
        for run in self.runs():
            other = last.setdefault(run.cpu, run)
            if run.begin < other.end - self.gap and run.end - run.begin > self.gap and run is not other:
                raise Tampered(f"two run at a time:{tell([other, run])}")
            last[run.cpu] = max(run, other, key=lambda each: each.end)

    # --- What was seen ---

    def runs(self, *actors):
        """All runs of these, or of all, in order; parts of one that nobody else interrupted are one."""
        found = []
        for run in sorted((run for actor in actors or self.actors for run in actor.runs), key=lambda run: run.begin):
            if found and found[-1].name == run.name and found[-1].cpu == run.cpu:
                found[-1].end = run.end
            else:
                found.append(run)
        return found


    def had(self, actor, begin, end):
        """How much time it had on CPUs between two times."""
        return sum(max(0, min(run.end, end) - max(run.begin, begin)) for run in actor.runs)


def tell(runs):
    return "".join(f"\n  {run}" for run in runs)


@dataclasses.dataclass
class Job:
    """What an actor wants of one CPU."""
    name: str
    priority: int           # 0: a fair one
    ready: int
    work: int
    turn: int = 0           # how much it had of its turn
    place: int = 0          # in its row


def simulate(turns, jobs):
    """The runs that are to be seen of these jobs on one CPU: of fair ones there is one at most, and turns begin and
    end at any time."""
    jobs = sorted((dataclasses.replace(job) for job in jobs), key=lambda job: job.ready)
    now, place, found, waiting = 0, 0, [], []
    while jobs or waiting:
        while jobs and (not waiting or jobs[0].ready <= now):
            now, place = max(now, jobs[0].ready), place + 1
            jobs[0].place = place
            waiting.append(jobs.pop(0))
        job = min(waiting, key=lambda each: (-each.priority, each.place))
        turn = turns.interval(job.priority) if job.priority else 1 << 62
        length = min(job.work, turn - job.turn, jobs[0].ready - now if jobs else job.work)
        if found and found[-1].name == job.name and found[-1].end == now:
            found[-1].end += length
        else:
            found.append(Run(job.name, now, now + length, 0))
        now, job.work, job.turn = now + length, job.work - length, job.turn + length
        if not job.work:
            waiting.remove(job)
        elif job.turn == turn:
            place += 1
            job.turn, job.place = 0, place
    return found


def compare(wanted, seen, tolerance):
    """Fails unless the same ones ran in the same order, each for about so long."""
    same = [run.name for run in wanted] == [run.name for run in seen]
    if not same or any(abs((one.end - one.begin) - (other.end - other.begin)) > tolerance
                       for one, other in zip(wanted, seen)):
        raise Failure(f"who had the CPU\nexpected, about:{tell(wanted)}\nseen:{tell(seen)}")
