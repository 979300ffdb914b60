"""The program trace (user/trace): live lines, sums, and one-liners that account for every call."""
import functools
import pathlib
import re
import sys
import tempfile

import pytest

import limen

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "abi"))
from programs import Suite  # noqa: E402

PROCESSES, CALLS = 6, 3000
MADE = PROCESSES * CALLS
CALL = "sched_get_priority_max"


def there(file):
    """Words of the shell that wait for a file."""
    return f"while [ ! -s {file} ]; do sleep 0.1; done"


def active(event):
    """Words of the shell that wait until an event is counted."""
    return (f"until read a < /sys/kernel/tracing/events/{event}/trigger; [ \"${{a#hist}}\" != \"$a\" ]; "
            "do sleep 0.1; done")


RUNS = {
    "live": "trace ls /",
    "chosen": "trace -e openat,getdents64 ls /",
    "opens": "trace -o sh -c 'cat /etc/help > /dev/null'",
    "summary": f"trace -s /abi/calls {PROCESSES} {CALLS}",
    "count": f"trace -c /abi/calls {PROCESSES} {CALLS}",
    "latency": f"trace -l {CALL} /abi/calls {PROCESSES} {CALLS}",
    "all": f"trace -c > /tmp/all & {active('raw_syscalls/sys_enter')}; /abi/calls {PROCESSES} {CALLS}; kill -INT $!; "
           "wait; cat /tmp/all",
    "running": f"sh -c '{there('/tmp/go')}; /abi/calls 2 100; echo > /tmp/over' & "
               f"trace -s -e {CALL} -p $! > /tmp/run & {active('limen/sys_done')}; echo > /tmp/go; "
               f"{there('/tmp/over')}; kill -INT $!; wait; cat /tmp/run",
    "status": "trace -c sh -c 'exit 7' > /dev/null; echo $?",
    "refused": "trace -e nonsense echo unheard; echo $?; trace -e; echo $?; trace -p 1 true; echo $?",
    "after": "cat /sys/kernel/tracing/set_event /sys/kernel/tracing/events/enable",
}


@functools.lru_cache(maxsize=None)
def outputs():
    script = "exec 2>&1\n" + "".join(f"echo == {name}\n{command}\n" for name, command in RUNS.items())
    with tempfile.TemporaryDirectory() as root:
        Suite("trace").lay_out(pathlib.Path(root), ["calls"])
        result = limen.run("/bin/sh", "-c", script, smp=4, busy=2, roots=[root])
    assert result.status == 0, result
    found = re.split(r"^== (.*)\n", result.stdout.decode(), flags=re.M)
    return dict(zip(found[1::2], found[2::2]))


LINE = re.compile(r" *\d+\.\d{3} \( *\d+\.\d{3} ms\): ls/\d+ \w+\(.*\) = (-?\d+( \(.*\))?|\?)")


@pytest.mark.parametrize("name", ["live", "chosen"])
def test_lines(name):
    lines = [line for line in outputs()[name].splitlines() if "ms): " in line]
    assert lines and all(LINE.fullmatch(line) for line in lines), lines
    calls = {re.search(r"ls/\d+ (\w+)\(", line)[1] for line in lines}
    if name == "chosen":
        assert calls == {"openat", "getdents64"}
    else:
        assert {"execve", "openat", "getdents64", "write", "exit_group"} <= calls


def test_opens():
    assert re.search(r'^\d+ +cat +"/etc/help"$', outputs()["opens"], re.M), outputs()["opens"]


def test_summary_accounts_for_all():
    counts = re.findall(rf"^   {CALL} +(\d+) +(\S+) +(\S+) +(\S+)$", outputs()["summary"], re.M)
    assert [int(count) for count, *_ in counts] == [CALLS] * PROCESSES
    assert all(float(average) <= float(most) <= float(total) for _, total, average, most in counts)


@pytest.mark.parametrize("name", ["count", "all"])
def test_count_accounts_for_all(name):
    text = outputs()[name]
    assert text.splitlines().count(str(MADE)) == 1
    assert re.search(rf"^{CALL} +{MADE}$", text, re.M), text


def test_latency_accounts_for_all():
    text = outputs()["latency"]
    rows = re.findall(r"^\[\d+, \d+\] +(\d+) \|@* *\|$", text, re.M)
    assert f"{CALL}: {MADE} calls" in text and sum(map(int, rows)) == MADE


def test_one_that_runs():
    counts = re.findall(rf"^   {CALL} +(\d+) ", outputs()["running"], re.M)
    assert [int(count) for count in counts] == [100, 100], outputs()["running"]


def test_status_and_refusals():
    assert outputs()["status"] == "7\n"
    lines = outputs()["refused"].splitlines()
    assert "Invalid argument" in lines[0] and lines[1] == "1" and "unheard" not in lines
    assert lines[-1] == "2" and lines.count("2") == 2


def test_all_is_off_again():
    assert outputs()["after"] == "0\n"
