"""The public tests of entry."""

from labs.testing import Failure, expect, test
import model

FAST_IN, FAST_OUT = 60, 60      # instructions, of which the model solution takes 40 and 36


@test(points=15, title="do_syscall_64 gets the program's registers, on the kernel's stack", look="handout.md, task 1")
def arrives(t):
    model.set_bases(t)
    for _ in range(3):
        model.check_arrival(t, t.draw.randrange(600, 1 << 30))


@test(points=5, title="the number is the low half of RAX, signed", look="handout.md, task 1: the arguments")
def numbers(t):
    for number in (-1, -t.draw.randrange(2, 1 << 31), t.draw.randrange(1, 1 << 32) << 32 | model.NR_GETPID,
                   1 << 63 | t.draw.randrange(1 << 31, 1 << 32)):
        model.check_arrival(t, number)
    pid = t.probe.call(model.NR_GETPID)
    expect("getpid() with rubbish in the upper half of RAX", pid,
           t.probe.call(t.draw.randrange(1, 1 << 32) << 32 | model.NR_GETPID))


@test(points=10, title="the program gets all its registers back", look="handout.md, task 2")
def comes_back(t):
    pid = t.probe.call(model.NR_GETPID)
    model.set_bases(t)
    for _ in range(4):
        crossing = model.Crossing(t, model.NR_GETPID)
        crossing.way_in()
        crossing.through()
        crossing.scribble()
        crossing.way_out()
        crossing.check_back(pid)
        crossing.go_on()


@test(points=10, title="a signal that is pending is delivered on the way out",
      look="handout.md, task 2: is there work?")
def signals(t):
    model.catch(t, model.SIGUSR1)
    for _ in range(2):
        registers = {**model.draw_registers(t), "rsp": model.draw_stack(t)}
        frame = model.send_signal(t, model.SIGUSR1, **registers)
        behind = t.probe.program.symbols["enter"] + 2
        wanted = {**registers, "rip": behind, "rcx": behind, "r11": registers["eflags"], "rax": 0}
        context = model.context_at(t, frame)
        for name in ("rbx", "rdx", "rbp", "r8", "r10", "r12", "r15", "rsp", "rip", "rax", "rcx", "r11", "eflags"):
            model.hexadecimal(f"the handler's frame: {name.upper()} of what was interrupted", wanted[name],
                              context[name])
        t.machine.write_registers({**t.probe.registers, **model.sigreturn_registers(t, frame)})
        t.probe.registers = t.probe.go_on()
        for name in ("rbx", "rdx", "rbp", "r9", "r13", "r14", "rsp", "rax", "rcx", "r11", "eflags"):
            model.hexadecimal(f"after the handler: {name.upper()}", wanted[name], t.probe.registers[name])


@test(points=15, title="a plain call goes back by SYSRET, and neither way is long", look="handout.md, task 3")
def fast(t):
    for _ in range(2):
        way_in, out = model.check_sysret(t)
        for way, most, seen in (("in", FAST_IN, len(way_in) - 1), ("out", FAST_OUT, len(out) - 1)):
            if seen > most:
                raise Failure(f"instructions on the way {way}\nexpected: at most {most}\nseen:     {seen}")


@test(points=15, title="a CPU that keeps Intel's rules survives a return to an address that is none", on="bochs",
      look="handout.md, task 4: the trap")
def silicon(t):
    pid = t.probe.call(model.NR_GETPID)
    model.check_sysret_by_breaks(t)
    model.catch(t, model.SIGSEGV)
    model.catch(t, model.SIGUSR1)
    for bad in (0x800000000000, 0x800000000000 + t.draw.randrange(1 << 40), 1 << 63 | t.draw.getrandbits(46),
                0xffff7fffffffffff):
        frame = model.send_signal(t, model.SIGUSR1, rsp=model.draw_stack(t))
        context = model.context_at(t, frame)
        flags = context["eflags"]
        model.put_context(t, frame, {**context, "rip": bad, "rcx": bad, "r11": flags})
        frame = model.run_to_handler(t, model.SIGSEGV, model.sigreturn_registers(t, frame))
        model.hexadecimal("RIP in the frame of SIGSEGV's handler", bad, model.context_at(t, frame)["rip"])
        expect("getpid() after that", pid, t.probe.call(model.NR_GETPID))
