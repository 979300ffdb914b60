"""Across the boundary in gdb: into the kernel by one instruction, one backtrace, and back (issue 3's first list)."""

import re
import shutil
import subprocess

import pytest

import session


@pytest.fixture(params=[1, 2], ids=["smp1", "smp2"])
def cpus(request):
    return request.param


def frames(text):
    """The names of a backtrace's frames, the innermost first."""
    names = re.findall(r"^#\d+ +(?:0x[0-9a-f]+ in )?(<[^>]*>|[\w.\[\]?]+) ", text, re.MULTILINE)
    return names


def in_order(names, *wanted):
    """Do these frames come in this order, whatever else lies between?"""
    rest = iter(names)
    return all(any(name == one for name in rest) for one in wanted)


def test_write_of_hello(cpus):
    answers = session.run([
        "limen type hello", "limen sys-enter write hello", "bt", "limen cross", "stepi", "bt", "limen cross",
        "stepi 4", "bt", "limen frame", "limen sys-exit", "limen cross"], smp=cpus)
    assert "hello (3) is about to call write(fd=1, buf=0x" in answers[1].text, answers
    assert "count=27)" in answers[1].text and "syscall" in answers[1].text, answers
    assert in_order(frames(answers[2].text), "write", "printf", "main", "_start"), answers
    assert "ring   3" in answers[3].text and "next   syscall, the next instruction" in answers[3].text, answers
    assert re.match(r"syscall_entry \(\) at arch/x86_64/syscall_entry.asm:\d+\n\d+\t +swapgs", answers[4].text), answers
    assert in_order(frames(answers[5].text), "syscall_entry", "write", "main", "_start"), answers
    assert re.search(r"rsp +0x\w+ user memory: \[stack\] of hello", answers[6].text), answers
    assert "next   swapgs, the next instruction" in answers[6].text, answers
    assert in_order(frames(answers[8].text), "syscall_entry", "write", "main", "_start"), answers
    assert "20 of 21 words are still missing" in answers[9].text, answers
    assert "hello (3): write returned 27" in answers[10].text, answers
    assert "ring   3" in answers[11].text, answers
    assert "Hello, world, from ring 3!" in answers.console, answers


def test_one_backtrace_and_finish(cpus):
    answers = session.run([
        "limen type hello", "limen sys-enter write hello", "break serial_write", "continue", "bt", "up", "limen frame",
        "delete", "frame function syscall_entry", "finish", "bt 2", "limen cross"], smp=cpus)
    names = frames(answers[4].text)
    assert in_order(names, "serial_write", "tty_write", "file_write", "sys_write", "do_syscall_64",
                    "<system call write>", "write", "printf", "main", "_start"), answers
    assert 'buf=0x' in answers[4].text and '"Hello, world, from ring 3!\\n"' in answers[4].text, answers
    assert "<system call write>, from user mode" in answers[6].text, answers
    assert re.search(r"orig_ax +0x1  the call: write", answers[6].text), answers
    assert "in write ()" in answers[9].text, answers
    assert frames(answers[10].text)[0] == "write", answers
    assert "ring   3" in answers[11].text, answers
    assert "Hello, world, from ring 3!" in answers.console, answers


def test_finish_one_by_one():
    answers = session.run(["limen sys-enter write hello", "break sys_write", "continue", "finish", "finish", "finish",
                           "limen cross"], "/bin/hello", smp=2)
    assert "do_syscall_64 (regs=" in answers[3].text and "Value returned is $1 = 27" in answers[3].text, answers
    assert "syscall_entry ()" in answers[4].text, answers
    assert "in write ()" in answers[5].text, answers
    assert "ring   3" in answers[6].text, answers


def test_lines_of_the_entry_code():
    """step and next go line by line, over the call into C and to the end."""
    answers = session.run(["limen sys-enter getpid sh", "stepi", "step", "next", "next", "tbreak 69", "next", "next"],
                          "/bin/sh", "-c", "echo $$", smp=1)
    lines = [re.search(r"^(\d+)\t(.*)", answer.text, re.MULTILINE) for answer in answers[1:5]]
    assert all(lines), answers
    numbers = [int(line[1]) for line in lines]
    assert numbers == sorted(numbers) and len(set(numbers)) == 4, answers


