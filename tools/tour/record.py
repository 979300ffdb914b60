"""Inside gdb: the third machine of `make tour`, stepped instruction by instruction from the library call to its return.

While gdb steps, QEMU holds interrupts and the timer back, so none comes between two steps. A thread that sleeps is
left alone until it runs again: what others do meanwhile is not recorded, the step says `gap`.
"""

import sys

import gdb

from limen import crossings, errno_names, frames, kernel, syscalls, trips
import operands
import places
import seek
import wire

REGISTERS = ("rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
             "r15", "rip", "eflags", "cs", "ss", "fs_base", "gs_base", "k_gs_base", "cr2", "cr3")
USER_WINDOW = 96            # bytes of the program's own stack that are shown above where it was
AFTER_CALL = 2000           # instructions in ring 3 after which a library call that doesn't return is left
EVERY = 4000                # instructions between two words to who waits
NEVER, LIMIT = "never returns", "too long"
INT80 = "cd80"


class Stack:
    """Words of a stack as they were read last. `top` is where the picture ends above."""

    def __init__(self, low, top, read):
        self.low, self.top, self.read, self.words = low, top, read, {}

    def holds(self, address):
        return self.low <= address < self.top

    def look(self, start, end):
        """Reads what lies there; [address, word] of each that is new or has changed."""
        start, end = max(start, self.low) & ~7, min(end, self.top)
        if start >= end:
            return []
        data = self.read(start, end - start) or b""
        found = []
        for at in range(0, len(data) - 7, 8):
            word = int.from_bytes(data[at:at + 8], "little")
            if self.words.get(start + at) != word:
                self.words[start + at] = word
                found.append([f"{start + at:x}", f"{word:x}"])
        return found


