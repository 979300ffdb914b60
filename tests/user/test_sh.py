"""The shell: dash is the oracle for the snippets; what dash can't judge is asserted here."""

import os
import pathlib
import pty
import shutil
import signal
import subprocess
import time

import pytest

import limen
from batch import batch_make, batch_read
from corners import CORNERS
from language import LANGUAGE
from snippets import SNIPPETS

DASH = shutil.which("dash")
ALL = SNIPPETS + LANGUAGE + CORNERS
needs_dash = pytest.mark.skipif(not DASH, reason="dash, the oracle, is not installed")


def answer(shell, path, snippet, folder):
    """(standard output, status) of SNIPPET, run by SHELL."""
    folder.mkdir()
    done = subprocess.run(
        ["sh", "-c", snippet],
        executable=shell,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env={"PATH": str(path), "HOME": "/"},
        timeout=limen.TIMEOUT_S,
    )
    return done.stdout, done.returncode if done.returncode >= 0 else 128 - done.returncode


@pytest.fixture(scope="session")
def oracle_path(programs, tmp_path_factory):
    """A PATH where sh is dash, and the rest the programs of user/."""
    folder = tmp_path_factory.mktemp("oracle")
    for program in programs.iterdir():
        (folder / program.name).symlink_to(DASH if program.name == "sh" else program)
    return folder


@needs_dash
@pytest.mark.parametrize("snippet", ALL)
def test_snippet(programs, oracle_path, tmp_path, snippet):
    expected = answer(DASH, oracle_path, snippet, tmp_path / "dash")
    assert answer(programs / "sh", programs, snippet, tmp_path / "sh") == expected


def test_batch(run, oracle_path, tmp_path):
    """Snippets in one script, as one boot of Limen runs them, answer what each does alone."""
    some = ALL[::7]
    script, nonce = batch_make(some, tmp_path)
    answers = batch_read(run("sh", "-c", script).out, nonce)
    assert sorted(answers) == list(range(len(some)))
    if not DASH:
        return
    for number, snippet in enumerate(some):
        assert answers[number] == answer(DASH, oracle_path, snippet, tmp_path / f"dash{number}"), snippet


def test_script_shares_its_input(run):
    """The shell takes from its standard input no more than the line that it runs."""
    result = run("sh", stdin=b"cat; echo b $?\nfor cat\n")
    assert (result.out, result.status) == (b"for cat\nb 0\n", 0)
    result = run("sh", stdin=b"head -n 1; exit 4\nrest\n")
    assert (result.out, result.status) == (b"rest\n", 4)


def test_script_that_has_no_newline_at_its_end(run):
    assert run("sh", stdin=b"echo a").out == b"a\n"
    assert run("sh", stdin=b"echo a\\").out == b"a\\\n"


def test_script_with_nul_bytes(run):
    assert run("sh", stdin=b"ec\0ho a\0b\n").out == b"ab\n"


