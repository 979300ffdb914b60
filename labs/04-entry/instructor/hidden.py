"""The hidden tests of entry."""

from labs.testing import test
import model


@test(points=15, title="an interrupt may come at each instruction at which interrupts are on",
      look="handout.md, task 3: when interrupts may come")
def gaps(t):
    model.set_bases(t)
    for number in (model.NR_GETPID, t.draw.randrange(600, 1 << 20)):
        crossing = model.Crossing(t, number)
        crossing.way_in(lambda crossing: model.check_safe(crossing, "on the way in"))
        crossing.through()
        crossing.way_out(lambda crossing: model.check_safe(crossing, "on the way out"))
        crossing.go_on()
        model.check_late_work(t, number)


@test(points=15, title="sigreturn restores any registers", look="handout.md, task 4: what else SYSRET can't")
def contexts(t):
    model.check_sysret(t)
    model.catch(t, model.SIGUSR1)
    model.catch(t, model.SIGTRAP)
    stop = t.probe.stop
    flags = model.draw_flags(t) & ~model.ID
    for context in (model.draw_context(t),
                    model.draw_context(t, rcx=stop),
                    model.draw_context(t, r11=flags, eflags=flags),
                    model.draw_context(t, rcx=stop, r11=flags, eflags=flags)):
        frame = model.send_signal(t, model.SIGUSR1, rsp=model.draw_stack(t))
        model.check_context(t, frame, context)
        t.probe.registers = t.probe.go_on()
    single_step(t)


def single_step(t):
    """TF: the program makes one instruction, and gets SIGTRAP."""
    for flag in (model.RF, model.TF):
        flags = model.draw_flags(t) & ~model.ID | flag
        load = t.probe.program.symbols["load"]
        frame = model.send_signal(t, model.SIGUSR1, rsp=model.draw_stack(t))
        context = model.draw_context(t, rip=load, rcx=load, eflags=flags, r11=flags, rdi=t.probe.arena)
        model.check_context(t, frame, context, must_iret=True)
        t.probe.registers = t.probe.go_on()
