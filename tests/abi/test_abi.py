"""The programs of tests/abi on this machine's Linux and on Limen: the same binary, the same output.

One machine runs all programs. What depends on the CPU is asked of an old one too.
"""

import functools
import pathlib
import sys

import pytest

import leaks
import limen

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from programs import ABI  # noqa: E402

OF_THE_CPU = ["fault", "handler", "memory", "number", "process", "signal", "user_copy"]
MACHINES = {
    "smp1": (dict(smp=1), ABI.names()),
    "smp4": (dict(smp=4, busy=2), ABI.names()),
    "qemu64": (dict(smp=2, cpu="qemu64"), OF_THE_CPU),
}


@pytest.mark.parametrize("name", ABI.linux_names())
def test_linux(name):
    ABI.check_linux(name)


@functools.lru_cache(maxsize=None)
def machine(which):
    options, names = MACHINES[which]
    return ABI.run_on_limen(limen.run, names, **options)


@pytest.mark.slow
@pytest.mark.parametrize("which, name", [(which, name) for which, (_, names) in MACHINES.items() for name in names])
def test_limen(which, name):
    ABI.check_limen(name, *machine(which))


@pytest.mark.slow
@pytest.mark.parametrize("which", MACHINES)
def test_leaks(which):
    """What the programs of a machine were given has come back."""
    leaks.check(machine(which)[1])
