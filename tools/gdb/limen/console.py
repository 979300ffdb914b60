"""The guest's console from within gdb: `limen type`.

tools/debug, which started gdb and the machine, shows what the console says, and takes what is to be typed from a
pipe whose number is in the environment.
"""

import os
import re

import gdb

from limen.command import Command

VARIABLE = "LIMEN_CONSOLE_INPUT"
KEY = re.compile(r"\^([@-_a-z?])")     # its character is that of the letter with bit 6 turned: ^C is 3, ^? is 127


class Type(Command):
    """limen type TEXT: types a line at the machine's console, which its shell reads once it runs on.

`limen type hello`, then `continue`. What the machine says is shown between gdb's own lines. `limen type ^C` types
that one key, and so do ^D, ^Z and their like."""

    name = "type"
    words = (1, 1)
    needs_machine = False

    def run(self, words):
        if VARIABLE not in os.environ:
            raise gdb.GdbError("The console is not this session's: type where the machine was started "
                               "(the terminal of tools/run).")
        key = KEY.fullmatch(words[0])
        data = bytes([ord(key[1].upper()) ^ 0x40]) if key else words[0].encode() + b"\n"
        os.write(int(os.environ[VARIABLE]), data)

    def split(self, argument):
        """As it stands: its quotes are the shell's."""
        return [argument] if argument else []
