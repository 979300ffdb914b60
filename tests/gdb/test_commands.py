"""Each `limen` command: what it says, and its errors in plain words. Breakpoints that know their program."""

import re
import subprocess

import pytest

import limen
import session


@pytest.fixture(params=[1, 2], ids=["smp1", "smp2"])
def cpus(request):
    return request.param


def test_looking_around(cpus):
    answers = session.run([
        "limen sys-enter write hello", "break sys_write", "continue", "limen ps", "limen files", "limen files 1",
        "limen vmmap", "limen vmmap 1", "limen pt $rip", "limen pt 0x401000", "limen pt 0x401000 1",
        "limen pt 0xffff888000000000", "limen pt 0x10", "limen locks", "print $current()->thread.name",
        "limen program", "limen root", "limen cross",
        "print (int) $percpu(\"percpu_cpu_id\") == $_thread - 1"], "/bin/hello", smp=cpus)
    assert re.search(r"^ *1 +1 +0 +\S.* 0x\w+ +init$", answers.to("limen ps"), re.MULTILINE), answers
    assert re.search(r"^ *2 +2 +1 +on CPU \d+ +0x\w+ +hello$", answers.to("limen ps"), re.MULTILINE), answers
    assert re.search(r"^ *1 +-w +- +0x\w+ +hostio_ops +/dev/hostio$", answers.to("limen files"), re.MULTILINE), answers
    assert "cloexec" in answers.to("limen files 1") and "/dev/verdict" in answers.to("limen files 1"), answers
    assert re.search(r"r-xp +0x1000 +/bin/hello$", answers.to("limen vmmap"), re.MULTILINE), answers
    assert "[stack]" in answers.to("limen vmmap") and "/bin/init" in answers.to("limen vmmap 1"), answers
    kernel = answers.to("limen pt $rip")
    assert [line.split()[0] for line in kernel.splitlines()[1:-1]] == ["PML4", "PDPT", "PD", "PT"], answers
    assert "4 KiB: kernel only, r-x." in kernel, answers
    assert "4 KiB: user, r-x." in answers.to("limen pt 0x401000"), answers
    assert "by the tables of init (1)" in answers.to("limen pt 0x401000 1"), answers
    assert "MiB: kernel only, rw-" in answers.to("limen pt 0xffff888000000000") or \
        "4 KiB: kernel only, rw-" in answers.to("limen pt 0xffff888000000000"), answers
    assert "Not mapped: touching it is a page fault." in answers.to("limen pt 0x10"), answers
    assert "No lock is held." in answers.to("limen locks") or "HELD BY" in answers.to("limen locks"), answers
    assert '"hello' in answers.to("print $current()->thread.name"), answers
    assert "/bin/hello: " in answers.to("limen program") and "user/hello.elf" in answers.to("limen program"), answers
    cross = answers.to("limen cross")
    for words in ("ring   0", "the kernel stack of hello (2)", "the kernel's: per-CPU data", "the tables of hello (2)",
                  "<system call write> from user mode", "sysret, unless there is work"):
        assert words in cross, answers
    assert answers[-1].text.endswith("= 1"), answers


def test_large_pages_and_system_calls():
    answers = session.run(["limen syscalls", "limen syscalls open", "limen syscalls no-such", "limen syscalls 39",
                           "break kernel_init", "continue", "limen pt 0xffff888001000000"], "/bin/true")
    lines = answers[0].text.splitlines()
    assert re.match(r" *0 +read\(unsigned int fd, char \*buf, size_t count\) +kernel/syscall/sys_\w+\.c:\d+", lines[1])
    table = (limen.ROOT / "kernel/abi/syscalls.tbl").read_text()
    numbered = [line for line in lines if re.match(r" *\d+ ", line)]
    assert len(numbered) == len(re.findall(r"^\d+\s+\w+\s*\(", table, re.MULTILINE)), answers[0]
    assert len(lines) > len(numbered) + 1 and max(map(len, lines)) < 100, answers[0]
    assert "openat(int dirfd" in answers[1].text and "getpid" not in answers[1].text, answers
    assert "No system call has `no-such` in its name, or as its number." in answers[2].text, answers
    assert re.fullmatch(r"NR.*\n39 +getpid\(\) +kernel/syscall/sys_process.c:\d+", answers[3].text), answers
    assert "MiB: kernel only, rw-." in answers[6].text and " page " in answers[6].text, answers


def test_locks_are_found(cpus):
    answers = session.run(["break ldisc_write", "continue", "limen locks"], "/bin/sh", "-c", "echo x >/dev/console",
                          smp=cpus)
    rows = answers[2].text.splitlines()
    assert rows[0].split() == ["KIND", "RANK", "LOCK", "HELD", "BY", "WAITED", "FOR", "BY"], answers
    assert any(re.match(r"mutex +tty +serial_tty\+\d+ +sh \(\d\)", row) for row in rows[1:]), answers


