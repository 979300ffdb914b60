"""make bench measures, and the cheapest call is as cheap as is promised. What all cost: docs/performance.md."""

import re
import subprocess

import limen


def test_null_call():
    with limen.cpus():
        done = subprocess.run(["tests/bench/bench", "build/tests/bench/boundary", "null_syscall", "unix_pingpong"],
                              cwd=limen.ROOT, capture_output=True, check=True, text=True)
    figure = re.search(r"^null call \(getppid\) +(\d+) +85 +\d\.\d\d$", done.stdout, re.M)
    assert figure and 38 < int(figure[1]) < 100, done.stdout
    assert re.search(r"^Unix socket ping-pong +(-|[\d,]+) +4,500", done.stdout, re.M), done.stdout
