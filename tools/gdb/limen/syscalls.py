"""The system calls as the kernel's file has them: numbers, arguments, functions; `limen syscalls`.

Numbers and names are the kernel's tables, arguments those of the functions behind them: nothing is listed twice, so
a new call is here as soon as it is built.
"""

import functools
import textwrap

import gdb

from limen import kernel
from limen.command import Command, table

ARGUMENT_REGISTERS = ("di", "si", "dx", "r10", "r8", "r9")      # of struct pt_regs; the stub's RDI ... R9
INT80_REGISTERS = ("bx", "cx", "dx", "si", "di", "bp")
NEVER_RETURN = {"exit": "the thread ends in it", "exit_group": "the process ends in it"}
INT_BITS = 32
LEAST_WIDTH, UNLIMITED = 30, 100000     # of the column of prototypes, in characters; of a terminal
NO_BREAK = "\xa0"
HEAD = ("NR", "CALL", "FUNCTION")


class Call:
    def __init__(self, number, name):
        self.number, self.name = number, name

    @functools.cached_property
    def function(self):
        return gdb.lookup_global_symbol(f"sys_{self.name}")

    @functools.cached_property
    def arguments(self):
        """(name, type) of each."""
        if self.function is None:
            return []
        block = gdb.block_for_pc(kernel.address_of(self.function.value()))
        return [(one.name, one.type) for one in block if one.is_argument]

    def prototype(self):
        words = []
        for name, type_ in self.arguments:
            text = str(type_)
            words.append(text + ("" if text.endswith("*") else " ") + name)
        return f"{self.name}({', '.join(words)})"

    def where(self):
        return f"{self.function.symtab.filename}:{self.function.line}" if self.function else "?"

    def text(self, value_of, by_int80):
        """`write(fd=1, buf=0x401000, count=27)`; `value_of` tells of a field of struct pt_regs what it would hold."""
        values = [f"{name}={typed(value_of(register), type_)}"
                  for (name, type_), register in zip(self.arguments, registers_of(by_int80))]
        return f"{self.name}({', '.join(values)})" + by_what(by_int80)


def typed(word, type_):
    """A register's value in the type of an argument, as text."""
    plain = type_.strip_typedefs()
    if plain.code == gdb.TYPE_CODE_PTR:
        return hex(word)
    if plain.sizeof * 8 == INT_BITS:
        word &= (1 << INT_BITS) - 1
    if plain.is_signed and word >> (plain.sizeof * 8 - 1):
        word -= 1 << (plain.sizeof * 8)
    return str(word)


def names():
    """The name of each call by its number. Read once for each kernel file."""
    return names_of(kernel.objfile().filename)


@functools.lru_cache(maxsize=2)
def names_of(_filename):
    def read():
        array = kernel.variable("syscall_metadata")
        low, high = array.type.range()
        return {i: array[i]["name"].string() for i in range(low, high + 1) if kernel.address(array[i]["name"])}
    return kernel.constant(read)


def by_number(number):
    """The call, or None for a number that the kernel doesn't know."""
    name = names().get(number)
    return None if name is None else Call(number, name)


def by_name(name):
    for number, known in names().items():
        if known == name:
            return Call(number, known)
    similar = [known for known in names().values() if name in known]
    hint = f" Perhaps {', '.join(similar[:5])}?" if similar else " `limen syscalls` lists them."
    raise gdb.GdbError(f"There is no system call `{name}`.{hint}")


def by_i386(number):
    """The call that INT 80h's number stands for, or None."""
    array = kernel.variable("int80_calls")
    low, high = array.type.range()
    for i in range(low, high + 1):
        if int(array[i]["i386"]) == number:
            return by_number(int(array[i]["number"]))
    return None


def by_road(number, by_int80):
    """The call that a number in RAX or orig_ax stands for, of which the low 32 bits count, or None."""
    return (by_i386 if by_int80 else by_number)(number & (1 << INT_BITS) - 1)


def registers_of(by_int80):
    """In which fields of struct pt_regs a road into the kernel has its arguments."""
    return INT80_REGISTERS if by_int80 else ARGUMENT_REGISTERS


def name_by_road(number, by_int80):
    """`write`, `write by int 80h`, `number -1`: the number, if it is no call's, as the kernel takes it, signed."""
    call = by_road(number, by_int80)
    number = (number & (1 << INT_BITS) - 1 ^ 1 << INT_BITS - 1) - (1 << INT_BITS - 1)
    return (call.name if call else f"number {number}") + by_what(by_int80)


def by_what(by_int80):
    return " by int 80h" if by_int80 else ""


class Syscalls(Command):
    """limen syscalls [PATTERN]: lists the system calls: number, prototype, where the function is.

With PATTERN those whose name has it in it, or whose number it is."""

    name = "syscalls"
    words = (0, 1)
    needs_machine = False

    def run(self, words):
        pattern = words[0] if words else ""
        calls = [Call(number, name) for number, name in sorted(names().items())
                 if pattern in name or pattern == str(number)]
        if not calls:
            raise gdb.GdbError(f"No system call has `{pattern}` in its name, or as its number.")
        rows = [(str(call.number), call.prototype(), call.where()) for call in calls]
        numbers, places = (max(len(row[column]) for row in [HEAD, *rows]) for column in (0, 2))
        width = (gdb.parameter("width") or UNLIMITED) - 1 - numbers - places - 2 * len("  ")
        head, *lines = wrapped([HEAD, *rows], numbers, max(LEAST_WIDTH, width))
        table(lines, head)


def wrapped(rows, numbers, width):
    """Rows of the table, prototypes that are too long as several, broken behind commas."""
    for number, prototype, place in rows:
        whole_arguments = prototype.replace(" ", NO_BREAK).replace("," + NO_BREAK, ", ")
        first, *more = textwrap.wrap(whole_arguments, width, subsequent_indent=" " * 4)
        yield [number.rjust(numbers), first.replace(NO_BREAK, " "), place]
        yield from (["", line.replace(NO_BREAK, " "), ""] for line in more)
