"""The walk through the page tables (SDM vol. 3, 4.5): `limen pt`.

Tables lie in RAM, so each is read through the kernel's direct map, whichever address space is loaded.
"""

import gdb

from limen import kernel, tasks, vmmap
from limen.command import Command, number

DIRECT_BASE = 0xffff888000000000
LEVELS = (("PML4", 39), ("PDPT", 30), ("PD", 21), ("PT", 12))
ADDRESS = 0x000ffffffffff000
INDEX = 511
CANONICAL_TOP = 0xffff800000000000

PRESENT, LARGE, GLOBAL, KEPT, NO_EXECUTE = 1 << 0, 1 << 7, 1 << 8, 1 << 9, 1 << 63
BITS = ((1 << 1, "writable", "read-only"), (1 << 2, "user", "kernel"), (1 << 3, "write-through", ""),
        (1 << 4, "uncached", ""), (1 << 5, "accessed", ""), (1 << 6, "dirty", ""))


class Step:
    """One level of a walk: the entry at `index` of the table at physical address `table`."""

    def __init__(self, name, shift, table, index, entry):
        self.name, self.shift, self.table, self.index, self.entry = name, shift, table, index, entry

    def present(self):
        return bool(self.entry & PRESENT)

    def is_page(self):
        return self.shift == LEVELS[-1][1] or (self.shift < LEVELS[0][1] and bool(self.entry & LARGE))

    def target(self):
        """The physical address that the entry names: of a table, or of the page."""
        return self.entry & ADDRESS & ~((1 << self.shift) - 1 if self.is_page() else 0)

    def decoded(self):
        if not self.present():
            return "not present" + (", but a page is kept here (PROT_NONE)" if self.entry & KEPT else "")
        words = [yes if self.entry & bit else no for bit, yes, no in BITS]
        if self.is_page():
            words.append("global" if self.entry & GLOBAL else "")
        words.append("no-execute" if self.entry & NO_EXECUTE else "executable")
        return ", ".join(word for word in words if word)


def read_physical(address):
    return kernel.word(DIRECT_BASE + address)


def walk(root, address):
    """The steps of a walk, down to the page or to the first entry that is not present."""
    table = root & ADDRESS
    for name, shift in LEVELS:
        index = address >> shift & INDEX
        step = Step(name, shift, table, index, read_physical(table + index * 8))
        yield step
        if not step.present() or step.is_page():
            return
        table = step.target()


def size_text(shift):
    return {12: "4 KiB", 21: "2 MiB", 30: "1 GiB"}[shift]


def rights_of(steps):
    """What the levels together allow: the CPU takes the least of them."""
    writable = all(step.entry & 1 << 1 for step in steps)
    user = all(step.entry & 1 << 2 for step in steps)
    executable = not any(step.entry & NO_EXECUTE for step in steps)
    return f"{'user' if user else 'kernel only'}, r{'w' if writable else '-'}{'x' if executable else '-'}"


class Pt(Command):
    """limen pt ADDRESS [PID]: shows the walk through the page tables for an address.

ADDRESS is any expression ($rsp, &percpu_current, 0x401000). The tables are those that CR3 has loaded, or PID's.
Each line is one entry: its table's physical address, its index, the entry, what its bits say. The last line is what
they come to: rights are the least that any level gives."""

    name = "pt"
    words = (1, 100)

    def run(self, words):
        root, of_whom = self.root(words)
        address = kernel.address(gdb.parse_and_eval(" ".join(words)))
        if CANONICAL_TOP > address >= kernel.USER_END:
            raise gdb.GdbError(f"{address:#x} is not canonical: bits 63 to 47 differ, no table can map it.")
        print(f"{address:#x} by {of_whom}, CR3 {root:#x}")
        steps = list(walk(root, address))
        for step in steps:
            print(f"  {step.name:4} {step.table:#011x}[{step.index:3}] = {step.entry:#018x}  "
                  f"{'page' if step.present() and step.is_page() else '-> '} {step.target():#x}"
                  f"  {step.decoded()}")
        print(self.result(steps, address))

    def split(self, argument):
        """Quotes stay: $percpu("percpu_current")."""
        return argument.split()

    def root(self, words):
        """Takes PID off the words if there is one. The root of the tables, and whose they are."""
        if len(words) > 1 and words[-1].isdigit():
            process = tasks.find(number(words.pop(), "PID"))
            mm = vmmap.mm_of(process)
            if mm is None:
                raise gdb.GdbError(f"Process {tasks.pid_of(process)} has no memory any more: it is ending.")
            return int(mm["page_table"]["root"]), f"the tables of {tasks.name_of(process)} ({tasks.pid_of(process)})"
        if not kernel.register("cr0") >> 31:
            raise gdb.GdbError("Paging is still off: addresses are physical (CR0.PG = 0).")
        return kernel.register("cr3") & ADDRESS, "the tables that are loaded"

    def result(self, steps, address):
        last = steps[-1]
        if not last.present():
            return f"Not mapped: touching it is a page fault. The walk ends in the {last.name}."
        offset = address & ((1 << last.shift) - 1)
        return (f"Physical {last.target() + offset:#x}, in a page of {size_text(last.shift)}: "
                f"{rights_of(steps)}.")
