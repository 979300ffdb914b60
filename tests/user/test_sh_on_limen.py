"""The shell at home: all snippets, in one boot of Limen, answer what dash answers on Linux."""

import pytest

import limen
from batch import batch_make, batch_read
from conftest import limen_build
from test_sh import ALL, DASH, answer, needs_dash

FOLDER = "/tmp/snippets"


@pytest.fixture
def dash_path(tmp_path):
    """A PATH where sh is dash, and the rest the programs of Limen's root."""
    programs, folder = limen_build(), tmp_path / "bin"
    if not programs:
        pytest.skip("not built with Limen's libc for this machine")
    folder.mkdir()
    for program in programs.iterdir():
        (folder / program.name).symlink_to(DASH if program.name == "sh" else program)
    return folder


@needs_dash
def test_snippets(dash_path, tmp_path):
    script, nonce = batch_make(ALL, FOLDER)
    root = tmp_path / "root"
    root.mkdir()
    (root / "script").write_text(f"mkdir {FOLDER}\n{script}")
    result = limen.run("/bin/env", "-i", "PATH=/bin", "HOME=/", "/bin/sh", "/script", roots=[root])
    answers = batch_read(result.stdout, nonce)
    assert sorted(answers) == list(range(len(ALL))), result
    wrong = {}
    for number, snippet in enumerate(ALL):
        expected = answer(DASH, dash_path, snippet, tmp_path / str(number))
        if answers[number] != expected:
            wrong[snippet] = {"Limen": answers[number], "dash": expected}
    assert not wrong


def test_help():
    """`help` has a line for each program, and for each built-in command."""
    script = "help; for path in /bin/*; do help ${path##*/} >/dev/null || echo missing; done; help nosuch; help cd"
    result = limen.run("/bin/sh", "-c", script)
    lines = result.stdout.decode().splitlines()
    assert "  hello    the program that every tour of Limen follows" in lines
    assert lines[-1] == "  cd       changes the folder"
    assert "missing" not in lines
    assert result.stderr == b"/bin/sh: help: nothing is known of nosuch\n"
