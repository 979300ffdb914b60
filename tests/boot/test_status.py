"""Programs that read /proc to show the machine, Debian's busybox: what they print here is another thing on each
machine, so it is looked at for its form."""

import re
import shutil
import sys

import limen

sys.path.insert(0, str(limen.ROOT / "tests/abi"))
import linux  # noqa: E402

SCRIPT = r"""
busybox sleep 1000 &
busybox usleep 100000
mark() { echo "== $1"; }
mark ps; busybox ps
mark top; busybox top -bn1
mark free; busybox free
mark uptime; busybox uptime
mark nproc; busybox nproc
mark pidof; [ "$(busybox pidof sleep)" = $! ] || [ "$(busybox pidof busybox)" ] && echo found
mark wchan; echo "$(cat /proc/$!/wchan)"
mark syscall; cat /proc/$!/syscall
mark stdin; echo through | busybox cat /dev/stdin
mark stdout; echo straight >/dev/stdout
mark fd; busybox ls /dev/fd/ | busybox head -n 3; echo here | busybox cat /dev/fd/0
kill $!
"""
EXPECTED = {
    "ps": r"PID +USER +COMMAND\n +1 root +/bin/init.*\n(.*\n)* *\d+ root +busybox sleep 1000\n(.*\n)*",
    "top": r"Mem: \d+K used, \d+K free, .*\nCPU: +\d+% usr .*\nLoad average: \d\.\d\d \d\.\d\d \d\.\d\d \d/\d \d+\n"
           r" +PID +PPID USER .*\n(.*\n)* *\d+ +\d+ root +S .*busybox sleep 1000\n(.*\n)*",
    "free": r" +total +used +free .*\nMem: +\d+ +\d+ +\d+ +\d+ +\d+ +\d+\nSwap: +0 +0 +0\n",
    "uptime": r" \d\d:\d\d:\d\d up 0 min, +(0 users, +)?load average: \d\.\d\d, \d\.\d\d, \d\.\d\d\n",
    "nproc": r"2\n",
    "pidof": r"found\n",
    "wchan": r"[a-z_]*sleep[a-z_]*\n",
    "syscall": r"(35|230) 0x.*\n",
    "stdin": r"through\n",
    "stdout": r"straight\n",
    "fd": r"0\n1\n2\nhere\n",
}


def test_busybox_shows_the_machine(tmp_path):
    (tmp_path / "bin").mkdir()
    shutil.copy(linux.busybox(), tmp_path / "bin/busybox")
    (tmp_path / "script").write_text(SCRIPT)
    result = limen.run("/bin/busybox", "sh", "/script", roots=[tmp_path], smp=2)
    parts = re.split(r"^== (\w+)\n", result.stdout.decode(), flags=re.MULTILINE)
    answers = dict(zip(parts[1::2], parts[2::2]))
    assert set(answers) == set(EXPECTED), result
    wrong = {name: answers[name] for name, form in EXPECTED.items() if not re.fullmatch(form, answers[name])}
    assert not wrong
