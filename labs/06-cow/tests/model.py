"""What fork has to make of a mapping: the host's side of cow.

World is a private mapping of some pages and the processes that have it. It knows which of their pages must be one
frame, which must not, and what is in them; `check` compares that with page tables and memory, read from outside.
A frame of the model stands for one frame of the machine as long as anybody has it: what is not to be copied must stay
where it is.
"""

from labs import paging
from labs.probe import NR_MMAP, PAGE, PROT_READ, PROT_WRITE
from labs.testing import Failure, expect

NR_OPEN, NR_PREAD64, NR_WRITE, NR_WAIT4 = 2, 17, 1, 61
MAP_SHARED, MAP_PRIVATE, MAP_ANONYMOUS = 0x01, 0x02, 0x20
MAP_POPULATE, MAP_FIXED_NOREPLACE = 0x8000, 0x100000
NOWHERE = (1 << 64) - 1
O_RDWR_CREAT = 0o102


class Frame:
    """Words by their offset in the page; where it is in the machine, once that is known."""

    def __init__(self, words=()):
        self.words, self.place = dict(words), None

    def copy(self):
        return Frame(self.words)


class Process:
    def __init__(self, name, actor, frames):
        self.name, self.actor, self.frames = name, actor, frames
        self.writable = set()       # pages whose entries may allow it: a write there is no fault

    @property
    def cr3(self):
        return self.actor.registers["cr3"]


