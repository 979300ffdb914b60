"""A panic of the kernel stops in gdb, when all is told and the machine still stands."""

import gdb

from limen import frames, kernel
from limen.marks import Mark

END = "panic_end"       # kernel/core/panic.c: every panic passes it
stone = None


def watch():
    """A kernel's file is there, the first one or another: its panics are watched for."""
    global stone
    if stone is not None:
        stone.delete()
    try:
        stone = Mark(kernel.label_address(END))
    except gdb.error:
        stone = None            # no kernel, or one that is older than this


def take_hit():
    """Did the last run end in a panic?"""
    return stone is not None and stone.take_hit()


def report():
    print("\nThe kernel panicked, and its last words are said: `bt` shows where. `continue` ends the machine.")
    frames.show_innermost()
