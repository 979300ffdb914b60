"""The public tests of hello-syscall."""

from labs.testing import expect, test
import model


@test(points=15, title="blend(a, b, 0) is 37 * a + b", look="handout.md, task 1")
def arithmetic(t):
    for a, b in model.plain_pairs(t.draw):
        model.check_blend(t, a, b, 0)


@test(points=10, title="blend refuses flags", look="handout.md, task 1: what flags are for")
def flags(t):
    for a, b in model.plain_pairs(t.draw)[:4]:
        model.check_blend(t, a, b, 1 << t.draw.randrange(32))
        model.check_blend(t, a, b, t.draw.randrange(1, 1 << 32))
        # `unsigned int` is the low half of the register; what is above is nobody's.
        model.check_blend(t, a, b, t.draw.randrange(1, 1 << 32) << 32)


@test(points=15, title="salute writes its greeting and returns the length", look="handout.md, task 2")
def greeting(t):
    for length in (1, 2, t.parameters["MAX"] - 1, *t.draw.sample(range(3, t.parameters["MAX"] - 1), 5)):
        model.check_salute(t, model.draw_name(t, length), room=t.draw.randrange(100, 200))


@test(points=10, title="salute needs room for all of it, the NUL too", look="handout.md, task 2: how much room")
def sizes(t):
    for length in t.draw.sample(range(2, t.parameters["MAX"]), 4):
        name = model.draw_name(t, length)
        exact = len(model.greeting(t, name)) + 1
        model.check_salute(t, name, room=exact)
        model.check_salute(t, name, room=exact - 1)
        model.check_salute(t, name, room=t.draw.randrange(exact - 1))


@test(points=10, title="salute survives pointers that lead nowhere", look="docs/add-a-syscall.md, section 5")
def pointers(t):
    nowhere = t.probe.map_pages(1)
    t.probe.unmap_pages(nowhere, 1)
    name = model.draw_name(t, 7)
    for bad in (0, nowhere, t.draw.randrange(8, 4096)):
        model.check_salute(t, name, room=100)
        number = t.parameters["SALUTE"]
        expect(f"{model.salute_name(t)}(name, to={bad:#x}, 100), where nothing is mapped", -14,
               t.probe.call(number, model.put_name(t, name), bad, 100))
        expect(f"{model.salute_name(t)}(name={bad:#x}, to, 100), where nothing is mapped", -14,
               t.probe.call(number, bad, model.room_at(t), 100))
