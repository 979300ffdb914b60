"""Processes and threads: finding them, naming them; `limen ps`."""

import gdb

from limen import kernel
from limen.command import Command, number, table


def processes():
    """All processes that aren't gone, by number."""
    if not kernel.is_up() or kernel.address(kernel.variable("process_list")["next"]) == 0:
        return []
    found = kernel.list_entries(kernel.variable("process_list"), "struct process", "all_node")
    return sorted(found, key=pid_of)


def pid_of(process):
    return int(process["pid"]["number"])


def threads_of(process):
    return list(kernel.list_entries(process["threads"], "struct task", "thread_node"))


def process_of(thread):
    """The process of a `struct thread`; None for one of the kernel's own."""
    if thread is None or int(thread["tid"]) == 0:
        return None
    task = kernel.at("struct task", kernel.address_of(thread))
    return task["process"].dereference()


def current_process(cpu=None):
    return process_of(kernel.current_thread(cpu))


def need_processes():
    if not processes():
        raise gdb.GdbError("There is no process yet: the machine is still booting.")


def find(pid):
    """The process with this number, or a thread's with this tid."""
    need_processes()
    for process in processes():
        if pid_of(process) == pid:
            return process
    for process in processes():
        if any(int(task["thread"]["tid"]) == pid for task in threads_of(process)):
            return process
    raise gdb.GdbError(f"There is no process {pid}: `limen ps` lists them.")


def chosen(words):
    """The process that a command's optional PID names, else the running one."""
    if words:
        return find(number(words[0], "PID"))
    process = current_process()
    if process is None:
        need_processes()
        raise gdb.GdbError("No process runs here, this is the kernel's own thread: name a PID (`limen ps`).")
    return process


def leader(process):
    return process["leader"].dereference()


def name_of(process):
    return kernel.text(leader(process)["thread"]["name"])


def describe_thread(thread):
    """`hello (3)`, `kernel thread idle`."""
    if thread is None:
        return "no thread yet"
    name = kernel.text(thread["name"])
    process = process_of(thread)
    if process is None:
        return f"the kernel's thread {name}"
    tid, pid = int(thread["tid"]), pid_of(process)
    return f"{name} ({pid})" if tid == pid else f"{name} ({pid}, thread {tid})"


def thread_state(thread):
    """What a thread does now, for `limen ps`."""
    if bool(thread["on_cpu"]):
        return f"on CPU {int(thread['cpu'])}"
    word = kernel.enum_word("enum thread_state", thread["state"], "THREAD_")
    return {"runnable": "ready", "interruptible": "sleeps", "uninterruptible": "sleeps (D)"}.get(word, word)


def ps_rows(process):
    parent = process["parent"]
    ppid = pid_of(parent.dereference()["process"]) if kernel.address(parent) else 0
    pid = pid_of(process)
    if kernel.enum_name(process["state"], "PROCESS_") == "zombie":
        yield [pid, pid, ppid, "zombie", "", name_of(process)]
        return
    for task in threads_of(process):
        thread = task["thread"]
        yield [pid, int(thread["tid"]), ppid, thread_state(thread), hex(kernel.address_of(task)),
               kernel.text(thread["name"])]


class Ps(Command):
    """limen ps: lists all processes and their threads.

STATE is `on CPU n` for a thread that runs, `ready` for one that waits for a CPU, `sleeps` (`sleeps (D)`: no signal
wakes it), `stopped`, or `zombie`. TASK is the address of its struct task: `print *(struct task *)ADDRESS`."""

    name = "ps"

    def run(self, words):
        need_processes()
        rows = [row for process in processes() for row in ps_rows(process)]
        table(rows, ["PID", "TID", "PPID", "STATE", "TASK", "NAME"])


class Current(gdb.Function):
    """$current(): the `struct task *` that this CPU runs (only its `thread` means something in the kernel's own)."""

    def __init__(self):
        super().__init__("current")

    def invoke(self):
        kernel.need_machine()
        thread = kernel.current_thread()
        if thread is None:
            raise gdb.GdbError("No thread runs yet: the machine is still booting.")
        return thread.address.cast(kernel.type_of("struct task").pointer())


class Percpu(gdb.Function):
    """$percpu(NAME [, CPU]): a per-CPU variable of this or another CPU: print $percpu("percpu_kernel_sp", 1)."""

    def __init__(self):
        super().__init__("percpu")

    def invoke(self, name, cpu=None):
        kernel.need_machine()
        found = kernel.percpu(name.string(), None if cpu is None else int(cpu))
        if found is None:
            raise gdb.GdbError("That CPU has no per-CPU data yet.")
        return found
