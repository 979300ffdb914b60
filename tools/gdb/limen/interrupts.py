"""Ctrl-C while gdb looks at the machine.

A Ctrl-C that comes while the machine runs stops it. One that comes in a short stop of our own, at a mark that turns
out not to be the place, would be lost: gdb passes it on to QEMU, which ignores it while the machine stands. So at such
a stop it is held back, and asked for afterwards. One that comes right before or after has gone gdb's way; Python has
heard of it all the same, and writes a byte into a pipe (signal.set_wakeup_fd): that is looked at, too.
"""

import os
import signal

CTRL_C = {signal.SIGINT}
noted = False
depth = 0
reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)


class Held:
    """With it, Ctrl-C waits: then it is wanted(). It may be nested."""

    def __enter__(self):
        global depth
        depth += 1
        if depth == 1:
            mask(signal.SIG_BLOCK)

    def __exit__(self, *_):
        global depth, noted
        depth = max(depth - 1, 0)
        if depth == 0:
            while signal.sigpending() & CTRL_C:
                signal.sigtimedwait(CTRL_C, 0)
                noted = True
            mask(signal.SIG_UNBLOCK)


def mask(how):
    """Python tells of a Ctrl-C that came just before now: as an exception at any call."""
    global noted
    while True:
        try:
            signal.pthread_sigmask(how, CTRL_C)
            return
        except KeyboardInterrupt:
            noted = True


def release():
    """Where nothing is held for certain: should such an exception have kept an __exit__ from its work."""
    global depth
    depth = 0
    mask(signal.SIG_UNBLOCK)


def wanted():
    """Came a Ctrl-C that nobody has heeded yet?"""
    global noted
    try:
        os.read(reader, 4096)
        noted = True
    except BlockingIOError:
        pass
    return noted


def take():
    """The same, and now it is heeded."""
    global noted
    before = wanted()
    noted = False
    return before


def connect():
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
