"""Grades one hand-in of one lab.

    report = Grader(lab, seed).grade(handin)        a Report: per test the points and what to tell

The hand-in is built in the sandbox, the machine booted once for each world that the tests want (a program that they
drive, a number of CPUs, a seed of the perturber), up to the program's first stop. There its state is saved, and each
test goes on from it in a machine of its own. All that is random comes from the seed: the same seed asks the same, and
the same hand-in has the same points. (With several CPUs a kernel that goes wrong only now and then may have luck:
docs/labs.md.)
"""

import concurrent.futures
import contextlib
import dataclasses
import importlib.util
import os
import pathlib
import random
import secrets
import sys
import tempfile

from labs import bochs, catalog, remote, symbols, testing, trees
from labs.machine import Ended, Machine, Purse, make_image, mkcpio
from labs.probe import Probe, Program, Tampered

JOBS = 2


@dataclasses.dataclass
class Result:
    test: testing.Test
    message: str = ""       # why it failed; "" if it passed
    log: str = ""           # the kernel's last words, where they help
    no_begin: str = ""      # the machine did not even come to the test: why, in short

    @property
    def points(self):
        return 0 if self.message else self.test.points


@dataclasses.dataclass
class Report:
    lab: object
    name: str
    seed: str
    results: list
    notes: list
    complaint: str = ""     # why it was not even built

    @property
    def points(self):
        return sum(result.points for result in self.results)

    @property
    def most(self):
        return sum(result.test.points for result in self.results)

    @property
    def percent(self):
        return 100 * self.points / self.most if self.most else 0

    def failed(self):
        return sorted(result.test.name for result in self.results if result.message)


def new_seed():
    return secrets.token_hex(4)


def load_tests(lab, hidden=True):
    """The public tests, and the instructor's where they are. A file of tests may import others of the lab's tests/."""
    tests = []
    for path, is_hidden in ((lab.folder / "tests/public.py", False), (lab.instructor / "hidden.py", True)):
        if is_hidden and not (hidden and path.exists()):
            continue
        testing.REGISTERED.clear()
        load_file(path, lab.folder / "tests")
        for test in testing.REGISTERED:
            test.hidden, test.folder = is_hidden, path.parent
            tests.append(test)
    names = [test.name for test in tests]
    if twice := {name for name in names if names.count(name) > 1}:
        raise catalog.LabError(f"{lab}: two tests have one name: {' '.join(twice)}")
    return tests


def load_file(path, folder):
    """Runs a file of tests. What it imports of FOLDER is forgotten: others have files of the same names."""
    names = {file.stem for file in folder.glob("*.py")}
    others = {name: sys.modules.pop(name) for name in names & set(sys.modules)}
    sys.path.insert(0, str(folder))
    try:
        spec = importlib.util.spec_from_file_location(f"{path.stem}_tests", path)
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
    finally:
        sys.path.remove(str(folder))
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(others)


@dataclasses.dataclass(frozen=True)
class World:
    """What a machine is before a test begins."""
    source: pathlib.Path    # of the program
    cpus: int
    seed: int               # of the perturber; 0: none
    on: str = "qemu"        # what the machine is made of: or bochs

    def __str__(self):
        words = ["the rules of Intel's processors: tools/bochs"] if self.on == "bochs" else []
        words += [f"{self.cpus} CPUs"] if self.cpus > 1 else []
        words += [f"perturb={self.seed} on the kernel's command line"] if self.seed else []
        return " and ".join(words)


def where(why, machine, table):
    """Where a machine is that was ended though it did not stop by itself."""
    return symbols.where(machine, table) if getattr(why, "kind", "") in ("budget", "asleep") else ""


