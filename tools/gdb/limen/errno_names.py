"""Results of system calls in words: numbers from -4095 to -1 are errors (errno(3); Linux's numbers are the host's)."""

import errno

from limen import kernel

ERRORS = 4095
RESTARTS = {512: "ERESTARTSYS", 513: "ERESTARTNOINTR", 514: "ERESTARTNOHAND", 516: "ERESTART_RESTARTBLOCK"}


def result_text(word):
    """`27`, `-2 (ENOENT)`, `0x7ffff7ff0000`."""
    if word >= kernel.MASK + 1 - ERRORS:
        number = kernel.MASK + 1 - word
        name = errno.errorcode.get(number) or RESTARTS.get(number, "?")
        return f"-{number} ({name})"
    return str(word) if word < 1 << 31 else hex(word)
