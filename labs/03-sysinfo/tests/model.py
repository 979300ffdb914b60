"""What census and roster have to tell, and how the tests ask them: the host's side of the lab sysinfo.

The structures' layout follows from the parameters, by C's rules; what they must say follows from other system calls,
whose files a hand-in cannot bring (sysinfo, uname's name, kill, clock_gettime), and from what the test does itself.
"""

import struct

from labs.testing import Failure, expect

EFAULT, EINVAL, ESRCH, EINTR = -14, -22, -3, -4
SYSINFO, CLOCK_GETTIME, SETHOSTNAME, KILL, WAIT4, EXIT_GROUP = 99, 228, 170, 62, 61, 231
PRCTL, PR_SET_NAME, GETPPID, GETTID, CLONE = 157, 15, 110, 186, 56
# CLONE_VM, FS, FILES, SIGHAND, THREAD, SYSVSEM: as libraries make threads.
THREAD_FLAGS = 0x50f00
PAGE, USER_END = 4096, 0x7ffffffff000
SLACK_BYTES = 1 << 18               # free memory may change by itself so much between two calls
SECOND_NS = 1_000_000_000
REQUEST = struct.Struct("<QIiQ")    # struct roster: to, room, from, wait_ns
REQUEST_BYTES = REQUEST.size


# --- census ---

def round_up(value, to):
    return (value + to - 1) // to * to


class Layout:
    """Where the fields of struct census are, by name, and its size."""

    def __init__(self, t):
        tasks = {"unsigned short": 2, "unsigned int": 4, "unsigned long": 8}[t.parameters["TASKS"]]
        self.fields, at = {}, 0
        for name, size, align in (("version", 4, 4), ("host", t.parameters["HOST"], 1), ("free_bytes", 8, 8),
                                  ("tasks", tasks, tasks), ("up_ns", 8, 8), ("cpus", 1, 1)):
            at = round_up(at, align)
            self.fields[name] = at, size
            at += size
        self.size = round_up(at, 8)

    def number(self, data, name):
        at, size = self.fields[name]
        return int.from_bytes(data[at:at + size], "little")

    def holes(self):
        """Offsets of the bytes that are no field's."""
        inside = {each for at, size in self.fields.values() for each in range(at, at + size)}
        return [each for each in range(self.size) if each not in inside]

    def without_holes(self, data):
        """DATA with zeros there: what they hold is another test's business."""
        return bytes(0 if at in self.holes() else byte for at, byte in enumerate(data))


def ask_sysinfo(call, probe):
    """Free bytes and tasks, as sysinfo(2) tells them."""
    place = probe.arena + 1024
    expect("sysinfo", 0, call(SYSINFO, place))
    data = probe.get(place, 112)
    return struct.unpack_from("<Q", data, 40)[0], struct.unpack_from("<H", data, 80)[0]


def monotonic_ns(call, probe):
    place = probe.arena + 1024
    expect("clock_gettime", 0, call(CLOCK_GETTIME, 1, place))
    seconds, rest = struct.unpack("<qq", probe.get(place, 16))
    return seconds * SECOND_NS + rest


def set_host(t, name):
    place = t.probe.arena + 1024
    t.probe.put(place, name)
    expect("sethostname", 0, t.probe.call(SETHOSTNAME, place, len(name)))


def draw_name(t, length):
    return bytes(t.draw.choice(b"abcdefghijklmnopqrstuvwxyz0123456789-") for _ in range(length))


def census_name(t):
    return t.parameters["census"]


def ask_census(t, call=None, size=None, room=None):
    """The bytes that the call has written, after a look that it has written no others."""
    call, layout = call or t.probe.call, Layout(t)
    size = layout.size if size is None else size
    before = t.draw.randbytes(PAGE)
    place = t.probe.arena + 4096 + t.draw.randrange(0, 64)
    t.probe.put(place, before)
    wanted = min(size, layout.size)
    expect(f"{census_name(t)}(to, {size})", wanted, call(t.parameters["CENSUS"], place, size))
    after = t.probe.get(place, PAGE)
    if after[wanted:] != before[wanted:]:
        raise Failure(f"{census_name(t)}(to, {size}) wrote behind its {wanted} bytes")
    return after[:wanted]


def check_fixed(t, data, host):
    """The fields that can be known to the byte, and the holes between them."""
    layout = Layout(t)
    expect("version", t.parameters["VERSION"], layout.number(data, "version"))
    expect("cpus", 1, layout.number(data, "cpus"))
    at, size = layout.fields["host"]
    expect("host: the name, cut where there is no room, and zeros behind it", host[:size - 1].ljust(size, b"\0"),
           data[at:at + size])


def check_holes(t, data):
    if leaked := [each for each in Layout(t).holes() if data[each]]:
        raise Failure(f"byte {leaked[0]} of struct {census_name(t)} is no field's, and is {data[leaked[0]]:#04x}: it "
                      "was left as it was in the kernel's memory, and now everybody can read it")


