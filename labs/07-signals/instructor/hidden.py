"""The hidden tests of signals."""

import struct

from labs import paging
from labs.testing import Failure, expect, test
import model
from model import World, hexadecimal

PAGE = model.PAGE


def kernel_alias(t, address):
    """Where the kernel has this page of the program's in its map of all memory."""
    entry = paging.page(t.machine, t.probe.registers["cr3"], address & ~(PAGE - 1))
    return model.DIRECT_MAP + entry.frame + address % PAGE


def spare_stack(world):
    """SIGSEGV's handler gets a stack of its own, at the arena's end; the others' lies below it."""
    world.stack_high -= 16384
    world.set_altstack(world.stack_high + 1024, 15360)
    world.catch(model.SIGSEGV, model.SA_NODEFER | model.SA_ONSTACK)


@test(points=7, title="flags and selectors that a program may not have", look="handout.md, task 5: flags",
      program=model.PROGRAM)
def flags(t):
    world = World(t)
    world.catch(model.SIGSEGV)
    forbidden = (model.IOPL, model.NT, model.VM, model.VIF, model.VIP, model.ID, *(1 << i for i in range(32, 64)))
    for forged in (*forbidden[:6], t.draw.choice(forbidden[6:]), sum(forbidden), 0):
        seen = world.deliver(model.SIGUSR1, rsp=world.draw_stack())
        wanted = world.draw_flags()
        seen.registers = world.draw_registers(eflags=wanted & ~(model.IF | model.FIXED) | forged)
        seen.write()
        world.expect_return(f"rt_sigreturn, with RFLAGS {seen.eflags:#x} in the frame", seen)
        hexadecimal(f"RFLAGS after a frame with {seen.eflags:#x}", wanted, t.probe.registers["eflags"] & ~model.RF)
    for name, values in (("cs", (0, 0x08, 0x10, 0x23, model.USER_DS, 0x40, 0xffff)),
                         ("ss", (0, 0x10, 0x18, model.USER_CS, 0x40, 0xffff))):
        for value in values:
            seen = world.deliver(model.SIGUSR1, rsp=world.draw_stack())
            setattr(seen, name, value)
            seen.write()
            world.expect_refusal(f"with {name} {value:#x} in the frame", seen)
    expect("getpid() after that", world.pid, t.probe.call(model.NR_GETPID))


def expect_nothing_taken(world, what, frame):
    """SIGSEGV finds the program where it made the call."""
    seen = world.expect_refusal(what, frame)
    hexadecimal(f"rt_sigreturn, {what}: RIP in SIGSEGV's frame, behind the call", world.symbols["enter"] + 2, seen.rip)


@test(points=8, title="only the kernel's own frames are taken", look="handout.md, task 5: the seal",
      program=model.PROGRAM)
def seals(t):
    world = World(t)
    world.catch(model.SIGSEGV)
    good = world.deliver(model.SIGUSR1, rsp=world.draw_stack())
    for _ in range(3):
        good = world.deliver(model.SIGUSR1, rsp=world.draw_stack())
        good.seal ^= 1 << t.draw.randrange(64)
        good.write()
        expect_nothing_taken(world, "with one bit of the seal changed", good)
    good = world.deliver(model.SIGUSR1, rsp=world.draw_stack())
    elsewhere = good.address - 1024 - 16 * t.draw.randrange(64)
    good.write(elsewhere)
    expect_nothing_taken(world, "from a copy of a frame at another address", elsewhere)
    for seal in (0, good.seal, world.secret):
        forged = model.Frame(world, good.address - 4096 & ~15 | 8, t.probe)
        forged.registers, forged.cs, forged.ss, forged.seal = world.draw_registers(), model.USER_CS, model.USER_DS, seal
        forged.fpstate = forged.mask = 0
        forged.write()
        expect_nothing_taken(world, "from a frame of the program's own making", forged)
    good.seal = world.seal_for(elsewhere)
    good.write(elsewhere)
    world.expect_return("rt_sigreturn from a copy with the seal for its address", elsewhere)
    relatives(t, world)


