"""docs/add-a-syscall.md, executed on an untouched copy of the tree, from its first line to its last.

A block's info string says what it is: `append=FILE` and `write=FILE` stay done; `edit=FILE` is a diff that is undone
before the next block that changes a file, and at the section's end; so is `move=FILE`, a new file whose functions were
the end of another. Of a `console`, each line after a command must be found, in that order, in what the command prints.
What follows `(gdb)` is typed at the gdb that the command starts. Numbers of lines, addresses and the kind of quotes may
differ.
"""

import os
import re
import shutil
import subprocess

import pytest

import limen

PAGE = limen.ROOT / "docs/add-a-syscall.md"
BLOCK = re.compile(r"^```(\w+)(?: (\w+)=(\S+))?\n(.*?)^```$", re.M | re.S)
NO_LINE = re.compile(r"^\s*$|^\s*[{}]\s*$|^\s*/\*.*\*/\s*$")
GDB = "(gdb) "
# What make and pytest put there for their own children.
INHERITED = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "LIMEN_BUILD", "O", "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER")


def blocks():
    """(line of the page, language, verb, file, text) of each."""
    page = PAGE.read_text()
    for match in BLOCK.finditer(page):
        yield page.count("\n", 0, match.start()) + 1, *match.groups()


def sections():
    """The numbers of the lines where they begin."""
    return [number for number, line in enumerate(PAGE.read_text().splitlines(), 1) if line.startswith("## ")]


class Tree:
    """A copy of the tree, with what has been built, so that only what changes is built again."""

    def __init__(self, root):
        self.root = root
        self.edited = {}
        self.environment = {name: value for name, value in os.environ.items() if name not in INHERITED}
        (root / "build").mkdir(parents=True)
        for name in os.listdir(limen.ROOT):
            if name not in ("build", ".git"):
                self.copy(name)
        for path in [*limen.ROOT.glob("build/setup-*.mk"), limen.ROOT / "build/debug", limen.ROOT / "build/grub"]:
            if path.exists():
                self.copy(path.relative_to(limen.ROOT))

    def copy(self, name):
        """With times, by which make knows what is up to date."""
        if (limen.ROOT / name).is_dir():
            shutil.copytree(limen.ROOT / name, self.root / name, symlinks=True)
        else:
            shutil.copy2(limen.ROOT / name, self.root / name)

    def change(self, name, text):
        (self.root / name).write_text(text)

    def append(self, name, text):
        self.undo()
        self.change(name, (self.root / name).read_text() + text)

    def write(self, name, text):
        self.undo()
        assert not (self.root / name).exists(), f"{name} is there already"
        self.change(name, text)

    def edit(self, name, diff):
        self.undo()
        old, new = ("".join(line[1:] for line in diff.splitlines(True) if line[0] == sign) for sign in "-+")
        text = self.edited[name] = (self.root / name).read_text()
        assert text.count(old) == 1, f"{name} has not once: {old}"
        self.change(name, text.replace(old, new))

    def move(self, name, text):
        self.undo()
        functions = text[text.rindex("#include"):].partition("\n")[2]
        old = next(path for path in (self.root / name).parent.glob("*.c") if path.read_text().endswith(functions))
        self.edited[old] = old.read_text()
        self.change(old, self.edited[old].removesuffix(functions))
        assert not (self.root / name).exists()
        self.edited[name] = None
        self.change(name, text)

    def undo(self):
        for name, text in self.edited.items():
            if text is None:
                (self.root / name).unlink()
            else:
                self.change(name, text)
        self.edited.clear()

    def run(self, command):
        """What it prints on both streams."""
        with limen.cpus(1 if command.startswith(("tools/run", "make gdb")) else 0):
            return subprocess.run(command, shell=True, cwd=self.root, env=self.environment, timeout=limen.TIMEOUT_S,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  check=False, text=True, errors="replace").stdout


def plain(text):
    """Without what may differ: numbers of lines, addresses, and quotes, which follow the locale."""
    text = re.sub("[\u2018\u2019]", "'", text)
    return re.sub(r"0x[0-9a-f]+", "ADDRESS", re.sub(r"(?<=\.[a-z])(\w*):\d+(:\d+)?", r"\1:LINE", text))


def with_gdb_commands(command, lines):
    """`make gdb`, which then takes these commands from its own line instead of a terminal."""
    words = [f"--ex '{line[len(GDB):]}'" for line in lines if line.startswith(GDB)]
    return f'{command} ARGS="--batch {" ".join(words)}"' if words else command


def check_console(tree, text):
    for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", text, re.M):
        lines = plain(expected).splitlines()
        printed = rest = plain(tree.run(with_gdb_commands(command, lines)))
        for line in (line for line in lines if not line.startswith(GDB)):
            assert line in rest, f"`{command}` does not print {line!r} here:\n{rest}\nof all this:\n{printed}"
            rest = rest[rest.index(line) + len(line):]
        if command == "make" and "error: " not in expected:
            assert "error: " not in printed and "warning: " not in printed, printed


@pytest.mark.slow
def test_the_page(tmp_path):
    tree = Tree(tmp_path / "limen")
    before = 0
    for line, language, verb, name, text in blocks():
        print(f"{PAGE.name}:{line}", flush=True)
        if any(before < section < line for section in sections()):
            tree.undo()
        before = line
        if verb:
            getattr(tree, verb)(name, text)
        elif language == "console":
            check_console(tree, text)


def test_it_takes_two_files_and_a_program_and_few_lines():
    changes = [(name, text) for _, _, verb, name, text in blocks() if verb in ("append", "write")
               and not name.startswith("tests/")]
    assert [name for name, _ in changes] == ["kernel/abi/syscalls.tbl", "kernel/syscall/sys_process.c",
                                             "user/crossing.c"]
    lines = [line for _, text in changes for line in text.splitlines() if not NO_LINE.match(line)]
    assert len(lines) == 14, "\n".join(lines)
    assert f"{len(lines)} lines in all" in PAGE.read_text()


def test_facts_are_where_the_page_says():
    rows = re.findall(r"^\| .* \| (`.*`) \| `(\S+\.h)` \|$", PAGE.read_text(), re.M)
    assert len(rows) > 5
    for names, header in rows:
        text = (limen.ROOT / header).read_text()
        for name in re.findall(r"`(\w+)`", names):
            assert re.search(rf"\b{name}\(|^#define {name}\b", text, re.M), f"{name} is not in {header}"


def test_each_block_is_executed():
    for line, language, verb, _, _ in blocks():
        assert verb or language == "console", f"{PAGE.name}:{line}: nobody executes this block"
    assert PAGE.read_text().count("```") == 2 * len(list(blocks()))
    assert PAGE.read_text().count("diff edit=") > 10
