"""The page that make tour writes, in a browser, and numbers on it held against a new run under gdb: make test-tour.

Not part of make test: its name isn't one that pytest looks for.
"""

import json
import pathlib
import re
import subprocess
import sys

import pytest

import limen
from browser import Browser

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "gdb"))

import session  # noqa: E402  (it needs the path above)

TOUR = limen.ROOT / "tools/tour/tour"
WIDE, NARROW = (1400, 1000), (390, 844)
COMMAND = ("/bin/sh", "-c", 'exec "$0" "$@" >/dev/console', "/bin/hello")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The page of hello's write(2), and the recordings in it."""
    folder = tmp_path_factory.mktemp("tour")
    with limen.cpus():
        words = [TOUR, "--quiet", "--output", folder / "tour.html", "--record", folder / "tour.json"]
        subprocess.run(words, check=True, stdin=subprocess.DEVNULL, timeout=4 * limen.TIMEOUT_S)
    return folder / "tour.html", json.loads((folder / "tour.json").read_text())


@pytest.fixture(scope="module")
def chromium():
    with Browser() as browser:
        yield browser


@pytest.fixture
def page(chromium, made):
    """The page, opened anew."""
    chromium.events.clear()
    chromium.look_as(*WIDE)
    chromium.open("about:blank", "true")
    chromium.open(f"file://{made[0]}", "window.tour")
    yield chromium
    assert chromium.complaints() == []
    assert [url for url in chromium.requests() if not url.startswith(("file:", "about:"))] == []


def step(page):
    return page.evaluate("tour.step")


def text(page, selector):
    return page.evaluate(f"document.querySelector({json.dumps(selector)}).textContent")


def shown_registers(page):
    """{name: value} in the table of registers."""
    return page.evaluate("""Object.fromEntries([...document.querySelectorAll("#registers tr")].map((row) =>
        [row.dataset.register, row.querySelector(".number").textContent]))""")


def press_stage(page, name):
    page.evaluate(f"document.querySelector('#stages [data-stage={name}]').click()")


def test_it_opens(page, made):
    assert text(page, "h1") == 'write(1, "Hello, world, from ring 3!\\n", 27) = 27'
    assert step(page) == 0 and "ring 3" in text(page, "#ring")
    total = len(made[1][0]["steps"])
    assert f"1 of {total:,} instructions" == text(page, "#position")
    assert page.evaluate("document.querySelectorAll('#stages button').length") == 11
    assert made[0].stat().st_size < 3 << 20


def test_keys(page, made):
    total = len(made[1][0]["steps"])
    for key, expected in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", total - 1), ("Home", 0)):
        page.press(key)
        assert step(page) == expected, key
    page.press("3")
    assert step(page) == made[1][0]["gate_step"] and text(page, "#stages [aria-current]").startswith("SYSCALL")
    lines = []
    for _ in range(3):
        page.press("ArrowRight", shift=True)
        lines.append(text(page, "#place"))
    assert len(set(lines)) == 3 and all("arch/x86_64/syscall_entry.asm line " in line for line in lines), lines
    page.press("z")
    assert text(page, "#zoom") == "Show all"
    before = step(page)
    page.press(" ")
    page.wait_for(f"tour.step > {before + 1}")
    page.press(" ")
    assert page.evaluate("tour.timer") is None


def test_steps_of_all_sizes(page):
    """Each size of step goes from end to end, and back."""
    for unit in ("stage", "function", "line"):
        page.evaluate(f"document.getElementById('unit').value = '{unit}'; tour.go(0)")
        forward = page.evaluate("""(() => { const seen = [0], last = tour.recording.total - 1;
            while (tour.step < last) {
                tour.step = Math.min(tour.forward(tour.unit()), last); seen.push(tour.step); } return seen; })()""")
        assert forward == sorted(set(forward)), unit
        backward = page.evaluate("""(() => { const seen = [tour.step]; while (tour.step > 0) {
            tour.step = tour.backward(tour.unit()); seen.push(tour.step); } return seen; })()""")
        assert set(forward[:-1]) == set(backward[1:]) or unit == "stage", unit


def test_every_step_can_be_shown(page, made):
    """Every 97th step, and all around the gates, of both recordings."""
    for number in (0, 1):
        count = page.evaluate(f"""(() => {{ tour.choose({number}, 0); let shown = 0;
            for (let at = 0; at < tour.recording.total; at++) {{
                const stage = tour.recording.stageAt(at).id;
                if (at % 97 && !["gate", "entry", "exit", "back"].includes(stage)) continue;
                tour.go(at); shown++;
            }} return shown; }})()""")
        assert count > 100


def test_the_gate(page, made):
    press_stage(page, "gate")
    before = page.evaluate("tour.recording.before(tour.step).registers[tour.recording.index.rip]")
    assert text(page, "#ring") == "ring 3 → ring 0"
    assert "SYSCALL: what the CPU did by itself" in text(page, "#itself")
    registers = shown_registers(page)
    assert int(registers["rcx"], 16) == int(before, 16) + 2
    changed = page.evaluate("[...document.querySelectorAll('#registers .changed')].map((one) => one.dataset.register)")
    assert changed == ["rcx", "r11", "rip", "eflags", "cs", "ss"]
    press_stage(page, "back")
    assert text(page, "#ring") == "ring 0 → ring 3" and int(shown_registers(page)["rax"], 16) == 27
    press_stage(page, "dispatch")
    fields = page.evaluate("[...document.querySelectorAll('#stack0 .field')].map((one) => one.textContent)")
    assert len(fields) == 21 and any("orig_ax" in field for field in fields)


