"""Makes everything of this package known to gdb; a new command is one more line here."""

from limen import breaks, console, cross, files, frames, locks, pagetable, programs, stops, symbols, syscalls
from limen import tasks, trips, unwind, vmmap
from limen.command import Limen

COMMANDS = (
    trips.SysEnter, trips.SysExit, cross.Cross, frames.Frame,
    tasks.Ps, files.Files, vmmap.Vmmap, pagetable.Pt, locks.Locks, syscalls.Syscalls,
    breaks.Break, symbols.Program, programs.Root, console.Type,
)
FUNCTIONS = (tasks.Current, tasks.Percpu, breaks.InProgram)


def all_commands():
    Limen()
    for one in COMMANDS + FUNCTIONS:
        one()
    frames.Filter()
    unwind.connect()
    stops.connect()