class Recorder:
    def __init__(self, job, program):
        self.job, self.program = job, program
        self.wire = wire.Wire(REGISTERS)
        self.code, self.pages, self.steps = places.Code(self.wire), places.Pages(self.wire), []
        arch = kernel.current_thread()["arch"]
        self.now = self.wire.registers()
        self.start = dict(self.now)
        self.kernel_stack = Stack(int(arch["stack"]), int(arch["stack_top"]), self.wire.read)
        self.user_stack = Stack(0, self.now["rsp"] + USER_WINDOW, self.wire.read)
        self.stacks = [self.kernel_stack, self.user_stack]
        self.first_words = self.user_stack.look(self.now["rsp"], self.user_stack.top)
        self.thread = kernel.address_of(kernel.current_thread())
        self.end, self.after_call, self.gate_step = None, 0, None
        self.arguments, self.result = [], None

    # --- One step ---

    def stack_in_use(self, registers):
        return next((stack for stack in self.stacks if stack.holds(registers["rsp"])), None)

    def step(self):
        """Executes one instruction and records it. (QEMU may stop before it has executed anything, when an interrupt
        is raised in just that moment: then once more.)"""
        before = self.now
        number = self.code.number(before["rip"])
        one = self.code.items[number]
        touched = operands.touched(one["text"], before, len(one["bytes"]) // 2)
        seen = [self.before(access, before) for access in touched]
        while True:
            self.wire.step()
            self.now = self.wire.registers()
            if self.now != before or one["text"].startswith("jmp"):
                break
        step = [number, self.changes(before), [self.after(access, was) for access, was in zip(touched, seen)],
                self.stack_changes(touched), self.pages.number(before["rip"], before["cr3"])]
        self.keep(step, one)

    def keep(self, step, one):
        """An instruction that repeats itself (rep movs) is one step, however often it went round."""
        last = self.steps[-1] if self.steps else None
        if last is not None and last[0] == step[0] and operands.is_repeated(one["text"]):
            registers = dict(zip(last[1][::2], last[1][1::2])) | dict(zip(step[1][::2], step[1][1::2]))
            last[1] = [word for pair in registers.items() for word in pair]
            last[3] += step[3]
            last[5]["rounds"] = last[5].get("rounds", 1) + 1
            return
        self.steps.append(step + [{}])

    def changes(self, before):
        """[register's number, new value, ...]."""
        return [word for index, name in enumerate(REGISTERS) if self.now[name] != before[name]
                for word in (index, f"{self.now[name]:x}")]

    def before(self, access, registers):
        page = self.pages.number(access.address, registers["cr3"])
        return page, self.value(access, page)

    def value(self, access, page):
        if not 0 < access.size <= 16 or not self.pages.is_memory(page):
            return None
        data = self.wire.read(access.address, access.size)
        return None if data is None else f"{int.from_bytes(data, 'little'):x}"

    def after(self, access, was):
        """[address, size, kind, page, value before, value after]."""
        page, value = was
        if "w" not in access.kind:
            return [f"{access.address:x}", access.size, access.kind, page, value, None]
        self.pages.wrote(access.address)
        return [f"{access.address:x}", access.size, access.kind, page, value, self.value(access, page)]

    def stack_changes(self, touched):
        found, stack = [], self.stack_in_use(self.now)
        if stack is not None:
            found += stack.look(self.now["rsp"], stack.top)
        for access in touched:
            for other in self.stacks:
                if "w" in access.kind and other is not stack and other.holds(access.address):
                    found += other.look(access.address, access.address + access.size + 7)
        return found

    # --- From the first to the last ---

    def run(self):
        while self.end is None:
            try:
                self.step()
                self.look_around()
            except wire.Ended:
                self.end = NEVER

    def look_around(self):
        if len(self.steps) % EVERY == 0:
            print(f"tour: {len(self.steps)} instructions", file=sys.stderr, flush=True)
        if self.is_switched_away():
            self.wait_for_thread()
        elif len(self.steps) >= self.job["limit"]:
            self.end = LIMIT
        elif self.now["cs"] & 3 == 3:
            self.look_at_program()

    def look_at_program(self):
        if self.gate_step is None:
            if self.is_at_gate():
                self.arguments = argument_values(self.program.call, self.now, self.job["by_int80"], self.wire.read)
                self.gate_step = len(self.steps)
            return
        if self.result is None:
            self.result = errno_names.result_text(self.now["rax"])
        back, self.after_call = self.job["start"]["back"], self.after_call + 1
        is_back = self.now["rip"] == back and self.now["rsp"] == self.job["start"]["rsp"]
        if self.job["gate_only"] or back is None or is_back:
            self.end = "returned"
        elif self.after_call >= AFTER_CALL or self.wire.read(self.now["rip"], trips.CALL_SIZE) in crossings.ROADS:
            self.end = "the library goes on"

    def is_at_gate(self):
        number = seek.i386_number(self.program.call) if self.job["by_int80"] else self.program.call.number
        return (self.now["rip"], self.now["rsp"]) == (self.job["gate"]["rip"], self.job["gate"]["rsp"]) and \
            self.now["rax"] & 0xffffffff == number

    def is_switched_away(self):
        if self.now["cs"] & 3 == 3 or self.stack_in_use(self.now) is not None:
            return False
        self.wire.sync()
        return kernel.address_of(kernel.current_thread()) != self.thread

    def wait_for_thread(self):
        """It sleeps, or somebody else's turn has come. It will go on at the next instruction, on its own stack."""
        self.wire.sync()
        state = kernel.enum_word("enum thread_state", kernel.at("struct thread", self.thread)["state"], "THREAD_")
        self.steps[-1][5]["gap"] = state
        if state == "dead":
            self.end = NEVER
            return
        with trips.Run() as marks:
            marks.mark(self.now["rip"], lambda: self.kernel_stack.holds(kernel.register("rsp")))
            try:
                seek.run(marks)
            except seek.Missed:
                self.end, self.steps[-1][5]["gap"] = NEVER, "gone"
                return
        self.pages.forget()
        before, self.now = self.now, self.wire.registers()
        step = self.steps[-1]
        step[1] += self.changes(before)
        step[3] += self.stack_changes([])

    # --- The other gate ---

    def patch_gate(self):
        """To record the same call by INT 80h: where SYSCALL is about to be executed, puts that instruction there, and
        the number and arguments where it wants them."""
        number = seek.i386_number(self.program.call)
        values = [self.now[full_name(name)] for name in syscalls.ARGUMENT_REGISTERS]
        for register, value in zip(syscalls.INT80_REGISTERS, values[:len(self.program.call.arguments)]):
            gdb.execute(f"set $r{register} = {value:#x}")
        gdb.execute(f"set $rax = {number}")
        gdb.selected_inferior().write_memory(self.now["rip"], bytes.fromhex(INT80))
        self.now = self.wire.registers()
        self.start = dict(self.now)


def full_name(field):
    """Of a register that is a field of struct pt_regs."""
    return field if field.startswith("r") else "r" + field


def argument_values(call, registers, by_int80, read):
    """[name, type, value, text behind a pointer] of each argument, at the gate."""
    found = []
    for (name, type_), register in zip(call.arguments, syscalls.registers_of(by_int80)):
        word = registers[full_name(register)]
        found.append([name, str(type_), syscalls.typed(word, type_), text_behind(word, type_, read)])
    return found


def text_behind(word, type_, read):
    plain = type_.strip_typedefs()
    if plain.code != gdb.TYPE_CODE_PTR or plain.target().strip_typedefs().unqualified().sizeof != 1:
        return None
    data = read(word, 64)
    if data is None or 0 not in data:
        return None
    text = data.split(b"\0")[0]
    return text.decode("ascii") if text and all(32 <= byte < 127 or byte in b"\n\t" for byte in text) else None


def callers():
    """Who had called when the recording began, the outermost first."""
    found, frame = [], gdb.newest_frame()
    while frame is not None and len(found) < 50:
        line = frame.find_sal()
        found.append({"name": frame.name() or "?", "source": line.symtab.filename if line.symtab else None,
                      "line": line.line})
        frame = frame.older()
    return found[::-1]


def names_in(recorder):
    """What the values are that name a place in the kernel's image or the program's."""
    values = {value for step in recorder.steps for value in step[1][1::2] + [word for _, word in step[3]]}
    values |= {f"{value:x}" for value in recorder.start.values()}
    found = {}
    for value in values:
        number = int(value, 16)
        if number >= 0xffffffff80000000 and number < 0xffffffffa0000000 or 0x10000 <= number < kernel.USER_END:
            text = places.symbol_text(number)
            if text:
                found[value] = text
    return found


def record(job):
    program = seek.Program(job)
    seek.go_to(job["start"], job["hits"], program)
    if job["gate_only"]:
        seek.go_to_gate(job["gate"], program)
    recorder, context = Recorder(job, program), callers()
    if job["patch"]:
        recorder.patch_gate()
    recorder.look_at_program()
    recorder.run()
    recorder.wire.sync()
    return {
        "call": {"name": program.call.name, "number": program.call.number, "by_int80": job["by_int80"],
                 "arguments": recorder.arguments, "result": recorder.result},
        "end": recorder.end, "gate_step": recorder.gate_step, "callers": context, "path": job["path"],
        "registers": REGISTERS, "start": [f"{recorder.start[name]:x}" for name in REGISTERS],
        "kernel_stack": [f"{recorder.kernel_stack.low:x}", f"{recorder.kernel_stack.top:x}"],
        "user_top": f"{recorder.user_stack.top:x}", "first_words": recorder.first_words,
        "regs_size": crossings.REGS_SIZE, "fields": frames.FIELDS,
        "stubs": f"{kernel.label_address('interrupt_stubs'):x}",
        "code": recorder.code.items, "functions": recorder.code.functions.items,
        "pages": recorder.pages.items.items, "names": names_in(recorder), "steps": recorder.steps,
    }