class World:
    def __init__(self, t):
        """A mapping that begins and ends within a group, and has a whole one in between."""
        self.t, self.machine, self.cast = t, t.machine, t.cast()
        self.group_pages = t.parameters["GROUP"]
        lead = t.draw.randrange(1, self.group_pages)
        self.count = lead + self.group_pages + t.draw.randrange(1, self.group_pages)
        groups = t.draw.randrange(1 << 20, 1 << 22)
        self.base = 0x100000000000 + (groups * self.group_pages - lead) * PAGE
        self.cuts = {0, self.count}         # where a mapping begins or ends, in pages
        frames = [Frame() for _ in range(self.count)]
        self.parent = Process("the parent", self.cast.first, frames)
        self.parent.writable = set(range(self.count))
        self.map(self.base, self.count, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE)
        self.processes = [self.parent]
        for page in range(self.count):
            self.fill(page)

    def map(self, address, pages, flags, descriptor=NOWHERE):
        seen = self.parent.actor.call(NR_MMAP, address, pages * PAGE, PROT_READ | PROT_WRITE,
                                      flags | MAP_FIXED_NOREPLACE, descriptor, 0)
        expect(f"mmap({address:#x}, {pages} pages)", address, seen)

    def fill(self, page):
        """A word in a page that nobody shares yet."""
        offset, word = self.t.draw.randrange(0, PAGE, 8), self.t.draw.randbytes(8)
        self.parent.actor.put(self.address(page) + offset, word)
        self.parent.frames[page].words[offset] = word

    def address(self, page):
        return self.base + page * PAGE

    def group(self, page):
        """The pages of a mapping that get frames of their own together."""
        lead = self.base // PAGE % self.group_pages
        first = (lead + page) // self.group_pages * self.group_pages - lead
        start = max(first, *(cut for cut in self.cuts if cut <= page))
        end = min(first + self.group_pages, *(cut for cut in self.cuts if cut > page))
        return range(start, end)

    def groups(self):
        """A page of each group, drawn."""
        found, page = [], 0
        while page < self.count:
            group = self.group(page)
            found.append(self.t.draw.choice(group))
            page = group.stop
        return found

    # --- What processes do ---

    def fork(self, maker=None, name="the child"):
        maker = maker or self.parent
        child = Process(name, self.cast.fork(maker.actor), list(maker.frames))
        maker.writable.clear()
        self.processes.append(child)
        return child

    def exit(self, process, then):
        process.actor.leave()
        expect(f"{then.name} waits for {process.name}", process.actor.pid,
               then.actor.call(NR_WAIT4, process.actor.pid, 0, 0, 0))
        self.processes.remove(process)

    def owners(self, frame):
        return sum(frame in process.frames for process in self.processes)

    def fault(self, process, page):
        """What a write to the page makes of its group."""
        if page in process.writable:
            return
        for each in self.group(page):
            if each not in process.writable and self.owners(process.frames[each]) > 1:
                process.frames[each] = process.frames[each].copy()
            process.writable.add(each)

    def write(self, process, page, offset=None):
        """The program writes a word."""
        offset = self.t.draw.randrange(0, PAGE, 8) if offset is None else offset
        word = self.t.draw.randbytes(8)
        process.actor.store(self.address(page) + offset, int.from_bytes(word, "little"))
        self.fault(process, page)
        process.frames[page].words[offset] = word
        self.check(f"{process.name} wrote to {self.say(page)}")

    def file(self, data):
        """A descriptor of a new file with these bytes."""
        actor = self.parent.actor
        actor.put(actor.arena, b"/data\0")
        descriptor = actor.call(NR_OPEN, actor.arena, O_RDWR_CREAT, 0o600)
        actor.put(actor.arena + PAGE, data)
        expect("write to a new file", len(data), actor.call(NR_WRITE, descriptor, actor.arena + PAGE, len(data)))
        return descriptor

    def read_into(self, process, descriptor, data, page):
        """The kernel writes for the program, eight bytes before the page and eight behind."""
        assert len(data) == 16
        result = process.actor.call(NR_PREAD64, descriptor, self.address(page) - 8, 16, 0)
        what = f"{process.name} read 16 bytes from a file to the border of {self.say(page - 1)} and {self.say(page)}"
        expect(what, 16, result)
        self.fault(process, page - 1)
        self.fault(process, page)
        process.frames[page - 1].words[PAGE - 8] = data[:8]
        process.frames[page].words[0] = data[8:]
        self.check(what)

    # --- What is seen ---

    def say(self, page):
        return f"page {page} of the mapping ({self.address(page):#x})"

    def check(self, when):
        """All processes' pages are as they have to be."""
        places = {}
        for process in self.processes:
            entries = paging.pages(self.machine, process.cr3, self.base, self.count)
            for page, (frame, entry) in enumerate(zip(process.frames, entries)):
                self.check_entry(when, process, page, frame, entry)
                self.check_place(when, process, page, frame, entry, places)
        with paging.by_physical_address(self.machine):
            for process in self.processes:
                self.check_words(when, process)

    def check_entry(self, when, process, page, frame, entry):
        if entry is None or not entry.has(paging.PRESENT | paging.USER):
            raise Failure(f"{when}: {self.say(page)} is not in {process.name}'s page tables")
        if entry.has(paging.WRITE) and self.owners(frame) > 1:
            raise Failure(f"{when}: {process.name} may write to {self.say(page)}, which others have as well\n"
                          f"its entry: {entry.value:#x}")

    def check_place(self, when, process, page, frame, entry, places):
        """PLACES: whose frame each physical address is."""
        other = places.setdefault(entry.frame, (frame, process, page))
        if other[0] is not frame:
            raise Failure(f"{when}: {self.say(page)} of {process.name}\nexpected: a frame of its own\n"
                          f"seen:     {entry.frame:#x}, which {other[1].name} has as {self.say(other[2])}")
        if frame.place is None:
            frame.place = entry.frame
        if frame.place != entry.frame:
            others = [each.name for each in self.processes if each is not process and frame in each.frames]
            whose = f"which {others[0]} has as well" if others else "which it had before, and nobody else has"
            raise Failure(f"{when}: {self.say(page)} of {process.name}\nexpected: the frame {frame.place:#x}, {whose}\n"
                          f"seen:     the frame {entry.frame:#x}")

    def check_words(self, when, process):
        for page, frame in enumerate(process.frames):
            for offset, word in frame.words.items():
                seen = self.machine.read(frame.place + offset, 8)
                expect(f"{when}: eight bytes at {self.address(page) + offset:#x} of {process.name}", word, seen)
