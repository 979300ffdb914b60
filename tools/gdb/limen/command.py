"""The prefix `limen`, and what all its commands share: help from the docstring, errors in plain words."""

import difflib

import gdb

from limen import interrupts, kernel


class Limen(gdb.Command):
    """Limen's own commands: processes, memory, and both sides of a system call.

`help limen COMMAND` tells more of each; docs/gdb.md shows them at work."""

    def __init__(self):
        super().__init__("limen", gdb.COMMAND_USER, prefix=True)

    def invoke(self, argument, from_tty):
        if argument:
            known = [line.split()[1] for line in gdb.execute("help limen", to_string=True).splitlines()
                     if line.startswith("limen ")]
            close = difflib.get_close_matches(argument.split()[0], known, n=1)
            hint = f"perhaps `limen {close[0]}`? " if close else ""
            raise gdb.GdbError(f"There is no `limen {argument}`: {hint}`help limen` lists what there is.")
        gdb.execute("help limen")


class Command(gdb.Command):
    """A command `limen NAME`. A subclass has `name`, `run(words)`, and says in `words` how many it takes."""

    name = None
    words = (0, 0)
    needs_machine = True
    choices = None

    def __init__(self):
        super().__init__(f"limen {self.name}", gdb.COMMAND_USER)

    def invoke(self, argument, from_tty):
        self.dont_repeat()
        interrupts.release()
        interrupts.take()
        words = self.split(argument)
        low, high = self.words
        if not low <= len(words) <= high:
            usage = self.__doc__.splitlines()[0].rstrip(".")
            raise gdb.GdbError(f"Usage: {usage.split(':')[0]}")
        if self.needs_machine:
            kernel.need_machine()
        try:
            self.run(words)
        except gdb.MemoryError as error:
            raise gdb.GdbError(f"That memory can't be read: {error}") from None
        except gdb.error as error:
            raise gdb.GdbError(str(error)) from None

    def split(self, argument):
        """The words of what was typed behind the name, quotes taken off."""
        return gdb.string_to_argv(argument)

    def complete(self, so_far, word):
        if self.choices is None:
            return gdb.COMPLETE_NONE
        return [choice for choice in self.choices() if choice.startswith(word)]


def number(word, what):
    """A decimal or 0x number that the user typed."""
    try:
        return int(word, 0)
    except ValueError:
        raise gdb.GdbError(f"{what} is a number, not `{word}`.") from None


def table(rows, head):
    """Prints rows in columns, numbers (int) to the right."""
    rows = [list(row) for row in rows]
    right = [all(isinstance(row[i], int) for row in rows) and bool(rows) for i in range(len(head))]
    lines = [head] + [[str(cell) for cell in row] for row in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    for line in lines:
        cells = [cell.rjust(width) if to_right else cell.ljust(width)
                 for cell, width, to_right in zip(line, widths, right)]
        print("  ".join(cells).rstrip())
