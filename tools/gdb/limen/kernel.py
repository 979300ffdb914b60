"""Reading the kernel: its types and variables, lists and trees, per-CPU data, who runs where.

Everything comes from the debugging information of the kernel's file, never from a user program's symbols, whichever
are loaded. What can't be said is a gdb.GdbError with a plain sentence.
"""

import functools

import gdb

CPUS_MAX = 64
USER_END = 1 << 47
MASK = (1 << 64) - 1
STACK_SIZE = 16384
WORD = 8
CPU_FIELD = 1       # of gdb's (process, thread, ...): QEMU numbers CPUs from 1


def need_machine():
    """Complains unless there is a machine and it stands still."""
    thread = gdb.selected_thread()
    if thread is None or not thread.is_valid():
        raise gdb.GdbError("There is no machine: attach to one first (`make gdb`, or `target remote`).")
    if thread.is_running():
        raise gdb.GdbError("The machine runs: stop it first (Ctrl-C).")


def objfile():
    """The kernel's file as gdb knows it."""
    name = gdb.current_progspace().filename
    if not name:
        raise gdb.GdbError("gdb has no symbols of the kernel: `file build/debug/limen.elf`.")
    return known_objfile(name)


@functools.lru_cache(maxsize=4)
def known_objfile(name):
    found = gdb.lookup_objfile(name)
    if found.lookup_global_symbol("do_syscall_64") is None:
        known_objfile.cache_clear()
        raise gdb.GdbError(f"{name} is no Limen kernel with symbols: `file build/debug/limen.elf` "
                           "(limen.boot has none).")
    return found


def forget(_event=None):
    """What was learned of the kernel's file is void: gdb has loaded another."""
    known_objfile.cache_clear()
    type_of.cache_clear()
    symbol.cache_clear()


@functools.lru_cache(maxsize=None)
def symbol(name):
    file = objfile()
    found = file.lookup_global_symbol(name) or file.lookup_static_symbol(name)
    if found is None:
        raise gdb.GdbError(f"This kernel has no `{name}`.")
    return found


def has(name):
    file = objfile()
    return (file.lookup_global_symbol(name) or file.lookup_static_symbol(name)) is not None


def variable(name):
    return symbol(name).value()


def label_address(name):
    """The address of a routine, one of the assembly's too, which has no debugging information of its own."""
    return address(gdb.parse_and_eval(f"(unsigned long) &{name}"))


def constant(read):
    """What `read` gives, taking constants and code out of the files: they are there before the machine has booted, and
    when a program's pages are not. (Not for good: the kernel changes its own code at boot, cpu_patch_smap.)"""
    gdb.execute("set trust-readonly-sections on")
    try:
        return read()
    finally:
        gdb.execute("set trust-readonly-sections off")


def is_up():
    """Has the kernel come to its C code on the first CPU?"""
    return percpu_base(0) != 0


def address_of(value):
    return int(value.address) & MASK


@functools.lru_cache(maxsize=None)
def type_of(name):
    """A C type of the kernel's, such as "struct task"."""
    return gdb.lookup_type(name, symbol("do_syscall_64").symtab.static_block())


def at(name, address):
    """The object of a kernel's type at an address."""
    return gdb.Value(address).cast(type_of(name).pointer()).dereference()


def address(pointer):
    """A pointer, or number, as an unsigned number."""
    return int(pointer) & MASK


def enum_name(value, prefix=""):
    """An enum's value in words: THREAD_RUNNABLE is "runnable"."""
    text = str(value).split("::")[-1]
    return text[len(prefix):].lower().replace("_", " ") if text.startswith(prefix) else text


def enum_word(type_name, number, prefix):
    return enum_name(gdb.Value(int(number)).cast(type_of(type_name)), prefix)


def text(array, limit=256):
    """A char array or pointer up to its NUL."""
    try:
        return array.string(errors="replace", length=-1) if array.type.code == gdb.TYPE_CODE_PTR \
            else array.string(errors="replace")
    except gdb.MemoryError:
        return "?"


def memory(address_, size):
    return bytes(gdb.selected_inferior().read_memory(address_, size))


def word(address_):
    return int.from_bytes(memory(address_, 8), "little")


def field_offset(type_name, path):
    """Where a field lies in a structure: "range.node" in "struct vma"."""
    type_, bits = type_of(type_name), 0
    for name in path.split("."):
        field = next(one for one in type_.strip_typedefs().fields() if one.name == name)
        type_, bits = field.type, bits + field.bitpos
    return bits // 8


def container(pointer, type_name, path):
    return at(type_name, address(pointer) - field_offset(type_name, path))


def list_entries(head, type_name, path):
    """The objects on a `struct list` that hang on it by their field `path`."""
    first = address_of(head)
    node, limit = address(head["next"]), 100000
    while node not in (first, 0) and limit:
        found = container(node, type_name, path)
        yield found
        node, limit = address(at("struct list", node)["next"]), limit - 1


def tree_entries(root, type_name, path):
    """The objects of a red-black tree from left to right."""
    stack, node = [], address(root["top"])
    while node or stack:
        while node:
            stack.append(node)
            node = address(at("struct rb_node", node)["left"])
        node = stack.pop()
        yield container(node, type_name, path)
        node = address(at("struct rb_node", node)["right"])


@functools.lru_cache(maxsize=1)
def is_editors_gdb():
    """Does an editor speak to this gdb (MI)? It must be told of every stop, the silent ones too."""
    with open("/proc/self/cmdline", "rb") as file:
        words = file.read().split(b"\0")
    return any(word.startswith(b"mi") or b"=mi" in word for word in words)


# --- CPUs ---

def register(name, frame=None):
    return int((frame or gdb.newest_frame()).read_register(name)) & MASK


def ring():
    return register("cs") & 3


def cpu_of(thread):
    """The number, Limen's and QEMU's, of the CPU that a gdb thread stands for."""
    return thread.ptid[CPU_FIELD] - 1


def this_cpu():
    return cpu_of(gdb.selected_thread())


def percpu_base(cpu):
    """What GS holds on this CPU while the kernel runs; 0 before it is set up."""
    try:
        return address(variable("percpu_offset")[cpu])
    except gdb.MemoryError:
        return 0


def percpu(name, cpu=None):
    """A per-CPU variable of one CPU, as an object; None before its CPU has any."""
    base = percpu_base(this_cpu() if cpu is None else cpu)
    if base == 0:
        return None
    template = variable(name)
    return gdb.Value((address_of(template) + base) & MASK).cast(template.type.pointer()).dereference()


def cpus_online():
    if not is_up():
        return []
    mask = int(variable("cpus_online_mask"))
    return [cpu for cpu in range(CPUS_MAX) if mask >> cpu & 1]


def current_thread(cpu=None):
    """The `struct thread` that a CPU (this one) runs; None early in the boot."""
    pointer = percpu("percpu_current", cpu)
    if pointer is None or address(pointer) == 0:
        return None
    return pointer.dereference()


def is_kernel_gs(base):
    """The CPU whose per-CPU data a GS base is, or None."""
    array = variable("percpu_offset")
    for cpu in cpus_online():
        if base and address(array[cpu]) == base:
            return cpu
    return None