def test_two_gates(page, made):
    rows = page.evaluate("[...document.querySelectorAll('.compare tfoot td')].map((one) => one.textContent)")
    for number, shown in enumerate(rows):
        recording = made[1][number]
        stages = page.evaluate(f"tour.recordings[{number}].stages")
        first, last = (next(one for one in stages if one["id"] == name) for name in ("gate", "back"))
        assert shown == f"{last['last'] - first['first'] + 1:,}"
        assert recording["call"]["by_int80"] == bool(number)
    page.evaluate("document.querySelectorAll('#which button')[1].click()")
    assert "INT 80h: what the CPU did by itself" in text(page, "#itself") and "pushed: SS" in text(page, "#itself")


def test_tree_unfolds(page):
    items = page.evaluate("document.querySelectorAll('.calls li').length")
    page.evaluate("document.querySelectorAll('.calls details:not([open]) > summary').forEach((one) => one.click())")
    page.wait_for(f"document.querySelectorAll('.calls li').length > {items}")
    page.evaluate("[...document.querySelectorAll('.go')].find((one) => one.textContent === 'file_write').click()")
    assert text(page, "#place").startswith("file_write, kernel/vfs/file.c")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW, (320, 640)], ids=["wide", "narrow", "small"])
def test_it_fits(page, size, dark):
    """Nothing sticks out to the side, at any stage; text can be told from its background."""
    page.look_as(*size, dark=dark, calm=True)
    for stage in ("library", "gate", "entry", "work", "back", "end"):
        press_stage(page, stage)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], stage
        assert page.evaluate("Math.max(...[...document.querySelectorAll('.card')].map("
                             "(one) => one.getBoundingClientRect().right))") <= size[0], stage
    assert page.evaluate(CONTRAST) >= 4.5


# The least contrast (WCAG 2.1, 1.4.3) of the text colours that are used, with the backgrounds that they have.
CONTRAST = """(() => {
    const linear = (part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    const light = (name) => {
        const probe = document.createElement("i");
        probe.style.color = `var(--${name})`;
        document.body.append(probe);
        const [r, g, b] = getComputedStyle(probe).color.match(/[\\d.]+/g).map((one) => linear(one / 255));
        probe.remove();
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = ([one, other]) => {
        const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
        return (bright + 0.05) / (dark + 0.05);
    };
    return Math.min(...[["ink", "paper"], ["ink", "card"], ["quiet", "paper"], ["quiet", "card"], ["ring3", "paper"],
        ["ring0", "paper"], ["on-ring", "ring3"], ["on-ring", "ring0"], ["changed-ink", "changed"],
        ["ink", "ring3-soft"], ["ink", "ring0-soft"], ["ink", "ring0-faint"], ["ink", "ring3-open"],
        ["ink", "ring0-open"]].map(contrast));
})()"""


def test_names_for_who_can_not_see(page):
    """Each control has a name, each section a heading, and the spoken line says where it is."""
    nameless = page.evaluate("""[...document.querySelectorAll("button, select, input, canvas, summary")]
        .filter((one) => !(one.textContent.trim() || one.getAttribute("aria-label") || one.labels?.length))
        .map((one) => one.outerHTML)""")
    assert nameless == []
    assert page.evaluate("[...document.querySelectorAll('main section.card')].every((one) => one.querySelector('h2'))")
    assert page.evaluate("document.documentElement.lang") == "en"
    press_stage(page, "gate")
    page.wait_for("document.getElementById('live').textContent.includes('syscall')")
    live = text(page, "#live")
    assert re.match(r"Instruction \d+, ring 3, write: syscall\. Changed: RCX, R11, RFLAGS, CS, SS\.", live), live


def test_numbers_are_the_machines(page, made):
    """At instructions from before the gate to behind it, registers and instruction as a new machine has them."""
    recording = made[1][0]
    gate = recording["gate_step"]
    steps = 40
    names = [name for name in recording["registers"] if name not in ("cr2", "cr3")]     # their pages may be others
    asked = "info registers " + " ".join(names)
    # At the call, RCX and R11 are the kernel's already (limen sys-enter): they are looked at from SYSCALL on.
    with limen.cpus():
        answers = session.run(["limen sys-enter write hello"] + ["stepi", asked, "x/i $rip"] * steps, *COMMAND,
                              options=("--append", "console=ttyS0"))
    for number in range(steps):
        values = dict(line.split()[:2] for line in answers[2 + 3 * number].text.splitlines())
        page.evaluate(f"tour.go({gate + number})")
        shown = shown_registers(page)
        for name in names:
            assert int(shown[name], 16) == int(values[name], 16), (number, name, answers[1 + 3 * number])
        page.evaluate(f"tour.go({gate + number + 1})")
        there = answers[3 + 3 * number].text.splitlines()[-1]
        mnemonic = re.search(r":\s+(\S+)", there)[1]
        assert text(page, "#instruction-big").split()[0].startswith(mnemonic.split()[0][:3]), (there, number)
