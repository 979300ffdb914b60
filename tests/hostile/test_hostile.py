"""Programs that try to break the kernel. Each must end as it does on Linux, and the kernel must go on: the ones that
come later in the same machine run as ever, and the machine ends by its own verdict.

QEMU's emulation is laxer than a CPU: what comes down to non-canonical addresses, selectors and flags runs on Bochs too.
"""

import functools
import os
import pathlib
import re
import sys

import pytest

import leaks
import limen

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "abi"))
from programs import ABI, HOSTILE  # noqa: E402

IN_TURN = "fair"        # compares times: for CPUs that count instructions
DEBUG_ONLY = "shortage"  # a release build refuses nothing on purpose
AT_ONCE = [name for name in HOSTILE.names()
           if name != IN_TURN and not (name == DEBUG_ONLY and "release" in limen.BUILD.name)]

MACHINES = {
    "smp1": (dict(smp=1, mem="128M"), AT_ONCE),
    "smp4": (dict(smp=4, busy=2, mem="128M"), AT_ONCE),
    "in turn": (dict(smp=2, icount=True), [IN_TURN]),
    "small": (dict(smp=2, mem="64M"), ["hog", "oom"]),
    "qemu64": (dict(smp=1, cpu="qemu64", mem="128M"), ["entry", "flags", "sigreturn"]),
}
if "STRESS_LONG" in os.environ:
    MACHINES["all events"] = dict(smp=4, busy=2, mem="128M", append="trace_event=*"), AT_ONCE


@pytest.mark.parametrize("name", HOSTILE.linux_names())
def test_linux(name):
    HOSTILE.check_linux(name)


@pytest.mark.slow
@pytest.mark.parametrize("which", ["smp4"])
def test_out_of_memory_is_told(which):
    """The log says who was killed, for whom, and why."""
    assert re.search(r"out of memory, for oom\[\d+\]: killed oom\[\d+\] of user 0, who has most: \d+ KiB, "
                     r"\d+ KiB of page tables, oom_score_adj 1000", machine(which)[1].log)


def test_process_1_needs_memory(tmp_path):
    """It gets it; another process is killed."""
    HOSTILE.lay_out(tmp_path, ["oom"])
    (tmp_path / "abi/oom").rename(tmp_path / "abi/oom_init")
    result = limen.run("unused", init="/abi/oom_init", roots=[tmp_path], mem="64M", smp=2)
    assert result.verdict == "off", result
    assert "out of memory, for oom_init[1]: killed oom_init[2]" in result.log


BOCHS = {"bochs-skylake": "corei7_skylake_x", "bochs-ryzen": "ryzen"}
ON_BOCHS = [("hostile", "entry"), ("hostile", "flags"), ("hostile", "sigreturn"), ("hostile", "steered"),
            ("abi", "fault"), ("abi", "handler"), ("abi", "number"), ("abi", "user_copy")]


@functools.lru_cache(maxsize=None)
def machine(which, suite=HOSTILE):
    if which in BOCHS:
        names = [name for folder, name in ON_BOCHS if folder == suite.folder.name]
        return suite.run_on_limen(limen.run, names, tool=limen.BOCHS, smp=1, cpu=BOCHS[which])
    options, names = MACHINES[which]
    return suite.run_on_limen(limen.run, names, **options)


@pytest.mark.slow
@pytest.mark.parametrize("which, name", [(which, name) for which, (_, names) in MACHINES.items() for name in names])
def test_limen(which, name):
    HOSTILE.check_limen(name, *machine(which))


@pytest.mark.skipif("STRESS_LONG" not in os.environ, reason="long: make stress")
@pytest.mark.parametrize("smp", [1, 4])
@pytest.mark.parametrize("name", AT_ONCE)
def test_under_strace(name, smp):
    """Programs print other things there (who is traced can't be traced; some cases end by their watchdog). The kernel
    goes on, and what they were given comes back."""
    _, result = HOSTILE.run_on_limen(limen.run, [name], prefix="strace -f -o /dev/null", timeout=7200, smp=smp,
                                     busy=min(smp, 2), mem="128M")
    assert result.verdict == "exited 0", result
    leaks.check(result)


@pytest.mark.slow
@pytest.mark.parametrize("which", MACHINES)
def test_leaks(which):
    """What the programs of a machine were given has come back."""
    leaks.check(machine(which)[1])


@pytest.mark.slow
@pytest.mark.parametrize("which", BOCHS)
@pytest.mark.parametrize("folder, name", ON_BOCHS)
def test_bochs(which, folder, name):
    suite = {"abi": ABI, "hostile": HOSTILE}[folder]
    suite.check_limen(name, *machine(which, suite), file="differences-bochs.txt")
