"""From a running program to its file on this machine.

A guest's path is looked up first in the folders that were laid over its root (`limen root`, which tools/debug gives
for each --root, the last one first), then among the build's own: /bin/NAME is build/FLAVOUR/user/NAME.elf, which has
the debugging information that the guest's copy lacks. A file of another size than the guest's is another file.
"""

import os

import gdb

from limen import elf, kernel, tasks, vmmap
from limen.command import Command
from limen.paths import path_text

SOURCES = os.path.normpath(os.path.join(os.path.dirname(__file__), "../../../user"))
PROGRAM_BASE = 0x555555554000       # of kernel/proc/exec_image.c: where position-independent programs begin
OWN = (("/bin/", "user"), ("/tests/", "tests/prog"))

roots = []


class Program:
    """An executable: its path in the guest, its file here, what its addresses are shifted by; where its vDSO is."""

    def __init__(self, path, file, bias=0, vdso=None):
        self.path, self.file, self.bias, self.vdso = path, file, bias, vdso

    def key(self):
        return self.path, self.file, self.bias, self.vdso

    def objects(self):
        """(file, what its addresses are shifted by) of all that has symbols."""
        vdso = os.path.join(build_folder(), "vdso.so")
        yield self.file, self.bias
        if self.vdso is not None and os.path.isfile(vdso):
            yield vdso, self.vdso

    def name(self):
        return os.path.basename(self.path)

    def elf(self):
        return elf.load(self.file)

    def holds(self, address):
        low, high = self.elf().bounds()
        return low <= address - self.bias < high


def build_folder():
    """build/FLAVOUR, where the kernel's file lies."""
    return os.path.dirname(os.path.realpath(gdb.current_progspace().filename or ""))


def candidates(path):
    """(the file that gdb shall read, the file that the guest has) of a guest's path, in order."""
    for root in reversed(roots):
        file = root + path
        yield file, file
    for prefix, folder in OWN:
        if path.startswith(prefix):
            name = path[len(prefix):]
            yield (os.path.join(build_folder(), folder, name + ".elf"),
                   os.path.join(build_folder(), "strip", folder, name))


def find_file(path, size=None):
    """The file here for a guest's path (of that size in bytes), or None."""
    for file, guests in candidates(path):
        if not os.path.isfile(file) or not os.path.isfile(guests) or elf.load(file) is None:
            continue
        return file if size is None or os.path.getsize(guests) == size else None
    return None


def exe_of(process):
    """The struct file of the program that a process runs, or None."""
    return process["exe"].dereference() if process is not None and kernel.address(process["exe"]) else None


def size_of(inode):
    """In bytes: what has a page cache has its size there."""
    return int(inode["cache"]["size"] if kernel.address(inode["cache"]) else inode["size"])


def path_of(process):
    """The guest's path of the program that a process runs, or None."""
    exe = exe_of(process)
    return None if exe is None else path_text(exe["path"])


def bias_of(process, file):
    """What a running program's addresses are shifted by: seen at the first page of it that is mapped."""
    program = elf.load(file)
    if not program.is_position_independent:
        return 0
    mm, inode = vmmap.mm_of(process), kernel.address(exe_of(process)["inode"])
    for vma in vmmap.vmas(mm) if mm is not None else []:
        mapped = vmmap.file_of(vma)
        if mapped is not None and kernel.address(mapped["inode"]) == inode:
            address = program.address_of_offset(vmmap.file_offset(vma))
            if address is not None:
                return vmmap.bounds(vma)[0] - address
    return PROGRAM_BASE


def of_process(process):
    """The Program of a process, or None if its file isn't known here."""
    exe = exe_of(process)
    if exe is None:
        return None
    path = path_text(exe["path"])
    file = find_file(path, size_of(exe["inode"]))
    if file is None:
        return None
    mm = vmmap.mm_of(process)
    return Program(path, file, bias_of(process, file), vmmap.vdso_of(mm) if mm is not None else None)


def all_known():
    """Guest's paths of all programs whose files are known here."""
    found = set()
    for prefix, folder in OWN:
        folder = os.path.join(build_folder(), folder)
        if os.path.isdir(folder):
            found |= {prefix + name[:-4] for name in os.listdir(folder) if name.endswith(".elf")}
    return found


def by_name(name):
    """The Program that a user means by `hello` or `/bin/hello`, running or not."""
    for process in tasks.processes():
        path = path_of(process)
        if path is not None and matches(path, name):
            program = of_process(process)
            if program is not None:
                return program
    paths = [name] if name.startswith("/") else [f"{folder}/{name}" for folder in
                                                 ("/bin", "/tests", "/usr/bin", "/sbin", "/usr/sbin", "")]
    for path in paths:
        file = find_file(path)
        if file is not None:
            return Program(path, file, PROGRAM_BASE if elf.load(file).is_position_independent else 0)
    raise gdb.GdbError(f"No file of a program `{name}` is known here. It is looked for in the build and in the "
                       "folders of `limen root`.")


def is_known(name):
    """Is there a file here of a program that a user calls so?"""
    try:
        return by_name(name) is not None
    except gdb.GdbError:
        return False


def of_source(source):
    """The Program that a source file of user/ belongs to, as one names it for `break FILE:LINE`; None if that is not
    clear."""
    found = set()
    for folder, _, names in os.walk(SOURCES):
        for name in names:
            path = os.path.join(folder, name)
            if source and ("/" + path).endswith("/" + source.lstrip("/")):
                found.add(os.path.relpath(path, SOURCES).split(os.sep)[0].removesuffix(".c"))
    path = "/bin/" + found.pop() if len(found) == 1 else None
    return by_name(path) if path is not None and is_known(path) else None


def matches(path, name):
    """Does a user who says NAME mean the program at this guest's path?"""
    return path == name or ("/" not in name and os.path.basename(path) == name)


class Root(Command):
    """limen root [DIR]: names a folder whose files are laid over the guest's root; without DIR lists them.

Programs' symbols come from there. Whoever starts the machine with `tools/run --root DIR` and gdb by hand says so
here; tools/debug does it by itself."""

    name = "root"
    words = (0, 1)
    needs_machine = False

    def run(self, words):
        if not words:
            print("\n".join(roots + [build_folder()]))
            return
        folder = os.path.realpath(words[0])
        if not os.path.isdir(folder):
            raise gdb.GdbError(f"{words[0]} is no folder. (Of an archive the programs can't be shown: unpack it.)")
        roots.append(folder)
