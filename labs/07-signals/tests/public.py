"""The public tests of signals."""

import struct

from labs.testing import Failure, expect, test
import model
from model import World, hexadecimal


def check_whole(world, frame, registers, info, mask, **fields):
    """Every word of a frame."""
    world.check_registers("in the frame, what the signal interrupted", registers, frame.registers)
    wanted = {"restorer": world.symbols["restorer"], "uc_flags": model.UC_FLAGS, "uc_link": 0, "padding": 0,
              "cs": model.USER_CS, "gs": 0, "fs": 0, "ss": model.USER_DS, "oldmask": mask, "mask": mask, **fields}
    for name, value in wanted.items():
        hexadecimal(f"in the frame: {name}", value, getattr(frame, name))
    for i in range(8):
        if model.RESERVED_AT + 8 * i != world.seal_offset:
            hexadecimal(f"in the frame: sigcontext.reserved[{i}]", 0, getattr(frame, f"reserved{i}"))
    model.hexadecimal_bytes("in the frame: siginfo, as one number", info, frame.info)
    at = world.probe.registers
    hexadecimal("the handler's RSI: the address of siginfo", frame.address + model.INFO_AT, at["rsi"])
    hexadecimal("the handler's RAX", 0, at["rax"])
    hexadecimal("the handler's RFLAGS: DF and TF", 0, at["eflags"] & (model.DF | model.TF))


@test(points=15, title="the frame and the handler's registers, word by word", look="handout.md, task 1",
      program=model.PROGRAM)
def frame(t):
    world = World(t)
    mask = world.draw_mask()
    world.set_mask(mask)
    altstack = (t.draw.randrange(1 << 20, 1 << 40), 0, t.draw.randrange(1 << 13, 1 << 20))
    world.set_altstack(altstack[0], altstack[2])
    stack = {"ss_sp": altstack[0], "ss_flags": 0, "ss_size": altstack[2]}
    for signal in (model.SIGUSR1, model.SIGUSR2):
        world.catch(signal)
        registers, info = world.draw_registers(), world.draw_info(signal)
        seen = world.deliver(signal, info=info, **registers)
        check_whole(world, seen, world.interrupted(registers, signal), info, mask, **stack)
    world.catch(model.SIGSEGV)
    world.renew_mask()
    nowhere = t.draw.randrange(1 << 12)
    registers = world.draw_registers(rdi=nowhere, rip=world.symbols["load"])
    seen = world.at_handler(model.SIGSEGV, world.go(**registers))
    info = struct.pack("<iiiiQ", model.SIGSEGV, 0, model.SEGV_MAPERR, 0, nowhere).ljust(128, b"\0")
    check_whole(world, seen, registers, info, mask, **stack, trapno=14, err=4, cr2=nowhere)


@test(points=10, title="where the frame is, and what it leaves alone", look="handout.md, task 2", program=model.PROGRAM)
def stack(t):
    world = World(t)
    low, size = world.stack_low, world.stack_high - world.stack_low
    for rest in t.draw.sample(range(16), 4) + t.draw.sample(range(16, 64), 6):
        rsp = (world.draw_stack() & ~63) + rest
        before = t.draw.randbytes(size)
        t.probe.put(low, before)
        seen = world.deliver(model.SIGUSR1, rsp=rsp)
        after, top = t.probe.get(low, size), rsp - world.red_zone
        where = f"a frame for a program whose RSP is {rsp:#x}"
        if after[top - low:] != before[top - low:]:
            at = next(at for at in range(top - low, size) if before[at] != after[at])
            raise Failure(f"{where}\nexpected: nothing is written from {top:#x} on, {world.red_zone} bytes below RSP\n"
                          f"seen:     another byte at {low + at:#x}")
        if after[:seen.address - low] != before[:seen.address - low]:
            raise Failure(f"{where}\nexpected: nothing is written below the handler's RSP, {seen.address:#x}\n"
                          "seen:     other bytes there")
        expect(f"{where}: the handler's RSP + 8 is at {seen.address + 8:#x}, modulo 16", 0, (seen.address + 8) % 16)
        check_fpu_place(world, seen, top, where)
        if seen.address < top - world.frame_room:
            raise Failure(f"{where}\nexpected: at {top - world.frame_room:#x} or above (user_signal_frame_size)\n"
                          f"seen:     {seen.address:#x}")


