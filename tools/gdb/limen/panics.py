"""A panic of the kernel stops in gdb, when all is told and the machine still stands: a silent breakpoint of ours."""

import gdb

from limen import frames, kernel

END = "panic_end"       # kernel/core/panic.c: every panic passes it
stone = None


class Stone(gdb.Breakpoint):
    def __init__(self, address):
        super().__init__(f"*{address:#x}", internal=True)
        self.silent, self.was_hit = not kernel.is_editors_gdb(), False

    def stop(self):
        self.was_hit = True
        return True


def watch():
    """A kernel's file is there, the first one or another: its panics are watched for."""
    global stone
    if stone is not None:
        stone.delete()
    try:
        stone = Stone(kernel.label_address(END))
    except gdb.error:
        stone = None            # no kernel, or one that is older than this


def take_hit():
    """Did the last run end in a panic?"""
    if stone is None or not stone.was_hit:
        return False
    stone.was_hit = False
    return True


def report():
    print("\nThe kernel panicked, and its last words are said: `bt` shows where. `continue` ends the machine.")
    frames.show_innermost()
