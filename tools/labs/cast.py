"""Several processes in one machine, each led by the host as the probe is.

    cast = t.cast()
    writer = cast.first                          the probe's process
    reader = cast.fork(writer)                   another one; reader.pid
    reader.begin(NR_READ, fd, address, size)     a call that may sleep: nobody waits for its end
    cast.pause(writer)                           time for it to fall asleep
    writer.call(NR_WRITE, fd, address, size)     another one's step meanwhile: an Actor can all that a Probe can
    reader.finish()                              the end of what was begun: its result

An actor is here (it stands at a place where the machine has stopped), parked (it gives its CPU away in the probe's loop
`park`, until it is wanted) or under way (in a step that was begun). Which process came to a stop is told by RBX, which
no step changes: each has a number there that was drawn. So processes may share their memory, and no word of the
kernel's is needed. All of them go on whenever the machine does, on all its CPUs.

Places of the program's that are watched (`t.probe.watch("mile")`; the label stands before a `nop`) are passed by:
`cast.next()` gives who came to one, and it goes on from there as soon as the machine does.
"""

from labs.probe import ARGUMENTS, CALL_INSTRUCTIONS, Probe, Tampered, signed, unlike

NR_SCHED_YIELD, NR_FORK, NR_EXECVE, NR_EXIT = 24, 57, 59, 60
HERE, PARKED, UNDER_WAY, GONE = "here", "parked", "under way", "gone"
PAUSE_INSTRUCTIONS = 300_000


class Actor(Probe):
    """One process."""

    def __init__(self, cast, registers, pid=None):     # pylint: disable=super-init-not-called
        probe = cast.probe
        self.cast, self.registers, self.pid, self.state = cast, registers, pid, UNDER_WAY
        self.machine, self.program, self.places = probe.machine, probe.program, probe.places
        self.stop, self.arena, self.arena_end = probe.stop, probe.arena, probe.arena_end
        self.before, self.changes = registers, ()

    def begin(self, number, *arguments):
        """A system call, for whose end nobody waits."""
        self.begin_at("enter", rax=number, **dict(zip(ARGUMENTS, arguments)))

    def begin_at(self, entry, changes=(), **registers):
        """As `do`, but for what comes after."""
        self.come()
        self.before = {**self.registers, **registers, "rip": self.program.symbols[entry]}
        self.changes = changes
        self.cast.let_go(self, self.before)

    def finish(self, budget=CALL_INSTRUCTIONS):
        """Waits until what was begun is done. Gives RAX, as a signed number."""
        self.cast.spend(budget)
        while self.state == UNDER_WAY:
            self.cast.step()
        return signed(self.registers["rax"])

    def do(self, entry, budget=CALL_INSTRUCTIONS, to="stop", changes=(), **registers):
        self.begin_at(entry, changes, **registers)
        self.finish(budget)
        self.expect_place(to)
        return self.registers

    def come(self):
        """Makes the machine stand where it does: so its memory is seen."""
        assert self.state in (HERE, PARKED), f"it is {self.state}: finish() first"
        if self.state == PARKED:
            self.cast.call_in(self)

    def put(self, address, data):
        self.come()
        super().put(address, data)

    def get(self, address, size):
        self.come()
        return super().get(address, size)

    def leave(self, status=0, number=NR_EXIT):
        """It exits. Waiting for it is its parent's."""
        self.begin(number, status)
        self.state = GONE

    def exec(self, at):
        """It executes its program anew, whose name is put AT a place of its memory."""
        self.put(at, f"/{self.program.name}\0".encode())
        self.begin(NR_EXECVE, at, 0, 0)
        self.cast.replace(self)


