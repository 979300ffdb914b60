"""In the middle of the entry code of exceptions, interrupts and INT 80h: what commands make of a half-built frame."""

import re
import subprocess

import pytest

import session

FAR = r"""
__attribute__((noinline)) static long write_far(int fd, const char *text, long size);

__attribute__((noinline)) static int hand_over(int fd)
{
    return write_far(fd, "from afar\n", 10) != 10;
}

int main(void)
{
    return hand_over(1);
}

void _start(void)
{
    __asm__ volatile("syscall" : : "a"(60), "D"(main()) : "rcx", "r11", "memory");
    __builtin_unreachable();
}

__attribute__((aligned(4096))) static long write_far(int fd, const char *text, long size)
{
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(1), "D"(fd), "S"(text), "d"(size) : "rcx", "r11", "memory");
    return result;
}
"""

# The page fault that fetches the first instruction of write_far.
FAULT = "if $_program(\"far\") && $cr2 == (unsigned long) &write_far"
PAGE_FAULT_STUB = "*((unsigned long) &interrupt_stubs + 14 * 16)"
AT_FAULT = ["limen break far main", "continue"]


@pytest.fixture(name="far_root")
def fixture_far_root(tmp_path):
    """A folder with /bin/far, whose write_far is alone on its page."""
    (tmp_path / "bin").mkdir()
    source = tmp_path / "far.c"
    source.write_text(FAR)
    subprocess.run(["gcc", "-g", "-Og", "-fno-toplevel-reorder", "-fno-optimize-sibling-calls", "-static", "-nostdlib",
                    "-o", tmp_path / "bin/far", source], check=True)
    return tmp_path


@pytest.mark.parametrize("place", [PAGE_FAULT_STUB, "plain_entry", "frame_from_user",
                                   "*((unsigned long) &frame_from_user + 11)"])
def test_page_fault_is_no_call(place, far_root):
    """The error code lies where a call's number would (20, writev)."""
    answers = session.run([*AT_FAULT, f"tbreak {place} {FAULT}", "continue", "limen frame", "limen cross", "stepi",
                           "limen frame", "delete", "limen sys-exit"], "/bin/far", roots=[far_root])
    assert "In the entry code, from user mode" in answers[4].text, answers
    assert re.search(r" orig_ax +0x14  the error code, or 0$", answers[4].text, re.MULTILINE), answers
    for text in (answers[4].text, answers[7].text):
        vector = re.search(r" di +0xe  the vector, until di is saved here$", text, re.MULTILINE)
        assert bool(vector) == bool(re.search(r" di +0xe", text)), answers
    assert "writev" not in repr(answers) and "sysret" not in answers[5].text, answers
    assert "far (2) is back in user mode\nwrite_far (" in answers[9].text, answers


def test_way_back_of_a_complete_frame(far_root):
    """Where all is pushed, and the error code is still there."""
    answers = session.run([*AT_FAULT, f"tbreak frame_from_user {FAULT}", "continue", "delete", "stepi 13", "x/i $pc",
                           "limen frame", "limen cross", "limen sys-exit"], "/bin/far", roots=[far_root])
    assert "mov    esi,edi" in answers[6].text, answers
    assert "from user mode" in answers[7].text and "complete" in answers[7].text, answers
    assert "back   iretq (an exception or interrupt)" in answers[8].text, answers
    assert "far (2) is back in user mode" in answers[9].text, answers


def test_interrupt_in_the_kernel():
    """It ends in the kernel again, and sys-exit tells of the call that it came in."""
    answers = session.run(["limen sys-enter write hello", "break sys_write", "continue", "tbreak paranoid_entry",
                           "monitor nmi", "continue", "limen frame", "limen cross", "tbreak trap_dispatch", "continue",
                           "finish", "limen cross", "limen sys-exit"], "/bin/hello")
    assert "In the entry code, from the kernel" in answers[6].text, answers
    assert re.search(r" ip +\w+  sys_write", answers[6].text), answers
    assert "<system call write>, from user mode" in answers[6].text, answers
    assert "swapgs" not in answers[7].text, answers
    assert re.search(r"next   iret, \d+ instructions ahead:\n +returns to \w+ sys_write\S*, in the kernel",
                     answers[11].text), answers
    assert "hello (2): write returned 27" in answers[12].text, answers


