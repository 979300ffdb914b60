"""The entry code as a place to step in: an unwinder for the frame in which the CPU is.

gdb takes a frame with the augmentation S (kernel/abi/cfi.inc) for a signal trampoline. That is right for a crossing
further down the stack, which leads to another stack; but in the innermost frame gdb neither shows the source of a
trampoline nor stops in it by `step`. So there this unwinder comes first, by the same call-frame information. Its
frame is an ordinary one. gdb wants the identities of ordinary frames, addresses on their stacks, to go up, hence
the interrupted code's RSP; cfi.inc has the same for frames of the entry code that have called C, so that `finish`
and `next` know the frame again.

gdb takes it then that the frame above has called, and that its call is the instruction before its pc. Where a
function's very first instruction was interrupted (the page fault that fetches its page), that is another function. So
the unwinder does also that function's frame: who called it, and by what `finish` knows it.
"""

import functools

import gdb
from gdb.unwinder import Unwinder, register_unwinder

from limen import cfi, kernel

WORD = 8


class FrameId:
    def __init__(self, sp, pc):
        self.sp, self.pc = sp, pc


@functools.lru_cache(maxsize=2)
def routines_of(path):
    try:
        found = cfi.crossings(path)
    except (OSError, ValueError, IndexError):
        found = []
    return found


def routine_at(pc):
    path = gdb.current_progspace().filename
    if path is None or pc < kernel.USER_END:
        return None
    return next((one for one in routines_of(path) if one.start <= pc < one.end), None)


def rules_at(pc):
    """The cfi.Rules at an instruction of the entry code; elsewhere such as say nothing."""
    routine = routine_at(pc)
    return cfi.Rules() if routine is None else routine.rules_at(pc)


def number_in(frame, register):
    return int.from_bytes(bytes_of(frame.read_register(register)), "little")


def bytes_of(value):
    return int(value.cast(gdb.lookup_type("unsigned long"))).to_bytes(WORD, "little") \
        if value.type.sizeof == WORD else int(value).to_bytes(value.type.sizeof, "little", signed=int(value) < 0)


class EntryUnwinder(Unwinder):
    def __init__(self):
        super().__init__("limen entry code")
        self.interrupted_pc = None      # of the last innermost frame, if it was in the entry code

    def __call__(self, pending):
        pc = number_in(pending, "rip")
        if pending.level() == 0:
            self.interrupted_pc = None
            routine = routine_at(pc)
            return None if routine is None else self.unwind_entry(pending, routine, pc)
        if pending.level() == 1 and pc == self.interrupted_pc and is_function_start(pc):
            return self.unwind_function(pending, pc)
        return None

    def unwind_entry(self, pending, routine, pc):
        found = interrupted(pending, routine.rules_at(pc))
        self.interrupted_pc = found["rip"]
        info = pending.create_unwind_info(FrameId(gdb.Value(found["rsp"]), gdb.Value(symbol_start(pc))))
        add_registers(info, pending, found)
        return info

    def unwind_function(self, pending, pc):
        """Nothing is pushed yet. Its identity is the one that gdb gives it when innermost: the CFA and its start."""
        rsp = number_in(pending, "rsp")
        found = {register: number_in(pending, register) for register in cfi.CALLEE_SAVED}
        found |= {"rsp": rsp + WORD, "rip": kernel.word(rsp)}
        info = pending.create_unwind_info(FrameId(gdb.Value(rsp + WORD), gdb.Value(pc)))
        add_registers(info, pending, found)
        return info


def add_registers(info, pending, found):
    for register, value in found.items():
        type_ = pending.read_register(register).type
        info.add_saved_register(register, gdb.Value(value.to_bytes(WORD, "little")[:type_.sizeof], type_))


def interrupted(pending, rules):
    """The registers of the interrupted code, by name."""
    cfa, found = number_in(pending, rules.base) + rules.offset, {}
    if rules.is_word:
        cfa = kernel.word(cfa)
    for register in cfi.REGISTERS.values():
        how, where = rules.saved.get(register, ("same", None))
        if how == "cfa":
            found[register] = kernel.word(cfa + where)
        elif how == "rsp":
            found[register] = kernel.word(number_in(pending, "rsp") + where)
        elif how == "register":
            found[register] = number_in(pending, where)
        elif how == "same":
            found[register] = cfa if register == "rsp" else number_in(pending, register)
        elif register == "rsp":         # between switching stacks and saving it: syscall_entry.asm, step 2
            slot = number_in(pending, "gs_base") + kernel.label_address("percpu_user_sp")
            found[register] = kernel.word(slot & kernel.MASK)
    return found


def is_function_start(pc):
    """By debugging information, which labels in assembly have none of."""
    function, block = None, gdb.block_for_pc(pc)
    while block is not None and not block.is_static and not block.is_global:
        function, block = block, block.superblock
    return function is not None and function.function is not None and function.start == pc


def symbol_start(pc):
    """Where gdb takes the function to begin, which is part of a frame's identity."""
    words = gdb.execute(f"info symbol {pc:#x}", to_string=True).split()
    return pc - int(words[2]) if words[1] == "+" else pc


def connect():
    register_unwinder(None, EntryUnwinder(), replace=True)
