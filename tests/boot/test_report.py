"""The kernel's report at boot: a line each for the loader, the CPU, the memory, the CPUs up, the time to init."""

import re

import pytest

import limen

LINES = [
    r"Limen 6\.1\.0-limen, loaded by GRUB \S+",
    r"cpu: .+, TSC \d+\.\d{3} MHz; in use:( \w+)+",
    r"memory: \d+ MiB, \d+ MiB free",
    r"cpus: \d+ up",
    r"init: after \d+ ms, \d+ ticks of the TSC",
]


def report(**options):
    result = limen.run("/bin/hello", **options)
    assert result.verdict == "exited 0", result
    return result.log


def test_lines_in_order():
    log, place = report(), 0
    for line in LINES:
        found = re.compile(r"^\[ *\d+\.\d{6}\] " + line, re.MULTILINE).search(log, place)
        assert found, (line, log)
        place = found.end()


@pytest.mark.parametrize("cpu, has, lacks", [
    ("max", ["nx", "wp", "smep", "smap", "umip", "fsgsbase", "xsave", "avx"], ["fxsave"]),
    ("qemu64", ["nx", "wp", "fxsave"], ["smep", "smap", "umip", "fsgsbase", "xsave", "avx"]),
    ("max,-smap", ["smep"], ["smap"]),
    ("max,-xsave", ["fxsave"], ["xsave", "avx"]),
    ("max,-fsgsbase,-umip,-smep", ["smap", "xsave"], ["fsgsbase", "umip", "smep"]),
])
def test_features(cpu, has, lacks):
    """What the CPU has is used, and what it lacks is not asked for."""
    words = re.search(r"in use:(.*)", report(cpu=cpu, smp=1))[1].split()
    assert set(has) <= set(words) and not set(lacks) & set(words), words


@pytest.mark.parametrize("memory, total_mib", [("128M", 128), ("1G", 1024)])
def test_memory(memory, total_mib):
    total, free = map(int, re.search(r"memory: (\d+) MiB, (\d+) MiB free", report(mem=memory, smp=1)).groups())
    assert total_mib - 2 <= total <= total_mib and total * 0.9 < free < total


def test_icount_counts_instructions():
    """With --icount the ticks are instructions: the same in each run."""
    ticks = {re.search(r"(\d+) ticks", report(icount=True, smp=1))[1] for _ in range(2)}
    assert len(ticks) == 1


def test_unknown_calls_are_logged_once(tmp_path):
    """What Limen refuses is told once, with the program's name, and never drowns the log."""
    log = limen.run("/bin/sh", "-c", "hello; hello", smp=1).log
    lines = [line for line in log.splitlines() if "does not have" in line]
    assert len(lines) == len(set(lines)), lines
