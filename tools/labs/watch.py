"""A moment inside a system call: the machine stops when the kernel first reads a place of the program's.

    watch.call(t.probe, address, 8, at_moment, number, *arguments)      the call's result

`at_moment` runs on the host while the kernel is in the middle of the call, and may change the program's memory as
another thread would. It is a watchpoint of QEMU's gdb server: nothing in the machine can tell that it is there.
"""

from labs.probe import ARGUMENTS, CALL_INSTRUCTIONS, Tampered, signed, unlike
from labs.testing import Failure


def call(probe, address, size, at_moment, number, *arguments):
    machine, given = probe.machine, {"rax": number, **dict(zip(ARGUMENTS, arguments))}
    before = {**probe.registers, **given, "rip": probe.program.symbols["enter"]}
    machine.write_registers(before)
    machine.budget = machine.instructions() + CALL_INSTRUCTIONS
    machine.set_watch(address, size, reads=True)
    machine.resume()
    machine.clear_watch(address, size, reads=True)
    if machine.registers()["cs"] & 3 == 3:
        raise Failure(f"the kernel never read the {size} bytes at {address:#x}")
    at_moment()
    probe.registers = probe.go_on()
    if why := unlike(before, probe.registers):
        raise Tampered(f"the program's {why} a call that doesn't change it")
    return signed(probe.registers["rax"])
