"""The hidden tests of hello-syscall."""

from labs.testing import Failure, expect, test
import model

PAGE = 4096
USER_END = 0x7ffffffff000
# The kernel's text, where it runs and where all memory is mapped: it stays as it is, unless the call writes there.
TEXT = range(0x110000, 0x170000, 8)
MAPPED_AT = (0xffffffff80000000, 0xffff888000000000)


@test(points=15, title="blend's results that are no results", look="handout.md, task 1: results")
def limits(t):
    factor, top = t.parameters["FACTOR"], (1 << 63) - 1
    for wanted in (-1, -4095, -t.draw.randrange(2, 4095), -4096, 0, top, -top - 1):
        a = t.draw.randrange(-(1 << 50), 1 << 50) if abs(wanted) < top else wanted // factor
        model.check_blend(t, a, wanted - factor * a, 0)
    for a, b in ((top, t.draw.randrange(1 << 40)), (-top, 0), (top // factor, factor), (-top // factor, -factor),
                 (top // factor + 1, -factor), (1 << 32 | 1 << 62, 0),
                 (t.draw.randrange(1 << 60, top), -t.draw.randrange(1 << 40))):
        model.check_blend(t, a, b, 0)


@test(points=10, title="salute's longest name, longer ones, and none", look="handout.md, task 2: how long a name")
def lengths(t):
    most = t.parameters["MAX"]
    for length in (most, most + 1, 0, most + t.draw.randrange(2, 400), most):
        model.check_salute(t, model.draw_name(t, length), room=t.draw.randrange(150, 250))


@test(points=15, title="no pointer makes the kernel touch itself", look="handout.md, task 2; docs/address-space.md")
def hostile_pointers(t):
    kernel = [at + t.draw.choice(TEXT) for at in MAPPED_AT]
    name = model.draw_name(t, 9)
    number, length = t.parameters["SALUTE"], len(model.greeting(t, name))
    call = model.salute_name(t)
    for bad in (*kernel, USER_END, (1 << 64) - 8, 1 << 63, 0x800000000000):
        before = t.machine.read(bad, 32)
        expect(f"{call}(name, to={bad:#x}, 100)", -14, t.probe.call(number, model.put_name(t, name), bad, 100))
        if t.machine.read(bad, 32) != before:
            raise Failure(f"{call}(name, to={bad:#x}, 100) changed the kernel's memory")
        expect(f"{call}(name={bad:#x}, to, 100)", -14, t.probe.call(number, bad, model.room_at(t), 100))
        model.check_salute(t, name, room=100)
    edge_of_a_page(t, name, number, length)


def edge_of_a_page(t, name, number, length):
    """All that a page's end leaves room for, and one byte more."""
    pages = t.probe.map_pages(2)
    t.probe.unmap_pages(pages + PAGE, 1)
    end = pages + PAGE
    t.probe.put(end - len(name) - 1, name + b"\0")
    expect(f"{model.salute_name(t)}: a name that ends where the memory ends", length,
           t.probe.call(number, end - len(name) - 1, model.room_at(t), 100))
    expect(f"{model.salute_name(t)}: room that ends where the memory ends", length,
           t.probe.call(number, model.put_name(t, name), end - length - 1, length + 1))
    expect(f"{model.salute_name(t)}: room of which the last byte is not there", -14,
           t.probe.call(number, model.put_name(t, name), end - length, length + 1))
    t.probe.put(end - 4, b"name")
    expect(f"{model.salute_name(t)}: a name whose end is not there", -14,
           t.probe.call(number, end - 4, model.room_at(t), 100))