def relatives(t, world):
    """A child of fork comes back through its parent's frames. A program that exec has begun has another secret."""
    cast = t.cast()
    registers = world.draw_registers()
    frame = world.deliver(model.SIGUSR1, actor=cast.first, **{**registers, "rbx": cast.first.registers["rbx"]})
    child = cast.fork(cast.first)
    frame = model.Frame(world, frame.address, child)
    frame.rbx = child.registers["rbx"]      # by which it is known
    frame.write()
    child.do("enter", changes=model.REGISTERS, rax=model.NR_RT_SIGRETURN, rsp=frame.address + 8)
    expected = world.interrupted(registers, model.SIGUSR1)
    for name in ("r8", "r15", "rdi", "rsp", "rax"):
        hexadecimal(f"in a child that fork made in a handler, after rt_sigreturn: {name.upper()}", expected[name],
                    child.registers[name])
    child.exec(world.data)
    old, world.probe, world.pid, world.secret = world.secret, child, child.pid, None
    world.learn()
    if world.secret == old:
        raise Failure(f"a program that execve has begun\nexpected: another secret than before\nseen:     {old:#x}")


@test(points=6, title="frames that can't be read, or lead nowhere", look="handout.md, task 5: the frame's place",
      program=model.PROGRAM)
def forged(t):
    world = World(t)
    spare_stack(world)
    frame = world.deliver(model.SIGUSR1, rsp=world.draw_stack() & ~(PAGE - 1))
    alias = kernel_alias(t, frame.address)
    frame.seal = world.seal_for(alias)
    frame.write()
    world.expect_refusal(f"from {alias:#x}, which is the kernel's", alias)
    for sp in (0, t.draw.randrange(1, 8), 8, t.draw.randrange(9, 4096), t.probe.arena_end + 8,
               t.probe.arena_end - t.draw.randrange(8, model.FRAME_BYTES - 8), model.USER_END, 1 << 47,
               model.USER_END - model.FRAME_BYTES + t.draw.randrange(16, 400), model.KERNEL_TEXT + 4096,
               (1 << 64) - t.draw.randrange(1, model.FRAME_BYTES)):
        world.expect_refusal(f"with RSP {sp:#x}", 0, rsp=sp)
    for rip in (model.USER_END, 1 << 47, (1 << 47) + t.draw.getrandbits(40), 1 << 63 | t.draw.getrandbits(62),
                0xffff7fffffffffff, model.KERNEL_TEXT + 4096, t.draw.randrange(4096)):
        frame = world.deliver(model.SIGUSR1, rsp=world.draw_stack())
        frame.registers = world.draw_registers(rip=rip)
        frame.write()
        world.expect_refusal(f"with RIP {rip:#x} in the frame", frame)
    for rsp in (0, 1 << 47, 1 << 63 | t.draw.getrandbits(62), model.KERNEL_TEXT + 4096, (1 << 64) - 8):
        frame = world.deliver(model.SIGUSR1, rsp=world.draw_stack())
        frame.registers = world.draw_registers(rsp=rsp)
        frame.write()
        world.expect_return(f"rt_sigreturn, with RSP {rsp:#x} in the frame", frame)
        hexadecimal("RSP after that", rsp, t.probe.registers["rsp"])
    expect("getpid() after that", world.pid, t.probe.call(model.NR_GETPID))


@test(points=5, title="FPU states that the CPU would not load", look="handout.md, task 5: the FPU's state",
      program=model.PROGRAM)
