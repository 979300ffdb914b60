"""Reads a hand-in's archive: in the sandbox, for what an archive says of itself may be anything.

    python3 -c SOURCE <archive >stream      SOURCE is this file's text: the sandbox does not see the file
    for name, data in members(stream): ...  the host's side: (path in the archive, its bytes, or None: no plain file)

The stream is a record for each member: HEADER, the name, the bytes. Whoever wrote it may have been taken over by the
archive: it is read with bounds, and nothing of it is believed.
"""

import io
import re
import stat
import struct
import sys
import tarfile
import zipfile

ARCHIVE_BYTES, FILE_BYTES, ALL_FILES, ALL_BYTES = 128 << 20, 1 << 20, 20000, 128 << 20
IGNORED = re.compile(r"(^|/)(\.git|build|__pycache__|\.cache|\.pytest_cache|__MACOSX|compile_commands\.json)(/|$)")
PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
HEADER = struct.Struct(">II")       # sizes of the name and of the bytes
NO_FILE = 0xffffffff
NAME_BYTES = 4096


def members(stream):
    """What the stream holds. ValueError if it is none."""
    at = 0
    while at < len(stream):
        if len(stream) - at < HEADER.size:
            raise ValueError("it cannot be read to its end")
        name_size, size = HEADER.unpack_from(stream, at)
        start = at + HEADER.size + name_size
        at = start + (0 if size == NO_FILE else size)
        if name_size > NAME_BYTES or at > len(stream):
            raise ValueError("it cannot be read to its end")
        name = bytes(stream[start - name_size:start]).decode(errors="replace")
        yield name, None if size == NO_FILE else bytes(stream[start:at])


def zip_members(data):
    with zipfile.ZipFile(data) as archive:
        for each in archive.infolist():
            if each.compress_type not in PLAIN:
                raise ValueError("its files are packed in a way that few programs know")
            plain = stat.S_IFMT(each.external_attr >> 16) in (0, stat.S_IFREG)
            begin = (lambda each=each: archive.open(each)) if plain else None
            yield each.filename, each.is_dir(), each.file_size, begin


def tar_members(data, packed):
    with tarfile.open(fileobj=data, mode="r:gz" if packed else "r:") as archive:
        for each in archive:
            plain = each.isreg() and not each.issparse()
            opened = (lambda each=each: archive.extractfile(each)) if plain else None
            yield each.name, each.isdir(), each.size, opened


def copy(found, out):
    """Writes the stream. Folders count, as files do; what is ignored is not even unpacked."""
    left = ALL_BYTES
    for count, (name, is_folder, size, opened) in enumerate(found):
        if count >= ALL_FILES:
            raise ValueError(f"it holds more than {ALL_FILES} files")
        if is_folder or IGNORED.search(name):
            continue
        data = None
        if opened:
            with opened() as file:
                data = file.read(FILE_BYTES + 1)
        left -= max(size, len(data or b""))
        if left < 0:
            raise ValueError(f"it holds more than {ALL_BYTES >> 20} MiB")
        name = name.encode(errors="replace")[:NAME_BYTES]
        out.write(HEADER.pack(len(name), NO_FILE if data is None else len(data)) + name + (data or b""))


def main():
    data = io.BytesIO(sys.stdin.buffer.read())
    start = data.getvalue()[:2]
    try:
        copy(zip_members(data) if start == b"PK" else tar_members(data, start == b"\x1f\x8b"), sys.stdout.buffer)
        sys.stdout.flush()
    except MemoryError:
        sys.exit("it needs too much memory")
    except Exception as error:  # pylint: disable=broad-exception-caught
        sys.exit(f"{error}"[:200])


if __name__ == "__main__":
    main()
