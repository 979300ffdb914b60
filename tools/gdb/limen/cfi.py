"""The call-frame information of crossings (kernel/abi/cfi.inc) out of the kernel's file: at an instruction of the
entry code, where is each register of the interrupted code? (DWARF 5, 6.4; only what those macros write.)
"""

import struct

SECTION_HEADER = struct.Struct("<IIQQQQIIQQ")
CIE_ID = 0xffffffff
CROSSING = b"S"
WORD = 8
ADVANCE_4, OFFSET, UNDEFINED, SAME, REGISTER, DEFINE_CFA, NOP = 0x04, 0x05, 0x07, 0x08, 0x09, 0x0c, 0x00
REMEMBER, RESTORE, DEFINE_CFA_BY, SAVED_AT = 0x0a, 0x0b, 0x0f, 0x10
BASE_REGISTER, DEREFERENCE = 0x77, 0x06
REGISTERS = dict(enumerate(("rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12",
                            "r13", "r14", "r15", "rip"))) | {49: "eflags", 51: "cs", 52: "ss"}

CALLEE_SAVED = ("rbx", "rbp", "r12", "r13", "r14", "r15")


class Rules:
    """What holds at one instruction: the CFA is register `base` plus `offset`, or the word there if `is_word`; `saved`
    tells of each register ("cfa", bytes from the CFA to where it is saved), ("rsp", bytes from RSP), ("register",
    another one) or ("lost", None); of the others that they are as they were, and of rsp that it is the CFA."""

    def __init__(self):
        self.base, self.offset, self.is_word, self.saved, self.remembered = "rsp", 0, False, {}, []

    def is_on_users_stack(self):
        """Is RSP the interrupted code's, as right after SYSCALL and right before SYSRET?"""
        return not self.is_word and self.offset == 0 and "rsp" not in self.saved

    def remember(self):
        self.remembered.append((self.base, self.offset, self.is_word, dict(self.saved)))

    def restore(self):
        self.base, self.offset, self.is_word, self.saved = self.remembered.pop()


class Routine:
    """One FDE: the instructions from `start` to `end`, and the program that gives the rules for each."""

    def __init__(self, start, end, program):
        self.start, self.end, self.program = start, end, program

    def rules_at(self, pc):
        rules, reader, place = Rules(), Reader(self.program), self.start
        while reader.at < len(reader.data):
            step = reader.byte()
            if step == ADVANCE_4:
                place += reader.number(4)
                if place > pc:
                    break
            else:
                execute(step, reader, rules)
        return rules


class Reader:
    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def number(self, size):
        self.at += size
        return int.from_bytes(self.data[self.at - size:self.at], "little")

    def byte(self):
        return self.number(1)

    def uleb(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7f) << shift
            shift += 7
            if not byte & 0x80:
                return value

    def string(self):
        end = self.data.index(b"\0", self.at)
        text, self.at = self.data[self.at:end], end + 1
        return text


def expression(reader):
    """An expression of cfi.inc's: (offset from RSP, whether the word there is meant)."""
    end = reader.uleb() + reader.at
    if reader.byte() != BASE_REGISTER:
        raise ValueError("an expression that is none of cfi.inc's")
    return reader.uleb(), reader.at < end and reader.byte() == DEREFERENCE


def execute(step, reader, rules):
    if step == NOP:
        return
    if step == REMEMBER:
        rules.remember()
    elif step == RESTORE:
        rules.restore()
    elif step == DEFINE_CFA_BY:
        rules.base = "rsp"
        rules.offset, rules.is_word = expression(reader)
    else:
        execute_for(REGISTERS[reader.uleb()], step, reader, rules)


def execute_for(register, step, reader, rules):
    if step == DEFINE_CFA:
        rules.base, rules.offset, rules.is_word = register, reader.uleb(), False
    elif step == OFFSET:
        rules.saved[register] = ("cfa", -WORD * reader.uleb())
    elif step == SAVED_AT:
        rules.saved[register] = ("rsp", expression(reader)[0])
    elif step == REGISTER:
        rules.saved[register] = ("register", REGISTERS[reader.uleb()])
    elif step == UNDEFINED:
        rules.saved[register] = ("lost", None)
    elif step == SAME:
        rules.saved.pop(register, None)
    else:
        raise ValueError(f"call-frame instruction {step:#x} is none of cfi.inc's")


def section(data, name):
    """The bytes of a section of an ELF file."""
    table, = struct.unpack_from("<Q", data, 40)
    size, count, names = struct.unpack_from("<HHH", data, 58)
    headers = [SECTION_HEADER.unpack_from(data, table + i * size) for i in range(count)]
    strings = headers[names][4]
    for header in headers:
        start = strings + header[0]
        if data[start:data.index(b"\0", start)] == name:
            return data[header[4]:header[4] + header[5]]
    return b""


def crossings(path):
    """The Routines of a kernel's file at which somebody was interrupted."""
    with open(path, "rb") as file:
        data = section(file.read(), b".debug_frame")
    cies, found, at = {}, [], 0
    while at < len(data):
        reader = Reader(data, at)
        end = reader.number(4) + reader.at
        which = reader.number(4)
        if which == CIE_ID:
            reader.byte()
            if reader.string() == CROSSING:
                for skip in (reader.uleb, reader.uleb, reader.byte):    # alignments, the return address's column
                    skip()
                cies[at] = data[reader.at:end]
        elif which in cies:
            start, size = reader.number(WORD), reader.number(WORD)
            found.append(Routine(start, start + size, cies[which] + data[reader.at:end]))
        at = end
    return found
