"""The recorder of make tour, without the page: what it says of one short call is the machine's. (tests/tour looks at
the page itself, in a browser.)"""

import importlib.machinery
import importlib.util
import json
import subprocess
import sys

import pytest

import limen

FOLDER = limen.ROOT / "tools/tour"
sys.path.insert(0, str(FOLDER))

import model  # noqa: E402  (they need the path above)
import operands  # noqa: E402

REGISTERS = {"rax": 0x10, "rcx": 2, "rsp": 0x1000, "rbp": 0x2000, "rip": 0x400000, "rdi": 0x30, "rsi": 0x40,
             "r8": 0x8000, "gs_base": 0x700000, "fs_base": 0}


@pytest.mark.parametrize("text, expected", [
    ("mov    rax,rbx", []),
    ("lea    rax,[rbx+0x8]", []),
    ("nop    WORD PTR [rax+rax*1+0x0]", []),
    ("mov    QWORD PTR [rax+rcx*8-0x8],rdx", [(0x18, 8, "w")]),
    ("add    DWORD PTR [r8],0x1", [(0x8000, 4, "rw")]),
    ("cmp    BYTE PTR [rip+0x10],0x0        # 0x400017 <x>", [(0x400017, 1, "r")]),
    ("mov    QWORD PTR gs:0x18,rsp", [(0x700018, 8, "w")]),
    ("lock xadd DWORD PTR [rdi],eax", [(0x30, 4, "rw")]),
    ("push   rbx", [(0xff8, 8, "w")]),
    ("pop    rbx", [(0x1000, 8, "r")]),
    ("call   QWORD PTR [rax*8+0x100]", [(0x180, 8, "r"), (0xff8, 8, "w")]),
    ("ret", [(0x1000, 8, "r")]),
    ("iretq", [(0x1000, 40, "r")]),
    ("rep movs QWORD PTR es:[rdi],QWORD PTR ds:[rsi]", [(0x30, 8, "w"), (0x40, 8, "r")]),
])
def test_memory_that_an_instruction_touches(text, expected):
    assert operands.touched(text, REGISTERS, 7) == [operands.Access(*one) for one in expected]


def load_tour():
    loader = importlib.machinery.SourceFileLoader("tour", str(FOLDER / "tour"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("tour", loader))
    loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    """The ioctl(2) of hello, by which it asks whether its output is a terminal: from gate to gate."""
    tour, work = load_tour(), tmp_path_factory.mktemp("tour")
    args = tour.parse_arguments(["--quiet", "--call", "ioctl"])
    with limen.cpus():
        found = tour.machine(args, work, {"job": "find"})
        plan = {"job": "record", "hits": 1, "limit": 5000, "gate_only": True, "patch": False, **found}
        return tour.machine(args, work, plan)


def step_of(recording, text, last=False):
    found = [number for number, step in enumerate(recording["steps"])
             if recording["code"][step[0]]["text"].startswith(text)]
    return found[-1 if last else 0]


def test_a_call_from_gate_to_gate(recording):
    state, back = model.Registers(recording), step_of(recording, "sysret", last=True)
    assert recording["gate_step"] == 0 and step_of(recording, "syscall") == 0 and recording["end"] == "returned"
    assert back == len(recording["steps"]) - 1
    first, entered, left = state.before[0], state.before[1], state.before[back + 1]
    assert [state.ring(step) for step in (0, 1, back, back + 1)] == [3, 0, 0, 3]
    assert int(entered["rcx"], 16) == int(first["rip"], 16) + 2 and entered["r11"] == first["eflags"]
    assert entered["rsp"] == first["rsp"] and not int(entered["eflags"], 16) & 1 << 9
    changed = {name for name in recording["registers"] if first[name] != left[name]}
    assert changed <= {"rax", "rcx", "r11", "rip"}, changed
    assert left["rip"] == left["rcx"] == entered["rcx"] and recording["call"]["result"] == "0"


def test_what_the_page_says_of_it(recording):
    nodes = model.tree(recording)
    names = [recording["functions"][node.function]["name"] for node in nodes]
    assert names[:3] == ["ioctl", "syscall_entry", "do_syscall_64"] and "sys_ioctl" in names and "tty_ioctl" in names
    assert all(node.last is not None and node.first <= node.last for node in nodes)
    stages = model.stages(recording, nodes)
    assert [stage["id"] for stage in stages] == ["gate", "entry", "dispatch", "work", "answer", "exit", "back"]
    assert all(one["last"] + 1 == other["first"] for one, other in zip(stages, stages[1:]))
    assert stages[-1]["last"] == len(recording["steps"]) - 1
    assert [argument[0] for argument in recording["call"]["arguments"]] == ["fd", "request", "arg"]


def test_stack_and_pages(recording):
    """The frame is pushed word by word at the top of the kernel's stack; the pages allow what was done."""
    top, pages = int(recording["kernel_stack"][1], 16), recording["pages"]
    words = {}
    for step in recording["steps"][:step_of(recording, "call")]:
        words.update({int(address, 16): word for address, word in step[3]})
    frame = {name: words.get(top - 8 * (index + 1)) for index, name in enumerate(recording["fields"])}
    start = dict(zip(recording["registers"], recording["start"]))
    assert (frame["cs"], frame["ss"], frame["sp"], frame["orig_ax"]) == ("33", "2b", start["rsp"], start["rax"]), frame
    for _, _, touched, _, code, _ in recording["steps"]:
        assert pages[code]["rights"] in ("user, r-x", "kernel only, r-x")
        for _, _, kind, page, _, _ in touched:
            assert "w" not in kind or pages[page]["rights"].endswith("rw-")
    assert json.dumps(recording)


def test_wrong_names():
    for words, expected in ((["--call", "wriet"], "Limen has no system call `wriet`: perhaps write"),
                            (["--call", "mkdir"], "it ended without making that call. The calls it made: ioctl, write"),
                            (["--", "/bin/nosuch"], "waiting for `/bin/nosuch` to call write: the machine ended")):
        with limen.cpus():
            done = subprocess.run([FOLDER / "tour", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                  timeout=limen.TIMEOUT_S)
        assert done.returncode == 1 and expected in done.stderr and "Traceback" not in done.stderr, done.stderr
