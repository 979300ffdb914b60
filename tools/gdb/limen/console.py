"""The guest's console from within gdb: `limen type`.

tools/debug, which started gdb and the machine, shows what the console says, and takes what is to be typed from a
pipe whose number is in the environment.
"""

import os

import gdb

from limen.command import Command

VARIABLE = "LIMEN_CONSOLE_INPUT"


class Type(Command):
    """limen type TEXT: types a line at the machine's console, which its shell reads once it runs on.

`limen type hello`, then `continue`. What the machine says is shown between gdb's own lines."""

    name = "type"
    words = (1, 100)
    needs_machine = False

    def run(self, words):
        if VARIABLE not in os.environ:
            raise gdb.GdbError("The console is not this session's: type where the machine was started "
                               "(the terminal of tools/run).")
        os.write(int(os.environ[VARIABLE]), " ".join(words).encode() + b"\n")
