"""perturb=SEED (kernel/sched/perturb.c) changes the order in which threads meet, and a seed repeats it. What the
perturber is for is in tests/stress. Debug builds only."""

import re

import pytest

import limen

pytestmark = pytest.mark.skipif("release" in limen.BUILD.name, reason="a release build has no perturber")


def boot(**options):
    result = limen.run("/bin/sh", "-c", "cat /proc/cmdline | cat; exit 7", **options)
    assert result.verdict == "exited 7", result
    return result


def ticks(seed):
    result = boot(append=f"perturb={seed}", icount=True, smp=4)
    assert f"perturb: on, seed {seed}\n" in result.log, result
    return re.search(r"(\d+) ticks", result.log)[1]


def test_seeds():
    assert ticks(7) == ticks(7) != ticks(8)


def test_off():
    assert "perturb" not in boot().log


@pytest.mark.parametrize("seed", ["", "x", "-1", "7x", "18446744073709551616", "1" * 40])
def test_no_seed(seed):
    log = boot(append=f"perturb={seed}", smp=1).log
    assert "perturb= takes a number, the seed" in log and "perturb: on" not in log, log


def test_release():
    log = boot(append="perturb=7", build="build/release", smp=1).log
    assert "perturb=: this is a release build" in log, log
