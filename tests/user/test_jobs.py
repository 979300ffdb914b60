"""Job control at the prompt: what dash prints, and who has the terminal."""

import os
import signal

import pexpect
import pytest

import limen


class Session:
    """The shell on a terminal, without line editing."""

    def __init__(self, programs, folder, *options):
        environment = {"PATH": str(programs), "PS1": "$ ", "TERM": "dumb", "HOME": str(folder)}
        self.child = pexpect.spawn("sh", list(options), env=environment, cwd=folder, timeout=limen.TIMEOUT_S,
                                   encoding="utf-8")
        self.child.expect_exact("$ ")

    def run(self, line):
        """What LINE prints, up to the next prompt."""
        self.child.send(f"{line}\n")
        self.child.expect_exact(f"{line}\r\n")
        return self.answer()

    def answer(self):
        self.child.expect_exact("$ ")
        return self.child.before

    def start(self, line, marker):
        """Runs LINE, which prints MARKER when it has got far enough to be interrupted."""
        self.child.send(f"{line}\n")
        self.child.expect_exact(f"{line}\r\n")
        self.child.expect_exact(marker)

    def key(self, letter):
        """Presses Ctrl-LETTER; what comes up to the next prompt."""
        self.child.sendcontrol(letter)
        return self.answer()


@pytest.fixture
def session(programs, tmp_path):
    session = Session(programs, tmp_path)
    yield session
    session.child.close(force=True)


SLEEP = "sh -c 'echo go; sleep 1000; echo end'"


def test_stop_and_go_on(session):
    stopped = f"[1] + Stopped                    {SLEEP}\r\n"
    session.start(SLEEP, "go\r\n")
    assert session.key("z") == f"^Z\r\n{stopped}"
    assert session.run("echo $?") == "148\r\n"
    assert session.run("jobs") == stopped
    assert session.run("bg") == f"[1] {SLEEP}\r\n"
    assert session.run("jobs") == f"[1] + Running                    {SLEEP}\r\n"
    session.start("fg", f"{SLEEP}\r\n")
    assert session.key("z") == f"^Z\r\n{stopped}"
    session.start("fg %1", f"{SLEEP}\r\n")
    assert session.key("c") == "^C\r\n"
    assert session.run("echo $?; jobs") == "130\r\n"


def test_names_of_jobs(session):
    for line in ["sleep 1001 | cat", "sleep 1002"]:
        session.run(f"{line} &")
    running = "[2] + Running                    sleep 1002\r\n[1] - Running                    sleep 1001 | cat\r\n"
    assert session.run("jobs") == running
    assert session.run("jobs %1") == "[1] - Running                    sleep 1001 | cat\r\n"
    assert session.run("jobs %-; jobs %%; jobs %+; jobs %sleep; jobs '%?1001'").count("\r\n") == 5
    assert "no such job: %3" in session.run("fg %3")
    assert session.run("jobs -p >f; kill -0 $(cat f); echo $?") == "0\r\n"
    assert session.run("[ $(jobs -p %2) = $! ]; echo $?") == "0\r\n"
    assert session.run("kill %1 %2; wait; echo $?") == "0\r\n"
    assert session.run("jobs") == ""


def test_how_jobs_end_is_told_at_the_prompt(session):
    session.run("sh -c 'exit 3' & sh -c 'kill -KILL $$' & true & sleep 0.5")
    told = session.run("")
    assert told == "" or "Done" in told  # the first prompt may have come before or after the last of them
    assert session.run("jobs; echo empty") == "empty\r\n"


def test_only_the_foreground_may_read(session):
    session.run("cat &")
    limen.wait_until(lambda: "Stopped (tty input)" in session.run("jobs"))
    session.start("fg", "cat\r\n")
    session.child.send("line\n")
    session.child.expect_exact("line\r\nline\r\n")
    session.child.sendeof()
    assert session.answer() == ""


def test_pipelines_and_groups_are_one_job(session):
    line = "{ echo go; sleep 1000; } | cat | cat"
    session.start(line, "go\r\n")
    assert session.key("z") == f"^Z\r\n[1] + Stopped                    {line}\r\n"
    session.start("fg", f"{line}\r\n")
    assert session.key("c") == "^C\r\n"
    assert session.run("(exit 3) & wait %1; echo $?") == "3\r\n"


def test_interrupt_ends_loops(session):
    session.start("for i in 1 2 3; do echo go; sleep 1000; done; echo not reached", "go\r\n")
    assert session.key("c") == "^C\r\n"
    session.start("while :; do echo go >/dev/tty; done", "go\r\n")
    assert "^C" in session.key("c")
    assert session.run("echo $?") == "130\r\n"
    session.start("x=$(echo go >&2; sleep 1000); echo not reached", "go\r\n")
    assert session.key("c").startswith("^C")
    session.start("f() { echo go; sleep 1000; }; f; echo not reached", "go\r\n")
    assert session.key("c") == "^C\r\n"
    session.start("sleep 1000 & echo go; wait", "go\r\n")
    assert session.key("c").startswith("^C")
    session.start("echo go; read x", "go\r\n")
    assert session.key("c").startswith("^C")
    assert session.run("trap 'echo trapped' INT; kill -INT $$; trap - INT") == "trapped\r\n"


def test_redirections_and_parameters_are_undone(session):
    """An error in the midst of commands leads back to the prompt, with nothing left behind."""
    assert "no value" in session.run("{ echo ${x?no value}; } >f")
    assert session.run("echo seen") == "seen\r\n"
    assert "no value" in session.run("set -- a b; f() { x=1 eval '{ echo ${y?no value}; } 3>f'; }; f c d e")
    assert session.run("echo $# $1 [$x]; ls -1 /proc/self/fd | wc -l") == "2 a [1]\r\n4\r\n"
    assert "syntax error" in session.run("echo a | | b; echo c")
    assert session.run("for i in 1 2; do (exit $i) || break; done; echo $i") == "1\r\n"


def test_stopped_jobs_are_not_left_behind(session):
    session.start(SLEEP, "go\r\n")
    session.key("z")
    assert session.run("exit") == "You have stopped jobs.\r\n"
    session.run("kill -KILL %1")
    while "Stopped" in session.run("jobs"):
        pass
    session.child.sendeof()
    session.child.expect(pexpect.EOF)
    session.child.wait()
    assert session.child.exitstatus == 0


def test_terminal_is_as_it_was(session, tmp_path):
    """A program that dies while the terminal is raw leaves it as it was."""
    session.child.send("sh -c 'echo $$ >pid; exec env TERM=linux PS1=in\"\"ner: sh'\n")
    session.child.expect_exact("inner:")
    os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
    assert session.answer().endswith("Killed\r\n")
    assert session.run("echo echoed") == "echoed\r\n"


def test_without_job_control(programs, tmp_path):
    session = Session(programs, tmp_path)
    assert session.run("set +m; echo $-") == "si\r\n"
    assert "not started under job control" in session.run("sleep 1000 & fg")
    assert session.run("set -m; echo $-") == "smi\r\n"
    session.start(SLEEP, "go\r\n")
    assert "Stopped" in session.key("z")
    session.run("kill -KILL %1 %2")
    session.child.close(force=True)