def check_fpu_place(world, seen, top, where):
    at, size = seen.fpstate, world.fpu_bytes + 4
    if at % model.FPU_ALIGN or not seen.address + model.FRAME_BYTES <= at <= top - size:
        raise Failure(f"{where}: where the FPU's state is\nexpected: a multiple of {model.FPU_ALIGN} from "
                      f"{seen.address + model.FRAME_BYTES:#x} to {top - size:#x}\nseen:     {at:#x}")
    magic = struct.unpack("<I", world.probe.get(at + model.SOFTWARE_AT, 4)) + \
        struct.unpack("<I", world.probe.get(at + world.fpu_bytes, 4))
    expect(f"{where}: the FPU's state at {at:#x}: its two magic numbers", (model.MAGIC1, model.MAGIC2), magic)


@test(points=12, title="rt_sigreturn gives all registers back, also what the handler has changed in the frame",
      look="handout.md, task 3", program=model.PROGRAM)
def returns(t):
    world = World(t)
    for _ in range(3):
        registers = world.draw_registers()
        seen = world.deliver(model.SIGUSR1, **registers)
        world.expect_return("rt_sigreturn from an untouched frame", seen)
        world.check_registers("after the handler", {**world.interrupted(registers, model.SIGUSR1), "rip": t.probe.stop},
                              t.probe.registers)
        seen = world.deliver(model.SIGUSR1, rsp=world.draw_stack())
        seen.registers = registers = world.draw_registers(rsp=t.draw.getrandbits(47))
        seen.write()
        world.expect_return("rt_sigreturn from a frame that the handler has changed", seen)
        world.check_registers("after a handler that has changed the frame", registers, t.probe.registers)


@test(points=10, title="which signals are blocked: in the handler, and after it", look="handout.md, task 4",
      program=model.PROGRAM)
def mask(t):
    world = World(t)
    never = model.bit(model.SIGKILL) | model.bit(model.SIGSTOP)
    own = model.bit(model.SIGUSR1)
    for flags in (0, model.SA_NODEFER):
        before, more = world.draw_mask(), world.draw_mask() | model.bit(model.SIGUSR2)
        world.catch(model.SIGUSR1, flags, more | never)
        world.set_mask(before)
        seen = world.deliver(model.SIGUSR1, rsp=world.draw_stack())
        inside = before | more | (0 if flags else own)
        hexadecimal(f"the mask in a handler with sa_flags {flags:#x}, sa_mask {more | never:#x}, before it {before:#x}",
                    inside, world.get_mask())
        hexadecimal("uc_sigmask, the mask before", before, seen.mask)
        world.expect_return("rt_sigreturn", seen)
        hexadecimal("the mask after the handler", before, world.get_mask())
        seen = world.deliver(model.SIGUSR1, rsp=world.draw_stack())
        other = world.draw_mask()
        seen.mask = other | never
        seen.write()
        world.expect_return("rt_sigreturn from a frame with another uc_sigmask", seen)
        hexadecimal(f"the mask after a handler that has made uc_sigmask {other | never:#x}", other, world.get_mask())
    check_suspended(world, own)


def check_suspended(world, own):
    """A handler that breaks off rt_sigsuspend."""
    before, during = world.draw_mask() | own, world.draw_mask()
    world.catch(model.SIGUSR1, 0)
    world.set_mask(before)
    world.call("kill", model.NR_KILL, world.pid, model.SIGUSR1)
    at = world.data + 64
    world.probe.put(at, struct.pack("<Q", during))
    place = world.go(rip=world.symbols["enter"], rax=model.NR_RT_SIGSUSPEND, rdi=at, rsi=8, rsp=world.draw_stack())
    seen = world.at_handler(model.SIGUSR1, place)
    hexadecimal(f"the mask in a handler that broke off rt_sigsuspend({during:#x})", during | own, world.get_mask())
    hexadecimal("uc_sigmask there: the mask before rt_sigsuspend", before, seen.mask)
    hexadecimal("RAX in the frame there: -EINTR", model.EINTR, seen.rax)
    world.expect_return("rt_sigreturn after rt_sigsuspend", seen)
    hexadecimal("the mask after rt_sigsuspend", before, world.get_mask())


