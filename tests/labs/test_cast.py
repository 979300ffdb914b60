"""What labs with several processes and CPUs are tested with: processes that the host leads, in a machine of four CPUs
under a seed of the perturber."""

import os
import pathlib
import random
import re
import struct
import sys
import types

import pytest

import limen

sys.path.insert(0, str(limen.ROOT / "tools"))
from labs import grade, machine, probe, sandbox, symbols, testing, trees  # noqa: E402

WHY_NOT = sandbox.refusal()
pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT))
LAB = types.SimpleNamespace(parameters={})
NR_READ, NR_WRITE, NR_PIPE, NR_CLONE, NR_WAIT4, NR_GETPPID, NR_ARCH_PRCTL = 0, 1, 22, 56, 61, 110, 158
CLONE_VM, SIGCHLD, ARCH_SET_FS = 0x100, 17, 0x1002


@pytest.fixture(scope="module")
def origins():
    """The machine with so many CPUs that stands at the program's first stop."""
    found = {}

    def get(cpus):
        if cpus not in found:
            build = trees.build_here()
            assert not build.complaint, build.complaint
            with limen.cpus():
                world = grade.World(pathlib.Path(__file__).with_name("crowd.asm"), cpus, seed=7)
                found[cpus] = grade.Origin(build, world, machine.Purse(), random.Random(1))
            assert not found[cpus].failure, found[cpus].failure + found[cpus].log
        return found[cpus]

    yield get
    for each in found.values():
        each.close()


def trial(of, at):
    return testing.Trial(LAB, at, probe.Probe(at, of.program, begun=True), random.Random(3))


def pipe(actor):
    assert actor.call(NR_PIPE, actor.arena) == 0
    return struct.unpack("<ii", actor.get(actor.arena, 8))


def talk(t):
    """Three processes and a pipe."""
    cast = t.cast()
    first = cast.first
    readable, writable = pipe(first)
    child = cast.fork(first)
    grandchild = cast.fork(child)
    assert [child.call(NR_GETPPID), grandchild.call(NR_GETPPID)] == [first.call(39), child.pid]
    for number in range(5):
        text = b"number %d" % number
        for reader in child, grandchild:
            reader.begin(NR_READ, readable, reader.arena + 4096, len(text))
        cast.pause(first, 100_000)
        first.put(first.arena + 8192, 2 * text)
        assert first.call(NR_WRITE, writable, first.arena + 8192, len(text)) == len(text)
        assert first.call(NR_WRITE, writable, first.arena + 8192, len(text)) == len(text)
        for reader in grandchild, child:
            assert reader.finish() == len(text) and reader.get(reader.arena + 4096, len(text)) == text
    child.leave(3)
    assert first.call(NR_WAIT4, child.pid, first.arena, 0, 0) == child.pid
    assert first.get(first.arena, 4) == b"\0\3\0\0"
    twin = cast.fork(first, NR_CLONE, CLONE_VM | SIGCHLD, 0)
    twin.put(twin.arena, b"shared")
    first.put(first.arena + 6, b" memory")
    assert twin.get(twin.arena, 13) == b"shared memory"
    count = t.machine.instructions()
    grandchild.begin(NR_READ, readable, grandchild.arena, 100)
    with pytest.raises(machine.Ended) as ended:
        grandchild.finish(budget=1_000_000)
    assert ended.value.kind == "budget"
    return count


@pytest.mark.parametrize("cpus", [1, 4] if os.environ.get("LABS_LONG") else [4])
def test_led(cpus, origins):
    """On one CPU it goes the same way each time, to the instruction. (On several, the others run on a little when one
    has come to a stop: how far is not the machine's to say.)"""
    origin = origins(cpus)
    counts = set()
    for _ in range(3 if cpus == 1 else 1):
        with limen.cpus(), origin.machine() as at:
            counts.add(talk(trial(origin, at)))
    assert len(counts) == 1, counts


def crowd(t):
    """From one stop to the next."""
    count = t.machine.instructions()
    assert t.probe.do("crowd", changes=probe.KEPT)["rax"] == 3 * 40 * 8
    return t.machine.instructions() - count


def test_free(origins):
    """From one stop to the next, on all CPUs. (Not always the same way to the instruction.)"""
    with limen.cpus(), origins(4).machine() as at:
        assert crowd(trial(origins(4), at)) > 0