def forged_fpu(t):
    world = World(t)
    world.catch(model.SIGSEGV)
    before = world.draw_fpu()
    header, mxcsr = model.HEADER_AT, model.MXCSR_AT
    unknown = [i for i in range(3, 63) if i not in (9, 17, 18)]
    changes = [("a reserved bit of MXCSR", mxcsr, struct.pack("<I", 0x1f80 | 1 << t.draw.randrange(16 + 2, 32))),
               ("all bits of MXCSR", mxcsr, b"\xff" * 4),
               ("a component in XSTATE_BV that there is not", header,
                struct.pack("<Q", 7 | 1 << t.draw.choice(unknown))),
               ("all bits of XSTATE_BV", header, b"\xff" * 8),
               ("the compacted form", header + 8, struct.pack("<Q", 1 << 63 | world.features)),
               ("a bit of XCOMP_BV", header + 8, struct.pack("<Q", 1 << t.draw.randrange(63))),
               ("a reserved word of the header", header + 16, struct.pack("<Q", t.draw.randrange(1, 1 << 63)))]
    for what, at, data in changes:
        frame = world.deliver(model.SIGUSR1, rsp=world.draw_stack())
        t.probe.put(frame.fpstate + at, data)
        world.expect_refusal(f"with {what} in the FPU's state", frame)
    good, frame = world.data + 3072, world.deliver(model.SIGUSR1, rsp=world.draw_stack())
    t.probe.put(good, t.probe.get(frame.fpstate, world.fpu_bytes + 4))
    for fpstate in (t.draw.randrange(1, 1 << 12) << 4, t.probe.arena_end, t.probe.arena_end - 64, model.USER_END - 64,
                    1 << 47, model.KERNEL_TEXT + 4096, (1 << 64) - 64, kernel_alias(t, good)):
        frame = world.deliver(model.SIGUSR1, rsp=world.draw_stack())
        frame.fpstate = fpstate
        frame.write()
        world.expect_refusal(f"with the FPU's state at {fpstate:#x}", frame)
    world.load_fpu(before)
    frame = world.deliver(model.SIGUSR1, rsp=world.draw_stack())
    t.probe.put(good, t.probe.get(frame.fpstate, world.fpu_bytes + 4))
    world.load_fpu(world.draw_fpu())
    frame.fpstate = good
    frame.write()
    world.expect_return("rt_sigreturn from a frame whose FPU state is good, and elsewhere", frame)
    world.check_fpu("after that", before, world.save_fpu())


@test(points=6, title="a signal for a program without a stack", look="handout.md, task 2: a stack that is none",
      program=model.PROGRAM)
def no_stack(t):
    world = World(t)
    spare_stack(world)
    page = world.draw_stack() & ~(PAGE - 1)
    alias = kernel_alias(t, page)
    read_only = t.probe.map_pages(2)
    t.probe.protect_pages(read_only, 2, 1)
    before = t.draw.randbytes(PAGE)
    t.probe.put(page, before)
    for rsp in (alias + PAGE, t.draw.randrange(8), t.draw.randrange(8, 1024), t.draw.randrange(4096, 1 << 16), 1 << 47,
                1 << 63 | t.draw.getrandbits(62), model.KERNEL_TEXT + (1 << 20), read_only + 2 * PAGE,
                (1 << 64) - t.draw.randrange(1, 1024)):
        world.renew_mask()
        place = world.go(rip=world.symbols["enter"], rax=model.NR_KILL, rdi=world.pid, rsi=model.SIGUSR1, rsp=rsp)
        seen = world.at_handler(model.SIGSEGV, place)
        hexadecimal("a signal whose frame has no place: RSP in SIGSEGV's frame", rsp, seen.rsp)
        hexadecimal("a signal whose frame has no place: RIP in SIGSEGV's frame", world.symbols["enter"] + 2, seen.rip)
    model.hexadecimal_bytes("a page of the program's, after a signal with an RSP in the kernel's map of it", before,
                            t.probe.get(page, PAGE))
    world.renew_mask()
    cast = t.cast()
    world.catch(model.SIGSEGV)
    cast.first.registers = {**cast.first.registers, "rsp": world.draw_stack()}
    for signal in (model.SIGUSR1, model.SIGSEGV):
        child = cast.fork(cast.first)
        child.begin_at("enter", rsp=t.draw.randrange(4096), rax=model.NR_KILL, rdi=child.pid, rsi=signal)
        world.expect_death(cast, child, f"signal {signal} for a process without a stack")


@test(points=3, title="a signal that waits for rt_sigreturn interrupts no system call",
      look="handout.md, task 3: no system call any more", program=model.PROGRAM)
def next_signal(t):
    world = World(t)
    world.catch(model.SIGUSR2, model.SA_NODEFER | model.SA_RESTART)
    for error in (512, 513, 514, 516):
        world.set_mask(model.bit(model.SIGUSR2))
        frame = world.deliver(model.SIGUSR1, rsp=world.draw_stack())
        world.call("kill", model.NR_KILL, world.pid, model.SIGUSR2)
        frame.registers = registers = world.draw_registers(rax=-error)
        frame.mask = 0
        frame.write()
        seen = world.at_handler(model.SIGUSR2, world.sigreturn(frame))
        for name in ("rip", "rax", "rsp"):
            hexadecimal(f"a signal came with rt_sigreturn, in whose frame RAX was -{error}. In the new frame: "
                        f"{name.upper()}", registers[name], seen.registers[name])
