"""Counting by hist triggers: under load on four CPUs every call that was made is counted."""
import functools
import pathlib
import re
import sys

import limen

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "abi"))
from programs import Suite  # noqa: E402

PROCESSES, CALLS = 8, 5000
MADE = PROCESSES * CALLS
SCRIPT = f"""exec 2>&1
cd /sys/kernel/tracing/events/raw_syscalls
echo hist:keys=nothing > sys_enter/trigger
echo hist:keys=args > sys_enter/trigger
echo hist:keys=id.execname > sys_enter/trigger
echo hist:vals=id > sys_enter/trigger
echo 'hist:keys=id.syscall' > sys_enter/trigger
echo 'hist:keys=id' > sys_enter/trigger
echo 'hist:keys=common_pid.execname,id.syscall' > sys_exit/trigger
echo 'hist:keys=id.syscall:vals=hitcount,duration' > ../limen/sys_done/trigger
echo 'hist:keys=__syscall_nr' > ../syscalls/sys_enter_sched_get_priority_max/trigger
/abi/calls {PROCESSES} {CALLS}
for event in raw_syscalls/sys_enter raw_syscalls/sys_exit limen/sys_done \\
             syscalls/sys_enter_sched_get_priority_max
do echo == $event; cat ../$event/hist; cat ../$event/trigger; echo '!hist' > ../$event/trigger
done
echo == after
cat sys_enter/hist
echo '!hist' > sys_enter/trigger
echo == log2
echo 'hist:keys=duration.log2' > ../limen/sys_done/trigger
/abi/calls 4 1000
cat ../limen/sys_done/hist
"""


@functools.lru_cache(maxsize=None)
def parts(tmp):
    root = pathlib.Path(tmp)
    Suite("trace").lay_out(root, ["calls"])
    result = limen.run("/bin/sh", "-c", SCRIPT, smp=4, busy=2, roots=[root])
    assert result.status == 0, result
    found = re.split(r"^== (.*)\n", result.stdout.decode(), flags=re.M)
    return {"": found[0]} | dict(zip(found[1::2], found[2::2]))


def test_hist(tmp_path):
    part = parts(str(tmp_path))
    lines = part[""].splitlines()
    assert [line.rpartition(": ")[2] for line in lines[:5]] == ["Invalid argument"] * 4 + ["File exists"]
    assert lines[5] == str(MADE)

    text = part["raw_syscalls/sys_enter"]
    assert "# trigger info: hist:keys=id.syscall [active]" in text
    assert re.search(rf"^{{ id: sys_sched_get_priority_max +\[146\] }} hitcount: +{MADE}$", text, re.M), text
    counts = list(map(int, re.findall(r"hitcount: +(\d+)", text)))
    assert counts == sorted(counts) and f"Hits: {sum(counts)}\n" in text and "Dropped: 0" in text

    by_process = re.findall(r"^{ common_pid: calls +\[ +(\d+)\], id: sys_sched_get_priority_max +\[146\] } "
                            r"hitcount: +(\d+)$", part["raw_syscalls/sys_exit"], re.M)
    assert len({pid for pid, _ in by_process}) == PROCESSES
    assert [int(count) for _, count in by_process] == [CALLS] * PROCESSES

    done = re.search(r"^{ id: sys_sched_get_priority_max +\[146\] } hitcount: +(\d+)  duration: +(\d+)  max: +(\d+)$",
                     part["limen/sys_done"], re.M)
    count, total, most = map(int, done.groups())
    assert count == MADE and most <= total <= most * count
    assert re.search(rf"}} hitcount: +{MADE}$", part["syscalls/sys_enter_sched_get_priority_max"], re.M)
    assert part["after"].count("\n") == 1 and "No such file" in part["after"]

    rows = re.findall(r"^{ duration: ~ 2\^(\d+) +} hitcount: +(\d+)$", part["log2"], re.M)
    assert sum(int(hits) for _, hits in rows) >= 4000 and len({power for power, _ in rows}) == len(rows)