def test_plain_errors():
    answers = session.run([
        "limen ps", "limen cross", "limen sys-exit", "limen files 77", "limen files many", "limen sys-enter wrote",
        "limen break no-such-program main", "limen pt", "limen root /no/dir", "limen type x",
        "limen sys-enter write hello", "limen frame", "limen pt 0x900000000000", "stepi", "stepi 30", "limen sys-exit",
        "limen sys-exit", "limen files 77", "kill", "limen ps", "limen cross", "file", "limen syscalls",
        "limen frames x", "print $current()", "print $percpu(\"percpu_cpu_id\")"], "/bin/hello")
    expected = {0: "There is no process yet: the machine is still booting.",
                1: "The machine is still booting: there is no other side yet.",
                2: "This is no thread yet: it never goes to user mode.",
                3: "There is no process yet: the machine is still booting.",
                4: "PID is a number, not `many`.",
                5: "There is no system call `wrote`.",
                6: "No file of a program `no-such-program` is known here.",
                7: "Usage: limen pt ADDRESS [PID]", 8: "/no/dir is no folder.",
                9: "The console is not this session's",
                11: "No crossing is on the stack",
                12: "0x900000000000 is not canonical",
                16: "This is user mode, and not at a syscall instruction",
                17: "There is no process 77: `limen ps` lists them.",
                19: "There is no machine", 20: "There is no machine", 22: "gdb has no symbols of the kernel",
                23: "There is no `limen frames x`: perhaps `limen frame`? `help limen` lists what there is.",
                24: "There is no machine",
                25: "There is no machine"}
    for index, words in expected.items():
        assert words in answers[index].text, (words, answers)
    assert "hello (2): write returned 27" in answers[15].text, answers
    assert len(answers[23].text.splitlines()) == 1, answers
    assert "Traceback" not in repr(answers) and "Python Exception" not in repr(answers), answers


def test_while_booting(cpus):
    """What is not there yet is said to be so."""
    places = ["*0x7c00", "upcall_main", "memory_init", "sched_idle", "init_calls_run"]
    asked = ["limen ps", "limen files", "limen vmmap", "limen files 1", "limen vmmap 1"]
    others = ["limen cross", "limen frame", "limen locks", "limen pt $rip", "limen sys-exit", "print $current()",
              "print $percpu(\"percpu_cpu_id\")", "bt 3"]
    commands = [command for place in places for command in [f"tbreak {place}", "continue", *asked, *others]]
    answers = session.run(commands, "/bin/hello", smp=cpus)
    assert all("Temporary breakpoint" in one.text for one in answers if one.command == "continue"), answers
    for answer in answers:
        assert (answer.text == "There is no process yet: the machine is still booting.") == (answer.command in asked), \
            answers
    assert "Traceback" not in repr(answers) and "Python Exception" not in repr(answers), answers


def test_keys_and_lines_at_the_console():
    answers = session.run(["limen type cat", "limen sys-enter read cat", "limen type ^D", "limen sys-exit",
                           "limen type cat", "limen sys-enter read cat", "limen type ^C", "limen sys-exit",
                           "limen type /bin/echo 'two  blanks'", "limen sys-enter write echo", "x/s $rsi"])
    assert "cat (3): read returned 0" in answers[3].text, answers
    assert "cat (4) is about to call read" in answers[5].text, answers
    assert "Thread 4 ends here: it was killed" in answers[7].text, answers
    assert '"two  blanks\\n' in answers[10].text, answers


def test_sys_enter_goes_on_from_where_it_is(cpus):
    answers = session.run(["limen sys-enter any hello", *["limen sys-enter"] * 2, "limen sys-enter getpid"],
                          "/bin/hello", smp=cpus)
    for answer, call in zip(answers, ("ioctl", "write", "exit_group")):
        assert f"hello (2) is about to call {call}(" in answer.text, answers
    assert "The process ends here, and made no such call before.\ntask_leave_memory (" in answers[3].text, answers


def test_program_that_never_comes():
    answers = session.run(["limen sys-enter write cat"], "/bin/true")
    assert "No process runs `cat` yet: this waits for one, until Ctrl-C.\n" in answers[0].text, answers
    assert "The machine ended before that." in answers[0].text, answers
    answers = session.run(["limen sys-enter write no-such"], "/bin/true")
    assert "No file of that name is known here" in answers[0].text, answers


def test_release_build_without_record_of_locks():
    if not (limen.ROOT / "build/release/limen.elf").exists():
        pytest.skip("build/release is not built (make variants)")
    answers = session.run(["limen sys-enter write hello", "stepi", "limen locks", "bt"], "/bin/hello",
                          options=["--release"])
    assert "syscall_entry ()" in answers[1].text, answers
    assert "This is a release build, which keeps no record" in answers[2].text, answers


