"""The stages of a call, also where the compiler has made jumps of calls (a release build)."""

import importlib.util

import limen

WHERE = importlib.util.spec_from_file_location("tour_model", limen.ROOT / "tools/tour/model.py")
model = importlib.util.module_from_spec(WHERE)
WHERE.loader.exec_module(model)

FUNCTIONS = ["syscall_entry", "do_syscall_64", "sys_fork", "task_clone"]
RECORDING = {"functions": [{"name": name} for name in FUNCTIONS]}


def node(name, kind, first, last, parent=None):
    made = model.Node(FUNCTIONS.index(name), kind, first, parent.depth + 1 if parent else 0, 0, parent)
    made.last = last
    return made


def test_calls():
    entry = node("syscall_entry", "crossing", 0, 99)
    dispatch = node("do_syscall_64", "call", 10, 79, entry)
    work = node("sys_fork", "call", 20, 69, dispatch)
    assert model.kernel_bounds(RECORDING, [entry, dispatch, work], entry) == [
        ("entry", 0, 10), ("dispatch", 10, 20), ("work", 20, 70), ("answer", 70, 80), ("exit", 80, 100)]


def test_tail_calls():
    entry = node("syscall_entry", "crossing", 0, 99)
    dispatch = node("do_syscall_64", "call", 10, 19, entry)
    work = node("sys_fork", "jump", 20, 29, entry)
    clone = node("task_clone", "jump", 30, 79, entry)
    other = node("task_clone", "call", 85, 89, entry)
    assert model.kernel_bounds(RECORDING, [entry, dispatch, work, clone, other], entry) == [
        ("entry", 0, 10), ("dispatch", 10, 20), ("work", 20, 80), ("answer", 80, 80), ("exit", 80, 100)]


def test_no_such_call():
    entry = node("syscall_entry", "crossing", 0, 99)
    dispatch = node("do_syscall_64", "call", 10, 79, entry)
    assert model.kernel_bounds(RECORDING, [entry, dispatch], entry) == [
        ("entry", 0, 10), ("dispatch", 10, 80), ("exit", 80, 100)]
