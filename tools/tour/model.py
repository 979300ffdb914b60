"""What the page shows of a recording besides its steps: which function called which, the crossings, the stages.

    tree(recording)      -> [Node, ...], in the order of their first instruction
    stages(recording, nodes) -> [{"id": "gate", "first": 186, "last": 186}, ...]

A node is one call of one function: `first` and `last` are numbers of instructions. What the CPU did between two
instructions (a call, a crossing, a jump into another function) is told by the first of them and where the second is.
"""

GATES = ("syscall", "int 0x80")
BACK = ("sysret", "iret")
STACK_ALIGN = 16


class Node:
    """`kind`: begin, call, jump (a tail call, or a fall into the next function), crossing, fault."""

    def __init__(self, function, kind, first, depth, ring, parent):
        self.function, self.kind, self.first, self.last = function, kind, first, None
        self.depth, self.ring, self.parent, self.regs_top = depth, ring, parent, None

    def packed(self, numbers):
        return [self.function, self.kind, self.first, self.last, self.depth, self.ring,
                numbers.get(id(self.parent), -1), f"{self.regs_top:x}" if self.regs_top else None]


class Registers:
    """The registers before each step: replayed from the changes."""

    def __init__(self, recording):
        names = recording["registers"]
        state, self.before = dict(zip(names, recording["start"])), []
        for step in recording["steps"]:
            self.before.append(dict(state))
            state |= {names[index]: value for index, value in zip(step[1][::2], step[1][1::2])}
        self.before.append(dict(state))

    def number(self, step, name):
        return int(self.before[step][name], 16)

    def ring(self, step):
        return self.number(step, "cs") & 3


class Tree:
    def __init__(self, recording):
        self.recording, self.registers = recording, Registers(recording)
        self.nodes, self.open = [], []
        self.push(0, "begin")
        for step in range(len(recording["steps"])):
            self.follow(step)
        while self.open:
            self.pop(len(recording["steps"]) - 1)

    def code(self, step):
        return self.recording["code"][self.recording["steps"][step][0]]

    def text(self, step):
        return self.code(step)["text"]

    def is_last(self, step):
        return step + 1 >= len(self.recording["steps"])

    def function(self, step):
        return self.code(step)["function"]

    def is_entry(self, function):
        return self.recording["functions"][function]["entry"]

    def push(self, step, kind):
        parent = self.open[-1] if self.open else None
        node = Node(self.function(step), kind, step, len(self.open), self.registers.ring(step), parent)
        self.open.append(node)
        self.nodes.append(node)
        return node

    def pop(self, step):
        self.open.pop().last = step

    def follow(self, step):
        """What happened from this instruction to the next."""
        if self.is_last(step):
            return
        text = self.text(step)
        kind = self.crossing_after(step)
        if kind:
            self.push(step + 1, kind).regs_top = self.frame_top(step)
        elif text.startswith(BACK):
            self.leave_crossing(step)
        elif text.startswith(("call", "ret")):
            self.call_or_return(step, text)
        self.check_function(step + 1)

    def call_or_return(self, step, text):
        if text.startswith("ret"):
            self.pop(step)
        else:
            self.push(step + 1, "call")

    def crossing_after(self, step):
        """A system call, or an exception in this instruction."""
        before, after = self.registers.ring(step), self.registers.ring(step + 1)
        if before == 3 and after == 0:
            return "crossing" if self.text(step).startswith(GATES) else "fault"
        name = self.recording["functions"][self.function(step + 1)]["name"]
        goes_there = self.text(step).startswith(("j", "call", "ret"))
        return "fault" if name == "interrupt_stubs" and self.function(step) != self.function(step + 1) and \
            not goes_there else None

    def frame_top(self, step):
        """The address above the frame that the crossing saves: of the kernel's stack coming from ring 3."""
        if self.registers.ring(step) == 3:
            return int(self.recording["kernel_stack"][1], 16)
        return self.registers.number(step, "rsp") & -STACK_ALIGN

    def leave_crossing(self, step):
        while self.open and self.open[-1].kind not in ("crossing", "fault"):
            self.pop(step)
        if self.open:
            self.pop(step)

    def check_function(self, step):
        """Is the next instruction in the function that is on top? Else control has gone there by a jump. (The routines
        of the entry code are parts of one crossing.)"""
        function = self.function(step)
        if not self.open:
            self.push(step, "begin")
        top = self.open[-1]
        if top.function == function or (self.is_entry(function) and self.is_entry(top.function)):
            return
        if top.first == step:
            top.function = function
            return
        self.pop(step - 1)
        self.push(step, "jump").regs_top = top.regs_top


