"""The machine that the grader watches: a kernel that can't be waited for ends the test."""

import os
import pathlib
import subprocess
import sys

import pytest

import limen

sys.path.insert(0, str(limen.ROOT / "tools"))
from labs import machine, sandbox  # noqa: E402

WHY_NOT = sandbox.refusal()


@pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT))
def test_asleep(tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "ASLEEP_S", 1)
    prefix = os.environ.get("CROSS_COMPILE", "")
    source = pathlib.Path(__file__).with_name("asleep.asm")
    subprocess.run(["nasm", "-f", "elf32", "-o", tmp_path / "asleep.o", source], check=True)
    subprocess.run([f"{prefix}ld", "-m", "elf_i386", "-Ttext", "0x100000", "-n", "-o", tmp_path / "asleep",
                    tmp_path / "asleep.o"], check=True)
    image = machine.make_image(str(tmp_path / "asleep"), "", [])
    with limen.cpus(), machine.Machine(image) as sleeper:
        sleeper.budget = 2_000_000_000
        with pytest.raises(machine.Ended) as ended:
            sleeper.resume()
    os.close(image)
    assert ended.value.kind == "asleep", ended.value
