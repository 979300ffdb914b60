"""What gdb reads to know Limen: `gdb -x tools/gdb/start.py build/debug/limen.elf`. tools/debug does that.

It sets what gdb needs to know of this kernel and registers the `limen` commands; the package limen/ beside it
has one file for each subject.
"""

import os
import sys

import gdb

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

SETTINGS = (
    "set architecture i386:x86-64",          # also while the CPU is still in real mode
    "set disassembly-flavor intel",          # as nasm, whose sources are shown beside it
    "set breakpoint pending on",             # user programs' symbols come and go (limen/breaks.py)
    "set print pretty on",
    "set print null-stop on",
    "set backtrace past-main on",            # below main there may be a signal handler's frame
    "set disassemble-next-line auto",
    "set multiple-symbols all",
    # While the machine stands still its RAM does not change: gdb may read it in lines, once. Not so the areas, where
    # devices' registers are mapped.
    "set mem inaccessible-by-default off",
    "mem 0xffff888000000000 0xffffc88000000000 rw cache",
    "mem 0xffffffff80000000 0xffffffffa0000000 rw cache",
    "set dcache line-size 512",
)

for setting in SETTINGS:
    gdb.execute(setting, to_string=True)

import limen.register  # noqa: E402  (it needs the path above)

limen.register.all_commands()
