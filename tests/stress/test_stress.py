"""Much of everything at once (docs/testing.md). The programs of this folder end as ever, the kernel goes on, and what
they were given has come back.

The short form: all programs in one machine, and those of threads under some seeds of the perturber. The long one (make
stress): each in a machine of its own, on all kinds of machines, those of threads and the short forms of all under many
seeds. STRESS_SEED in the environment makes it another random run, or that one again.
"""

import functools
import os
import pathlib
import sys

import pytest

import leaks
import limen

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "abi"))
from programs import STRESS  # noqa: E402

LONG = "STRESS_LONG" in os.environ
LONG_TIMEOUT_S = 4 * 3600
KINDS = {f"{cpu}-smp{smp}": dict(cpu=cpu, smp=smp, busy=min(smp, 2)) for cpu in ("max", "qemu64") for smp in (1, 2, 4)}
SHORT_KINDS = ["max-smp4", "qemu64-smp1"]
OF_THREADS = ["threads", "threads-glibc"]
TRACED = {f"traced-smp{smp}": f"max-smp{smp}" for smp in ((1, 4) if LONG else (2,))}  # by strace -f
SEEDS = {f"perturb{seed}": dict(smp=4, icount=True, append=f"perturb={seed}") for seed in range(1, 21 if LONG else 3)}

# {which: (the machine, its programs, whether they run in their long form)}
if LONG:
    RUNS = {f"{kind}-{name}": (options, [name], True) for kind, options in KINDS.items() for name in STRESS.names()}
    RUNS |= {f"{seed}-threads": (options, OF_THREADS, True) for seed, options in SEEDS.items()}
    RUNS |= {f"{seed}-all": (options, STRESS.names(), False) for seed, options in SEEDS.items()}
else:
    RUNS = {kind: (KINDS[kind], STRESS.names(), False) for kind in SHORT_KINDS}
    RUNS |= {seed: (options, OF_THREADS, False) for seed, options in SEEDS.items()}
RUNS |= {traced: (KINDS[kind], ["fuzz"], False) for traced, kind in TRACED.items()}


@pytest.mark.parametrize("name", STRESS.linux_names())
def test_linux(name):
    STRESS.check_linux(name)


def prefix(which, is_long):
    """Words of the shell that hand on what this run is to be."""
    values = {"STRESS_LONG": "1" if is_long else None, "STRESS_SEED": os.environ.get("STRESS_SEED"),
              "STRESS_BRIEF": "1" if which in TRACED and not LONG else None}
    words = [f"{name}={value}" for name, value in values.items() if value is not None]
    return " ".join(words + (["strace -f -o /dev/null"] if which in TRACED else []))


@functools.lru_cache(maxsize=None)
def machine(which):
    options, names, is_long = RUNS[which]
    if "append" in options and "release" in limen.BUILD.name:
        pytest.skip("a release build has no perturber")
    return STRESS.run_on_limen(limen.run, names, prefix=prefix(which, is_long), mem="128M",
                               timeout=LONG_TIMEOUT_S if LONG else limen.TIMEOUT_S, **options)


@pytest.mark.slow
@pytest.mark.parametrize("which, name", [(which, name) for which, (_, names, _) in RUNS.items() for name in names])
def test_limen(which, name):
    STRESS.check_limen(name, *machine(which))


@pytest.mark.slow
@pytest.mark.parametrize("which", RUNS)
def test_leaks(which):
    """What the programs of a machine were given has come back."""
    leaks.check(machine(which)[1])
