"""The machine that the grader watches: a kernel that can't be waited for ends the test."""

import os
import pathlib
import subprocess
import sys

import pytest

import limen

sys.path.insert(0, str(limen.ROOT / "tools"))
from labs import bochs, machine, sandbox  # noqa: E402

WHY_NOT = sandbox.refusal()


pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT))


@pytest.fixture
def image(tmp_path):
    """A kernel whose CPU sleeps."""
    prefix = os.environ.get("CROSS_COMPILE", "")
    source = pathlib.Path(__file__).with_name("asleep.asm")
    subprocess.run(["nasm", "-f", "elf32", "-o", tmp_path / "asleep.o", source], check=True)
    subprocess.run([f"{prefix}ld", "-m", "elf_i386", "-Ttext", "0x100000", "-n", "-o", tmp_path / "asleep",
                    tmp_path / "asleep.o"], check=True)
    descriptor = machine.make_image(str(tmp_path / "asleep"), "", [])
    yield descriptor
    os.close(descriptor)


def test_asleep(image, monkeypatch):
    monkeypatch.setattr(machine, "ASLEEP_S", 1)
    with limen.cpus(), machine.Machine(image) as sleeper:
        sleeper.budget = 2_000_000_000
        with pytest.raises(machine.Ended) as ended:
            sleeper.resume()
    assert ended.value.kind == "asleep", ended.value


@pytest.mark.parametrize("kind", ["qemu", "bochs"])
def test_what_it_used_is_paid(kind, image):
    """When it is closed, of both emulators."""
    if kind == "bochs" and (why := bochs.refusal()):
        pytest.skip(why)
    with limen.cpus(), bochs.Bochs(image, None) if kind == "bochs" else machine.Machine(image) as at:
        at.watch.purse, at.watch.used_s = machine.Purse(cpu_s=100), 0
    assert at.process.returncode is not None and at.watch.purse.left_s < 100
