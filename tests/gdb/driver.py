"""Runs inside gdb for tests/gdb/session.py: the commands of a file, one after the other, with a mark before each."""

import os
import sys

import gdb

MARK = "\x1e"


def mark():
    sys.stdout.write(MARK)
    gdb.flush()


gdb.execute("set width 100")
gdb.execute("set height 0")
gdb.execute("set style enabled off")
for command in open(os.environ["LIMEN_GDB_COMMANDS"], encoding="utf-8").read().split("\n"):
    mark()
    try:
        gdb.execute(command)
    except gdb.error as error:
        print(error)
    gdb.flush()
mark()
