"""Where a machine is that doesn't come to an end: the functions on the kernel's stack, seen from outside.

    table = Table(build.symbols); where(machine, table)
"""

import bisect
import itertools
import re

from labs import remote
from labs.machine import Ended

KERNEL = 0xffffffff80000000
FRAMES = 12
HEX = re.compile("[0-9a-f]{16}")


class Table:
    """The kernel's functions, by address; `places`: where what all of its files can name is."""

    def __init__(self, text):
        """TEXT is nm's, of the hand-in's kernel, made in the sandbox."""
        words = [line.split() for line in text.decode(errors="replace").splitlines()]
        self.functions = sorted((int(each[0], 16), re.sub(r"[^\x21-\x7e]", "?", each[2][:60])) for each in words
                                if len(each) == 3 and each[1] in "tT" and HEX.fullmatch(each[0]))
        self.addresses = [address for address, _ in self.functions]
        self.places = {each[2]: int(each[0], 16) for each in words
                       if len(each) == 3 and each[1] in "TDBR" and HEX.fullmatch(each[0])}

    def name(self, address):
        """function+offset of an address in the kernel; None for others."""
        at = bisect.bisect_right(self.addresses, address) - 1
        if at < 0 or address < KERNEL:
            return None
        return f"{self.functions[at][1]}+{address - self.addresses[at]}"


def frames(machine):
    """Where it is, and where the functions return to: the kernel keeps frame pointers."""
    registers = machine.registers()
    yield registers["rip"]
    frame = registers["rbp"]
    while frame >> 47 == 0x1ffff and (words := machine.read(frame, 16)):
        yield int.from_bytes(words[8:], "little")
        above = int.from_bytes(words[:8], "little")
        if above <= frame:
            return
        frame = above


def where(machine, table):
    """Lines that say where a machine is now: of each CPU RIP, and the functions that it is in."""
    try:
        machine.interrupt()
        return "".join(where_cpu(machine, table, cpu) for cpu in range(machine.smp))
    except (Ended, remote.ProtocolError):
        return ""


def where_cpu(machine, table, cpu):
    machine.select(cpu)
    addresses = list(itertools.islice(frames(machine), FRAMES))
    found = "".join(f"\n  {table.name(address) or f'{address:#x}, in a program'}" for address in addresses)
    return f"\n{f'CPU {cpu}' if machine.smp > 1 else 'it'} is at RIP {addresses[0]:#x}, in:{found}"
