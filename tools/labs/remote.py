"""A client of QEMU's gdb server, and of its monitor.

    remote = Remote(socket); remote.send("m1000,8"); remote.feed(bytes) -> complete packets

Only the protocol's form is here: packets, registers of x86-64. machine.py keeps the conversation. The protocol is
gdb's (its manual, appendix E); registers are in the order of QEMU's gdb-xml/i386-64bit.xml. What comes from QEMU is
checked: a guest that broke out of it must not get further.
"""

import json
import struct

GENERAL = ("rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
           "r15", "rip")
SMALL = ("eflags", "cs", "ss", "ds", "es", "fs", "gs")
SYSTEM = ("fs_base", "gs_base", "k_gs_base", "cr0", "cr2", "cr3", "cr4", "cr8", "efer")
LAYOUT = struct.Struct(f"<{len(GENERAL)}Q{len(SMALL)}I{len(SYSTEM)}Q")
PACKET_BYTES_MAX = 1 << 20


class ProtocolError(Exception):
    """QEMU said what it never says."""


def packet(text):
    """TEXT as it goes over the wire."""
    data = text.encode("ascii")
    return b"$%s#%02x" % (data, sum(data) & 0xff)


class Parser:
    """Cuts what QEMU's gdb server sends into packets."""

    def __init__(self):
        self.pending = bytearray()

    def feed(self, data):
        """Adds DATA and gives the packets that are complete. Acknowledgements are dropped."""
        self.pending += data
        packets = []
        while True:
            start = self.pending.find(b"$")
            end = self.pending.find(b"#", start)
            if start < 0 or end < 0 or len(self.pending) < end + 3:
                break
            packets.append(self.pending[start + 1:end].decode("ascii", errors="replace"))
            del self.pending[:end + 3]
        if len(self.pending) > PACKET_BYTES_MAX:
            raise ProtocolError("a packet without an end")
        return packets


def registers_from(text):
    """The answer to `g`, as a dictionary."""
    try:
        values = LAYOUT.unpack_from(bytes.fromhex(text))
    except (ValueError, struct.error) as error:
        raise ProtocolError(f"registers: {text[:40]!r}") from error
    return dict(zip(GENERAL + SMALL + SYSTEM, values))


def memory_from(text):
    """The answer to `m`."""
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise ProtocolError(f"memory: {text[:40]!r}") from error


def command(name, arguments):
    """A line for the monitor."""
    return json.dumps({"execute": name, "arguments": arguments}).encode() + b"\n"


def reason_of(event):
    """Why the machine goes off."""
    data = event.get("data")
    return str(data.get("reason")) if isinstance(data, dict) else None


def message_from(line):
    """A line of the monitor's."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict):
        raise ProtocolError(f"the monitor says {bytes(line[:40])!r}")
    return message


def registers_text(registers):
    """The command that writes all general registers, and RFLAGS, which is the first of the small ones."""
    general = struct.pack(f"<{len(GENERAL)}Q", *(registers[name] & (1 << 64) - 1 for name in GENERAL))
    return "G" + (general + struct.pack("<I", registers["eflags"])).hex()
