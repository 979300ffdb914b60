"""tools/gen_syscalls: what it makes can be compiled, and each mistake gets a message that helps."""
import os
import shutil
import subprocess

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
TOOL = os.path.join(ROOT, "tools/gen_syscalls")
ABI = os.path.join(ROOT, "kernel/abi")

TABLE = """\
# a comment
0    read    (unsigned int fd, char __user *buf, size_t count)
39   getpid  ()
99   sysinfo (struct sysinfo __user *info)   # another
"""
SOURCE = """\
/* Reads bytes from
 * a descriptor. */
long sys_read(unsigned int fd, char __user *buf, size_t count)
{
    return 0;
}

long sys_getpid(void)
{
    return 1;
}

long sys_sysinfo(struct sysinfo __user *info)
{
    return 0;
}
"""


@pytest.fixture(name="tree")
def make_tree(tmp_path):
    shutil.copytree(ABI, tmp_path / "abi")
    (tmp_path / "src").mkdir()
    (tmp_path / "libc/include").mkdir(parents=True)
    (tmp_path / "abi/syscalls.tbl").write_text(TABLE)
    (tmp_path / "src/sys_a.c").write_text(SOURCE)
    return tmp_path


def generate(tree, *more):
    return subprocess.run([TOOL, "abi/syscalls.tbl", "gen", "--libc", "libc", *more], cwd=tree,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60,
                          check=False)


def complaint(tree):
    done = generate(tree, "--src", "src")
    assert done.returncode == 1
    assert not os.path.exists(tree / "gen"), "nothing is written if something is wrong"
    return done.stderr


def add_line(tree, line):
    with open(tree / "abi/syscalls.tbl", "a", encoding="utf-8") as file:
        file.write(line + "\n")


def test_all_is_made_and_only_when_changed(tree):
    assert generate(tree, "--src", "src", "--docs", "docs.md").returncode == 0
    made = sorted(os.listdir(tree / "gen"))
    assert made == ["syscall_decls.h", "syscall_nr.h", "syscall_nr.inc", "syscall_stubs.asm",
                    "syscall_table.c", "syscalls.h"]
    before = {name: os.stat(tree / "gen" / name).st_mtime_ns for name in made}
    add_line(tree, "# nothing new")
    assert generate(tree).returncode == 0
    assert before == {name: os.stat(tree / "gen" / name).st_mtime_ns for name in made}
    docs = (tree / "docs.md").read_text()
    assert "Reads bytes from a descriptor." in docs
    assert "read(unsigned int fd, char *buf, size_t count)" in docs


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_table_compiles(tree, compiler):
    if not shutil.which(compiler):
        pytest.skip(compiler + " is not here")
    assert generate(tree).returncode == 0
    done = subprocess.run([compiler, "-std=gnu11", "-ffreestanding", "-fno-pie", "-Wall",
                           "-I" + str(tree), "-I" + ROOT, "-c", str(tree / "gen/syscall_table.c"),
                           "-o", str(tree / "table.o")], check=False, timeout=60,
                          stderr=subprocess.PIPE, text=True)
    assert done.returncode == 0, done.stderr
    symbols = subprocess.run(["nm", str(tree / "table.o")], check=True, timeout=60,
                             stdout=subprocess.PIPE, text=True).stdout
    for name in ("R sys_call_table", "U sys_ni_syscall", "U sys_read", "R syscall_arg_counts"):
        assert name in symbols


def test_stubs(tree):
    (tree / "libc/getpid.c").write_text("")
    (tree / "libc/include/x.h").write_text("ssize_t read(int fd, void *buf, size_t count);\n")
    assert generate(tree).returncode == 0
    stubs = (tree / "gen/syscall_stubs.asm").read_text()
    assert "global  $read:function weak" in stubs
    assert "$__sys_getpid:" in stubs and "$getpid:" not in stubs
    declarations = (tree / "gen/syscall_decls.h").read_text()
    assert "long sysinfo(struct sysinfo *info);" in declarations
    assert '#include "kernel/abi/sysinfo.h"' in declarations
    assert "long read(" not in declarations and "long __sys_read(" in declarations
    assert "long getpid(" not in declarations


