"""The machine's page tables and physical memory, seen from outside: what the CPU itself would find there.

    for entry in paging.tables(machine, cr3): ...       all entries in use of the user half, before what they lead to
    paging.page(machine, cr3, address)                  the last-level Entry of an address, or None
    paging.pages(machine, cr3, address, count)          those of so many pages in a row
    paging.physical(machine, address, size)             bytes by their physical address

Four levels (SDM vol. 3, 4.5): level 3 is the top table, level 0 maps pages. Limen has no large pages in the user half.
"""

import contextlib
import dataclasses
import struct

PAGE = 4096
ENTRIES, USER_ENTRIES, TOP_LEVEL = 512, 256, 3
ADDRESS = 0x000ffffffffff000
PRESENT, WRITE, USER, ACCESSED, DIRTY, NO_EXECUTE = 1 << 0, 1 << 1, 1 << 2, 1 << 5, 1 << 6, 1 << 63


@dataclasses.dataclass(frozen=True)
class Entry:
    level: int
    address: int        # the first that it maps
    value: int

    def has(self, bits):
        return self.value & bits == bits

    @property
    def frame(self):
        """The physical address that it leads to."""
        return self.value & ADDRESS


@contextlib.contextmanager
def by_physical_address(machine):
    """Inside, machine.read takes physical addresses (QEMU's documentation, `GDB usage`)."""
    machine.ask("Qqemu.PhyMemMode:1")
    try:
        yield
    finally:
        machine.ask("Qqemu.PhyMemMode:0")


def physical(machine, address, size):
    """Bytes; None where there is no memory."""
    with by_physical_address(machine):
        return machine.read(address, size)


def index(address, level):
    return address >> 12 + 9 * level & ENTRIES - 1


def words(machine, address, count):
    """So many entries of a table; zeros where there is no memory."""
    data = machine.read(address, 8 * count) or bytes(8 * count)
    return struct.unpack(f"<{count}Q", data)


def tables(machine, cr3):
    with by_physical_address(machine):
        yield from entries_below(machine, cr3 & ADDRESS, TOP_LEVEL, 0)


def entries_below(machine, table, level, base):
    for at, value in enumerate(words(machine, table, USER_ENTRIES if level == TOP_LEVEL else ENTRIES)):
        if not value:
            continue
        entry = Entry(level, base + (at << 12 + 9 * level), value)
        yield entry
        if level and entry.has(PRESENT):
            yield from entries_below(machine, entry.frame, level - 1, entry.address)


def page(machine, cr3, address):
    return pages(machine, cr3, address, 1)[0]


def pages(machine, cr3, address, count):
    """A list: an Entry for each page that is present or kept, None for the others."""
    found, last, end = [], None, address + count * PAGE
    with by_physical_address(machine):
        while address < end:
            size = min(ENTRIES - index(address, 0), (end - address) // PAGE)
            last = last_table(machine, cr3, address)
            values = words(machine, last + 8 * index(address, 0), size) if last is not None else [0] * size
            found += [Entry(0, address + at * PAGE, value) if value else None for at, value in enumerate(values)]
            address += size * PAGE
    return found


def last_table(machine, cr3, address):
    """The physical address of the table that maps the page, or None."""
    table = cr3 & ADDRESS
    for level in range(TOP_LEVEL, 0, -1):
        value, = words(machine, table + 8 * index(address, level), 1)
        if not value & PRESENT:
            return None
        table = value & ADDRESS
    return table