def test_openat_of_busybox(cpus, tmp_path):
    busybox = shutil.which("busybox") or pytest.skip("busybox is not installed")
    (tmp_path / "bin").mkdir()
    (tmp_path / "poem").write_text("a line\n")
    shutil.copy(busybox, tmp_path / "bin/busybox")
    answers = session.run([
        "limen sys-enter openat busybox", "stepi", "bt", "tbreak sys_openat", "continue", "bt", "limen sys-exit",
        "limen vmmap"], "/bin/busybox", "cat", "/poem", smp=cpus, roots=[tmp_path])
    assert "busybox (2) is about to call openat(dirfd=-100, path=0x" in answers[0].text, answers
    assert "syscall_entry () at arch/x86_64/syscall_entry.asm" in answers[1].text, answers
    assert frames(answers[2].text)[:2] == ["syscall_entry", "??"], answers
    assert frames(answers[5].text)[:4] == ["sys_openat", "do_syscall_64", "<system call openat>", "??"], answers
    assert "0x1 in ??" not in answers[5].text.replace("0x0000000000000001", "0x1"), answers
    assert '"/poem"' in answers[5].text, answers
    assert "busybox (2): openat returned 3" in answers[6].text, answers
    assert "/bin/busybox" in answers[7].text, answers


def test_vdso(cpus):
    answers = session.run(["limen break ls main", "continue", "tbreak __vdso_time", "continue", "bt", "limen vmmap",
                           "finish"], "/bin/ls", "-l", "/", smp=cpus)
    assert frames(answers[4].text)[:2] == ["__vdso_time", "time"], answers
    assert frames(answers[4].text)[-1] == "_start", answers
    assert "arch/x86_64/vdso/vdso.c:" in answers[4].text, answers
    assert re.search(r"r--p +0x0 +\[vvar\]\n.* r-xp +0x0 +\[vdso\]$", answers[5].text, re.MULTILINE), answers
    assert re.search(r"in time \(|^time \(", answers[6].text, re.MULTILINE), answers


def test_faults_and_interrupts(cpus):
    answers = session.run(["limen break hello main", "continue", "break page_fault", "continue", "bt", "delete",
                           "break interrupt", "continue", "bt"], "/bin/hello", smp=cpus)
    assert "main () at user/hello.c" in answers[1].text, answers
    assert re.search(r"^#3 +<page fault at 0x[0-9a-f]+> \(.*error=", answers[4].text, re.MULTILINE), answers
    assert frames(answers[4].text)[-1] == "_start", answers
    assert re.search(r"<interrupt \d+", answers[8].text), answers


@pytest.mark.parametrize("kind", ["panic", "null"])
def test_panic_stops(kind, cpus):
    """Also one that doesn't come by way of panic(): the machine still stands, and so does the stack."""
    answers = session.run(["continue", "bt", "continue"], "/bin/hello", smp=cpus,
                          options=["--append", f"crash={kind}"])
    assert "The kernel panicked" in answers[0].text and "panic_end (" in answers[0].text, answers
    assert in_order(frames(answers[1].text), "panic_end", f"crash_{kind}", "kernel_init"), answers
    assert "The kernel panicked" not in answers[2].text, answers


SIGNALS = r"""
#include <signal.h>
#include <unistd.h>
static void on_signal(int number) { (void)number; write(1, "x", 1); }
int main(void)
{
    signal(SIGUSR1, on_signal);
    kill(getpid(), SIGUSR1);
    return 0;
}
"""


@pytest.mark.parametrize("kind", ["-static", "-static-pie"])
def test_signal_handler(kind, tmp_path):
    """Of a program given by --root, at its own address or wherever the kernel puts it."""
    (tmp_path / "bin").mkdir()
    source = tmp_path / "signals.c"
    source.write_text(SIGNALS)
    subprocess.run(["gcc", "-g", "-O0", kind, "-o", tmp_path / "bin/signals", source], check=True)
    answers = session.run(["limen break signals on_signal", "continue", "bt", "limen sys-enter write", "limen sys-exit",
                           "limen sys-enter rt_sigreturn", "limen sys-exit"],
                          "/bin/signals", smp=2, roots=[tmp_path])
    assert "on_signal (number=10) at" in answers[1].text, answers
    assert in_order(frames(answers[2].text), "on_signal", "<signal handler for SIGUSR1>", "kill", "main"), answers
    assert "write returned 1" in answers[4].text, answers
    assert "rt_sigreturn does not return, this is where the signal had come" in answers[6].text, answers
