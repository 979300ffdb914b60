"""What blend and salute have to do, and how the tests ask them: the host's side of hello-syscall."""

from labs.testing import Failure, expect

EINVAL, ERANGE, EFAULT, ENAMETOOLONG, EOVERFLOW = -22, -34, -14, -36, -75
LETTERS = bytes(range(0x21, 0x7f)) + "äöüßéø".encode()


# --- blend ---

def blend(t, a, b, flags):
    value = t.parameters["FACTOR"] * a + b
    if flags & 0xffffffff:
        return EINVAL
    if not -(1 << 63) <= value < 1 << 63:
        return EOVERFLOW
    return ERANGE if -4095 <= value < 0 else value


def plain_pairs(draw):
    """Numbers of all sizes and signs whose blend is no error."""
    pairs = [(0, 0), (0, 1 << 40), (draw.randrange(1, 100), draw.randrange(100))]
    for bits in (20, 33, 45, 56):
        a, b = draw.randrange(1 << bits - 1, 1 << bits), draw.randrange(1 << bits - 1, 1 << bits)
        pairs += [(a, b), (-a, -b), (a, -b)]
    draw.shuffle(pairs)
    return pairs


def check_blend(t, a, b, flags):
    number = t.parameters["BLEND"]
    expect(f"call {number}: {t.parameters['blend']}({a}, {b}, {flags:#x})", blend(t, a, b, flags),
           t.probe.call(number, a, b, flags))


# --- salute ---

def greeting(t, name):
    return t.parameters["WORD"].encode() + b", " + name + b"!"


def draw_name(t, length):
    return bytes(t.draw.choice(LETTERS) for _ in range(length))


def salute_name(t):
    return f"call {t.parameters['SALUTE']}: {t.parameters['salute']}"


def put_name(t, name):
    """The name in the program's memory, with rubbish behind its NUL; its address."""
    address = t.probe.arena + t.draw.randrange(2048)
    t.probe.put(address, name + b"\0" + t.draw.randbytes(64))
    return address


def room_at(t):
    return t.probe.arena + 8192


def salute(t, name, room):
    """What it returns, and what is in the room then; None: all that was there before."""
    if len(name) > t.parameters["MAX"]:
        return ENAMETOOLONG, None
    if not name:
        return EINVAL, None
    text = greeting(t, name) + b"\0"
    return (ERANGE, None) if room < len(text) else (len(text) - 1, text)


def check_salute(t, name, room):
    """The result, and all of the program's memory: what isn't the text stays as it was."""
    size = t.probe.arena_end - t.probe.arena
    source, to = t.draw.randrange(2048), 8192 + t.draw.randrange(512)
    before = bytearray(t.draw.randbytes(size))
    before[source:source + len(name) + 1] = name + b"\0"
    t.probe.put(t.probe.arena, before)
    result = t.probe.call(t.parameters["SALUTE"], t.probe.arena + source, t.probe.arena + to, room)
    wanted, text = salute(t, name, room)
    call = f"{salute_name(t)}({name!r}, to, {room})"
    expect(f"{call}: its result", wanted, result)
    after = t.probe.get(t.probe.arena, size)
    if text is None:
        expect(f"{call}: it fails, and must write nothing", bytes(before[to:to + room + 64]), after[to:to + room + 64])
    else:
        expect(f"{call}: the text", text, after[to:to + len(text)])
        before[to:to + len(text)] = text
    if after != before:
        raise Failure(f"{call}: it wrote elsewhere than to its text and that one's NUL")
