"""The hidden tests of page-tables."""

from labs.probe import NR_MMAP, NR_MPROTECT, NR_MUNMAP, PAGE, PROT_READ, PROT_WRITE
from labs.testing import Failure, expect, test
import model

NR_PREAD64, NR_WRITE, NR_MREMAP, NR_SETRESUID, NR_SETRESGID = 17, 1, 25, 117, 119
ROUNDS = 24
MREMAP_MOVE_FIXED = 3
EACCES, EFAULT = -13, -14
USER = 1000


@test(points=10, title="it shows the page tables of other processes", look="handout.md, task 2: whose tables")
def another(t):
    cast = t.cast()
    parent, child = cast.first, cast.fork(cast.first)
    model.map_zoo(t, child)
    model.map_zoo(t, parent)
    child.store(child.arena, 1)
    model.check_file(t, parent, child, model.path(t, child.pid))
    model.check_file(t, child, parent, model.path(t, parent.call(model.NR_GETPID)))
    model.check_file(t, parent)


@test(points=5, title="who may not see a process's memory doesn't see its tables", look="handout.md, task 2: who may")
def strangers(t):
    cast = t.cast()
    parent, child = cast.first, cast.fork(cast.first)
    pid = parent.call(model.NR_GETPID)
    model.check_file(t, child, parent, model.path(t, pid))
    for number in (NR_SETRESGID, NR_SETRESUID):
        expect("setresgid and setresuid", 0, child.call(number, USER, USER, USER))
    for who in (pid, 1):
        name = model.path(t, who)
        expect(f"open({name}) by user {USER}, whose process it is not", EACCES,
               child.call(model.NR_OPEN, model.put_string(child, name), 0))


@test(points=10, title="no program can change the page", look="handout.md, task 3: who may write")
def read_only(t):
    where = model.address(t)
    probe, pid = model.newcomer(t)
    model.check_page(t, probe, pid, "in a program that has begun")
    for protection in (PROT_READ | PROT_WRITE, PROT_WRITE, 7, 5):
        expect(f"mprotect(page, {protection})", EACCES, probe.call(NR_MPROTECT, where, PAGE, protection))
    descriptor = probe.call(model.NR_OPEN, model.put_string(probe, "/data"), 0o102, 0o600)
    probe.put(probe.arena + PAGE, t.draw.randbytes(64))
    expect("write to a file", 64, probe.call(NR_WRITE, descriptor, probe.arena + PAGE, 64))
    at = t.draw.randrange(0, PAGE - 64, 4)
    expect("pread from a file into the page", EFAULT, probe.call(NR_PREAD64, descriptor, where + at, 64, 0))
    model.check_page(t, probe, pid, "after attempts to write to it")
    moved = where + (t.draw.randrange(1, 1 << 20) << 12)
    if probe.call(NR_MREMAP, where, PAGE, PAGE, MREMAP_MOVE_FIXED, moved) == moved:
        expect("mprotect of the page, which mremap has moved", EACCES,
               probe.call(NR_MPROTECT, moved, PAGE, PROT_READ | PROT_WRITE))


@test(points=10, title="each process has a page of its own", look="handout.md, task 4")
def own_page(t):
    cast = t.cast()
    parent = cast.first
    pid = parent.call(model.NR_GETPID)
    frame = model.check_page(t, parent, pid, "before fork")
    child = cast.fork(parent)
    grandchild = cast.fork(child)
    frames = {model.check_page(t, actor, actor.call(model.NR_GETPID), f"in {name}")
              for actor, name in ((child, "the child"), (grandchild, "the grandchild"), (parent, "the parent"))}
    if len(frames) != 3 or frame not in frames:
        raise Failure("three processes have not three pages")
    expect("getpid() in the child", child.pid, child.call(model.NR_GETPID))


@test(points=5, title="what a program has put in its place is left alone", look="handout.md, task 4: an own mapping")
def place_taken(t):
    cast = t.cast()
    parent, where = cast.first, model.address(t)
    model.check_page(t, parent, parent.call(model.NR_GETPID), "before fork")
    expect("munmap of the page", 0, parent.call(NR_MUNMAP, where, PAGE))
    child = cast.fork(parent)
    model.check_page(t, child, child.pid, "in the child of a process that has unmapped its page")
    flags = model.MAP_PRIVATE_ANONYMOUS | model.MAP_FIXED_NOREPLACE
    expect("mmap in place of the page", where,
           parent.call(NR_MMAP, where, PAGE, PROT_READ | PROT_WRITE, flags, model.NOWHERE, 0))
    value = t.draw.getrandbits(63)
    parent.store(where, value)
    child = cast.fork(parent)
    for actor in (child, parent):
        expect("what was put in place of the page", value, actor.do("load", rdi=where)["rax"])
    child.store(where, value ^ 1)
    expect("what the parent put in place of the page", value, parent.do("load", rdi=where)["rax"])


@test(points=5, title="pages of those that have ended are free again", look="handout.md, task 4: its end")
def given_back(t):
    cast = t.cast()
    parent, frames = cast.first, []
    for _ in range(ROUNDS):
        child = cast.fork(parent)
        frames.append(model.check_page(t, child, child.pid, "in the child"))
        child.leave()
        expect("wait4", child.pid, parent.call(model.NR_WAIT4, child.pid, 0, 0, 0))
    if len(set(frames)) > len(frames) // 2:
        raise Failure(f"{len(frames)} processes came and went, one after the other, with {len(set(frames))} different\n"
                      "frames for their pages: what the earlier ones had is not free")
