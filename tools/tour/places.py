"""Inside gdb: what is at an address? Instructions with their source lines and functions, the rights of pages, names.

Each thing is looked up once and gets a number, by which the steps of a recording name it.
"""

import functools
import os

import gdb

from limen import crossings, cross, frames, kernel, pagetable, vmmap

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
UNCACHED = 1 << 4           # PCD of a page-table entry: no memory, but a device
KERNEL_PLACES = ((0xffff888000000000, "all memory, as the kernel maps it"), (0xffffc90000000000, "kernel allocations"),
                 (0xffffffff80000000, "the kernel's image"), (0xffffffffa0000000, "beyond the kernel"))


class Numbered:
    """A list without doubles: `number` gives a thing's place in it."""

    def __init__(self):
        self.items, self.numbers = [], {}

    def number(self, item):
        key = repr(item)
        if key not in self.numbers:
            self.numbers[key] = len(self.items)
            self.items.append(item)
        return self.numbers[key]


def symbol_text(address):
    """`write+7`, or nothing."""
    return frames.place_text(address).partition(" of ")[0]


class Code:
    """The instructions that were executed: {address, bytes, text, function, source, line, inlined}."""

    def __init__(self, wire):
        self.wire, self.architecture = wire, gdb.selected_frame().architecture()
        self.items, self.numbers, self.functions, self.sources = [], {}, Numbered(), {}

    def number(self, address):
        if address not in self.numbers:
            try:
                found = self.look_up(address, *self.disassembled(address))
            except gdb.MemoryError:
                return self.unreadable(address)
            self.numbers[address] = len(self.items)
            self.items.append(found)
        return self.numbers[address]

    def disassembled(self, address):
        """An instruction and its bytes: out of memory, or where the page isn't there yet out of the file."""
        def look():
            one = self.architecture.disassemble(address)[0]
            return one, kernel.memory(address, one["length"])
        gdb.execute("maintenance flush dcache", to_string=True)
        try:
            return look()
        except gdb.MemoryError:
            return kernel.constant(look)

    def unreadable(self, address):
        """The page isn't there, nor in any file that is known: fetching the instruction will be a page fault."""
        self.items.append(self.look_up(address, {"asm": "(not in memory yet)"}, b""))
        return len(self.items) - 1

    def look_up(self, address, one, data):
        line = gdb.find_pc_line(address)
        source = self.source(line.symtab) if line.symtab and line.line else None
        function, inlined = self.function(address)
        return {"address": f"{address:x}", "bytes": data.hex(),
                "text": " ".join(one["asm"].split()), "function": function, "inlined": inlined,
                "source": source, "line": line.line if source else 0}

    def source(self, table):
        """Its name in the tree, if it is a file there."""
        name = os.path.relpath(os.path.join(ROOT, table.filename), ROOT)
        if name not in self.sources:
            self.sources[name] = not name.startswith("..") and os.path.isfile(os.path.join(ROOT, name))
        return name if self.sources[name] else None

    def function(self, address):
        """Its number, and the names of what was inlined there, the innermost first."""
        names, block = [], gdb.block_for_pc(address)
        while block is not None and not block.is_static and not block.is_global:
            if block.function is not None:
                names.append((block.function, block.start))
            block = block.superblock
        if names:
            symbol, start = names.pop()
            return self.functions.number(self.described(symbol.name, start, symbol)), [one.name for one, _ in names]
        text = symbol_text(address)
        label, _, _ = text.partition("+")
        label = label if crossings.entry_of(label) else label.partition("[")[0]
        entry = crossings.entry_of(label) if address >= kernel.USER_END and label else None
        start = kernel.label_address(label) if label and not entry else 0
        return self.functions.number(self.described(entry or label or "(no name)", start, None)), []

    def described(self, name, start, symbol):
        where = self.source(symbol.symtab) if symbol is not None else None
        return {"name": name, "address": f"{start:x}", "source": where, "line": symbol.line if where else 0,
                "entry": name in crossings.ENTRIES and symbol is None}


class Pages:
    """Rights of pages, walked through the tables as the CPU walks them. A walk is remembered until one of its tables
    is written to, or others are loaded."""

    def __init__(self, wire):
        self.wire, self.items, self.known, self.tables, self.root = wire, Numbered(), {}, set(), None

    def forget(self):
        self.known.clear()
        self.tables.clear()

    def number(self, address, root):
        if root != self.root:
            self.forget()
            self.root = root
        page = address >> 12
        if page not in self.known:
            self.known[page] = self.items.number(self.look_up(address & ~0xfff, root))
        return self.known[page]

    def wrote(self, address):
        """The kernel reaches the tables by its map of all memory."""
        physical = address - pagetable.DIRECT_BASE
        if physical >> 12 in self.tables:
            self.forget()

    def look_up(self, address, root):
        if kernel.USER_END <= address < pagetable.CANONICAL_TOP:
            return {"base": f"{address:x}", "rights": "not canonical", "size": "", "walk": [], "what": ""}
        self.wire.sync()
        steps = list(pagetable.walk(root, address))
        self.tables |= {step.table >> 12 for step in steps}
        last = steps[-1]
        walk = [{"level": step.name, "table": f"{step.table:x}", "index": step.index, "entry": f"{step.entry:x}",
                 "says": step.decoded()} for step in steps]
        return {"base": f"{address >> last.shift << last.shift:x}", "size": pagetable.size_text(last.shift)
                if last.present() else "", "rights": pagetable.rights_of(steps) if last.present() else "not mapped",
                "walk": walk, "what": what_is_at(address), "device": bool(last.entry & UNCACHED)}

    def is_memory(self, number):
        page = self.items.items[number]
        return page["rights"].startswith(("user", "kernel")) and not page["device"]


def what_is_at(address):
    """What lies there, in a few words."""
    if address < kernel.USER_END:
        return user_place(address)
    text = cross.stack_text(address)
    if text.startswith(("the kernel stack", "interrupt stack")):
        return text.partition(",")[0]
    cpu = next((cpu for cpu in kernel.cpus_online() if is_percpu(cpu, address)), None)
    if cpu is not None:
        return f"per-CPU data of CPU {cpu}"
    section = section_of(address)
    if section:
        return f"the kernel's {section}"
    return next((name for start, name in reversed(KERNEL_PLACES) if address >= start), "kernel")


def is_percpu(cpu, address):
    """Per-CPU variables are a template; each CPU has a copy, at the template's address plus its GS base."""
    template = address - kernel.percpu_base(cpu) & kernel.MASK
    return kernel.label_address("_percpu_start") & ~0xfff <= template < kernel.label_address("_percpu_end")


def section_of(address):
    """Of the kernel's file, as `.text`."""
    return next((name for start, end, name in sections() if start <= address < end), None)


@functools.lru_cache(maxsize=1)
def sections():
    lines = gdb.execute("info files", to_string=True).splitlines()
    words = [line.split() for line in lines if " is ." in line]
    return [(int(one[0], 16) & ~0xfff, int(one[2], 16), one[4]) for one in words
            if len(one) == 5 and int(one[0], 16) >= kernel.USER_END]


def user_place(address):
    mm, vma = vmmap.find_here(address)
    if vma is None:
        return "nothing is mapped"
    return f"{vmmap.what(mm, vma) or 'anonymous memory'} ({vmmap.rights(vma)})"
