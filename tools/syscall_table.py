"""The one list of system calls, kernel/abi/syscalls.tbl, read and held against the functions.

    problems = Problems()
    table = Table("kernel/abi/syscalls.tbl", problems, Linux())     # .calls, .structs in order
    problems.exit_if_any()
    functions = read_functions("kernel/syscall", problems)  # what defines sys_NAME, by NAME
    check_functions(table, "kernel/syscall", functions, problems)
    problems.exit_if_any()

A mistake is reported as a compiler would, FILE:LINE: error: ..., several at once.
"""
import difflib
import glob
import os
import re
import sys

# Linux's calls have numbers below 512. It keeps 512 to 547 for x32's and promises never to give
# them to x86-64 (arch/x86/entry/syscalls/syscall_64.tbl): a call of our own there is ENOSYS on any
# Linux. The ends of that range stay free, since tests ask for them to see ENOSYS.
LINUX_END = 512
LINUX_HEADERS = [f"/usr/{folder}/asm/unistd_64.h"     # the last one may be another machine's
                 for folder in ("include/x86_64-linux-gnu", "x86_64-linux-gnu/include", "include")]
# What Linux has given out since the oldest header of use here, Debian 12's (of Linux 6.1).
LATER_CALLS = {335: "uretprobe", 336: "uprobe"} | dict(enumerate(
    "cachestat fchmodat2 map_shadow_stack futex_wake futex_wait futex_requeue statmount listmount "
    "lsm_get_self_attr lsm_set_self_attr lsm_list_modules mseal setxattrat getxattrat listxattrat "
    "removexattrat open_tree_attr file_getattr file_setattr".split(), 451))
OWN_NUMBERS = range(520, 540)
C_TYPES = ["int", "unsigned int", "long", "unsigned long"]
POINTED_TYPES = ["void", "char", "unsigned char", "short", "unsigned short"]
PREFIX = "sys_"
USER = "__user"
# What can't name a thing in C: its keywords, gcc's, and what the headers define as macros.
WORDS_OF_C = set("""
    asm auto bool break case char const continue current default do double else enum errno extern false float for goto
    if inline int long register restrict return short signed sizeof static struct switch true typedef typeof union
    unsigned void volatile while NULL""".split())


class Problems:
    """The mistakes found so far."""

    def __init__(self):
        self.errors = []
        self.warnings = []

    def add(self, path, line, text, note=None):
        """NOTE is (path, line, text): another place to look at."""
        self.errors.append(f"{path}:{line}: error: {text}")
        if note:
            self.errors.append("{}:{}: note: {}".format(*note))

    def warn(self, path, line, text):
        self.warnings.append(f"{path}:{line}: warning: {text}")

    def exit_if_any(self):
        if self.warnings:
            print("\n".join(self.warnings), file=sys.stderr)
            self.warnings = []
        if self.errors:
            sys.exit("\n".join(self.errors))


class Argument:
    """One typed name. `base` is what lies below all pointers, without const."""

    def __init__(self, words, name, base):
        self.words = words
        self.name = name
        self.base = base

    def type(self, user_space=False):
        return join_words(w for w in self.words if not (user_space and w == USER))

    def text(self, user_space=False):
        return join_words([self.type(user_space), self.name])


class Call:
    def __init__(self, line, number, name, args):
        self.line = line
        self.number = number
        self.name = name
        self.args = args

    def prototype(self, function, user_space=False):
        args = ", ".join(a.text(user_space) for a in self.args) or "void"
        return f"{function}({args})"


class Struct:
    """A structure that the table itself defines; `text` is C."""

    def __init__(self, line, name):
        self.line = line
        self.name = name
        self.text = ""


class Function:
    """A sys_NAME found in the kernel's source."""

    def __init__(self, path, line, result, args, comment):
        self.path = path
        self.line = line
        self.result = result
        self.args = args
        self.comment = comment


def join_words(words):
    """Tokens of a C type (and name) as one writes them: `const char __user *buf`."""
    text = ""
    for word in words:
        glue = "" if not text or text.endswith("*") else " "
        text += glue + word
    return text


