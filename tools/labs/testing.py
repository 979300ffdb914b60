"""What the tests of a lab are written with.

    from labs.testing import expect, test

    @test(points=20, title="a * 37 + b", look="handout.md, task 1")
    def arithmetic(t):
        a, b = t.draw.randrange(1 << 40), t.draw.randrange(1 << 40)
        expect(f"blend({a}, {b}, 0)", t.parameters["FACTOR"] * a + b, t.probe.call(t.parameters["BLEND"], a, b, 0))

Each test has a machine of its own that stands at the first stop of the program that it drives. `t.draw` is a
random.Random made from the grade's seed and the test's name: the only source of inputs. A test must demand something
that no constant answer gives, and hold each kind of input under every seed: a wrong solution is to lose the same points
each time.
"""

import errno

from labs.cast import Cast

NO_CALL = ("\n(so says a kernel that has no call of that number. docs/syscalls.md, which `make` writes from\n"
           "kernel/abi/syscalls.tbl, lists those that yours has)")
PROGRAMS = {"qemu": "probe.asm", "bochs": "mailbox.asm"}


class Failure(Exception):
    """What was expected, what was seen, where to look."""


class Test:
    def __init__(self, function, points, title, look, program, cpus, seeds, on):
        self.function, self.points, self.title, self.look = function, points, title, look
        self.program, self.cpus, self.seeds, self.on = program or PROGRAMS[on], cpus, seeds, on
        self.name, self.hidden = function.__name__.replace("_", "-"), False


REGISTERED = []


def test(points, title, look="", program=None, cpus=1, seeds=0, on="qemu"):
    """Makes a function a test. PROGRAM is what it drives: the probe, or a .asm beside the test's file. The machine has
    so many CPUs; with SEEDS, it passes if it does under so many seeds of the perturber (docs/scheduling.md), too.
    ON="bochs": the machine is one that keeps Intel's rules (bochs.py), with one CPU and without a perturber."""
    def register(function):
        REGISTERED.append(Test(function, points, title, look, program, cpus, seeds, on))
        return function
    return register


def say(value):
    """A result as a reader wants it: -22 as -EINVAL."""
    if isinstance(value, int) and -4096 < value < 0:
        return f"-{errno.errorcode[-value]} ({value})" if -value in errno.errorcode else str(value)
    if isinstance(value, int) and abs(value) > 0xffff:
        return f"{value} ({value:#x})"
    return repr(value) if isinstance(value, bytes) else str(value)


def expect(what, wanted, seen):
    """Fails the test unless both are equal."""
    if wanted != seen:
        hint = NO_CALL if isinstance(seen, int) and seen == -errno.ENOSYS else ""
        raise Failure(f"{what}\nexpected: {say(wanted)}\nseen:     {say(seen)}{hint}")


class Trial:
    """What a test is given."""

    def __init__(self, lab, machine, probe, draw, table=None):
        self.lab, self.machine, self.probe, self.draw, self.table = lab, machine, probe, draw, table
        self.parameters = lab.parameters

    def cast(self):
        """The processes that the test makes, of which the probe's is the first."""
        return Cast(self.probe, self.draw)

    def symbol(self, name):
        """Where the kernel's NAME is."""
        if name not in self.table.places:
            raise Failure(f"the kernel has no `{name}`")
        return self.table.places[name]

    def place(self, address):
        """An address of the kernel's, for people."""
        return self.table.name(address) or f"{address:#x}"
