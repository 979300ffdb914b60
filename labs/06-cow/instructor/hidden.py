"""The hidden tests of cow."""

import struct

from labs import paging
from labs.probe import NR_MPROTECT, NR_MUNMAP, PAGE, PROT_READ, PROT_WRITE
from labs.testing import Failure, expect, test
from model import MAP_ANONYMOUS, MAP_POPULATE, MAP_PRIVATE, NR_PREAD64, NR_WAIT4, Process, World

THREAD = 0x10f00            # CLONE_VM, FS, FILES, SIGHAND, THREAD: man 2 clone
NR_MADVISE, NR_GETPID, NR_CLONE, NR_SCHED_SETAFFINITY, NR_PROCESS_VM_WRITEV = 28, 39, 56, 203, 311
MADV_POPULATE_WRITE = 23
ROUNDS = 12


def protect(world, process, pages, protection):
    result = process.actor.call(NR_MPROTECT, world.address(pages.start), len(pages) * PAGE, protection)
    expect(f"mprotect of {len(pages)} pages", 0, result)


@test(points=6, title="a group ends where its mapping ends", look="handout.md, task 3: what is in a group")
def borders(t):
    world = World(t)
    middle = world.group(world.groups()[1])
    at = t.draw.randrange(middle.start + 1, middle.stop - 1)
    fixed = range(at, t.draw.randrange(at + 1, middle.stop))
    protect(world, world.parent, fixed, PROT_READ)
    world.cuts |= {fixed.start, fixed.stop}
    child = world.fork()
    world.check("after fork")
    for process, page in ((child, middle.start), (world.parent, middle.stop - 1), (child, 0)):
        world.write(process, page)


@test(points=6, title="mprotect gives nobody a page that others have", look="handout.md, task 4")
def protections(t):
    world = World(t)
    child = world.fork()
    first, second, third = world.groups()
    everything = range(world.count)
    protect(world, child, everything, PROT_READ)
    world.check("the child made its pages read-only")
    protect(world, child, everything, PROT_READ | PROT_WRITE)
    world.check("the child made them writable again")
    world.write(child, second)
    part = range(t.draw.randrange(0, first + 1), t.draw.randrange(third, world.count) + 1)
    protect(world, world.parent, part, 0)
    protect(world, world.parent, part, PROT_READ | PROT_WRITE)
    world.check("the parent had no right to a part of its pages, and has it again")
    world.write(world.parent, t.draw.choice(world.group(first)))


@test(points=5, title="pages of three processes", look="handout.md, task 2: counts")
def generations(t):
    world = World(t)
    child = world.fork()
    first, second, third = world.groups()
    world.write(child, first)
    grandchild = world.fork(child, "the grandchild")
    world.check("after the child's fork")
    world.write(grandchild, first)
    world.write(world.parent, second)
    world.exit(grandchild, then=child)
    world.write(child, first)
    world.write(child, second)
    world.exit(child, then=world.parent)
    world.write(world.parent, third)
    world.write(world.parent, first)