class Cast:
    def __init__(self, probe, draw):
        """PROBE stands at `stop`. Its process is the first actor: from now on it is led by that."""
        self.probe, self.machine, self.draw, self.actors, self.here = probe, probe.machine, draw, {}, None
        self.first = self.add(probe.registers)

    def add(self, registers, pid=None):
        """A new actor, which stands at the stop."""
        mark = self.draw.randrange(1 << 32, 1 << 63)
        self.actors[mark] = Actor(self, {**registers, "rbx": mark}, pid)
        return self.arrive(self.actors[mark])

    def arrive(self, actor):
        actor.state, self.here = HERE, actor
        return actor

    def let_go(self, actor, registers, state=UNDER_WAY):
        """It goes on with these registers as soon as the machine does."""
        self.machine.write_registers(registers)
        actor.state, self.here = state, None

    def spend(self, budget):
        """All who have something to do, or give their CPU away, take their turns."""
        self.machine.budget = self.machine.instructions() + budget * (1 + len(self.actors))

    def run(self):
        """Lets the machine go on to the next stop. Gives the place and the registers."""
        if self.here:
            registers = self.here.registers
            if registers["rip"] == self.probe.stop:
                self.let_go(self.here, {**registers, "rip": self.probe.program.symbols["park"]}, PARKED)
            else:
                self.let_go(self.here, {**registers, "rip": registers["rip"] + 1})
        registers = self.probe.go_on()
        return self.probe.places[registers["rip"]], registers

    def who(self, registers, state):
        """The actor that came to a stop."""
        actor = self.actors.get(registers["rbx"])
        if actor is None or actor.state != state:
            raise Tampered("a process came to a stop that is not the test's, or has no business there")
        return actor

    def accept(self, place, registers):
        """Who came is here."""
        actor = self.who(registers, UNDER_WAY)
        actor.registers = registers
        if place == "stop" and (why := unlike(actor.before, registers, actor.changes)):
            raise Tampered(f"a program's {why} a step that doesn't change it")
        return self.arrive(actor)

    def step(self):
        return self.accept(*self.run())

    def next(self, budget=CALL_INSTRUCTIONS):
        """The next of those under way that comes to a place, and which that is."""
        self.spend(budget)
        place, registers = self.run()
        return self.accept(place, registers), place

    def call_in(self, actor):
        """One that is parked comes to stand where the machine does. The others go on meanwhile."""
        self.spend(CALL_INSTRUCTIONS)
        self.probe.watch("park")
        while self.here is not actor:
            place, registers = self.run()
            if place != "park":
                self.accept(place, registers)
                continue
            came = self.who(registers, PARKED)
            if why := unlike(came.registers, registers):
                raise Tampered(f"a program's {why} a while in which it only gave its CPU away")
            if came is actor:
                self.arrive(actor)
            else:
                self.let_go(came, {**registers, "rip": self.probe.program.symbols["yield"],
                                   "rax": NR_SCHED_YIELD}, PARKED)
        self.probe.unwatch("park")

    def replace(self, actor):
        """An actor's program begins anew: it comes to its first stop, with an RBX of 0 (System V ABI, 3.4.1, leaves it
        open; Linux clears all registers)."""
        self.spend(CALL_INSTRUCTIONS)
        while actor.state == UNDER_WAY:
            place, registers = self.run()
            if registers["rbx"] != 0:
                self.accept(place, registers)
                continue
            actor.registers = {**registers, "rbx": actor.before["rbx"]}
            self.arrive(actor)
        if actor.registers["rsp"] == actor.before["rsp"]:
            raise Tampered(f"execve fails with {signed(actor.registers['rax'])}")

    def pause(self, actor, instructions=PAUSE_INSTRUCTIONS):
        """ACTOR gives its CPU away, again and again: who is under way comes as far as it can."""
        end = self.machine.instructions() + instructions
        while self.machine.instructions() < end:
            actor.call(NR_SCHED_YIELD)

    def fork(self, parent, number=NR_FORK, *arguments):     # pylint: disable=keyword-arg-before-vararg
        """A new actor, by fork or by a call like it: the child comes back with 0, the parent with its number."""
        parent.begin(number, *arguments)
        self.spend(CALL_INSTRUCTIONS)
        child = None
        while child is None or parent.state == UNDER_WAY:
            place, registers = self.run()
            if child is None and registers["rbx"] == parent.before["rbx"] and registers["rax"] == 0:
                if why := unlike(parent.before, registers, ("rsp",)):
                    raise Tampered(f"the child's {why} the call that made it")
                child = self.add(registers)
            elif self.accept(place, registers) is parent and signed(registers["rax"]) <= 0:
                raise Tampered(f"the parent gets {signed(registers['rax'])} of the call that makes a child")
        child.pid = parent.registers["rax"]
        return child