@test(points=10, title="the alternate stack: from its end on, deeper if it is in use, never beyond",
      look="handout.md, task 2: the alternate stack", program=model.PROGRAM)
def altstack(t):
    world = World(t)
    size = t.draw.randrange(8192, 16384)
    low = world.stack_low + t.draw.randrange(4096)
    high = low + size
    world.set_altstack(low, size)
    world.catch(model.SIGUSR1, model.SA_NODEFER | model.SA_ONSTACK)
    world.catch(model.SIGUSR2)
    first = world.deliver(model.SIGUSR1, rsp=world.draw_stack())
    expect_place("SA_ONSTACK, from another stack", first, high - world.frame_room, high)
    check_fpu_place(world, first, high, "a frame on the alternate stack")
    rsp = first.address - t.draw.randrange(500, 1000)
    second = world.deliver(model.SIGUSR1, rsp=rsp)
    expect_nested("SA_ONSTACK, from the alternate stack itself", world, second, rsp)
    rsp = second.address - t.draw.randrange(100)
    third = world.deliver(model.SIGUSR2, rsp=rsp)
    expect_nested("no SA_ONSTACK, from the alternate stack", world, third, rsp)
    rsp = world.draw_stack()
    other = world.deliver(model.SIGUSR2, rsp=rsp)
    expect_nested("no SA_ONSTACK, from another stack", world, other, rsp)
    world.set_altstack(low + 16, size - 16)
    world.expect_return("rt_sigreturn", other)
    expect("the alternate stack after a handler that had set another one: (address, flags, size)", (low, 0, size),
           world.get_altstack())
    overflow(world, low, size)


def expect_place(what, seen, low, high):
    if not low <= seen.address <= high - model.FRAME_BYTES:
        raise Failure(f"{what}: the handler's RSP\nexpected: from {low:#x} to {high - model.FRAME_BYTES:#x}\n"
                      f"seen:     {seen.address:#x}")


def expect_nested(what, world, seen, rsp):
    top = rsp - world.red_zone
    expect_place(f"{what}, with RSP {rsp:#x}", seen, top - world.frame_room, top)


def overflow(world, low, size):
    """A child is on the alternate stack's last bytes when the signal comes."""
    cast = world.t.cast()
    child = cast.fork(cast.first)
    rsp = low + world.red_zone + world.t.draw.randrange(300, 900)
    child.begin_at("enter", rsp=rsp, rax=model.NR_KILL, rdi=child.pid, rsi=model.SIGUSR1)
    world.expect_death(cast, child, f"a signal for a process whose RSP is {rsp:#x}, on an alternate stack of {size} "
                       f"bytes from {low:#x} on")


@test(points=8, title="the FPU's registers: fresh in the handler, and back after it",
      look="handout.md, task 3: the FPU", program=model.PROGRAM)
def fpu(t):
    world = World(t)
    for is_changed in (False, True):
        before = world.draw_fpu()
        world.load_fpu(before)
        seen = world.deliver(model.SIGUSR1, rsp=world.draw_stack())
        world.check_fpu("in the handler", world.fresh_fpu(), world.save_fpu())
        world.load_fpu(world.draw_fpu())
        if is_changed:
            other = world.draw_fpu()
            for at, size in ((0, 2), (model.MXCSR_AT, 4), (model.XMM_AT, 256),
                             (model.YMM_AT, world.fpu_bytes - model.YMM_AT)):
                t.probe.put(seen.fpstate + at, other[at:at + size])
            before = other[:model.X87_AT] + before[model.X87_AT:model.XMM_AT] + other[model.XMM_AT:]
        world.expect_return("rt_sigreturn", seen)
        world.check_fpu("after the handler" + ", which has changed them in the frame" * is_changed, before,
                        world.save_fpu())
    seen = world.deliver(model.SIGUSR1, rsp=world.draw_stack())
    world.load_fpu(world.draw_fpu())
    seen.fpstate = 0
    seen.write()
    world.expect_return("rt_sigreturn from a frame without an FPU state", seen)
    world.check_fpu("after a frame whose fpstate is NULL", world.fresh_fpu(), world.save_fpu())
