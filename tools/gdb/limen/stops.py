"""What happens at every stop: the running program's symbols come; a sentry's hit becomes its breakpoint's; a panic
is said.
"""

import os

import gdb

from limen import breaks, frames, interrupts, kernel, panics, symbols


def on_stop(event):
    """Never lets an error out: a machine in early boot, or one in trouble, must still be debugged."""
    with interrupts.Held():
        look()
    interrupts.release()
    if is_of_ctrl_c(event):
        interrupts.take()               # gdb has said it
    elif not quiet and interrupts.take():
        say_interrupted()


def is_of_ctrl_c(event):
    return isinstance(event, gdb.SignalEvent) and event.stop_signal == "SIGINT"


def look():
    try:
        hit = breaks.take_hit()
        panicked = panics.take_hit()
        changed = symbols.follow_current()
        if panicked:
            panics.report()
        elif hit is not None:
            report_hit(hit)
        elif changed and kernel.ring() == 3 and not quiet:
            frames.show_innermost()        # gdb has shown the place already, without these symbols
    except (gdb.error, gdb.MemoryError, gdb.GdbError, RuntimeError):
        pass


def say_interrupted():
    """Of a Ctrl-C that has stopped the machine without gdb knowing."""
    print("\nInterrupted.")
    frames.show_innermost()


def report_hit(number):
    """A sentry could not evaluate the user's condition, which needs the program's symbols: now they are there."""
    global passed_by
    user = breaks.user_breakpoint(number)
    condition = user.condition
    if condition and not gdb.parse_and_eval(condition):
        passed_by = True
        if not quiet and not interrupts.wanted():
            gdb.post_event(lambda: gdb.execute("continue"))
        return
    print(f"\n{'Temporary breakpoint' if user.temporary else 'Breakpoint'} {number}, ", end="", flush=True)
    frames.show_innermost()
    if user.temporary:
        user.delete()


quiet = False
passed_by = False       # the last stop was at a breakpoint whose condition turned out not to hold


def take_passed_by():
    global passed_by
    before, passed_by = passed_by, False
    return before


class Quiet:
    """While a command of ours runs the machine on and off, stops are its own business."""

    def __enter__(self):
        global quiet
        self.before, quiet = quiet, True

    def __exit__(self, *_):
        global quiet
        quiet = self.before


def on_new_objfile(event):
    """Another kernel's file: all that was learned of the old one is void."""
    if event.new_objfile.filename == gdb.current_progspace().filename:
        kernel.forget()
        panics.watch()


def on_exited(_event):
    symbols.forget()


def on_gdb_exiting(_event):
    """A machine that tools/debug started for this gdb ends at once; detached from, it would run on for a moment."""
    if "LIMEN_GDB_OWNS_MACHINE" in os.environ and gdb.selected_thread() is not None:
        gdb.execute("kill", to_string=True)


def connect():
    gdb.events.stop.connect(on_stop)
    gdb.events.new_objfile.connect(on_new_objfile)
    gdb.events.exited.connect(on_exited)
    gdb.events.gdb_exiting.connect(on_gdb_exiting)
    breaks.connect()
    interrupts.connect()
    panics.watch()
