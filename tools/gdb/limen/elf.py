"""What of a program's ELF file (elf(5)) is needed here: where its segments lie."""

import functools
import os
import struct

HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
SEGMENT = struct.Struct("<IIQQQQQQ")
PT_LOAD, ET_DYN = 1, 3


class Segment:
    def __init__(self, words):
        _, _, self.offset, self.address, _, self.file_size, self.memory_size, _ = words


class Elf:
    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = file.read()
        header = HEADER.unpack_from(self.data)
        if header[0][:6] != b"\x7fELF\x02\x01":
            raise ValueError("not a 64-bit ELF file")
        self.is_position_independent = header[1] == ET_DYN
        table, size, count = header[5], header[9], header[10]
        words = [SEGMENT.unpack_from(self.data, table + i * size) for i in range(count)]
        self.segments = [Segment(one) for one in words if one[0] == PT_LOAD]

    def bounds(self):
        """The addresses from the first segment's start to the last one's end."""
        return (min(segment.address for segment in self.segments),
                max(segment.address + segment.memory_size for segment in self.segments))

    def address_of_offset(self, offset, page=4096):
        """Where the page of the file at this offset is mapped (before the bias), or None."""
        for segment in self.segments:
            first = segment.offset & -page
            if first <= offset < segment.offset + segment.file_size:
                return (segment.address & -page) + offset - first
        return None


def load(path):
    """The Elf of a file, or None if it is none or can't be read."""
    try:
        info = os.stat(path)
        return load_version(path, info.st_mtime_ns, info.st_size)
    except OSError:
        return None


@functools.lru_cache(maxsize=64)
def load_version(path, _mtime, _size):
    try:
        return Elf(path)
    except (OSError, ValueError, struct.error):
        return None
