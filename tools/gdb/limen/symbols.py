"""Programs' symbols: gdb knows those of the kernel and of one program, the one that runs where it stopped.

All programs lie at the same addresses, so only one at a time can be known. At every stop the running process tells
which; nothing is read anew as long as it is the same one.
"""

import gdb

from limen import interrupts, kernel, programs, tasks
from limen.command import Command

loaded = None           # the Program whose symbols gdb has, or None
before_change = []      # called with the old Program before its symbols go
after_change = []       # called with the new one once they are there


def load(program):
    """Makes `program` (None: no program) the one that gdb knows. True if that changed anything."""
    if (loaded.key() if loaded else None) == (program.key() if program else None):
        return False
    with interrupts.Held():         # else gdb could know other symbols than `loaded` says
        change(program)
    return True


def change(program):
    global loaded
    for call in before_change:
        call(loaded)
    if loaded is not None:
        for file, _ in loaded.objects():
            gdb.execute(f"remove-symbol-file {quoted(file)}", to_string=True)
    loaded = program
    if program is not None:
        for file, bias in program.objects():
            add(file, bias)
    for call in after_change:
        call(loaded)


def add(file, bias):
    words = f"add-symbol-file {quoted(file)} -o {bias:#x}"
    kernel.constant(lambda: gdb.execute(words, to_string=True))


def quoted(path):
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'


seen = None             # the process, program and memory that the last look found


def follow_current():
    """Loads the symbols of the running process's program; a thread of the kernel's own leaves things as they are."""
    global seen
    process = tasks.current_process()
    if process is None:
        return False
    thread = kernel.current_thread()
    program, memory = kernel.address(process["exe"]), kernel.address(thread["mm"])
    now = (int(process["pid"]["number"]), program, memory)  # addresses alone come back, as those of another process
    if now == seen:
        return False
    if program and memory:
        seen = now
        return load(programs.of_process(process))
    return False


def forget():
    """The next stop looks anew."""
    global seen
    seen = None


class Program(Command):
    """limen program [NAME]: makes gdb know the symbols of a program that doesn't run now, until the next stop.

Without NAME says which one it knows. Breakpoints set then are that program's: `limen program hello`, `break main`."""

    name = "program"
    words = (0, 1)
    needs_machine = False

    def choices(self):
        return [path.rpartition("/")[2] for path in programs.all_known()]

    def run(self, words):
        if words:
            load(programs.by_name(words[0]))
            forget()
        if loaded is None:
            print("No program's symbols are loaded.")
        else:
            where = f" at {loaded.bias:#x}" if loaded.bias else ""
            print(f"{loaded.path}: {loaded.file}{where}")