def tree(recording):
    return Tree(recording).nodes


def packed(nodes):
    numbers = {id(node): number for number, node in enumerate(nodes)}
    return [node.packed(numbers) for node in nodes]


# --- Stages ---

def is_in(node, other):
    while node is not None and node is not other:
        node = node.parent
    return node is other


def system_call(recording, nodes):
    """The crossing that the recording is about, or None if it ended before."""
    gate = recording["gate_step"]
    if gate is None:
        return None
    return next((node for node in nodes if node.kind == "crossing" and node.first == gate + 1), None)


def node_at(nodes, step):
    """The innermost node that holds a step."""
    return max((node for node in nodes if node.first <= step <= node.last), key=lambda node: node.depth)


def named(recording, node, prefix):
    return recording["functions"][node.function]["name"].startswith(prefix)


def back_in_library(nodes, wrapper, step):
    """The step at which the wrapper, and what it jumps to, has returned."""
    while step < len_of(nodes) and node_at(nodes, step).depth >= wrapper.depth:
        step += 1
    return step


def len_of(nodes):
    return max(node.last for node in nodes) + 1


def last_of(nodes, node):
    """The last step of a call, whatever it has jumped to at its end (an optimizing compiler's tail calls)."""
    for other in nodes:
        if other.kind == "jump" and other.parent is node.parent and other.first == node.last + 1:
            node = other
    return node.last


def kernel_bounds(recording, nodes, crossing):
    """(first of the entry, of dispatch, of the work, of what comes behind each; all ends are exclusive)."""
    end = crossing.last + 1
    inside = [node for node in nodes if node is not crossing and is_in(node, crossing)]
    dispatch = next((node for node in inside if node.parent is crossing and node.kind == "call"), None)
    if dispatch is None:
        return [("entry", crossing.first, end)]
    leave = last_of(inside, dispatch) + 1
    work = next((node for node in inside
                 if dispatch.first < node.first < leave and named(recording, node, "sys_")), None)
    if work is None:
        middle = [("dispatch", dispatch.first, leave)]
    else:
        answer = last_of(inside, work) + 1
        middle = [("dispatch", dispatch.first, work.first), ("work", work.first, answer), ("answer", answer, leave)]
    return [("entry", crossing.first, dispatch.first), *middle, ("exit", leave, end)]


def stages(recording, nodes):
    crossing, total = system_call(recording, nodes), len(recording["steps"])
    if crossing is None:
        return [{"id": "library", "first": 0, "last": total - 1}]
    gate = crossing.first - 1
    wrapper = node_at(nodes, gate)
    start = wrapper.first if wrapper.parent is not None else gate
    found = [("library", 0, start), ("wrapper", start, gate), ("gate", gate, gate + 1)]
    found += kernel_bounds(recording, nodes, crossing)
    if crossing.last + 1 <= total and is_way_back(recording, crossing.last):
        found[-1] = (found[-1][0], found[-1][1], crossing.last)
        done = back_in_library(nodes, wrapper, crossing.last + 1)
        found += [("back", crossing.last, crossing.last + 1), ("result", crossing.last + 1, done),
                  ("end", done, total)]
    return [{"id": name, "first": first, "last": end - 1} for name, first, end in found if end > first]


def is_way_back(recording, step):
    return recording["code"][recording["steps"][step][0]]["text"].startswith(BACK)