def test_function_interrupted_before_its_first_instruction(far_root):
    """gdb takes it for the function that ends there: `bt` and `finish` know better."""
    answers = session.run([*AT_FAULT, f"tbreak plain_entry {FAULT}", "continue", "delete", "bt 3", "stepi 4", "bt 3",
                           "finish", "limen cross"], "/bin/far", roots=[far_root])
    for text in (answers[5].text, answers[7].text):
        assert re.search(r"^#1 +\w+ in write_far \(\) at .*/far.c:\d+\n#2 .* hand_over ", text,
                         re.MULTILINE), answers
    assert "write_far (fd=" in answers[8].text and "ring   3" in answers[9].text, answers


INT80 = r"""
static long call(long number, long first, const void *second, long third)
{
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(first), "c"(second), "d"(third) : "memory");
    return result;
}

void _start(void)
{
    call(4, 1, "by the old road\n", 16);
    call(1, call(20, 0, 0, 0) != 2, 0, 0);
}
"""


@pytest.fixture(name="int80_root")
def fixture_int80_root(tmp_path):
    """A folder with /bin/int80, which calls write, getpid and exit by their i386 numbers."""
    (tmp_path / "bin").mkdir()
    source = tmp_path / "int80.c"
    source.write_text(INT80)
    subprocess.run(["gcc", "-g", "-O0", "-static", "-nostdlib", "-o", tmp_path / "bin/int80", source], check=True)
    return tmp_path


def test_int80_has_its_own_numbers(int80_root):
    answers = session.run(["tbreak int80_entry", "continue", "limen frame", "limen sys-exit",
                           "tbreak int80_entry", "continue", "tbreak sys_getpid", "continue", "bt", "limen frame",
                           "limen cross", "limen sys-exit"], "/bin/int80", roots=[int80_root])
    assert "In the entry code, from user mode" in answers[2].text and "orig_ax" not in answers[2].text, answers
    assert "int80 (2): write returned 16" in answers[3].text, answers
    assert re.search(r"^#3 +<system call getpid by int 80h> ", answers[8].text, re.MULTILINE), answers
    assert re.search(r" orig_ax +0x14  the call: getpid by int 80h$", answers[9].text, re.MULTILINE), answers
    assert "back   iretq (a call by INT 80h)" in answers[10].text, answers
    assert "int80 (2): getpid returned 2" in answers[11].text, answers


def test_sys_enter_by_int80(int80_root):
    answers = session.run(["limen sys-enter write int80", "limen cross", "stepi", "limen cross", "limen sys-exit",
                           "limen sys-enter getpid", "x/i $pc", "limen sys-exit", "limen sys-enter", "limen sys-enter"],
                          "/bin/int80", smp=2, roots=[int80_root])
    assert re.search(r"int80 \(2\) is about to call write\(fd=1, buf=\w+, count=16\) by int 80h\n",
                     answers[0].text), answers
    said = re.search(r"next   int 0x80, the next instruction:\n.* SS -> 0 .*\n.*\n *RSP -> (\w+), ", answers[1].text)
    assert said and "int80_entry () at arch/x86_64/syscall_entry.asm" in answers[2].text, answers
    assert re.search(rf"^cs ss  0x10 kernel code, 0x0 null\n.*\nrsp    {said[1]} ", answers[3].text,
                     re.MULTILINE), answers
    assert "int80 (2): write returned 16" in answers[4].text, answers
    assert "about to call getpid() by int 80h" in answers[5].text and "int    0x80" in answers[6].text, answers
    assert "int80 (2): getpid returned 2" in answers[7].text, answers
    assert "about to call exit(status=0) by int 80h" in answers[8].text, answers
    assert "The process ends here, and made no such call before." in answers[9].text, answers


def test_nmi_in_the_entry_code(far_root):
    """It comes on a stack of its own, above a frame that is only half there."""
    answers = session.run([*AT_FAULT, f"tbreak plain_entry {FAULT}", "continue", "delete", "tbreak paranoid_entry",
                           "monitor nmi", "continue", "bt", "limen frame", "limen sys-exit"], "/bin/far",
                          roots=[far_root])
    frames = r"#0 +paranoid_entry .*\n#1 +plain_entry .*asm:\d+\n#2 +(\S+ in )?write_far "
    assert re.match(frames, answers[8].text), answers
    assert "In the entry code, from the kernel" in answers[9].text, answers
    assert "far (2) is back in user mode\nwrite_far (" in answers[10].text, answers
