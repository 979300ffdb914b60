"""The public tests of cow."""

from labs.testing import test
from model import World


@test(points=15, title="after fork both have the same frames, until one writes", look="handout.md, tasks 1 and 2")
def shared(t):
    world = World(t)
    child = world.fork()
    world.check("after fork")
    world.write(child, world.groups()[1])


@test(points=15, title="each write separates a group, and no more", look="handout.md, task 3")
def separate(t):
    world = World(t)
    child = world.fork()
    world.check("after fork")
    first, second, third = world.groups()
    world.write(world.parent, second)
    world.write(child, first)
    world.write(child, third)
    world.write(child, t.draw.choice(world.group(first)))
    world.write(world.parent, t.draw.choice(world.group(third)))


@test(points=15, title="the last one who has a page keeps it", look="handout.md, task 2: who is the last")
def last_owner(t):
    world = World(t)
    child = world.fork()
    first, second, third = world.groups()
    world.write(child, second)
    world.write(world.parent, t.draw.choice(world.group(second)))
    world.exit(child, then=world.parent)
    world.write(world.parent, first)
    world.write(world.parent, third)
    child = world.fork()
    world.write(child, t.draw.choice(world.group(first)))


@test(points=10, title="the kernel's writes separate pages, too", look="handout.md, task 2: who writes")
def kernel_writes(t):
    world = World(t)
    data = t.draw.randbytes(16)
    descriptor = world.file(data)
    child = world.fork()
    world.check("after fork")
    border = world.group(world.groups()[1]).start
    world.read_into(child, descriptor, data, border)
    world.read_into(world.parent, descriptor, data, world.group(border).stop)
    world.read_into(world.parent, descriptor, data, border)
