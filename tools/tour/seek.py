"""Inside gdb: where does the library call begin that makes the system call?

The first machine runs to the system call; its backtrace tells which call instruction of the program led there. The
second counts how often the program comes by that instruction before. So the third can be stopped right there, when
nothing of it has happened yet.
"""

import gdb

from limen import breaks, crossings, kernel, programs, symbols, syscalls, tasks, trips

LIBRARY = "libc/"


class Missed(Exception):
    """The call did not come; the text says why."""


def run(marks):
    """Lets the machine run to one of the marks."""
    try:
        found = marks.go()
    except gdb.GdbError:
        raise Missed("the machine ended before that") from None
    if found is None:
        raise Missed("the machine stopped before that")
    return found


class Program:
    """What the user wants to see: a call of a program."""

    def __init__(self, job):
        self.call, self.name = syscalls.by_name(job["call"]), job["program"]
        self.target, self.made = trips.Target([self.call.name, self.name]), {}

    def runs_here(self):
        return self.target.is_process(tasks.current_process())

    def start(self):
        """To where the program is about to run its first instruction."""
        with trips.Run() as marks:
            marks.mark(kernel.label_address("user_start"), self.runs_here)
            run(marks)

    def go_to_call(self):
        """To the kernel's first instruction in that call."""
        with trips.Run() as marks:
            for road, label in crossings.ROADS.items():
                by_int80 = road == crossings.INT80
                marks.mark(kernel.label_address(label), lambda by_int80=by_int80: self.makes_call(by_int80))
            end = marks.mark(kernel.label_address("task_leave_memory"), self.has_ended)
            try:
                has_ended = run(marks) is end
            except Missed:
                has_ended = True
            if has_ended:
                raise Missed(f"it ended without making that call. The calls it made: {', '.join(self.made) or 'none'}")

    def makes_call(self, by_int80):
        """In the kernel's first instruction. Others are noted, for who asked for the wrong one."""
        if self.runs_here():
            self.made[syscalls.name_by_road(kernel.register("rax"), by_int80)] = True
        return self.target.is_here(by_int80)

    def has_ended(self):
        process = tasks.current_process()
        return self.runs_here() and int(process["live_count"]) == 0


def place_in_program(place, program):
    """A test for a mark: is the program there with that stack pointer? (Its page must be there: else QEMU would stop
    once for the page fault, and once for the instruction.)"""
    return lambda: (kernel.register("rsp") == place["rsp"] and kernel.ring() == 3 and program.runs_here()
                    and breaks.is_fetched())


def source_of(frame):
    table = frame.find_sal().symtab
    return table.filename if table else None


def is_library(frame):
    """Code of the C library: by its source, or a stub, which has none. (The innermost frame is.)"""
    source = source_of(frame)
    return source is None or source.startswith(LIBRARY)


def user_frames(first):
    found = []
    while first is not None and len(found) < 100:
        found.append(first)
        first = first.older()
    return found


def call_before(frame):
    """The call instruction that a frame waits to return from, or None."""
    function = frame.function()
    if function is None:
        return None
    block = gdb.block_for_pc(frame.pc() - 1)
    while block.superblock is not None and block.function != function:
        block = block.superblock
    code = kernel.constant(lambda: frame.architecture().disassemble(block.start, frame.pc() - 1))
    last = code[-1]
    return last["addr"] if last["addr"] + last["length"] == frame.pc() and last["asm"].startswith("call") else None


def beginning(frames):
    """The place of the outermost call into the C library: {rip, rsp, back}. Where a program says nothing of its
    frames, the system call itself."""
    gate = {"rip": frames[0].pc() - trips.CALL_SIZE, "rsp": kernel.register("rsp", frames[0]), "back": None}
    if frames[0].name() is None or not is_library(frames[0]):
        return gate
    callers = [frame for frame in frames[1:] if frame.function() is not None]
    own = next((frame for frame in callers if not is_library(frame)), callers[-2] if len(callers) > 1 else None)
    address = call_before(own) if own is not None else None
    if address is None:
        return gate
    return {"rip": address, "rsp": kernel.register("rsp", own), "back": own.pc()}


def i386_number(call):
    """By which INT 80h knows a call, or None."""
    array = kernel.variable("int80_calls")
    low, high = array.type.range()
    return next((int(array[i]["i386"]) for i in range(low, high + 1) if int(array[i]["number"]) == call.number), None)


def find(job):
    """The first machine: {start: {rip, rsp, back}, gate: {rip, rsp}, int80: is it made by INT 80h already?}."""
    program = Program(job)
    program.start()
    program.go_to_call()
    symbols.follow_current()
    by_int80 = crossings.entry_name(gdb.newest_frame()) == "int80_entry"
    frames = user_frames(gdb.newest_frame().older())
    gate = {"rip": frames[0].pc() - trips.CALL_SIZE, "rsp": kernel.register("rsp", frames[0])}
    return {"start": beginning(frames), "gate": gate, "by_int80": by_int80, "int80_number": i386_number(program.call),
            "path": programs.path_of(tasks.current_process())}


def count(job):
    """The second machine: how often does the program come by the start until it makes the call?"""
    program, hits = Program(job), 0
    program.start()
    with trips.Run() as marks:
        start = marks.mark(job["start"]["rip"], place_in_program(job["start"], program))
        calls = [marks.mark(kernel.label_address(label),
                            lambda by_int80=road == crossings.INT80: program.target.is_here(by_int80))
                 for road, label in crossings.ROADS.items()]
        while True:
            found = run(marks)
            if found in calls:
                return {"hits": hits}
            hits += found is start


def go_to(place, hits, program):
    """The third machine: to that place, the last time before the call."""
    program.start()
    with trips.Run() as marks:
        marks.mark(place["rip"], place_in_program(place, program))
        for _ in range(hits):
            run(marks)
    symbols.follow_current()


def go_to_gate(place, program):
    """From there on to the instruction that makes the call."""
    with trips.Run() as marks:
        marks.mark(place["rip"], place_in_program(place, program))
        run(marks)
    symbols.follow_current()