# --- roster ---

def everybody(call, numbers):
    """Those of the numbers that are processes', asked one by one."""
    return [number for number in numbers if call(KILL, number, 0) == 0]


class Roster:
    """The tests' own processes, and what roster has to say of them."""

    def __init__(self, t):
        self.t, self.cast = t, t.cast()
        self.me = self.cast.first
        self.name_bytes, self.number = t.parameters["NAME"], t.parameters["ROSTER"]
        # struct roster_entry: int pid, parent; char name[]; unsigned int threads.
        self.threads_at = round_up(8 + self.name_bytes, 4)
        self.entry_bytes = self.threads_at + 4
        self.request, self.to = t.probe.arena + 2048, t.probe.arena + 16384
        self.me.pid = self.me.call(GETTID)
        self.known, self.threads, self.no_processes = {}, {}, set()
        self.name(self.me, self.me.call(GETPPID))

    def __str__(self):
        return self.t.parameters["roster"]

    def name(self, task, parent):
        """Gives it a name drawn here."""
        name = draw_name(self.t, self.t.draw.randrange(1, 16))
        task.put(self.t.probe.arena + 1024, name + b"\0")
        expect("prctl(PR_SET_NAME)", 0, task.call(PRCTL, PR_SET_NAME, self.t.probe.arena + 1024, 0, 0, 0))
        self.known[task.pid] = (name, parent)

    def grow(self, count):
        """So many processes more, of several generations."""
        family = [self.me]
        for _ in range(count):
            maker = self.t.draw.choice(family)
            child = self.cast.fork(maker)
            self.name(child, maker.pid)
            family.append(child)
        return family[1:]

    def thread(self):
        """A second thread of the first process."""
        thread = self.cast.fork(self.me, CLONE, THREAD_FLAGS, 0)
        self.threads[self.me.pid] = 2
        self.no_processes.add(thread.pid)
        return thread

    def everybody(self, first=1):
        """The numbers of all processes, asked one by one."""
        last = max([self.me.pid, *self.known]) + 3
        return everybody(self.me.call, [number for number in range(max(first, 1), last)
                                        if number not in self.no_processes])

    def entry(self, number, seen):
        """What the entry of a process must be; of strangers only the form is known."""
        if number not in self.known:
            return number.to_bytes(4, "little") + seen[4:]
        name, parent = self.known[number]
        data = struct.pack("<ii", number, parent) + name.ljust(self.name_bytes, b"\0")
        hole = seen[len(data):self.threads_at]
        return data + hole + struct.pack("<I", self.threads.get(number, 1))

    def holes(self, entries):
        """What stands between the names and the threads."""
        return b"".join(entries[at + 8 + self.name_bytes:at + self.threads_at]
                        for at in range(0, len(entries), self.entry_bytes))

    def put_request(self, to, room, first=0, wait_ns=0, at=None):
        data = REQUEST.pack(to & (1 << 64) - 1, room & 0xffffffff, first, wait_ns & (1 << 64) - 1)
        self.me.put(self.request if at is None else at, data)
        return data

    def ask(self, room, first=0, wait_ns=0):
        """A request that is to succeed."""
        wanted = self.everybody(first)
        written = min(room, len(wanted))
        before = self.t.draw.randbytes(self.entry_bytes * (len(wanted) + 2))
        self.me.put(self.to, before)
        request = self.put_request(self.to, room, first, wait_ns)
        result = self.me.call(self.number, self.request)
        self.check(f"{self}: room {room}, from {first}", wanted, written, before, request, result)

    def check(self, what, wanted, written, before, request, result):
        expect(f"{what}: how many there are in all", len(wanted), result)
        after = self.me.get(self.to, len(before))
        for at, number in enumerate(wanted[:written]):
            seen = after[at * self.entry_bytes:(at + 1) * self.entry_bytes]
            expect(f"{what}: entry {at}, of process {number}", self.entry(number, seen).hex(" "), seen.hex(" "))
        end = written * self.entry_bytes
        if after[end:] != before[end:]:
            raise Failure(f"{what}: it wrote behind the {written} entries that there was to write")
        told = self.me.get(self.request, REQUEST_BYTES)
        expect(f"{what}: the request then (only room has changed, to {written})",
               (request[:8] + struct.pack("<I", written) + request[12:]).hex(" "), told.hex(" "))

    def refuse(self, what, error, request, data=None):
        """A request that is to fail, and to leave itself as it was."""
        expect(f"{self}: {what}", error, self.me.call(self.number, request))
        if data is not None:
            expect(f"{self}: {what}: the request then, which is to be as it was", data.hex(" "),
                   self.me.get(request, REQUEST_BYTES).hex(" "))
