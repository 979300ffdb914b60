"""gdb sessions for tests, headless: tools/debug with a list of commands.

    answers = session.run(["limen sys-enter write hello", "stepi"], "/bin/hello", smp=2)
    answers[1].command, answers[1].text
"""

import os
import pathlib
import subprocess
import tempfile

import limen

DEBUG = limen.ROOT / "tools/debug"
DRIVER = pathlib.Path(__file__).with_name("driver.py")
MARK = "\x1e"       # between answers: nothing else prints it


class Answer:
    def __init__(self, command, text):
        self.command, self.text = command, text

    def __repr__(self):
        return f"(gdb) {self.command}\n{self.text}"


class Answers(list):
    """What gdb answered to each command, in order. `console` is what the machine's console said."""

    console = ""

    def __repr__(self):
        return "\n".join(map(repr, self)) + f"\nconsole:\n{self.console}"

    def to(self, command):
        """The answer to the last such command."""
        return next(answer.text for answer in reversed(self) if answer.command == command)


def run(commands, *program, smp=1, roots=(), options=()):
    """Runs the commands in gdb, under it PROGRAM or, without one, init and the shell on the console."""
    with tempfile.TemporaryDirectory() as work, limen.cpus():
        work = pathlib.Path(work)
        script, output, console = work / "commands", work / "output", work / "console"
        script.write_text("\n".join(commands))
        words = [DEBUG, "--smp", str(smp), *(f"--root={root}" for root in roots), "--console", console, *options,
                 "--batch", "--ex", f"source {DRIVER}", *(["--", *program] if program else [])]
        with open(output, "wb") as file:
            subprocess.run(words, stdin=subprocess.DEVNULL, stdout=file, stderr=file, timeout=limen.TIMEOUT_S,
                           env={**os.environ, "LIMEN_GDB_COMMANDS": str(script), "HOME": str(work)})
        answers = split(commands, output.read_text(errors="replace").replace("\r", ""))
        answers.console = limen.text_of(console)
        return answers


def split(commands, text):
    parts = text.split(MARK)[1:]
    assert len(parts) == len(commands) + 1, text    # the last one is what comes after the last command
    return Answers(Answer(command, part.strip("\n")) for command, part in zip(commands, parts))
