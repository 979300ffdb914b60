"""kernel/abi beside this machine's own headers: the same name must have the same value."""
import glob
import os
import re
import subprocess

import pytest

import limen

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

SYSTEM_HEADERS = """
    errno.h fcntl.h sys/stat.h time.h signal.h sys/wait.h limits.h dirent.h sys/uio.h sys/ioctl.h
    termios.h elf.h linux/auxvec.h linux/reboot.h sched.h linux/sched.h sys/resource.h poll.h
    sys/prctl.h asm/prctl.h linux/futex.h sys/random.h sys/mman.h sys/times.h unistd.h ucontext.h
    sys/time.h sys/select.h sys/epoll.h sys/eventfd.h sys/timerfd.h sys/signalfd.h sys/inotify.h
""".split()

# Where glibc's value is its own and not the kernel's.
DIFFERENT = {
    "NCCS",         # glibc's struct termios is longer than the kernel's
    "ELFMAG",       # a string
    "O_LARGEFILE",  # 0 in a 64-bit glibc; the kernel shows its bit in F_GETFL
    "SIGRTMIN",     # glibc keeps the first two for its threads
    "MINSIGSTKSZ", "SIGSTKSZ",  # sysconf's in a new glibc
}


def values_of(names, includes, tmp_path):
    """Value of each name that is a macro with these includes and has an integer value."""
    lines = [f"#ifdef {name}\nSHOW({name})\n#endif" for name in names]
    source = tmp_path / "values.c"
    source.write_text("#define _GNU_SOURCE\n" + includes + """
        #include <stdio.h>
        #define SHOW(name) printf(#name " %lld\\n", (long long)(name));
        int main(void) {
    """ + "\n".join(lines) + "\nreturn 0; }\n")
    program = str(tmp_path / "values")
    subprocess.run(["gcc", "-w", "-I" + ROOT, "-o", program, str(source)], check=True, timeout=limen.TIMEOUT_S)
    shown = subprocess.run([program], check=True, timeout=limen.TIMEOUT_S, stdout=subprocess.PIPE, text=True)
    return dict(line.split(" ") for line in shown.stdout.splitlines())


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the headers are another machine's")
def test_values(tmp_path):
    paths = sorted(glob.glob(os.path.join(ROOT, "kernel/abi/*.h")))
    names = set()
    for path in paths:
        with open(path, encoding="utf-8") as file:
            names.update(re.findall(r"^#define (\w+) \S", file.read(), re.M))
    names = {name for name in names if not name.startswith("P_")} - DIFFERENT
    ours = values_of(names, "\n".join(f'#include "{path}"' for path in paths), tmp_path)
    theirs = values_of(names, "\n".join(f"#include <{name}>" for name in SYSTEM_HEADERS), tmp_path)
    assert len(theirs) > 500
    assert {name: ours[name] for name in theirs} == theirs