class Origin:
    """The machine at the first stop of one program: what all tests of that world begin with."""

    def __init__(self, build, world, purse, draw):
        self.world, self.purse, self.table = world, purse, symbols.Table(build.symbols)
        self.failure, self.where, self.log, self.image, self.state = None, "", "", None, None
        try:
            with tempfile.TemporaryDirectory(prefix="limen-") as work:
                self.program = Program.build(work, draw, world.source)
                self.image = self.make_image(build, pathlib.Path(work))
            if world.on == "qemu":
                self.boot()
        except BaseException:
            self.close()
            raise

    def make_image(self, build, work):
        archive = mkcpio.Archive()
        archive.add_file(f"/{self.program.name}", self.program.elf, 0o755)
        archive.add_file("/etc/limen/command", f"/{self.program.name}\0".encode())
        paths = {"limen.boot": build.kernel, "root.cpio": build.root, "probe.cpio": archive.pack()}
        for name, data in paths.items():
            (work / name).write_bytes(data)
        kernel, *archives = (str(work / name) for name in paths)
        return make_image(kernel, (f"perturb={self.world.seed} " if self.world.seed else "") + "-- run", archives)

    def boot(self):
        try:
            with Machine(self.image, self.world.cpus, purse=self.purse) as machine:
                self.run_to_stop(machine)
        except (Ended, remote.ProtocolError) as why:
            self.failure = f"no test could begin: {why}"

    def run_to_stop(self, machine):
        try:
            Probe(machine, self.program)
            self.state = machine.save()
        except (Ended, Tampered) as why:
            self.failure, self.where = f"no test could begin: {why}", where(why, machine, self.table)
            self.log = machine.last_words()

    def machine(self):
        if self.world.on == "bochs":
            return bochs.Bochs(self.image, self.program, self.purse)
        return Machine(self.image, self.world.cpus, state=self.state, purse=self.purse)

    def close(self):
        for descriptor in (self.image, self.state):
            if descriptor is not None:
                os.close(descriptor)


def tell_once(results):
    """A machine that fails before all tests is told of with the first of them."""
    told = {}
    for result in results:
        first = told.setdefault(result.no_begin, result)
        if result.no_begin and first is not result:
            result.message, result.log = f"{result.no_begin} (see {first.test.name})", ""


class Grader:
    def __init__(self, lab, seed=None, hidden=True, jobs=JOBS, tests=None):
        self.lab, self.seed, self.jobs = lab, seed or new_seed(), jobs
        self.tests = tests or load_tests(lab, hidden)

    def draw(self, what):
        return random.Random(f"{self.seed} {what}")

    def grade(self, handin, release):
        """Builds a hand-in and runs the tests on it."""
        return self.judge(trees.build(release, handin), handin.name, handin.notes)

    def judge(self, build, name, notes=()):
        """Runs the tests on what has been built."""
        if build.complaint:
            results = [Result(test, "it was not built") for test in self.tests]
            return Report(self.lab, name, self.seed, results, list(notes), build.complaint)
        with contextlib.ExitStack() as stack:
            pool = stack.enter_context(concurrent.futures.ThreadPoolExecutor(self.jobs))
            origins = self.origins(build, pool, stack)
            results = list(pool.map(lambda test: self.run_all(test, origins), self.tests))
        tell_once(results)
        return Report(self.lab, name, self.seed, results, list(notes))

    def worlds(self, test):
        """Those that a test is run in: as it is, and under seeds of the perturber."""
        places = (test.folder, self.lab.folder / "tests", pathlib.Path(__file__).parent)
        source = next((place / test.program for place in places if (place / test.program).exists()), None)
        if source is None:
            raise catalog.LabError(f"{self.lab}: {test.name}: there is no {test.program}")
        if test.on == "bochs" and (why := bochs.refusal()):
            raise catalog.LabError(why)
        draw = self.draw("perturb")
        seeds = (0, *(draw.randrange(1, 1 << 32) for _ in range(test.seeds)))
        return [World(source, test.cpus, seed, test.on) for seed in seeds]

    def origins(self, build, pool, stack):
        """{world: origin}. They are closed with the STACK, even if one of them fails."""
        worlds = list(dict.fromkeys(world for test in self.tests for world in self.worlds(test)))
        purse = Purse()
        begun = [pool.submit(Origin, build, world, purse, self.draw("program")) for world in worlds]
        for each in begun:
            stack.callback(lambda each=each: each.exception() or each.result().close())
        return {world: each.result() for world, each in zip(worlds, begun)}

    def run_all(self, test, origins):
        """One test, in each of its worlds until one fails."""
        for world in self.worlds(test):
            result = self.run(test, origins[world])
            if result.message:
                result.message += f"\n(in a machine with {world})" if str(world) else ""
                return result
        return result

    def run(self, test, origin):
        """One test, in its own machine."""
        if origin.failure:
            return Result(test, origin.failure + origin.where, origin.log, origin.failure)
        try:
            with origin.machine() as machine:
                return self.watch(test, origin, machine)
        except (Ended, remote.ProtocolError) as why:
            return Result(test, f"the emulator failed: {why}")

    def watch(self, test, origin, machine):
        try:
            probe = Probe(machine, origin.program, begun=origin.state is not None)
            test.function(testing.Trial(self.lab, machine, probe, self.draw(test.name), origin.table))
            return Result(test)
        except testing.Failure as why:
            return Result(test, str(why))
        except Tampered as why:
            return Result(test, str(why), machine.last_words())
        except Ended as why:
            return Result(test, str(why) + where(why, machine, origin.table), machine.last_words())
