"""The public tests of wait-queue."""

from labs.cast import NR_EXIT
from labs.testing import Failure, expect, test
import model
from model import EAGAIN, EPIPE, NR_CLOSE, NR_DUP, O_NONBLOCK, PROGRAM, Stage

OPERATIONS = 60
LONG_NS = 10_000_000_000
ASLEEP_INSTRUCTIONS = 1_000_000     # in ten seconds, of the whole machine; the model solution's takes 150,000


@test(points=15, title="bytes come out in the order in which they went in", look="handout.md, task 2", program=PROGRAM)
def in_order(t):
    """One process that doesn't wait: what the channel holds is known at each moment."""
    capacity, atomic = t.parameters["CAPACITY"], t.parameters["ATOMIC"]
    ends, held = model.make(t, t.probe, O_NONBLOCK), bytearray()
    take(t, ends, held, 1)
    for step in range(OPERATIONS):
        room = capacity - len(held)
        fit = [min(atomic, max(room, 1)), min(atomic, room + 1), atomic, atomic + 1, t.draw.randint(1, atomic),
               t.draw.randint(atomic + 1, 2 * capacity), capacity + 1]
        if step % 9 == 8 or t.draw.randrange(5) < 3:
            put(t, ends, held, fit[step % 7])
        else:
            take(t, ends, held, [t.draw.randint(1, capacity), t.draw.randint(1, 1 + capacity // 4),
                                 capacity + 1][step % 3])
    for room in (1, t.draw.randint(2, atomic - 2), atomic - 1):
        take(t, ends, held, capacity + 1)
        put(t, ends, held, capacity - room)
        put(t, ends, held, t.draw.randint(room + 1, atomic))    # doesn't fit: nothing of it may go in
        put(t, ends, held, room)


def put(t, ends, held, size):
    """A write. HELD: what is in the channel."""
    data, room = t.draw.randbytes(size), t.parameters["CAPACITY"] - len(held)
    fits = size <= room or size > t.parameters["ATOMIC"] and room != 0
    wanted = min(size, room) if fits else EAGAIN
    expect(f"write of {size} bytes to a channel with {len(held)} in it, O_NONBLOCK", wanted,
           model.write(t.probe, ends[1], data))
    held += data[:max(wanted, 0)]


def take(t, ends, held, size):
    wanted = bytes(held[:size]) or EAGAIN
    expect(f"read of {size} bytes from a channel with {len(held)} in it, O_NONBLOCK", wanted,
           model.read(t.probe, ends[0], size))
    del held[:size]


@test(points=10, title="who waits sleeps, and costs nothing", look="handout.md, task 1", program=PROGRAM)
def sleeps(t):
    stage = Stage(t)
    reader, writer = stage.others(2)
    thread = model.thread_of(t, reader)
    stage.put_aside(writer)
    with model.Spy(t, "wait_join", "wait_sleep", "thread_sleep_until", "schedule") as spy:
        model.asks(reader, stage.reader, 10)
        stage.cast.pause(stage.director)
    model.expect_asleep("read of 10 bytes from an empty channel", [reader])
    if "schedule" not in spy.of(thread) or set(spy.of(thread)) != {"schedule"}:
        raise Failure("a reader at an empty channel\nexpected: it sleeps by schedule(), on the lab's own wait queue\n"
                      f"seen:     it calls {', '.join(sorted(set(spy.of(thread)))) or 'none of these'}")
    expect_quiet(stage, "a reader sleeps at an empty channel")
    data = stage.bytes(4)
    model.expect_written("write of 4 bytes", stage.director, stage.writer, data)
    stage.nap()
    model.expect_read("read of 10 bytes, when 4 have come", reader, data)
    held = stage.fill()
    stage.put_aside(reader)
    stage.call_back()
    stage.all_write([writer], [data])
    expect_quiet(stage, "a writer sleeps at a full channel")
    expect("read of all", held, model.read(stage.director, stage.reader, stage.capacity))
    stage.nap()
    model.expect_result("write of 4 bytes, when there is room", 4, writer)
    expect("what it has written", data, model.read(stage.director, stage.reader, stage.capacity))


def expect_quiet(stage, what):
    before = stage.machine.instructions()
    stage.nap(LONG_NS)
    spent = stage.machine.instructions() - before
    if spent > ASLEEP_INSTRUCTIONS:
        raise Failure(f"{what}, for ten seconds\nexpected: the CPU sleeps, too\n"
                      f"seen:     it executes {spent} instructions")


@test(points=10, title="small writes are whole, large ones come piece by piece", look="handout.md, task 2",
      program=PROGRAM)
def whole(t):
    stage = Stage(t)
    writer, = stage.others(1)
    held, size = stage.fill(), t.draw.randint(1, stage.atomic - 1)
    expect(f"read of {size} bytes", held[:size], model.read(stage.director, stage.reader, size))
    data = stage.bytes(t.draw.randint(size + 1, stage.atomic))
    stage.all_write([writer], [data])
    expect(f"read of all, when {size} bytes are free and a write of {len(data)} waits", held[size:],
           model.read(stage.director, stage.reader, stage.capacity))
    stage.nap()
    model.expect_result(f"write of {len(data)} bytes", len(data), writer)
    expect("what it has written", data, model.read(stage.director, stage.reader, stage.capacity))
    held, data = stage.fill(), stage.bytes(t.draw.randint(2, stage.atomic - 2))
    stage.all_write([writer], [data])
    size = t.draw.randint(len(data), stage.atomic - 1)
    expect(f"read of {size} bytes", held[:size], model.read(stage.director, stage.reader, size))
    stage.nap()
    model.expect_asleep(f"a writer of {len(data)} bytes, with {size} bytes free of the {stage.atomic} it waits for",
                        [writer])
    more = held[size:stage.atomic]
    expect(f"read of {len(more)} bytes more", more, model.read(stage.director, stage.reader, len(more)))
    stage.nap()
    model.expect_result(f"write of {len(data)} bytes, when {stage.atomic} are free", len(data), writer)
    held = held[stage.atomic:] + data
    data = stage.bytes(2 * stage.capacity + t.draw.randrange(stage.capacity))
    model.offers(writer, stage.writer, data)
    stage.nap()
    model.expect_asleep(f"write of {len(data)} bytes, of which {stage.capacity} fit", [writer])
    held += data
    while held:
        size = min(len(held), t.draw.randint(stage.atomic, stage.capacity))
        expect(f"read of {size} bytes, while a large write is under way", held[:size],
               model.read(stage.director, stage.reader, size))
        held = held[size:]
        stage.nap()
    model.expect_result(f"write of {len(data)} bytes", len(data), writer)


@test(points=10, title="the last close wakes all who wait", look="handout.md, task 2: ends", program=PROGRAM)
def ends(t):
    stage = Stage(t)
    director = stage.director
    model.catch(t, director, model.SIGPIPE)
    twin = director.call(NR_DUP, stage.writer)
    readers = stage.others(3)
    for reader in readers:
        close(reader, stage.writer, twin)
    stage.all_read(readers, 5)
    close(director, stage.writer)
    stage.nap()
    model.expect_asleep("read, when the writer's end has another descriptor", readers)
    data = stage.bytes(2)
    model.expect_written("write to that", director, twin, data)
    close(director, twin)
    stage.nap()
    for reader in sorted(readers, key=lambda each: -model.result_of(each)):     # all are awake: who was first got them
        model.expect_read("read, when two bytes and then the end came to three", reader, data)
        data = b""
    expect("read at the end", b"", model.read(director, stage.reader, 5))
    for reader in readers:
        reader.leave(0, NR_EXIT)
    no_readers(stage)


def close(actor, *descriptors):
    for descriptor in descriptors:
        expect("close", 0, actor.call(NR_CLOSE, descriptor))


def no_readers(stage):
    """Writers sleep, and the reader's end is closed."""
    stage.reader, stage.writer = model.make(stage.t, stage.director)
    writers = stage.others(3)
    for writer in writers:
        close(writer, stage.reader)
    stage.fill()
    stage.all_write(writers, [stage.bytes(3) for _ in writers])
    close(stage.director, stage.reader)
    stage.nap()
    for writer in writers:
        model.expect_result("write, when the reader's end is closed", EPIPE, writer)
        expect("how many SIGPIPE that writer got", 1, stage.caught(writer))
    expect("write without readers", EPIPE, model.write(stage.director, stage.writer, b"x"))


@test(points=10, title="readers and writers on four CPUs: all bytes come, once", look="handout.md, task 3",
      program=PROGRAM, cpus=4, seeds=2)
def crowd(t):
    many = model.Crowd(t, readers=4, writers=4, rounds=60)
    model.check_words(many, many.run())
    single = model.Crowd(t, readers=1, writers=5, rounds=60, most_read=6)
    logs = single.run()
    model.check_words(single, logs)
    model.check_whole(logs[0])
    capacity = t.parameters["CAPACITY"]
    for rounds, unit, most in ((20, 1, 2 * capacity), (150, capacity, 1)):      # the second one takes turns
        stream = model.Crowd(t, readers=1, writers=1, rounds=rounds, unit=unit, most_written=most)
        data, = stream.run()
        if data != bytes(at % 256 for at in range(len(data))):
            at = next(at for at, each in enumerate(data) if each != at % 256)
            raise Failure(f"one writer, one reader, {len(data)} bytes: byte {at} is not what was written there")
