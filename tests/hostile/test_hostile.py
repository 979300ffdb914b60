"""Programs that try to break the kernel. Each must end as it does on Linux, and the kernel must go on: the ones that
come later in the same machine run as ever, and the machine ends by its own verdict.
"""

import functools
import pathlib
import sys

import pytest

import limen

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "abi"))
import linux  # noqa: E402
from programs import HOSTILE  # noqa: E402

MACHINES = {
    "smp1": (dict(smp=1), HOSTILE.names()),
    "smp4": (dict(smp=4), HOSTILE.names()),
    "qemu64": (dict(smp=1, cpu="qemu64", mem="128M"), ["entry", "flags", "fuzz", "sigreturn"]),
}


@pytest.mark.parametrize("name", HOSTILE.linux_names())
def test_linux(name):
    """What was recorded is what Linux does."""
    if linux.missing():
        pytest.skip(linux.missing())
    texts = HOSTILE.differing_cases(name, HOSTILE.run_on_linux(name))
    assert not texts, "\n".join(texts.values())


@functools.lru_cache(maxsize=None)
def machine(which):
    options, names = MACHINES[which]
    return HOSTILE.run_on_limen(limen.run, names, **options)


@pytest.mark.slow
@pytest.mark.parametrize("which, name", [(which, name) for which, (_, names) in MACHINES.items() for name in names])
def test_limen(which, name):
    HOSTILE.check_limen(name, *machine(which))
