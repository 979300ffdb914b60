"""Tracing under load: everything switched by many at once; other suites' programs with all events on."""
import pathlib
import sys
import tempfile

import pytest

import leaks
import limen

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "abi"))
from programs import HOSTILE, STRESS, Suite  # noqa: E402

ROUNDS = 10
WITH_ALL_ON = {"hostile": (HOSTILE, ["elf", "entry", "flags", "sigreturn"]),
               "stress": (STRESS, ["signals", "storm", "upheaval", "watch"])}


@pytest.mark.slow
def test_all_is_switched(smp):
    script, nonce = leaks.around(f"/abi/toggle {ROUNDS};")
    script = f"cd /sys/kernel/tracing; echo 4 > buffer_size_kb; echo begin > trace_marker; {script}"  # rings stay
    with tempfile.TemporaryDirectory() as root:
        Suite("trace").lay_out(pathlib.Path(root), ["toggle"])
        result = limen.run("/bin/sh", "-c", script, smp=smp, busy=min(smp, 2), mem="128M", roots=[root])
    output, result.leaks = leaks.read(result.stdout, nonce)
    assert output == b"0 failed\n", result
    leaks.check(result)


@pytest.mark.slow
@pytest.mark.parametrize("which", WITH_ALL_ON)
def test_others_with_all_events_on(which):
    suite, names = WITH_ALL_ON[which]
    outputs, result = suite.run_on_limen(limen.run, names, smp=4, busy=2, mem="160M", append="trace_event=*")
    for name in names:
        suite.check_limen(name, outputs, result)
    leaks.check(result)
