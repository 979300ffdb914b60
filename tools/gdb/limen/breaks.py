"""Breakpoints in user programs, although all programs lie at the same addresses and one at a time is known.

A breakpoint set in a program's code gets the condition `$_program("NAME")`, which `info breakpoints` shows. When gdb
comes to know another program, such a breakpoint has no place any more; a sentry, a mark at its address, stands in for
it: if that is hit in the right program, that program's symbols come back, and the breakpoint with them.
"""

import gdb

from limen import interrupts, kernel, programs, symbols, tasks
from limen.command import Command
from limen.marks import Mark

owners = {}         # number of a user's breakpoint -> the Program in whose code it is
sentries = []
CODE = (gdb.BP_BREAKPOINT, gdb.BP_HARDWARE_BREAKPOINT)


class InProgram(gdb.Function):
    """$_program(NAME): does this CPU run the program NAME (`hello`, `/bin/hello`)? For conditions of breakpoints."""

    def __init__(self):
        super().__init__("_program")

    def invoke(self, name):
        with interrupts.Held():
            path = programs.path_of(tasks.current_process())
            is_it = path is not None and programs.matches(path, name.string()) and is_fetched()
        if interrupts.wanted():
            raise gdb.GdbError("Interrupted.")
        return is_it


def is_fetched():
    """Is the instruction's page there? QEMU stops before it looks: a page fault would come next, and then the same
    breakpoint once more."""
    try:
        return bool(kernel.memory(kernel.register("rip"), 1))
    except gdb.MemoryError:
        return False


class Sentry(Mark):
    """Stands at one address for a breakpoint of the user's whose program's symbols are not there."""

    def __init__(self, address, number, program):
        super().__init__(address, self.is_place)
        self.number_of_user, self.program = number, program

    def is_place(self):
        user = user_breakpoint(self.number_of_user)
        path = programs.path_of(tasks.current_process())
        return user is not None and user.enabled and path == self.program.path and is_fetched()


def user_breakpoint(number):
    return next((one for one in gdb.breakpoints() if one.number == number), None)


def locations(breakpoint_):
    """Its addresses; none for what is no code breakpoint, or is pending."""
    if breakpoint_.type not in CODE:
        return []
    return [location.address for location in breakpoint_.locations if location.address is not None]


def in_program(program, breakpoint_):
    """Its addresses that lie in the program's code."""
    return [address for address in locations(breakpoint_) if address < kernel.USER_END and program.holds(address)]


def on_created(breakpoint_):
    """A pending breakpoint in a source of user/: its program is known, whatever runs now. (An editor sets such, and
    takes the number of what is hit for its own: so without need no sentry stands in for it.)"""
    if breakpoint_.pending and breakpoint_.number > 0:
        program = programs.of_source(breakpoint_.location.rpartition(":")[0].strip('"'))
        if program is not None:
            before = symbols.loaded
            symbols.load(program)
            note(breakpoint_)
            if before is not None:
                symbols.load(before)
            return
    note(breakpoint_)


def note(breakpoint_):
    """A user's breakpoint is new or got a place: if that is in the program gdb knows, it becomes that program's."""
    program = symbols.loaded
    if program is None or breakpoint_.number in owners or breakpoint_.number <= 0:
        return
    places = in_program(program, breakpoint_)
    if not places or len(places) != len(locations(breakpoint_)):
        return
    owners[breakpoint_.number] = program
    mine = f'$_program("{program.name()}")'
    if mine not in (breakpoint_.condition or ""):
        breakpoint_.condition = f"({breakpoint_.condition}) && {mine}" if breakpoint_.condition else mine


def forget(breakpoint_):
    owners.pop(breakpoint_.number, None)


def post_sentries(program):
    """Before a program's symbols go: sentries for its breakpoints."""
    if program is None:
        return
    for one in gdb.breakpoints():
        if owners.get(one.number) and owners[one.number].path == program.path:
            for address in in_program(program, one):
                sentries.append(Sentry(address, one.number, program))


def withdraw_sentries(program):
    """Once a program's symbols are there: its breakpoints stand for themselves."""
    for sentry in list(sentries):
        is_back = program is not None and sentry.program.path == program.path
        if is_back or user_breakpoint(sentry.number_of_user) is None:
            sentries.remove(sentry)
            sentry.delete()


def take_hit():
    """The number of the user's breakpoint whose sentry ended the last run, or None. To be asked before the
    program's symbols change."""
    return next((sentry.number_of_user for sentry in sentries if sentry.take_hit()), None)


def connect():
    gdb.events.breakpoint_created.connect(on_created)
    gdb.events.breakpoint_modified.connect(note)
    gdb.events.breakpoint_deleted.connect(forget)
    symbols.before_change.append(post_sentries)
    symbols.after_change.append(withdraw_sentries)


class Break(Command):
    """limen break PROGRAM LOCATION: sets a breakpoint in a program, whether it runs already or not.

`limen break hello main`, `limen break hello hello.c:6 if argc > 1`. It stops only in processes that run PROGRAM. In
the program that runs where gdb stopped, plain `break` does the same."""

    name = "break"
    words = (2, 2)
    needs_machine = False

    def choices(self):
        return [path.rpartition("/")[2] for path in programs.all_known()]

    def split(self, argument):
        return argument.split(None, 1)

    def run(self, words):
        before, program = symbols.loaded, programs.by_name(words[0])
        symbols.load(program)
        try:
            place = kernel.constant(lambda: place_in(program, words[1]))
            kernel.constant(lambda: gdb.execute(f"break {place}"))
        finally:
            symbols.load(before)


def place_in(program, text):
    """What follows `break` in TEXT, made to mean the program alone: the kernel may have a function of that name."""
    rest, lines = gdb.decode_line(text)
    rest = rest or ""
    mine = [line for line in lines or () if line.pc < kernel.USER_END and program.holds(line.pc)]
    if not mine:
        raise gdb.GdbError(f"`{text.removesuffix(rest).strip()}` is not in {program.name()}, but in the kernel.")
    function = gdb.block_for_pc(mine[0].pc).function if len(mine) < len(lines) else None
    if function is None:
        return text
    return f"-source {function.symtab.filename} -function {function.name} {rest}"