def test_breakpoints_of_a_program(cpus):
    """Programs lie at the same addresses: hello's breakpoint is no other's, whichever symbols gdb knows. (Its main is
    where true's is, and has that name.)"""
    answers = session.run(["limen break hello hello.c:6", "limen break hello main",
                           "break syscall_entry if $_program(\"true\")", "continue", "info symbol main",
                           "info breakpoints", "delete 3", "continue", "continue", "info symbol $pc", "limen ps",
                           "limen break hello no_such", "limen break hello sys_write", "limen break hello strlen",
                           "limen break hello printf if 1 > 2", "info breakpoints"],
                          "/bin/sh", "-c", "/bin/true; /bin/hello", smp=cpus)
    assert "user/hello.c, line 6." in answers[0].text, answers
    assert "syscall_entry ()" in answers[3].text and "user/true.elf" in answers[4].text, answers
    assert answers[5].text.count('stop only if $_program("hello")') == 2, answers
    assert re.search(r"Breakpoint 2, main \(\) at user/hello.c:5\n5\t", answers[7].text), answers
    assert re.search(r"Breakpoint 1, main \(\) at user/hello.c:6\n6\t", answers[8].text), answers
    assert "main" in answers[9].text, answers
    assert "hello" in answers[10].text, answers
    assert answers[11].text == 'Function "no_such" not defined.', answers
    assert answers[12].text == "`sys_write` is not in hello, but in the kernel.", answers
    assert re.match(r"Breakpoint 4 at 0x40\w+: file libc/string/strlen.c", answers[13].text), answers
    assert answers[15].text.count('stop only if $_program("hello")') == 3, answers
    assert 'stop only if (1 > 2) && $_program("hello")' in answers[15].text, answers
    assert answers[15].text.count("keep y") == 4, answers


def test_breakpoints_by_source_before_the_program_runs():
    """As an editor sets them; each is hit once, though the program's page comes only then. One is for once only."""
    answers = session.run(["tbreak hello.c:6", "break sh/main.c:main", "break nothing.c:5", "limen type hello; hello",
                           "continue", "info symbol $pc", "continue", "limen type cat nothing",
                           "limen sys-enter open cat", "limen sys-exit"])
    assert "Breakpoint 2, main (" in answers[4].text and "main" in answers[5].text, answers
    assert "Temporary breakpoint 1, main () at user/hello.c:6" in answers[6].text, answers
    assert "cat (5): open returned -2 (ENOENT)" in answers[9].text, answers


def test_watchpoint_on_a_kernel_variable(cpus):
    answers = session.run(["watch pid_last", "continue", "bt", "print pid_last"], "/bin/hello", smp=cpus)
    assert "atchpoint 1: pid_last" in answers[0].text, answers
    assert re.search(r"Old value = \S+\nNew value = \d+", answers[1].text), answers
    assert "pid_number_take" in answers[2].text, answers


def test_sys_exit_of_calls_that_wait_or_do_not_return(cpus):
    answers = session.run(["limen sys-enter nanosleep sleep", "limen sys-exit", "limen sys-enter exit_group",
                           "limen sys-exit", "stepi 8", "limen sys-exit"], "/bin/sleep", "1", smp=cpus)
    assert "returned 0" in answers[1].text, answers
    assert "exit_group never returns: the process ends in it." in answers[3].text, answers
    assert "exit_group never returns" in answers[5].text, answers
    answers = session.run(["limen sys-enter execve sh", "limen sys-exit", "limen program", "limen sys-enter wait4 sh"],
                          "/bin/sh", "-c", "/bin/true; /bin/true", smp=cpus)
    assert "execve does not return, this is the new program, /bin/true" in answers[1].text, answers
    assert "_start ()" in answers[1].text and "/bin/true: " in answers[2].text, answers
    assert "sh (2) is about to call wait4(" in answers[3].text, answers


def test_help_of_each_command():
    done = subprocess.run(["gdb", "-q", "-nx", "-batch", "-x", limen.ROOT / "tools/gdb/start.py",
                           "-ex", "help limen", *(word for name in ("ps", "pt", "cross", "sys-enter", "sys-exit")
                                                  for word in ("-ex", f"help limen {name}"))],
                          capture_output=True, text=True, stdin=subprocess.DEVNULL)
    listed = re.findall(r"^limen ([\w-]+) -- limen", done.stdout, re.MULTILINE)
    assert {"sys-enter", "sys-exit", "cross", "ps", "files", "vmmap", "pt", "frame", "locks", "syscalls",
            "break", "program", "root", "type"} <= set(listed), done.stdout
    assert "not documented" not in done.stdout and not done.stderr, done
