"""The programs of tests/abi on this machine's Linux and on Limen: the same binary, the same output.

NAME.expected holds what Linux printed (tests/abi/record). One machine runs all programs.
"""

import difflib
import functools
import pathlib
import secrets
import sys
import tempfile

import pytest

import limen

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import linux  # noqa: E402
import programs  # noqa: E402

# What depends on the CPU: all that a machine with an old one is asked.
OF_THE_CPU = ["fault", "handler", "memory", "number", "process", "signal", "user_copy"]
MACHINES = {
    "smp1": (dict(smp=1), programs.names()),
    "smp4": (dict(smp=4), programs.names()),
    "qemu64": (dict(smp=2, cpu="qemu64"), OF_THE_CPU),
}


def expected(name):
    return (programs.HERE / f"{name}.expected").read_bytes()


def differing_cases(name, output):
    """A readable difference for each case that is not as recorded."""
    wanted, got = programs.split_cases(expected(name)), programs.split_cases(output)
    texts = {}
    for case in [*wanted, *(case for case in got if case not in wanted)]:
        if wanted.get(case) != got.get(case):
            lines = difflib.unified_diff(wanted.get(case, ["(no such case)"]), got.get(case, ["(not run)"]),
                                         "Linux", "here", lineterm="", n=2)
            texts[case] = f"[{case}]\n" + "\n".join(list(lines)[2:])
    return texts


@pytest.mark.parametrize("name", programs.names())
def test_linux(name):
    """What was recorded is what Linux does."""
    if linux.missing():
        pytest.skip(linux.missing())
    texts = differing_cases(name, programs.run_on_linux(name))
    assert not texts, "\n".join(texts.values())


@functools.lru_cache(maxsize=None)
def machine(which):
    """Runs the programs in one machine: {program: output}, and how the machine ended."""
    options, names = MACHINES[which]
    nonce = secrets.token_hex(8)
    script = "".join(f"/abi/{name}; echo {nonce} {name} $?;" for name in names)
    with tempfile.TemporaryDirectory() as work:
        root = pathlib.Path(work) / "root"
        missing = programs.lay_out(root, names)
        assert not missing, f"run `make tests` first: {missing} not built"
        result = limen.run("/bin/sh", "-c", script, roots=[root], **options)
    outputs, rest = {}, result.stdout
    for name in names:
        output, found, rest = rest.partition(f"{nonce} {name} 0\n".encode())
        outputs[name] = output
        if not found:
            break
    return outputs, result


@pytest.mark.slow
@pytest.mark.parametrize("which, name", [(which, name) for which, (_, names) in MACHINES.items() for name in names])
def test_limen(which, name):
    outputs, result = machine(which)
    assert name in outputs, f"the machine did not get so far: {result}"
    texts = differing_cases(name, outputs[name])
    known = {case for program, case in programs.known_differences() if program == name}
    new = [text for case, text in texts.items() if case not in known]
    gone = known - set(texts)
    assert not new, "\n".join(new) + (f"\n{result}" if result.verdict != "exited 0" else "")
    assert not gone, f"as on Linux now, strike them from differences.txt: {sorted(gone)}"
    assert result.verdict == "exited 0", result
