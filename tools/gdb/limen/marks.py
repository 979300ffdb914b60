"""Breakpoints of our own: silent, and not among the user's."""

import gdb

from limen import interrupts, kernel


class Mark(gdb.Breakpoint):
    """Stops at an address if `test` says that this is the place; `hit` tells that it did. Ctrl-C stops there, too."""

    def __init__(self, address, test=lambda: True):
        super().__init__(f"*{address:#x}", internal=True)
        self.silent, self.test, self.hit = not kernel.is_editors_gdb(), test, False

    def stop(self):
        with interrupts.Held():
            self.hit = self.test()
        return self.hit or interrupts.wanted()

    def take_hit(self):
        """Did it end the last run? To be asked once."""
        hit, self.hit = self.hit, False
        return hit
