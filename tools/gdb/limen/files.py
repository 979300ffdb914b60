"""Descriptors of a process: `limen files`."""

from limen import kernel, tasks
from limen.command import Command, table
from limen.paths import path_text

WORD_BITS = 64
FLAGS = ((0x400, "append"), (0x800, "nonblock"))      # kernel/abi/fcntl.h
READ, WRITE, POSITION, PATH = 1, 2, 4, 8               # FMODE_* of kernel/vfs/file.h


def descriptors(files):
    """(number, struct file, close on exec) of each open descriptor."""
    slots, marked = files["slots"], files["close_on_exec"]
    for fd in range(int(files["capacity"])):
        if kernel.address(slots[fd]):
            bit = int(marked[fd // WORD_BITS]) >> (fd % WORD_BITS) & 1
            yield fd, slots[fd].dereference(), bool(bit)


def mode_text(file):
    mode = int(file["mode"])
    return "path" if mode & PATH else ("r" if mode & READ else "-") + ("w" if mode & WRITE else "-")


def flags_text(file, close_on_exec):
    words = [name for bit, name in FLAGS if int(file["flags"]) & bit]
    return ",".join(words + (["cloexec"] if close_on_exec else []))


class Files(Command):
    """limen files [PID]: lists the open descriptors of a process (the running one).

FILE is the address of the open file description, a struct file: descriptors that dup(2) or fork(2) made share it,
and with it POS. OPERATIONS is what its read and write are."""

    name = "files"
    words = (0, 1)

    def run(self, words):
        process = tasks.chosen(words)
        files = tasks.leader(process)["thread"]["files"]
        for task in tasks.threads_of(process):
            files = task["thread"]["files"]
        if kernel.address(files) == 0:
            print(f"{tasks.name_of(process)} ({tasks.pid_of(process)}) has no descriptors any more: it is ending.")
            return
        rows = []
        for fd, file, marked in descriptors(files.dereference()):
            position = str(int(file["pos"])) if int(file["mode"]) & POSITION else "-"
            operations = str(file["ops"]).partition("<")[2].rstrip(">")
            rows.append([fd, mode_text(file), position, hex(kernel.address_of(file)), operations,
                         flags_text(file, marked), path_text(file["path"])])
        table(rows, ["FD", "MODE", "POS", "FILE", "OPERATIONS", "FLAGS", "PATH"])
