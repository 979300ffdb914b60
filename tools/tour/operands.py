"""Which memory does an instruction touch? Out of gdb's disassembly (Intel's syntax) and the registers before it.

    touched("add    QWORD PTR [rax+rcx*8-0x10],rdx", registers) -> [Access(address, 8, "rw")]

Operands that are written out, and the stack's of push, pop, call, ret, leave and iretq. Not what the CPU reads or
writes by itself at INT or a fault: the recorder sees that on the stack.
"""

import re

MASK = (1 << 64) - 1
SIZES = {"BYTE": 1, "WORD": 2, "DWORD": 4, "FWORD": 6, "QWORD": 8, "TBYTE": 10, "XMMWORD": 16, "YMMWORD": 32}
MEMORY = re.compile(r"(?:(\w+) PTR )?(?:([c-gs]s):)?(?:\[([^\]]*)\]|(0x[0-9a-f]+)(?![\w<]))")
TERM = re.compile(r"([+-]?)([^+-]+)")
PREFIXES = re.compile(r"^(?:(?:rep[nz]*e?|lock|bnd|notrack|data16|cs|ds|es) +)+")
TOUCHES_NOTHING = ("lea", "nop", "prefetch", "invlpg", "endbr", "clflush")
ONLY_READ = ("cmp", "test", "bt ", "push", "call", "jmp", "mul", "imul", "div", "idiv", "fxrstor", "xrstor", "ldmxcsr",
             "lgdt", "lidt", "lldt", "ltr", "cmps", "scas", "ucomis", "comis", "fld", "fild")
ALSO_READ = ("add", "adc", "sub", "sbb", "and ", "or ", "xor", "inc", "dec", "not", "neg", "shl", "shr", "sar", "rol",
             "ror", "xadd", "xchg", "cmpxchg", "bts", "btr", "btc", "sal")
WORD, IRET_FRAME = 8, 40


class Access:
    """`kind` is "r", "w" or "rw"; `size` 0 if the text doesn't say."""

    def __init__(self, address, size, kind):
        self.address, self.size, self.kind = address & MASK, size, kind

    def __eq__(self, other):
        return (self.address, self.size, self.kind) == (other.address, other.size, other.kind)

    def __repr__(self):
        return f"Access({self.address:#x}, {self.size}, {self.kind!r})"


def plain(text):
    """The instruction without prefixes and gdb's comment, as `mov rax,rbx`."""
    return PREFIXES.sub("", " ".join(text.split("#")[0].split()))


def is_repeated(text):
    return text.startswith("rep")


def register(name, registers):
    """A register's value by any of its names that an address may have."""
    if name.startswith("e") and "r" + name[1:] in registers:
        return registers["r" + name[1:]] & 0xffffffff
    if name.endswith("d") and name[:-1] in registers:
        return registers[name[:-1]] & 0xffffffff
    return registers[name]


def address_of(expression, registers, after):
    """`rax+rcx*8-0x10`; RIP is that of the next instruction."""
    total = 0
    for sign, term in TERM.findall(expression.replace(" ", "")):
        value = 1
        for factor in term.split("*"):
            if factor in ("riz", "eiz"):
                value = 0
            elif factor[0].isdigit():
                value *= int(factor, 0)
            else:
                value *= after if factor == "rip" else register(factor, registers)
        total += -value if sign == "-" else value
    return total & MASK


def split(text):
    """The operands: at commas outside brackets."""
    return re.split(r",(?![^\[]*\])", text) if text else []


def kind_of(mnemonic, position):
    if position > 0:
        return "rw" if mnemonic.startswith("xchg") else "r"
    name = mnemonic + " "
    if name.startswith(ONLY_READ):
        return "r"
    return "rw" if name.startswith(ALSO_READ) else "w"


def written_out(mnemonic, rest, registers, after):
    for position, operand in enumerate(split(rest)):
        found = MEMORY.search(operand)
        if found is None or (found[4] and not found[1] and not found[2]):
            continue
        base = registers.get(f"{found[2]}_base", 0)
        place = address_of(found[3], registers, after) if found[3] else int(found[4], 0)
        yield Access(base + place, SIZES.get(found[1], 0), kind_of(mnemonic, position))


def on_stack(mnemonic, registers):
    sp = registers["rsp"]
    if mnemonic.startswith(("push", "call")):
        return [Access(sp - WORD, WORD, "w")]
    if mnemonic.startswith(("pop", "ret")):
        return [Access(sp, WORD, "r")]
    if mnemonic == "leave":
        return [Access(registers["rbp"], WORD, "r")]
    return [Access(sp, IRET_FRAME, "r")] if mnemonic.startswith("iret") else []


def touched(text, registers, length=0):
    """The Accesses of an instruction of `length` bytes, by the registers before it."""
    mnemonic, _, rest = plain(text).partition(" ")
    if mnemonic.startswith(TOUCHES_NOTHING):
        return []
    after = registers["rip"] + length
    return list(written_out(mnemonic, rest, registers, after)) + on_stack(mnemonic, registers)
