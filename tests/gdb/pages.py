#!/usr/bin/python3
"""Pages of docs/ that show gdb at work, and are held against it.

Each block between ```gdb and ``` holds commands, `(gdb) COMMAND`, and what gdb answered. All blocks of a page are one
session, on one CPU; a comment `<!-- gdb: PROGRAM ARGUMENT... -->` names the program that runs, else it is the shell.

    tests/gdb/pages.py docs/tour.md ...     writes into the pages what gdb answers now
"""

import pathlib
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import session  # noqa: E402  (it needs the path above)

BLOCK = re.compile(r"(^```gdb\n)(.*?)(^```$)", re.MULTILINE | re.DOTALL)
PROGRAM = re.compile(r"^<!-- gdb: (.*) -->$", re.MULTILINE)
PROMPT = "(gdb) "
# What differs from build to build or run to run; everything else must be the same. (Whether init and the shell have
# gone to sleep already is chance. Behind the line in a buffer comes what its memory held before.)
VARYING = ((r'\\n(\\.|[^"\\])*"', r'\\n"'),
           (r"0x[0-9a-f]+", "ADDRESS"), (r"\+\d+\b", "+N"), (r"(\.(?:asm|c|h)):\d+", r"\1:LINE"),
           (r"^mutex .* (init|sh) \(\d+\).*\n?", ""),
           (r" (on CPU \d|ready|sleeps) ", " STATE "), (r"\[ *\d+\]", "[INDEX]"),
           (r"line \d+", "line LINE"), (r"^\d+\t", "LINE\t"),
           (r"\b[CPAZSO]F\b ?", ""), (r"\s+", " "))


def commands_of(text):
    return [line[len(PROMPT):] for block in BLOCK.finditer(text) for line in block[2].splitlines()
            if line.startswith(PROMPT)]


def answers_in(text):
    """(command, answer) of each in the page."""
    found = []
    for block in BLOCK.finditer(text):
        for part in re.split(r"^\(gdb\) ", block[2], flags=re.MULTILINE)[1:]:
            command, _, answer = part.partition("\n")
            found.append((command, answer))
    return found


def run(text):
    program = PROGRAM.search(text)
    return session.run(commands_of(text), *(program[1].split() if program else []))


def plain(text):
    for pattern, word in VARYING:
        text = re.sub(pattern, word, text, flags=re.MULTILINE)
    return text.strip()


def written(text, answers):
    """The page with these answers in it."""
    rest = iter(answers)

    def block(match):
        count = sum(line.startswith(PROMPT) for line in match[2].splitlines())
        parts = [next(rest) for _ in range(count)]
        return match[1] + "".join(map(shown, parts)) + match[3]
    return BLOCK.sub(block, text)


def shown(answer):
    lines = [PROMPT + answer.command] + [line.rstrip() for line in answer.text.strip("\n").splitlines()]
    return "\n".join(lines) + "\n"


def main():
    for name in sys.argv[1:]:
        path = pathlib.Path(name)
        text = path.read_text(encoding="utf-8")
        path.write_text(written(text, run(text)), encoding="utf-8")


if __name__ == "__main__":
    main()
