"""The shell: dash is the oracle for the snippets; what dash can't judge is asserted here."""

import os
import pty
import shutil
import signal
import subprocess
import time

import pytest

from batch import batch_make, batch_read
from snippets import SNIPPETS

DASH = shutil.which("dash")
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
        timeout=20,
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
@pytest.mark.parametrize("snippet", SNIPPETS)
def test_snippet(programs, oracle_path, tmp_path, snippet):
    expected = answer(DASH, oracle_path, snippet, tmp_path / "dash")
    assert answer(programs / "sh", programs, snippet, tmp_path / "sh") == expected


def test_batch(run, programs, oracle_path, tmp_path):
    """All snippets in one script, as one boot of Limen runs them, answer what each does alone."""
    script, nonce = batch_make(SNIPPETS, tmp_path)
    answers = batch_read(run("sh", "-c", script).out, nonce)
    assert sorted(answers) == list(range(len(SNIPPETS)))
    if not DASH:
        return
    oracle = tmp_path / "oracle"
    oracle.mkdir()
    script, nonce = batch_make(SNIPPETS, oracle)
    done = subprocess.run(
        [DASH, "-c", script],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={"PATH": str(oracle_path), "HOME": "/"},
        timeout=60,
    )
    expected = batch_read(done.stdout, nonce)
    assert {SNIPPETS[i]: answers[i] for i in answers} == {SNIPPETS[i]: expected[i] for i in answers}


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


def test_not_known_constructs_are_refused(run):
    """What a POSIX shell would do otherwise must not run as if it were something else."""
    for snippet in ["echo $(ls)", "echo `ls`", "if true; then true; fi", "echo ${X:-a}", "{ ls; }",
                    "(ls)", "f() { ls; }", "for i in a; do ls; done", "cat <<E\nE", "a;;b"]:
        result = run("sh", "-c", f"echo before\n{snippet}\necho after")
        assert (result.out, result.status) == (b"before\n", 2), snippet
        assert b"syntax error" in result.err, snippet


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
    result = run("sh", "-c", "X=" + "y" * 100000 + "; echo " + "$X" * 40 + "; true; echo $?")
    assert result.out == b"0\n"
    assert b"echo: Argument list too long" in result.err


class Terminal:
    """The shell on a pseudo-terminal, its controlling one."""

    def __init__(self, programs, folder):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execve(programs / "sh", ["sh"], {"PATH": str(programs), "PS1": "$ ", "TERM": "dumb"})

    def expect(self, text, seconds=10):
        seen = b""
        end = time.monotonic() + seconds
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

    def end(self, seconds=10):
        """The exit status, after the end of the input."""
        self.send("\x04")
        end = time.monotonic() + seconds
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
    time.sleep(0.3)
    terminal.send("\x03")
    terminal.expect("\n$ ")
    terminal.send("echo $?\n")
    terminal.expect("130\r\n$ ")
    terminal.send("sleep 100 | sleep 100\n")
    terminal.expect("100\r\n")
    time.sleep(0.3)
    terminal.send("\x03")
    terminal.expect("$ ")
    terminal.send("sh -c 'kill -QUIT $$'; kill -TERM $$; echo alive\n")
    terminal.expect("alive\r\n$ ")
    assert terminal.end() == 0


def test_background_at_the_prompt(terminal):
    """The keyboard's signals and input are not for the background; its end is told at a prompt."""
    terminal.expect("$ ")
    terminal.send("cat & wait; sleep 0.5 &\n")
    terminal.expect("$ ")
    terminal.send("\x03")
    time.sleep(0.8)
    terminal.send("\n")
    terminal.expect("ended with status 0")
    assert terminal.end() == 0
