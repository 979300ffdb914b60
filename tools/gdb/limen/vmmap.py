"""What is mapped in a process: `limen vmmap`, and what other files ask of address spaces."""

from limen import kernel, tasks
from limen.command import Command, table
from limen.paths import path_text

EXECUTE = 4                         # PROT_EXEC
PROT = ((1, "r"), (2, "w"), (EXECUTE, "x"))
SHARED, GROWS_DOWN = 0x01, 0x02     # VMA_* of kernel/mm/vma.h
PAGE_SHIFT = 12


def mm_of(process):
    """The struct mm of a process, or None for one that has left it."""
    for task in tasks.threads_of(process):
        if kernel.address(task["thread"]["mm"]):
            return task["thread"]["mm"].dereference()
    return None


def vmas(mm):
    return list(kernel.tree_entries(mm["vmas"]["root"], "struct vma", "range.node"))


def bounds(vma):
    return int(vma["range"]["start"]), int(vma["range"]["end"])


def file_of(vma):
    return vma["file"].dereference() if kernel.address(vma["file"]) else None


def file_offset(vma):
    return int(vma["cache_index"]) << PAGE_SHIFT


def find(mm, address):
    """The mapping that holds an address, or None."""
    for vma in vmas(mm):
        start, end = bounds(vma)
        if start <= address < end:
            return vma
    return None


def find_here(address):
    """The running process's address space, and the mapping in it that holds an address; None for what there isn't."""
    process = tasks.current_process()
    mm = mm_of(process) if process is not None else None
    return mm, find(mm, address) if mm is not None else None


def special():
    """Names of what every program has mapped, by the address of its struct page_cache (kernel/proc/vdso.c)."""
    return {kernel.address(kernel.variable(f"{name}_cache")): f"[{name}]" for name in ("vvar", "vdso")}


def vdso_of(mm):
    """Where the vDSO begins in an address space, or None."""
    return next((bounds(vma)[0] for vma in vmas(mm) if what(mm, vma) == "[vdso]"), None)


def what(mm, vma):
    """What is behind a mapping, in a word."""
    file = file_of(vma)
    if file is not None:
        return path_text(file["path"])
    if int(vma["flags"]) & GROWS_DOWN:
        return "[stack]"
    if kernel.address(vma["cache"]) in special():
        return special()[kernel.address(vma["cache"])]
    start, end = bounds(vma)
    if start < int(mm["brk"]) and end > int(mm["brk_start"]):
        return "[heap]"
    return ""


def rights(vma):
    word = "".join(letter if int(vma["prot"]) & bit else "-" for bit, letter in PROT)
    return word + ("s" if int(vma["flags"]) & SHARED else "p")


class Vmmap(Command):
    """limen vmmap [PID]: lists what is mapped in a process (the running one).

As /proc/PID/maps: rights r, w, x and p (private) or s (shared), the offset in the file, what is mapped. Pages come
only when they are touched: `limen pt ADDRESS PID` tells whether one is there."""

    name = "vmmap"
    words = (0, 1)

    def run(self, words):
        process = tasks.chosen(words)
        mm = mm_of(process)
        if mm is None:
            print(f"{tasks.name_of(process)} ({tasks.pid_of(process)}) has no memory any more: it is ending.")
            return
        rows = []
        for vma in vmas(mm):
            start, end = bounds(vma)
            rows.append([f"{start:#014x}", f"{end:#014x}", rights(vma), f"{file_offset(vma):#x}", what(mm, vma)])
        table(rows, ["START", "END", "RIGHTS", "OFFSET", "WHAT"])
