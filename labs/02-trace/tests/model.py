"""What the kernel has to log of whom: the host's side of the lab trace.

    tap = Tap(t); tap.set(task, {39, 3}); tap.make(task, 3, 100); tap.check()

The calls are drawn here and made by tasks (tools/labs/cast.py; between their calls they make sched_yield, which is in
no mask). What must be in the log follows from the masks and from what the calls returned, seen in the tasks' registers.
The log is read by the first task, from /dev/kmsg.
"""

import re

from labs.probe import Tampered, signed
from labs.testing import Failure, expect

EBADF, EAGAIN, E2BIG, EFAULT, EINVAL, ENOSYS = -9, -11, -7, -14, -22, -38
OPEN, READ, CLOSE, LSEEK, GETPID = 2, 0, 3, 8, 39
O_NONBLOCK, SEEK_END = 0x800, 2
EXIT_GROUP, WAIT4, FORK, EXECVE = 231, 61, 57, 59
# Calls that any process may make at any time: number, name, how many arguments.
CALLS = {39: ("getpid", 0), 102: ("getuid", 0), 104: ("getgid", 0), 107: ("geteuid", 0), 108: ("getegid", 0),
         110: ("getppid", 0), 186: ("gettid", 0), 100: ("times", 1), 3: ("close", 1), 32: ("dup", 1),
         95: ("umask", 1), 33: ("dup2", 2), 121: ("getpgid", 1), 72: ("fcntl", 3), 8: ("lseek", 3),
         17: ("pread64", 4), 9: ("mmap", 6)}
OTHERS = {231: ("exit_group", 1), 59: ("execve", 3), 57: ("fork", 0), 61: ("wait4", 4)}
GATE = {39: 20, 3: 6}                   # i386's numbers of what INT 80h knows, too
HOLES = (400, 420, 490, 511)            # numbers that no call has
PAGE = 4096


def draw_arguments(draw, number):
    """Such that nothing happens but the call itself."""
    descriptor = draw.randrange(1000, 100000)
    drawn = [draw.randrange(1 << 40) for _ in range(6)]
    if number in (3, 32, 33, 72, 8, 17):
        drawn[0] = descriptor
    if number == 33:
        drawn[1] = descriptor + 1
    if number == 95:
        drawn[0] = draw.randrange(0o1000)
    if number == 121:
        drawn[0] = draw.randrange(100000, 1000000)
    if number == 9:
        drawn[1] = 0
    if number == 100:
        drawn[0] = 0
    return drawn


class Tap:
    def __init__(self, t):
        self.t, self.draw, self.cast = t, t.draw, t.cast()
        self.me, self.arena = self.cast.first, t.probe.arena
        self.number, self.bits = t.parameters["NUMBER"], t.parameters["BITS"]
        self.word, self.begins, self.ends = (t.parameters[name] for name in ("wiretap", "BEGINS", "ENDS"))
        self.masks, self.lines, self.places = {self.me: frozenset()}, {}, 0
        self.me.pid = self.me.call(186)
        self.me.put(self.arena + 1024, b"/dev/kmsg\0")
        self.log = self.me.call(OPEN, self.arena + 1024, O_NONBLOCK, 0)
        if self.log < 0:
            raise Tampered(f"/dev/kmsg cannot be opened: {self.log}")
        self.me.call(LSEEK, self.log, 0, SEEK_END)

    # --- What is done ---

    def mask_bytes(self, numbers):
        return sum(1 << number for number in numbers).to_bytes(self.bits // 8, "little")

    def set(self, task, numbers):
        """A whole mask, at a place of its own."""
        self.places += 1
        place = self.arena + 32768 + 160 * (self.places % 100)
        task.put(place, self.mask_bytes(numbers) + b"\xff" * 16)
        expect(f"{self.word}(mask of {sorted(numbers)}, {self.bits // 8})", 0,
               self.make(task, self.number, place, self.bits // 8))
        self.masks[task] = frozenset(numbers)

    def make(self, task, number, *arguments):
        """A call, and what is to be in the log then."""
        arguments += (0,) * (6 - len(arguments))
        is_tapped = self.begin(task, number, *arguments)
        result = task.call(number, *arguments)
        if is_tapped:
            self.end(task, number, result)
        return result

    def make_by_gate(self, task, number):
        """The same by INT 80h, which has another number for it, and 32 bits of RBX for the first argument."""
        is_tapped = self.begin(task, number, task.registers["rbx"] & 0xffffffff)
        result = signed(task.do("gate", rax=GATE[number])["rax"])
        if is_tapped:
            self.end(task, number, result)
        return result

    def begin(self, task, number, *arguments):
        """Only the line for its begin, if there is to be one."""
        if number not in self.masks[task]:
            return False
        name, count = self.called(number)
        text = ", ".join(f"0x{each & (1 << 64) - 1:x}" for each in arguments[:count])
        self.say(task, self.begins, f"{name}({text})")
        return True

    def end(self, task, number, result):
        self.say(task, self.ends, f"{self.called(number)[0]} = {result}")

    def fork(self, maker):
        is_tapped = self.begin(maker, FORK)
        child = self.cast.fork(maker)
        if is_tapped:
            self.end(maker, FORK, child.pid)
        self.masks[child] = self.masks[maker]
        return child

    def called(self, number):
        if number == self.number:
            return self.word, 2
        return CALLS.get(number) or OTHERS.get(number) or (str(number), 0)

    def say(self, task, word, text):
        self.lines.setdefault(task.pid, []).append(f"{self.word}: {task.pid} {word} {text}")

    def some(self, count):
        return self.draw.sample(sorted(CALLS), count)

    def try_calls(self, task, numbers, times=1):
        """Some calls of each number."""
        numbers = [number for number in numbers for _ in range(times)]
        self.draw.shuffle(numbers)
        for number in numbers:
            self.make(task, number, *draw_arguments(self.draw, number))

    # --- What is in the log ---

    def read(self):
        """The lines of ours that came since the last time, by task."""
        found = {}
        while (size := self.me.call(READ, self.log, self.arena + 4096, 1024)) > 0:
            text = self.me.get(self.arena + 4096, size).decode(errors="replace")
            line = text.partition(";")[2].partition("\n")[0]
            if match := re.match(rf"{self.word}: (\d+)\b", line):
                found.setdefault(int(match[1]), []).append(line)
        if size != EAGAIN:
            raise Tampered(f"/dev/kmsg cannot be read: {size}")
        return found

    def check(self, what):
        """The log must hold all that was to be logged since the last check, and no line more."""
        found = self.read()
        for number in sorted(found.keys() | self.lines.keys()):
            wanted, seen = self.lines.get(number, []), found.get(number, [])
            if wanted != seen:
                raise Failure(f"{what}: the log's lines of task {number}" + difference(wanted, seen))
        self.lines = {}


def difference(wanted, seen):
    """The first line that is another, and the one before."""
    same = next((at for at, pair in enumerate(zip(wanted, seen)) if pair[0] != pair[1]), min(len(wanted), len(seen)))
    after = f", after\n          {wanted[same - 1]}" if same else ""

    def line(lines):
        return lines[same] if same < len(lines) else "no more lines"
    return f"{after}\nexpected: {line(wanted)}\nseen:     {line(seen)}"
