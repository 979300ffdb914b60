"""What the file of page tables and the page of a process have to hold: the host's side of page-tables."""

from labs import paging
from labs.probe import KEPT, NR_MMAP, NR_MPROTECT, NR_MUNMAP, PAGE, PROT_READ, PROT_WRITE, Probe
from labs.testing import Failure, expect

NR_READ, NR_OPEN, NR_CLOSE, NR_GETPID, NR_EXECVE, NR_WAIT4, NR_MADVISE = 0, 2, 3, 39, 59, 61, 28
MAP_PRIVATE_ANONYMOUS, MAP_POPULATE, MAP_FIXED_NOREPLACE = 0x22, 0x8000, 0x100000
PROT_EXEC, MADV_POPULATE_READ = 4, 22
NOWHERE = (1 << 64) - 1
BUFFER_PAGES = 12
READINGS = 40


# --- The file ---

def line(t, entry):
    words = [(not entry.has(paging.NO_EXECUTE), "EX"), (not entry.has(paging.PRESENT), "KP")]
    words = [(entry.has(paging.WRITE), "WR"), (entry.has(paging.USER), "US"), *words]
    return f"{entry.level} {entry.address:012x} {entry.frame:012x}" + "".join(
        f" {t.parameters[name]}" for holds, name in words if holds)


def tables_of(t, actor):
    """The lines that a process's page tables make, as they are now."""
    return [line(t, entry) for entry in paging.tables(t.machine, actor.registers["cr3"])]


def put_string(actor, text):
    actor.put(actor.arena, text.encode() + b"\0")
    return actor.arena


def buffer(actor):
    """Memory of a process's own to read into: a page that fork shares would be another one after it was written to."""
    start = actor.arena + PAGE
    for page in range(BUFFER_PAGES):
        actor.store(start + page * PAGE, 0)
    return start


def path(t, who="self"):
    return f"/proc/{who}/{t.parameters['FILE']}"


def read_file(actor, name):
    """A file's text, read by a process."""
    to, text = buffer(actor), b""
    descriptor = actor.call(NR_OPEN, put_string(actor, name), 0)
    if descriptor < 0:
        expect(f"open({name})", "a descriptor", descriptor)
    while (size := actor.call(NR_READ, descriptor, to, BUFFER_PAGES * PAGE)) > 0:
        text += actor.get(to, size)
    expect(f"read of {name}, at its end", 0, size)
    actor.call(NR_CLOSE, descriptor)
    return text.decode(errors="replace").splitlines()


def check_file(t, reader, of=None, name=None):
    """What READER reads of OF's page tables is what is there."""
    name = name or path(t)
    seen, wanted = read_file(reader, name), tables_of(t, of or reader)
    for number, (one, other) in enumerate(zip(wanted, seen), 1):
        expect(f"{name}, line {number}", one, other)
    if len(seen) != len(wanted):
        more = (wanted[len(seen):] or seen[len(wanted):])[0]
        raise Failure(f"{name}\nexpected: {len(wanted)} lines\nseen:     {len(seen)} lines\n"
                      f"the first that is {'missing' if len(seen) < len(wanted) else 'too much'}: {more}")


# --- Mappings to see there ---

def map_at(actor, address, pages, protection):
    flags = MAP_PRIVATE_ANONYMOUS | MAP_POPULATE | MAP_FIXED_NOREPLACE
    expect(f"mmap({address:#x}, {pages} pages)", address,
           actor.call(NR_MMAP, address, pages * PAGE, protection, flags, NOWHERE, 0))


def map_zoo(t, actor):
    """Mappings of each kind, far from each other, of which some are changed afterwards."""
    places = [t.draw.randrange(0x410, 0x550) << 36 | t.draw.randrange(1 << 24) << 12 for _ in range(6)]
    for place, protection in zip(places, (PROT_READ, PROT_READ | PROT_EXEC, PROT_READ | PROT_WRITE,
                                          PROT_READ | PROT_WRITE, PROT_READ | PROT_WRITE | PROT_EXEC, PROT_READ)):
        map_at(actor, place, t.draw.randrange(2, 6), protection)
    expect("mprotect", 0, actor.call(NR_MPROTECT, places[2], PAGE, 0))
    expect("munmap", 0, actor.call(NR_MUNMAP, places[3], PAGE))
    border = (places[5] & ~((1 << 21) - 1)) + (1 << 30)
    map_at(actor, border - 2 * PAGE, 4, PROT_READ | PROT_WRITE)


# --- The page ---

def address(t):
    return int(t.parameters["ADDRESS"], 16)


def page_text(t, pid):
    text = bytearray(PAGE)
    text[:8] = int(t.parameters["MAGIC"], 16).to_bytes(8, "little")
    text[t.parameters["OFFSET"]:t.parameters["OFFSET"] + 4] = pid.to_bytes(4, "little")
    return bytes(text)


def check_page(t, actor, pid, when):
    """The page is there, says who the process is, and nobody may write to it. Gives its frame."""
    actor.call(NR_MADVISE, address(t), PAGE, MADV_POPULATE_READ)    # when it comes is no_call's to judge
    entry = paging.page(t.machine, actor.registers["cr3"], address(t))
    if entry is None or not entry.has(paging.PRESENT | paging.USER):
        raise Failure(f"{when}: there is no page at {address(t):#x} in the page tables, that a program could read")
    for wrong, what in ((entry.has(paging.WRITE), "written to"), (not entry.has(paging.NO_EXECUTE), "executed")):
        if wrong:
            raise Failure(f"{when}: the page at {address(t):#x} may be {what}: its entry is {entry.value:#x}")
    seen, wanted = paging.physical(t.machine, entry.frame, PAGE), page_text(t, pid)
    for at in range(0, PAGE, 4):
        expect(f"{when}: the page's four bytes at {at}", hex(int.from_bytes(wanted[at:at + 4], "little")),
               hex(int.from_bytes(seen[at:at + 4], "little")))
    return entry.frame


def execute(probe):
    """The probe's process becomes the probe anew."""
    name, vector = put_string(probe, f"/{probe.program.name}"), probe.arena + 64
    probe.put(vector, name.to_bytes(8, "little") + bytes(8))
    probe.do("enter", changes=KEPT, rax=NR_EXECVE, rdi=name, rsi=vector, rdx=vector + 8)


def newcomer(t):
    """The probe of a program that has just begun, in a process whose number nobody knew before; and the number. Those
    who made it wait for its end."""
    cast = t.cast()
    actor = cast.first
    for _ in range(t.draw.randrange(2, 7)):
        child = cast.fork(actor)
        actor.begin(NR_WAIT4, child.pid, 0, 0, 0)
        actor = child
    actor.come()
    t.machine.write_registers(actor.registers)
    probe = Probe(t.machine, t.probe.program, begun=True)
    execute(probe)
    expect("getpid()", actor.pid, probe.call(NR_GETPID))
    return probe, actor.pid


def read_cost(probe, where):
    """How many instructions the machine executes while the program reads eight bytes; the value. An interrupt may come
    into many readings, not into all."""
    costs = []
    for _ in range(READINGS):
        before = probe.machine.instructions()
        value = probe.do("load", rdi=where)["rax"]
        costs.append(probe.machine.instructions() - before)
    return min(costs), value