def map_file(world, descriptor, count, pages=2):
    """So many private mappings of a file, each with groups of its own; where they are."""
    group_bytes = world.group_pages * PAGE
    places = [(world.base + (1 << 30) * number) // group_bytes * group_bytes for number in range(1, count + 1)]
    for place in places:
        world.map(place, pages, MAP_PRIVATE, descriptor)
    return places


@test(points=4, title="a private page of a file is the file's own until it is written to", look="handout.md, task 5")
def files(t):
    world = World(t)
    actor, data = world.parent.actor, t.draw.randbytes(2 * PAGE)
    places = map_file(world, world.file(data), 2)
    for place in places:
        for page in range(2):
            expect("eight bytes of a file", int.from_bytes(data[page * PAGE:page * PAGE + 8], "little"),
                   actor.do("load", rdi=place + page * PAGE)["rax"])
    seen = [paging.pages(t.machine, world.parent.cr3, place, 2) for place in places]
    if any(one.frame != other.frame for one, other in zip(*seen)):
        raise Failure("a file is mapped twice, privately, and was only read: both show frames of their own")
    if any(entry.has(paging.WRITE) for entry in seen[0] + seen[1]):
        raise Failure("a page of a file that is mapped privately may be written to")
    actor.store(places[1] + 8, t.draw.getrandbits(63))
    after = [paging.pages(t.machine, world.parent.cr3, place, 2) for place in places]
    expect("the other mapping's frames after a write", [entry.frame for entry in seen[0]],
           [entry.frame for entry in after[0]])
    if {entry.frame for entry in after[0]} & {entry.frame for entry in after[1]}:
        raise Failure("a private mapping of a file was written to, and shows a frame of the file's in that group")
    expect("what the other mapping shows", data[:PAGE], actor.get(places[0], PAGE))
    child = world.fork()
    world.write(child, world.groups()[1])


def write_by_program(actor, address, word):
    actor.store(address, int.from_bytes(word, "little"))


def write_from_outside(actor, address, word):
    """By the call with which a debugger writes: the kernel makes the page come, and goes around the page table."""
    actor.put(actor.arena, word + struct.pack("<QQQQ", actor.arena, len(word), address, len(word)))
    local = actor.arena + len(word)
    expect("process_vm_writev of 8 bytes to a private mapping of a file", len(word),
           actor.call(NR_PROCESS_VM_WRITEV, actor.call(NR_GETPID), local, 1, local + 16, 1, 0))


@test(points=4, title="who writes first to a private page of a file doesn't write to the file",
      look="handout.md, task 5: when a write comes first")
def first_write(t):
    world = World(t)
    actor, data = world.parent.actor, t.draw.randbytes(2 * PAGE)
    descriptor = world.file(data)
    ways = {"the program": write_by_program, "process_vm_writev": write_from_outside}
    for place, (who, write) in zip(map_file(world, descriptor, len(ways)), ways.items()):
        at, word = t.draw.randrange(0, len(data), 8), t.draw.randbytes(8)
        write(actor, place + at, word)
        when = f"{who} wrote 8 bytes to a private mapping of a file, to offset {at:#x}, where nobody had read before"
        expect(f"{when}: what is there in memory", word, actor.get(place + at, 8))
        expect(f"{when}: the file's size", len(data),
               actor.call(NR_PREAD64, descriptor, actor.arena + PAGE, len(data), 0))
        expect(f"{when}: what is there in the file", data[at:at + 8], actor.get(actor.arena + PAGE + at, 8))
    child = world.fork()
    world.write(child, world.groups()[1])


def on_cpu(actor, cpu):
    actor.put(actor.arena, (1 << cpu).to_bytes(8, "little"))
    expect(f"sched_setaffinity to CPU {cpu}", 0, actor.call(NR_SCHED_SETAFFINITY, 0, 8, actor.arena))


def thread_elsewhere(world):
    """The parent on CPU 0, and a thread of it on CPU 1."""
    on_cpu(world.parent.actor, 0)
    thread = world.cast.fork(world.parent.actor, NR_CLONE, THREAD)
    on_cpu(thread, 1)
    return Process("the parent's other thread", thread, world.parent.frames)


@test(points=7, title="a thread on another CPU loses the right to write", look="handout.md, task 1: who remembers",
      cpus=2)
def other_cpus_write(t):
    world = World(t)
    page = world.groups()[1]
    thread = thread_elsewhere(world)
    thread.writable = world.parent.writable
    world.write(thread, page)
    child = world.fork()
    world.write(thread, page)
    world.write(child, page)


@test(points=6, title="a thread on another CPU sees the new page", look="handout.md, task 2: who remembers", cpus=2)
def other_cpus_read(t):
    world = World(t)
    page = world.groups()[1]
    thread = thread_elsewhere(world)
    world.fork()
    offset = next(iter(world.parent.frames[page].words))
    for _ in range(2):
        wanted = int.from_bytes(world.parent.frames[page].words[offset], "little")
        expect("what a thread of the parent's on another CPU reads where the parent has written", hex(wanted),
               hex(thread.actor.do("load", rdi=world.address(page) + offset)["rax"]))
        world.write(world.parent, page, offset)


@test(points=7, title="all memory comes back", look="handout.md, task 2: counts")
def nothing_lost(t):
    """Who takes memory, round after round, gets frames again that the rounds before have given back."""
    world = World(t)
    child = world.fork()
    world.write(child, world.groups()[1])
    world.exit(child, then=world.parent)
    parent, pages, place, frames = world.parent.actor, 4 * world.group_pages, world.base + (1 << 32), []
    for at in range(ROUNDS):
        world.map(place, pages, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE)
        frames += [entry.frame for entry in paging.pages(t.machine, world.parent.cr3, place, pages) if entry]
        child = world.cast.fork(parent)
        writer = child if at % 2 else parent
        expect("madvise: to write to each page", 0,
               writer.call(NR_MADVISE, place, pages * PAGE, MADV_POPULATE_WRITE))
        child.leave()
        expect("wait4", child.pid, parent.call(NR_WAIT4, child.pid, 0, 0, 0))
        expect("munmap", 0, parent.call(NR_MUNMAP, place, pages * PAGE))
    expect("the pages of new mappings", pages * ROUNDS, len(frames))
    if len(set(frames)) > len(frames) // 2:
        raise Failure(f"{ROUNDS} times {pages} pages were mapped, shared by fork, written to and unmapped: they had "
                      f"{len(set(frames))}\ndifferent frames. What the earlier ones had is not free")