def test_started_by_one_who_ignores_children(run):
    """The shell is told how its commands end, whatever its parent did with SIGCHLD."""
    result = run("sh", "-c", "sh -c 'exit 3'; echo $?; sh -c 'exit 4' & wait $!; echo $?",
                 preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
    assert result.out == b"3\n4\n"


def test_script_that_is_not_there(run):
    result = run("sh", "nosuch")
    assert result.status == 127
    assert result.err.endswith(b"/sh: nosuch: No such file or directory\n")


def stderr_of(run, snippet):
    """What SNIPPET writes to standard error, run by a shell that is called `name`."""
    return run("sh", "-c", snippet, "name").err.decode()


def test_messages(run, tmp_path):
    """Each says who failed, on what, and why; in a script, on which line."""
    assert stderr_of(run, "nosuch") == "name: nosuch: not found\n"
    assert stderr_of(run, "cat <nosuch") == "name: nosuch: No such file or directory\n"
    assert stderr_of(run, "cd nosuch") == "name: cd: nosuch: No such file or directory\n"
    assert stderr_of(run, "sh -c 'kill -SEGV $$'").startswith("Segmentation fault")
    assert stderr_of(run, "sh -c 'kill -TERM $$' | true") == "Terminated\n"
    assert stderr_of(run, "sh -c 'kill -INT $$'; sh -c 'kill -PIPE $$'") == ""
    (tmp_path / "script").write_text("echo a\n\nnosuch\n")
    assert run("sh", "script").err == b"script: line 3: nosuch: not found\n"
    (tmp_path / "script").write_text("echo a\n\necho | | b\n")
    assert run("sh", "script").err == b'script: line 3: syntax error: unexpected |\n'


@pytest.mark.parametrize(
    "command",
    [
        "ls -1 /proc/self/fd",
        "true | ls -1 /proc/self/fd | cat",
        "ls -1 /proc/self/fd </dev/null >f 2>&1; cat f",
        "pwd 3>f >&3; cd . 5>f; ls -1 /proc/self/fd",
        "exec 5>f; exec 5>&-; ls -1 /proc/self/fd",
        "ls -1 /proc/self/fd & wait",
        "exec ls -1 /proc/self/fd",
    ],
)
def test_no_descriptor_leaks(run, tmp_path, command):
    """A program has 0, 1, 2 and what it was given; here, 3 is the folder that it reads."""
    assert run("sh", "-c", command).out == b"0\n1\n2\n3\n"
    (tmp_path / "script").write_text(command)
    assert run("sh", "script").out == b"0\n1\n2\n3\n"
    assert run("sh", stdin=command.encode()).out == b"0\n1\n2\n3\n"


def test_standard_descriptors_may_be_closed(run, programs):
    """Pipes then get the numbers 0, 1 and 2; they must still reach the right members."""
    result = run("sh", "-c", "sh -c 'echo a | cat | cat >f; cat f >&2' <&- >&-")
    assert result.err == b"a\n"
    assert run("sh", "-c", "exec <&-; echo a | cat | cat").out == b"a\n"
    assert run("sh", "-c", "exec <&- 2>&-; true | ls -1 /proc/self/fd").out == b"0\n1\n2\n"


def test_large_pipe(run):
    data = os.urandom(1 << 20)
    assert run("sh", "-c", "cat | cat | cat", stdin=data).out == data


def test_long_words_and_many_commands(run):
    word = "x" * 100000
    assert run("sh", "-c", f"X={word}; echo $X").out == (word + "\n").encode()
    script = "X=$X.\n" * 3000 + "echo $X\n"
    assert run("sh", stdin=script.encode()).out == b"." * 3000 + b"\n"
    assert run("sh", "-c", " && ".join(["true"] * 2000) + " && echo end").out == b"end\n"
    assert run("sh", "-c", " | ".join(["cat </dev/null"] * 60) + "; echo $?").out == b"0\n"


def test_too_many_arguments(run):
    """E2BIG of execve is a program that cannot be run."""
    result = run("sh", "-c", "X=" + "y" * 100000 + "; env echo " + "$X" * 40 + "; true; echo $?")
    assert result.out == b"0\n"
    assert b"env: Argument list too long" in result.err


class Terminal:
    """The shell on a pseudo-terminal, its controlling one."""

    def __init__(self, programs, folder):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execve(programs / "sh", ["sh"], {"PATH": str(programs), "PS1": "$ ", "TERM": "dumb"})

    def expect(self, text):
        seen = b""
        end = time.monotonic() + limen.TIMEOUT_S
        os.set_blocking(self.fd, False)
        while text.encode() not in seen and time.monotonic() < end:
            try:
                seen += os.read(self.fd, 4096)
            except BlockingIOError:
                time.sleep(0.01)
            except OSError:
                break
        assert text.encode() in seen, seen
        return seen

    def send(self, text):
        os.write(self.fd, text.encode())

    def wait_for_children(self, name, states):
        """Until the shell's children of that name are in these states (proc(5)'s letters)."""
        limen.wait_until(lambda: sorted(self.children(name)) == states)

    def children(self, name):
        for pid in pathlib.Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split():
            try:
                comm, _, rest = pathlib.Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(")")
            except OSError:
                continue
            if comm == name:
                yield rest.split()[0]

    def end(self):
        """The exit status, after the end of the input."""
        self.send("\x04")
        end = time.monotonic() + limen.TIMEOUT_S
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        while not pid:
            if time.monotonic() > end:
                os.kill(self.pid, signal.SIGKILL)
            time.sleep(0.01)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
        os.close(self.fd)
        return os.waitstatus_to_exitcode(status)


@pytest.fixture
def terminal(programs, tmp_path):
    return Terminal(programs, tmp_path)


def test_prompt(terminal):
    terminal.expect("$ ")
    terminal.send("echo a$?b\n")
    terminal.expect("\r\na0b\r\n$ ")
    terminal.send("echo 'two\n")
    terminal.expect("> ")
    terminal.send("lines'\n")
    terminal.expect("two\r\nlines\r\n$ ")
    terminal.send("true &&\n")
    terminal.expect("> ")
    terminal.send("echo then\n")
    terminal.expect("then\r\n$ ")
    terminal.send("false\n")
    terminal.expect("$ ")
    assert terminal.end() == 1


def test_errors_do_not_end_an_interactive_shell(terminal):
    for line in ["| x | y", "echo 'a' | | b; echo no", "exit abc", "exec nosuch", "cd nosuch", ": <nosuch",
                 "nosuch", "echo ${a b} x"]:
        terminal.expect("$ ")
        terminal.send(f"{line}\n")
    terminal.expect("$ ")
    terminal.send("echo still $? here\n")
    terminal.expect("still 2 here\r\n$ ")
    assert terminal.end() == 0


def test_interrupt(terminal):
    """^C ends the command, and not the shell."""
    terminal.expect("$ ")
    terminal.send("\x03")
    terminal.send("echo a\n")
    terminal.expect("a\r\n$ ")
    terminal.send("sleep 100\n")
    terminal.expect("sleep 100\r\n")
    terminal.wait_for_children("sleep", ["S"])
    terminal.send("\x03")
    terminal.expect("\n$ ")
    terminal.send("echo $?\n")
    terminal.expect("130\r\n$ ")
    terminal.send("sleep 100 | sleep 100\n")
    terminal.expect("100\r\n")
    terminal.wait_for_children("sleep", ["S", "S"])
    terminal.send("\x03")
    terminal.expect("$ ")
    terminal.send("sh -c 'kill -QUIT $$'; kill -TERM $$; echo alive\n")
    terminal.expect("alive\r\n$ ")
    assert terminal.end() == 0


def test_background_at_the_prompt(terminal):
    """The keyboard's signals and input are not for the background; its end is told at a prompt."""
    def expect_told(command, told, typed=""):
        terminal.send(f"{command} &\n")
        seen = terminal.expect("$ ")
        terminal.send(typed)

        def is_told():
            nonlocal seen
            if told.encode() not in seen:
                terminal.send("\n")
                seen += terminal.expect("$ ")
            return f"{told}\r\n$ ".encode() in seen
        limen.wait_until(is_told)

    terminal.expect("$ ")
    expect_told("sleep 0.5", "[1] + Done                       sleep 0.5", "\x03")
    expect_told("sh -c 'exit 3'", "[1] + Done(3)                    sh -c 'exit 3'")
    expect_told("cat", "[1] + Stopped (tty input)        cat")
    terminal.send("fg\n")
    terminal.expect("cat\r\n")
    terminal.send("line\n\x04")
    terminal.expect("line\r\nline\r\n$ ")
    assert terminal.end() == 0