def test_a_new_call_with_a_new_structure(tree):
    (tree / "abi/mood.h").write_text("struct mood {\n    int level;\n};\n")
    add_line(tree, "500 mood (int which, struct mood __user *out)")
    (tree / "src/sys_mood.c").write_text(
        "long sys_mood(int which, struct mood __user *out)\n{\n    return 0;\n}\n")
    assert generate(tree, "--src", "src").returncode == 0
    assert "struct mood;" in (tree / "gen/syscalls.h").read_text()
    assert '#include "kernel/abi/mood.h"' in (tree / "gen/syscall_decls.h").read_text()


@pytest.mark.parametrize("line, words", [
    ("0 other ()", ["abi/syscalls.tbl:5:", "number 0", "`read`", "line 2"]),
    ("500 read ()", ["abi/syscalls.tbl:5:", "`read` is already in line 2"]),
    ("500 mood (struct mood __user *out)",
     ["abi/syscalls.tbl:5:", "unknown argument type", "`struct mood`"]),
    ("500 mood (foo_t x)", ["abi/syscalls.tbl:5:", "unknown argument type `foo_t`", "size_t"]),
    ("500 mood (short x)", ["`short` can't be an argument"]),
    ("500 mood (struct stat st)", ["can't be passed by value"]),
    ("500 mood (char *text)", ["write `char __user *text`"]),
    ("500 mood (int)", ["abi/syscalls.tbl:5:", "`int`"]),
    ("500 mood (unsigned int)", ["`unsigned int` has no name"]),
    ("500 mood (int a, int a)", ["two arguments are named `a`"]),
    ("500 mood (int a, int b, int c, int d, int e, int f, int g)", ["7 arguments", "six"]),
    ("500 mood int a", ["malformed line"]),
    ("mood 500 ()", ["`mood` is not a number"]),
    ("512 mood ()", ["512 is too big"]),
    ("500 sys_mood ()", ["leave out `sys_`"]),
    ("500 Mood ()", ["`Mood` is not a name"]),
    ("500 mood ()", ["abi/syscalls.tbl:5:", "has no function", "long sys_mood(void)"]),
])
def test_mistakes_in_the_table(tree, line, words):
    add_line(tree, line)
    message = complaint(tree)
    for word in words:
        assert word in message
    assert message.count("error:") == 1


@pytest.mark.parametrize("source, words", [
    ("long sys_mood(int x)\n{\n}\n",
     ["src/sys_b.c:1:", "sys_mood has no line in abi/syscalls.tbl"]),
    ("\nlong sys_read(void)\n{\n}\n", ["src/sys_b.c:2:", "already defined in src/sys_a.c:3"]),
])
def test_mistakes_in_the_source(tree, source, words):
    (tree / "src/sys_b.c").write_text(source)
    message = complaint(tree)
    for word in words:
        assert word in message


@pytest.mark.parametrize("old, new", [
    ("size_t count", "long count"),
    ("long sys_read", "int sys_read"),
    ("char __user *buf, ", ""),
    ("char __user *buf", "const char __user *buf"),
])
def test_prototypes_that_differ(tree, old, new):
    (tree / "src/sys_a.c").write_text(SOURCE.replace(old, new))
    message = complaint(tree)
    assert "src/sys_a.c:3: error: sys_read is not what abi/syscalls.tbl:2 says" in message
    assert "long sys_read(unsigned int fd, char __user *buf, size_t count)" in message


def test_static_helpers_are_no_calls(tree):
    (tree / "src/sys_b.c").write_text("static long sys_helper(int x)\n{\n}\n")
    assert generate(tree, "--src", "src").returncode == 0


def test_the_real_table_and_source(tmp_path):
    done = subprocess.run([TOOL, "kernel/abi/syscalls.tbl", str(tmp_path), "--src",
                           "kernel/syscall", "--docs", str(tmp_path / "docs.md")], cwd=ROOT,
                          stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
