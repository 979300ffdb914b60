"""Much of everything at once (docs/testing.md). The programs of this folder end as ever, the kernel goes on, and what
they were given has come back.

The short form: all programs in one machine. The long one (make stress): each in a machine of its own, on all kinds of
machines; with STRESS_SEED in the environment another random run, or that one again.
"""

import functools
import os
import pathlib
import sys

import pytest

import limen

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "abi"))
from programs import STRESS  # noqa: E402

LONG = "STRESS_LONG" in os.environ
LONG_TIMEOUT_S = 4 * 3600
KINDS = {f"{cpu}-smp{smp}": dict(cpu=cpu, smp=smp) for cpu in ("max", "qemu64") for smp in (1, 2, 4)}
SHORT_KINDS = ["max-smp4", "qemu64-smp1"]
RUNS = {f"{kind}-{name}": (kind, [name]) for kind in KINDS for name in STRESS.names()} if LONG else {
    kind: (kind, STRESS.names()) for kind in SHORT_KINDS}


@pytest.mark.parametrize("name", STRESS.linux_names())
def test_linux(name):
    STRESS.check_linux(name)


def environment():
    """Words of the shell that hand on what this run is to be."""
    return " ".join(f"{name}={os.environ[name]}" for name in ("STRESS_LONG", "STRESS_SEED") if name in os.environ)


@functools.lru_cache(maxsize=None)
def machine(which):
    kind, names = RUNS[which]
    return STRESS.run_on_limen(limen.run, names, prefix=environment(), mem="128M",
                               timeout=LONG_TIMEOUT_S if LONG else limen.TIMEOUT_S, **KINDS[kind])


@pytest.mark.slow
@pytest.mark.parametrize("which, name", [(which, name) for which, (_, names) in RUNS.items() for name in names])
def test_limen(which, name):
    STRESS.check_limen(name, *machine(which))


@pytest.mark.slow
@pytest.mark.parametrize("which", RUNS)
def test_leaks(which):
    """What the programs of a machine were given has come back."""
    STRESS.check_leaks(machine(which)[1])
