"""Inside gdb: stepping by the packets of the remote protocol themselves (gdb manual, appendix E).

gdb's own `stepi` looks up the frame and the line, and prints, at each instruction. Thousands of them go ten times
faster by `vCont;s`, `g` and `m`. gdb doesn't notice: `sync` makes it forget what it knew, before it is asked again.
"""

import gdb

from limen import kernel

# What `g` gives: QEMU's description of the CPU (64bit-core.xml), in its order. (name, bytes)
CORE = [(name, 8) for name in ("rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12",
                               "r13", "r14", "r15", "rip")]
CORE += [(name, 4) for name in ("eflags", "cs", "ss", "ds", "es", "fs", "gs")]
CORE += [(name, 8) for name in ("fs_base", "gs_base", "k_gs_base", "cr0", "cr2", "cr3")]
LOST = "the machine ended"


class Ended(Exception):
    """The machine is gone."""


class Wire:
    def __init__(self, names):
        self.connection = gdb.selected_inferior().connection
        process, thread, _ = gdb.selected_thread().ptid
        self.step_packet = f"vCont;s:p{process:x}.{thread or 1:x}"
        self.names, self.places, at = names, {}, 0
        for name, size in CORE:
            self.places[name], at = (at, at + size), at + size
        self.check()

    def check(self):
        """Is it what gdb reads?"""
        found, frame = self.registers(), gdb.newest_frame()
        for name in self.names:
            if found[name] != int(frame.read_register(name)) & kernel.MASK:
                raise gdb.GdbError(f"this QEMU sends its registers in an order that is not known here ({name})")

    def ask(self, packet):
        try:
            answer = self.connection.send_packet(packet)
        except gdb.error:
            raise Ended(LOST) from None
        if not answer or answer[:1] in b"WX":
            raise Ended(LOST)
        return answer

    def registers(self):
        data = bytes.fromhex(self.ask("g")[:2 * self.places["cr3"][1]].decode())
        return {name: int.from_bytes(data[slice(*self.places[name])], "little") for name in self.names}

    def step(self):
        self.ask(self.step_packet)

    def read(self, address, size):
        """Memory, in pieces that one packet can hold; None where there is none."""
        found = b""
        while len(found) < size:
            count = min(size - len(found), 1024)
            answer = self.ask(f"m{address + len(found):x},{count:x}")
            if answer.startswith(b"E"):
                return None
            found += bytes.fromhex(answer.decode())
        return found

    def sync(self):
        """gdb asks anew from here on."""
        gdb.execute("maintenance flush dcache", to_string=True)
        gdb.execute("maintenance flush register-cache", to_string=True)