def test_registers(origins):
    """What a program can see of its registers is what it was."""
    origin = origins(4)
    with limen.cpus(), origin.machine() as at:
        t = trial(origin, at)
        with pytest.raises(probe.Tampered, match="fs_base was 0x0 before and is 0x12345000 after"):
            t.probe.call(NR_ARCH_PRCTL, ARCH_SET_FS, 0x12345000)
        t.probe.do("enter", rax=NR_ARCH_PRCTL, rdi=ARCH_SET_FS, rsi=0x6789000, changes=("fs_base",))
        assert t.probe.registers["fs_base"] == 0x6789000
        t.probe.watch("park")
        with pytest.raises(probe.Tampered, match="came to `park`, not to `stop`"):
            t.probe.do("park")
        assert "eflags" in probe.KEPT and "ss" in probe.KEPT and "gs_base" in probe.KEPT


def test_where_it_is(origins):
    """What ends a test tells of where the machine was, whether that runs then or stands."""
    origin = origins(4)
    with limen.cpus(), origin.machine() as at:
        with pytest.raises(machine.Ended) as ended:
            trial(origin, at).probe.do("park", budget=1_000_000)
        running, standing = (grade.where(ended.value, at, origin.table) for _ in range(2))
        found = re.findall(r"^CPU (\d) is at RIP 0x[0-9a-f]+, in:\n  \S+", running, re.M)
        assert found == ["0", "1", "2", "3"] and running == standing, ended.value.kind + running
        assert grade.where(machine.Ended("panic"), at, origin.table) == ""


def test_what_it_costs(origins):
    """A hand-in that costs too much is ended, and its machine is gone, whoever notices it."""
    origin = origins(4)
    origin.purse = machine.Purse(cpu_s=0)
    begun = []
    start = sandbox.start
    with pytest.MonkeyPatch.context() as patch, limen.cpus():
        patch.setattr(sandbox, "start", lambda *words, **rest: begun.append(start(*words, **rest)) or begun[-1])
        patch.setattr(machine, "POLL_S", 0.01)
        with origin.machine() as at, pytest.raises(machine.Ended) as ended:
            trial(origin, at).probe.do("park", budget=1 << 40)
        assert ended.value.kind == "cost"
        patch.setattr(machine.Machine, "await_migration",
                      lambda _: (_ for _ in ()).throw(machine.remote.ProtocolError()))
        result = grade.Grader(LAB, tests=[1]).run(types.SimpleNamespace(points=1), origin)
        assert result.message.startswith("the emulator failed")
    assert len(begun) == 2 and all(each.returncode is not None for each in begun)


def test_a_failed_boot_is_told_once():
    tests = [types.SimpleNamespace(name=name, points=1, look="here", hidden=False, title=name)
             for name in ("one", "two", "three", "four")]
    results = [grade.Result(tests[0], "the panic, at length", "last words", "it panics"),
               grade.Result(tests[1], "the panic, at more length", "last words, too", "it panics"),
               grade.Result(tests[2]), grade.Result(tests[3], "a hang, at length", "other words", "it hangs")]
    grade.tell_once(results)
    messages = [each.message for each in results]
    assert messages == ["the panic, at length", "it panics (see one)", "", "a hang, at length"]
    assert [each.log for each in results] == ["last words", "", "", "other words"]
    assert sum(each.points for each in results) == 1


def test_the_state_has_one_name():
    debug, paused = map(machine.state_record, (b"debug", b"paused"))
    record = b"\x0bglobalstate" + bytes(8) + debug
    for data, good in ((b"x" + record + b"y", True), (record[12:], False), (record + record, False)):
        state = os.memfd_create("state")
        os.write(state, data)
        if good:
            machine.rename_state(state)
            assert os.pread(state, 200, 0) == data.replace(debug, paused)
        else:
            with pytest.raises(machine.remote.ProtocolError):
                machine.rename_state(state)
        os.close(state)


def test_names_of_functions():
    """They are the hand-in's, and shown to people."""
    table = symbols.Table(b"ffffffff80100000 T ev\x1b[2Jil\nffffffff80100010 T " + b"n" * 1000 + b"\nrubbish T x\n")
    assert table.name(0xffffffff80100004) == "ev?[2Jil+4" and len(table.name(0xffffffff80100010)) < 80


def test_a_call_that_the_kernel_has_not():
    for seen, hinted in ((-38, True), (-22, False), (b"", False)):
        with pytest.raises(testing.Failure) as failure:
            testing.expect("call 531: blend(1, 2, 0)", 39, seen)
        assert ("docs/syscalls.md" in str(failure.value)) == hinted
