"""tools/gen_syscalls: what it makes can be compiled, and each mistake gets a message that helps."""
import os
import pathlib
import shutil
import subprocess

import pytest

import limen

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


LINUX = """\
#define __NR_read 0
#define __NR_getpid 39
#define __NR_flock 73
#define __NR_sysinfo 99
#define __NR_clone3 435
"""


@pytest.fixture(name="tree")
def make_tree(tmp_path):
    shutil.copytree(ABI, tmp_path / "abi")
    (tmp_path / "src").mkdir()
    (tmp_path / "libc/include").mkdir(parents=True)
    (tmp_path / "abi/syscalls.tbl").write_text(TABLE)
    (tmp_path / "src/sys_a.c").write_text(SOURCE)
    (tmp_path / "linux.h").write_text(LINUX)
    return tmp_path


def generate(tree, *more):
    return subprocess.run([TOOL, "abi/syscalls.tbl", "gen", "--libc", "libc", "--linux", "linux.h", *more],
                          cwd=tree, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=limen.TIMEOUT_S,
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
    assert made == ["syscall_decls.h", "syscall_nr.h", "syscall_nr.inc", "syscall_structs.h",
                    "syscall_stubs.asm", "syscall_table.c", "syscalls.h"]
    before = {name: os.stat(tree / "gen" / name).st_mtime_ns for name in made}
    add_line(tree, "# nothing new")
    assert generate(tree).returncode == 0
    assert before == {name: os.stat(tree / "gen" / name).st_mtime_ns for name in made}
    docs = (tree / "docs.md").read_text()
    assert "Reads bytes from a descriptor." in docs
    assert "| 0 | `long read(unsigned int fd, char *buf, size_t count)`<br>Reads bytes" in docs
    assert "[sys_a.c](../src/sys_a.c)" in docs


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_table_compiles(tree, compiler):
    if not shutil.which(compiler):
        pytest.skip(compiler + " is not here")
    assert generate(tree).returncode == 0
    done = subprocess.run([compiler, "-std=gnu11", "-ffreestanding", "-fno-pie", "-Wall",
                           "-I" + str(tree), "-I" + ROOT, "-Wextra", "-c", str(tree / "gen/syscall_table.c"),
                           "-o", str(tree / "table.o")], check=False, timeout=limen.TIMEOUT_S,
                          stderr=subprocess.PIPE, text=True)
    assert done.returncode == 0 and not done.stderr, done.stderr
    symbols = subprocess.run(["nm", str(tree / "table.o")], check=True, timeout=limen.TIMEOUT_S,
                             stdout=subprocess.PIPE, text=True).stdout
    for name in ("R sys_call_table", "U sys_ni_syscall", "U sys_read", "R syscall_metadata"):
        assert name in symbols


def test_stubs(tree):
    (tree / "libc/getpid.c").write_text("pid_t getpid(void)\n{\n}\n")
    (tree / "libc/sysinfo.c").write_text("static int sysinfo_read(int sysinfo);\n")
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


def test_a_new_call_with_a_structure_of_linux(tree):
    (tree / "abi/mood.h").write_text("struct mood {\n    int level;\n};\n")
    add_line(tree, "520 mood (int which, struct mood __user *out)")
    (tree / "src/sys_mood.c").write_text(
        "/* . */\nlong sys_mood(int which, struct mood __user *out)\n{\n    return 0;\n}\n")
    assert generate(tree, "--src", "src").returncode == 0
    assert "struct mood;" in (tree / "gen/syscalls.h").read_text()
    assert '#include "kernel/abi/mood.h"' in (tree / "gen/syscall_decls.h").read_text()


STRUCT = """\
520 mood (int which, struct mood __user *out)
struct mood {
    long level;     # how well
    uint64_t reason;
};
"""


def compile_structs(tree):
    return subprocess.run(["gcc", "-Werror=padded", "-fsyntax-only", "-I" + ROOT, "-x", "c",
                           "gen/syscall_structs.h"], cwd=tree, timeout=limen.TIMEOUT_S, check=False,
                          stderr=subprocess.PIPE, text=True, env={**os.environ, "LC_ALL": "C"})


@pytest.mark.parametrize("head", ["struct mood {", "struct mood\n{"])
def test_a_structure_in_the_table(tree, head):
    add_line(tree, STRUCT.replace("struct mood {", head))
    assert generate(tree).returncode == 0
    assert '#include "gen/syscall_structs.h"' in (tree / "gen/syscalls.h").read_text()
    assert '#include "gen/syscall_structs.h"' in (tree / "gen/syscall_decls.h").read_text()
    assert compile_structs(tree).returncode == 0


@pytest.mark.parametrize("old, new, words", [
    ("long level", "int level", "abi/syscalls.tbl:8:14: error: padding struct to align 'reason'"),
    ("long level", "lnog level", "abi/syscalls.tbl:7:5: error: unknown type name 'lnog'"),
])
def test_the_compiler_names_the_table(tree, old, new, words):
    add_line(tree, STRUCT.replace(old, new))
    assert generate(tree).returncode == 0
    assert words in compile_structs(tree).stderr


def test_metadata(tree):
    assert generate(tree).returncode == 0
    table = (tree / "gen/syscall_table.c").read_text()
    assert ('[0] = {"read", 3, {"unsigned int", "char *", "size_t"}, {"fd", "buf", "count"}},'
            in table)
    assert '[39] = {.name = "getpid"},' in table


@pytest.mark.parametrize("line, words", [
    ("0 other ()", ["abi/syscalls.tbl:5:", "number 0 of `other` is already that of `read`",
                    "520 to 539, of which 520 is free", "abi/syscalls.tbl:2: note: `read` is here"]),
    ("520 read ()", ["abi/syscalls.tbl:5:", "there are two calls `read`",
                     "abi/syscalls.tbl:2: note:"]),
    ("520 mood (struct mood __user *out)",
     ["abi/syscalls.tbl:5:", "unknown argument type `struct mood`"]),
    ("520 mood (foo_t x)", ["abi/syscalls.tbl:5:", "unknown argument type `foo_t`", "size_t"]),
    ("520 mood (short x)", ["`short` can't be an argument"]),
    ("520 mood (struct stat st)", ["can't be passed by value"]),
    ("520 mood (char *text)", ["write `char __user *text`"]),
    ("520 mood (const struct stat *__user st)",
     ["abi/syscalls.tbl:5:", "has __user elsewhere than before a `*`: write `const struct stat __user *st`"]),
    ("520 mood (char *__user *texts)", ["write `char __user *__user *texts`"]),
    ("520 mood (int __user x)", ["`int __user x` is no pointer"]),
    ("520 mood (char __user x)", ["`char __user x` is no pointer"]),
    ("520 mood (char *text __user)", ["`char *text __user`: __user stands before the `*`, and the name is last"]),
    ("520 mood (char _user *text)", ["unknown word `_user` in `char _user *text`: write `__user`"]),
    ("520 mood (struct stat user *st)", ["abi/syscalls.tbl:5:", "unknown word `user` in `struct stat user *st`"]),
    ("520 mood (int for)", ["abi/syscalls.tbl:5:", "`for` is a word of C's", "the argument `int for`"]),
    ("520 while (int x)", ["abi/syscalls.tbl:5:", "`while` is a word of C's", "another name for the call"]),
    ("// a comment", ["malformed line", "; a comment begins with #"]),
    ("520 mood () /* why */", ["malformed line", "; a comment begins with #"]),
    ("520 mood (int x);", ["malformed line", "; no ; ends it"]),
    ("520 mood (int)", ["abi/syscalls.tbl:5:", "`int`"]),
    ("520 mood (int a,)", ["abi/syscalls.tbl:5:", "a comma has no argument before it, or none behind it"]),
    ("520 mood (unsigned int)", ["`unsigned int` has no name"]),
    ("520 mood (int a, int a)", ["two arguments are named `a`"]),
    ("520 mood (int a, int b, int c, int d, int e, int f, int g)", ["7 arguments", "six"]),
    ("520 mood int a", ["malformed line"]),
    ("520 mood (int a", ["malformed line"]),
    ("mood 520 ()", ["`mood` is not a number"]),
    ("520 fork ()", ["abi/syscalls.tbl:5:", "libc has a function `fork` already"]),
    ("520 wait ()", ["abi/syscalls.tbl:5:", "libc has a function `wait` already"]),
    ("512 mood ()", ["number 512 is out of range", "520 to 539", "520 is free"]),
    ("540 mood ()", ["number 540 is out of range"]),
    ("73 mood ()", ["abi/syscalls.tbl:5: error: number 73 is that of Linux's `flock`; own calls "
                    "have 520 to 539, of which 520 is free"]),
    ("400 mood ()", ["number 400 is for Linux's calls, and it has none there; own calls have 520"]),
    ("453 mood ()", ["number 453 is that of Linux's `map_shadow_stack`; own calls have 520"]),
    ("511 mood ()", ["number 511 is for a later Linux to give; own calls have 520 to 539, of which 520 is free"]),
    ("454 mseal ()", ["`mseal` is a call of Linux's and has number 462 there"]),
    ("520 flock ()", ["`flock` is a call of Linux's and has number 73 there"]),
    ("520 sys_mood ()", ["leave out `sys_`"]),
    ("520 Mood ()", ["`Mood` is not a name"]),
    ("520 mood ()", ["abi/syscalls.tbl:5:", "has no function", "long sys_mood(void)"]),
    ("struct stat { int x; };", ["abi/syscalls.tbl:5:", "struct stat is already defined in stat.h",
                                 "abi/stat.h:", ": note: it is here"]),
    ("struct mood { int x; };\nstruct mood\n{\n    int y;\n};",
     ["abi/syscalls.tbl:6:", "already defined in syscalls.tbl", "abi/syscalls.tbl:5: note: it is"]),
    ("struct mood { int x;", ["abi/syscalls.tbl:5:", "struct mood has no end"]),
    ("struct { int x; };", ["abi/syscalls.tbl:5:", "struct NAME { TYPE FIELD; ... };"]),
])
def test_mistakes_in_the_table(tree, line, words):
    add_line(tree, line)
    (tree / "libc/fork.asm").write_text("        global  fork\n")
    (tree / "libc/include/wait.h").write_text("pid_t wait(int *status);\n")
    message = complaint(tree)
    for word in words:
        assert word in message
    assert message.count("error:") == 1


def test_the_next_free_number_is_told(tree):
    add_line(tree, "520 mood ()\n521 temper ()\n521 humour ()")
    assert "of which 522 is free" in complaint(tree)


@pytest.mark.parametrize("line, header", [("73 flock (int fd, int operation)", LINUX), ("451 cachestat (int x)", LINUX),
                                          ("73 mood (int x)", ""), ("73 mood (int x)", "#define __NR_read 63\n")])
def test_numbers_that_are_right_or_not_known(tree, line, header):
    """A call of Linux's by its number and name; one of a later Linux; any old one, without a header of x86-64's."""
    (tree / "linux.h").write_text(header)
    add_line(tree, line)
    assert generate(tree).returncode == 0


@pytest.mark.parametrize("head", ["long sys_mood(int x)    /* why */\n{", "long sys_mood(int x) { // a { b",
                                  "long\nsys_mood (\n    int x /* (which) */\n)\n\n{"])
def test_heads_of_functions(tree, head):
    add_line(tree, "520 mood (int x)")
    (tree / "src/sys_b.c").write_text(f'/* As "it" is. */\n{head}\n    return x;\n}}\n')
    done = generate(tree, "--src", "src")
    assert done.returncode == 0 and "mood" not in done.stderr, done.stderr


@pytest.mark.parametrize("source, words", [
    ("long sys_mood(int x)\n{\n}\n",
     ["src/sys_b.c:1: error: sys_mood has no line in abi/syscalls.tbl", "`NUMBER  mood  (int x)`",
      "520 is free"]),
    ("\nlong sys_read(void)\n{\n}\n",
     ["src/sys_b.c:2: error: there are two functions sys_read", "src/sys_a.c:3: note:"]),
])
def test_mistakes_in_the_source(tree, source, words):
    (tree / "src/sys_b.c").write_text(source)
    message = complaint(tree)
    for word in words:
        assert word in message


@pytest.mark.parametrize("old, new, words", [
    ("size_t count", "long count", "argument 3 is `long count` instead of `size_t count`"),
    ("size_t count", "size_t size", "argument 3 is `size_t size` instead of `size_t count`"),
    ("long sys_read", "int sys_read", "it is `int`, not `long`"),
    ("long sys_read", "static long sys_read", "it is `static long`, not `long`"),
    ("char __user *buf, ", "", "2 arguments instead of 3"),
    (", char __user *buf, size_t count", "", "1 argument instead of 3"),
    ("char __user *buf", "const char __user *buf", "argument 2 is `const char __user *buf`"),
    ("char __user *buf", "foo_t buf", "unknown argument type `foo_t`"),
    ("unsigned int fd, char __user *buf", "char __user *buf, unsigned int fd",
     "the arguments' order; the first should be `unsigned int fd`"),
    ("char __user *buf, size_t count", "size_t count, char __user *buf", "the arguments' order"),
])
def test_prototypes_that_differ(tree, old, new, words):
    (tree / "src/sys_a.c").write_text(SOURCE.replace(old, new))
    message = complaint(tree)
    assert f"src/sys_a.c:3: error: sys_read is not what the table says: {words}" in message
    assert ("abi/syscalls.tbl:2: note: `long sys_read(unsigned int fd, char __user *buf, "
            "size_t count)`") in message


def test_all_mistakes_are_told_at_once(tree):
    add_line(tree, "0 other ()\n600 mood ()\n39 what\n")
    assert complaint(tree).count("error:") == 3


def test_a_function_without_a_comment_is_no_error(tree):
    done = generate(tree, "--src", "src")
    assert done.returncode == 0
    assert "src/sys_a.c:8: warning: no comment above sys_getpid" in done.stderr


def test_static_helpers_are_no_calls(tree):
    (tree / "src/sys_b.c").write_text("static long sys_helper(int x)\n{\n}\n")
    assert generate(tree, "--src", "src").returncode == 0


def test_the_real_table_and_source(tmp_path):
    done = subprocess.run([TOOL, "kernel/abi/syscalls.tbl", str(tmp_path), "--src",
                           "kernel/syscall", "--docs", str(tmp_path / "docs.md")], cwd=ROOT,
                          stderr=subprocess.PIPE, text=True, timeout=limen.TIMEOUT_S, check=False)
    assert done.returncode == 0 and not done.stderr, done.stderr
    assert (tmp_path / "docs.md").read_text() == pathlib.Path(ROOT, "docs/syscalls.md").read_text()