def read_text(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def line_of(text, position):
    return text.count("\n", 0, position) + 1


# --- types and arguments -------------------------------------------------------------------------


class Types:
    """Which types a call may use: learnt from the headers beside the table, and from the table."""

    def __init__(self, abi):
        self.scalars = list(C_TYPES)
        self.struct_header = {}
        self.struct_place = {}
        for path in sorted(glob.glob(os.path.join(abi, "*.h"))):
            text = read_text(path)
            self.scalars += re.findall(r"^typedef [^;]*?(\w+);", text, re.M)
            for struct in re.finditer(r"^struct (\w+) \{", text, re.M):
                self.struct_header[struct[1]] = os.path.basename(path)
                self.struct_place[struct[1]] = path, line_of(text, struct.start())

    def complaint(self, base, is_pointer):
        """Why `base` (perhaps behind pointers) can't be an argument, or None."""
        if base.startswith("struct "):
            if base[len("struct "):] not in self.struct_header:
                return (f"unknown argument type `{base}`: neither this table nor a header in "
                        "kernel/abi/ defines it")
            return None if is_pointer else f"`{base}` can't be passed by value, only by pointer"
        if base in self.scalars or (is_pointer and base in POINTED_TYPES):
            return None
        if base in POINTED_TYPES:
            return f"`{base}` can't be an argument, only pointed to; the least is an int"
        return f"unknown argument type `{base}`; known: {', '.join(self.scalars)}, and pointers"


def parse_argument(text, types):
    """Returns an Argument, or a complaint."""
    words = re.findall(r"\w+|\*|\S", text)
    complaint = complaint_of_form(text, words)
    if complaint:
        return complaint
    name, words = words[-1], words[:-1]
    stars = [i for i, word in enumerate(words) if word == "*"]
    if not stars and USER in words:
        return f"`{text}` is no pointer, so it can't be {USER}"
    head = words[:stars[0]] if stars else words
    base = " ".join(w for w in head if w not in ("const", USER))
    base = {"unsigned": "unsigned int"}.get(base, base)
    complaint = types.complaint(base, bool(stars))
    if complaint:
        return complaint_of_mark(text, words) or complaint
    argument = Argument(marked(words), name, base)
    if words != argument.words:
        why = f"has {USER} elsewhere than before a `*`" if USER in words else "points into the caller's memory"
        return f"`{text}` {why}: write `{argument.text()}`"
    return argument


def complaint_of_form(text, words):
    """Why these words can't be a type and a name, whatever they are, or None."""
    if not words:
        return "a comma has no argument before it, or none behind it"
    if words[-1] == USER and "*" in words:
        return f"`{text}`: {USER} stands before the `*`, and the name is last"
    if len(words) < 2 or not re.fullmatch(r"[A-Za-z_]\w*", words[-1]):
        return f"`{text}` is not `TYPE NAME`"
    if words[-1] in ("int", "long", "char", "void", "unsigned", USER):
        return f"`{text}` has no name"
    if words[-1] in WORDS_OF_C:
        return f"`{words[-1]}` is a word of C's: choose another name for the argument `{text}`"
    return None


def complaint_of_mark(text, words):
    """Of a type that nobody knows: is it because __user is misspelt? Why, or None."""
    wrong = next((w for w in words if difflib.get_close_matches(w.lower(), [USER], cutoff=0.75)
                  and w != USER), None)
    return wrong and f"unknown word `{wrong}` in `{text}`: write `{USER}`"


def marked(words):
    """A type with __user where it belongs: it is what a * points to that is the caller's."""
    found = []
    for word in words:
        if word == "*":
            found.append(USER)
        if word != USER:
            found.append(word)
    return found


def parse_arguments(text, types):
    """Returns the list of Arguments, or a complaint."""
    if text.strip() in ("", "void"):
        return []
    args = [parse_argument(part.strip(), types) for part in text.split(",")]
    for arg in args:
        if isinstance(arg, str):
            return arg
    if len(args) > 6:
        return f"{len(args)} arguments: a call has six at most, one for each register"
    names = [arg.name for arg in args]
    twice = [n for n in names if names.count(n) > 1]
    return f"two arguments are named `{twice[0]}`" if twice else args


# --- the table -----------------------------------------------------------------------------------


class Linux:
    """The numbers of Linux's calls, from its header for programs; little is known without x86-64's.

    A header knows the calls of its day, LATER_CALLS those that came since."""

    def __init__(self, path=None):
        path = path or next(filter(os.path.exists, LINUX_HEADERS), None)
        text = read_text(path) if path else ""
        self.by_name = {name: int(number)
                        for name, number in re.findall(r"^#define __NR_(\w+) (\d+)$", text, re.M)}
        self.is_whole = self.by_name.get("read") == 0
        self.by_name = {name: number for number, name in LATER_CALLS.items()} | \
            (self.by_name if self.is_whole else {})
        self.by_number = {number: name for name, number in self.by_name.items()}

    def complaint(self, number, name):
        """Why no call of this number may have this name, or None."""
        if self.by_name.get(name, number) != number:
            return f"`{name}` is a call of Linux's and has number {self.by_name[name]} there"
        if number in OWN_NUMBERS or self.by_number.get(number) == name:
            return None
        if number in self.by_number:
            return f"number {number} is that of Linux's `{self.by_number[number]}`"
        if number > max(self.by_number):
            return f"number {number} is for a later Linux to give"
        return f"number {number} is for Linux's calls, and it has none there" \
            if self.is_whole else None


def hint_of(text):
    """What may be wrong with a line that can't be read."""
    if "//" in text or "/*" in text:
        return "; a comment begins with #"
    return "; no ; ends it" if text.endswith(";") else ""


class Table:
    """The file, read: `calls` in the order of their numbers, `structs` in their own."""

    def __init__(self, path, problems, linux, abi=None):
        self.path = path
        self.linux = linux
        self.types = Types(abi or os.path.dirname(path))
        self.calls = []
        self.structs = []
        self.by_number, self.by_name = {}, {}
        self._problems = problems
        self._read_lines(read_text(path).split("\n"))
        self.calls.sort(key=lambda call: call.number)

    def free_number(self):
        """What to say of the numbers for calls of our own."""
        free = [number for number in OWN_NUMBERS if number not in self.by_number]
        first = f"{free[0]} is free" if free else "all are taken"
        return f"own calls have {OWN_NUMBERS.start} to {OWN_NUMBERS.stop - 1}, of which {first}"

    def _read_lines(self, lines):
        calls = []
        struct = None
        for number, line in enumerate(lines, 1):
            text = line.split("#")[0].rstrip()
            if struct is None and text.lstrip().startswith("struct "):
                struct = self._begin_struct(number, text)
            if struct is not None:
                struct.text += text + "\n"
                struct = None if "}" in text else struct
            elif text:
                calls.append((number, text.strip()))
        if struct is not None:
            self._problems.add(self.path, struct.line, f"struct {struct.name} has no end: `}};`")
        # A structure may stand below the call that names it.
        for number, text in calls:
            call = self._parse_call(number, text)
            if isinstance(call, str):
                self._problems.add(self.path, number, call)
            else:
                self._add_call(call)

    def _begin_struct(self, line, text):
        match = re.match(r"\s*struct\s+(\w+)\s*(\{|$)", text)
        struct = Struct(line, match[1] if match else "?")
        if not match:
            self._problems.add(self.path, line, "malformed structure; it should be: "
                                                "struct NAME { TYPE FIELD; ... };")
        elif struct.name in self.types.struct_header:
            self._problems.add(self.path, line, f"struct {struct.name} is already defined in "
                                                f"{self.types.struct_header[struct.name]}",
                               (*self.types.struct_place[struct.name], "it is here"))
        else:
            self.types.struct_header[struct.name] = os.path.basename(self.path)
            self.types.struct_place[struct.name] = self.path, line
            self.structs.append(struct)
        return struct

    def _parse_call(self, line, text):
        """Returns a Call, or a complaint."""
        match = re.fullmatch(r"(\S+)\s+([^\s(]+)\s*\((.*)\)", text)
        if not match:
            return "malformed line; it should be: NUMBER NAME (TYPE ARGUMENT, ...)" + hint_of(text)
        number, name, args = match.groups()
        if not number.isdecimal():
            return f"`{number}` is not a number"
        if int(number) >= LINUX_END and int(number) not in OWN_NUMBERS:
            return (f"number {number} is out of range: Linux's calls are below {LINUX_END}, "
                    f"{self.free_number()}")
        if not re.fullmatch(r"[a-z_][a-z0-9_]*", name):
            return f"`{name}` is not a name: lower-case letters, digits and _"
        if name.startswith(PREFIX):
            return f"leave out `{PREFIX}`: the call is `{name[len(PREFIX):]}`, its function `{name}`"
        if name in WORDS_OF_C:
            return f"`{name}` is a word of C's: choose another name for the call"
        args = parse_arguments(args, self.types)
        return args if isinstance(args, str) else Call(line, int(number), name, args)

    def _add_call(self, call):
        other = self.by_number.setdefault(call.number, call)
        if other is not call:
            self._problems.add(self.path, call.line,
                               f"number {call.number} of `{call.name}` is already that of "
                               f"`{other.name}`; {self.free_number()}",
                               (self.path, other.line, f"`{other.name}` is here"))
        other = self.by_name.setdefault(call.name, call)
        if other is not call:
            self._problems.add(self.path, call.line, f"there are two calls `{call.name}`",
                               (self.path, other.line, "the other is here"))
        complaint = self.linux.complaint(call.number, call.name)
        if complaint and self.by_number[call.number] is call is other:
            self._problems.add(self.path, call.line, f"{complaint}; {self.free_number()}")
        self.calls.append(call)


# --- the functions -------------------------------------------------------------------------------


def read_functions(folder, problems):
    """All sys_NAME that the folder's .c files define, by NAME."""
    functions = {}
    pattern = re.compile(r"^(?P<result>[a-z][\w \*]*?)\s*\bsys_(?P<name>\w+)\s*"
                         r"\((?P<args>[^()]*)\)\s*\{", re.M)
    for path in sorted(glob.glob(os.path.join(folder, "*.c"))):
        text = read_text(path)
        for match in pattern.finditer(without_comments(text)):
            line = line_of(text, match.start())
            function = Function(path, line, match["result"], match["args"],
                                comment_before(text, match.start()))
            other = functions.setdefault(match["name"], function)
            if other is not function:
                problems.add(path, line, f"there are two functions sys_{match['name']}",
                             (other.path, other.line, "the other is here"))
    return functions


def without_comments(text):
    """With blanks in their place: all else stays where it is."""
    pattern = re.compile(r'"(?:\\.|[^"\\\n])*"|/\*.*?\*/|//[^\n]*', re.S)
    return pattern.sub(lambda match: match[0] if match[0][0] == '"'
                       else re.sub(r"[^\n]", " ", match[0]), text)


def comment_before(text, position):
    """The comment that ends right above `position`, without its stars."""
    before = text[:position].rstrip("\n")
    start = before.rfind("/*")
    if not before.endswith("*/") or start < 0 or text[:position].endswith("\n\n"):
        return ""
    lines = before[start + 2:-2].split("\n")
    return " ".join(line.strip().lstrip("*").strip() for line in lines).strip()


def check_functions(table, folder, functions, problems):
    """Each call has its function, each function its call, and both say the same."""
    for call in table.calls:
        if call.name not in functions:
            problems.add(table.path, call.line, f"`{call.name}` has no function: no {folder}/*.c "
                         f"defines `long {call.prototype(PREFIX + call.name)}`")
    for name, function in functions.items():
        call = table.by_name.get(name)
        if call:
            check_function(table, call, function, problems)
        elif name != "ni_syscall" and not function.result.startswith("static"):
            problems.add(function.path, function.line,
                         f"sys_{name} has no line in {table.path}: it needs `NUMBER  {name}  "
                         f"({' '.join(function.args.split())})`; {table.free_number()}")


def check_function(table, call, function, problems):
    args = parse_arguments(" ".join(function.args.split()), table.types)
    difference = args if isinstance(args, str) else difference_between(call.args, args)
    if function.result != "long":
        difference = f"it is `{function.result}`, not `long`"
    if difference:
        problems.add(function.path, function.line,
                     f"sys_{call.name} is not what the table says: {difference}",
                     (table.path, call.line, f"`long {call.prototype(PREFIX + call.name)}`"))
    elif not function.comment:
        problems.warn(function.path, function.line,
                      f"no comment above sys_{call.name} tells docs/syscalls.md what it does")


def difference_between(wanted, found):
    """What is wrong with the arguments that were found, or None."""
    wanted, found = [a.text() for a in wanted], [a.text() for a in found]
    if wanted == found:
        return None
    if len(found) != len(wanted):
        return f"{len(found)} argument{'s' * (len(found) != 1)} instead of {len(wanted)}"
    if sorted(found) == sorted(wanted):
        return f"the arguments' order; the first should be `{wanted[0]}`" \
            if found[0] != wanted[0] else "the arguments' order"
    place = next(i for i, arg in enumerate(found) if arg != wanted[i])
    return f"argument {place + 1} is `{found[place]}` instead of `{wanted[place]}`"
