"""Limen boots and crosses to user space and back on every machine that it promises to run on."""

import itertools
import re

import pytest

import limen

# Fork, exec, pipe, the three streams and a status: enough to see that the machine works.
COMMAND = ("/bin/sh", "-c", "cat | cat; echo err >&2; exit 7")


def check(result, cpus=None):
    assert (result.status, result.verdict) == (7, "exited 7"), result
    assert (result.stdout, result.stderr) == (b"in\n", b"err\n"), result
    if cpus:
        assert re.search(rf"cpus: {cpus} up", result.log), result


@pytest.mark.parametrize("firmware,cpus", itertools.product(["bios", "uefi"], [1, 2, 4]))
def test_firmware(firmware, cpus):
    result = limen.run(*COMMAND, stdin=b"in\n", firmware=firmware, smp=cpus)
    check(result, cpus)
    screen = "VGA text" if firmware == "bios" else "frame buffer"
    assert re.search(f"screen: {screen}", result.log), result


@pytest.mark.parametrize("memory,least_mib", [("128M", 100), ("4G", 3900), ("6G", 5900)])
def test_memory(memory, least_mib):
    result = limen.run(*COMMAND, stdin=b"in\n", mem=memory)
    check(result)
    assert int(re.search(r"memory: (\d+) MiB", result.log)[1]) >= least_mib, result


@pytest.mark.parametrize("cpu,cpus", itertools.product(["qemu64", "max"], [1, 4]))
def test_cpu(cpu, cpus):
    check(limen.run(*COMMAND, stdin=b"in\n", cpu=cpu, smp=cpus), cpus)


@pytest.mark.parametrize("build", ["debug-clang", "release", "release-clang"])
@pytest.mark.parametrize("cpus", [1, 4])
def test_build(build, cpus):
    check(limen.run(*COMMAND, stdin=b"in\n", smp=cpus, build=f"build/{build}"), cpus)


@pytest.mark.parametrize("cpus", [1, 2])
def test_icount(cpus):
    check(limen.run(*COMMAND, stdin=b"in\n", icount=True, smp=cpus), cpus)


def test_icount_repeats():
    """The same run takes the same instructions."""
    ticks = {re.search(r"(\d+) ticks", limen.run("/bin/true", icount=True, smp=1).log)[1]
             for _ in range(2)}
    assert len(ticks) == 1


@pytest.mark.slow
@pytest.mark.parametrize("model", ["corei7_skylake_x", "ryzen"])
def test_bochs(model):
    result = limen.run(*COMMAND, stdin=b"in\n", tool=limen.BOCHS, smp=1, cpu=model, timeout=300)
    assert (result.status, result.stdout, result.stderr) == (7, b"in\n", b"err\n"), result


@pytest.mark.slow
def test_bochs_timers():
    """A local APIC that is still off ignores that its timer is let through: Bochs does as the CPUs do."""
    result = limen.run("/bin/sh", "-c", "sleep 0.1; sleep 0.1; sleep 0.1; echo over", tool=limen.BOCHS, timeout=100)
    assert (result.status, result.stdout) == (0, b"over\n"), result
