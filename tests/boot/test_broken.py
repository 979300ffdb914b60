"""Boot information that is missing or broken ends in one clear line in the log and the verdict "panic"; what can be
used is used."""

import importlib.machinery
import importlib.util
import os
import re
import struct
import subprocess

import pytest

import limen

BOOT_MAGIC = struct.pack("<I", 0x36D76289)  # what a multiboot2 loader leaves in EAX


def load_mkiso():
    loader = importlib.machinery.SourceFileLoader("mkiso", str(limen.ROOT / "tools/mkiso"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("mkiso", loader))
    loader.exec_module(module)
    return module


@pytest.fixture
def build(tmp_path):
    """A build folder of one's own, to spoil."""
    for name in ("limen.boot", "root.cpio"):
        (tmp_path / name).write_bytes((limen.BUILD / name).read_bytes())
    return tmp_path


def panics(result, line):
    """One line says what is wrong, and the machine stops at once."""
    assert (result.status, result.verdict) == (125, "panic"), result
    assert re.search(line, result.log), result


def test_no_loader(build):
    """A kernel that expects another magic number than it gets."""
    kernel = (build / "limen.boot").read_bytes()
    assert kernel.count(BOOT_MAGIC) == 1
    (build / "limen.boot").write_bytes(kernel.replace(BOOT_MAGIC, b"\0\1\2\3"))
    result = limen.run("/bin/hello", build=build, smp=1)
    panics(result, r"^\[[ 0.]+\] panic: boot: not started by a multiboot2 loader$")
    assert len(result.log.splitlines()) == 1, result


@pytest.mark.parametrize("name, spoil", {
    "empty": lambda data: b"",
    "one byte": lambda data: b"0",
    "garbage": lambda data: bytes(n * 7 % 256 for n in range(100000)),
    "cut in a header": lambda data: data[:50],
    "cut in a file": lambda data: data[:3000],
    "another magic": lambda data: data.replace(b"070701", b"070702"),
    "no number": lambda data: data[:6] + b"zzzzzzzz" + data[14:],
    "name without end": lambda data: data[:94] + b"FFFFFFFF" + data[102:],
}.items())
def test_root_broken(build, name, spoil):
    (build / "root.cpio").write_bytes(spoil((build / "root.cpio").read_bytes()))
    result = limen.run("/bin/hello", build=build, smp=1)
    panics(result, r"panic: cannot start /bin/init: error 2")
    if name != "empty":
        assert "not a good archive" in result.log, result


@pytest.mark.parametrize("data", [b"", b"garbage", b"070701" + b"F" * 104], ids=["empty", "garbage", "header"])
def test_overlay_broken(tmp_path, data):
    """The root is there all the same."""
    (tmp_path / "overlay.cpio").write_bytes(data)
    result = limen.run("/bin/hello", roots=[tmp_path / "overlay.cpio"], smp=1)
    assert result.verdict == "exited 0", result
    assert not data or "module 1 is not a good archive" in result.log, result


def test_overlay_cut_off(tmp_path):
    """What comes before the cut is there."""
    (tmp_path / "files").mkdir()
    (tmp_path / "files/a").write_text("first\n")
    (tmp_path / "files/b").write_text("second\n" * 1000)
    subprocess.run([limen.ROOT / "tools/mkcpio", "-o", tmp_path / "all.cpio", tmp_path / "files"], check=True)
    (tmp_path / "cut.cpio").write_bytes((tmp_path / "all.cpio").read_bytes()[:1500])
    result = limen.run("/bin/cat", "/a", roots=[tmp_path / "cut.cpio"], smp=1)
    assert (result.stdout, result.verdict) == (b"first\n", "exited 0"), result
    assert "module 1 is not a good archive" in result.log, result


def test_no_module(tmp_path):
    """GRUB starts the kernel and nothing else, from a second disc that is booted first."""
    image = tmp_path / "bare.iso"
    load_mkiso().make_iso(str(image), str(limen.BUILD / "limen.boot"), "", [], str(tmp_path))
    disc = (f"-drive file={image},format=raw,if=none,id=bare,media=cdrom,readonly=on "
            "-device ide-cd,drive=bare,bus=ide.3,bootindex=0")
    result = limen.run("/bin/hello", smp=1, env={"LIMEN_QEMU": disc})
    panics(result, r"panic: no root file system: the loader gave no module")


def test_many_modules(tmp_path):
    roots = []
    for number in range(20):
        root = tmp_path / str(number)
        root.mkdir()
        (root / f"file{number}").write_text(f"{number}\n")
        roots.append(root)
    result = limen.run("/bin/sh", "-c", "cat /file0 /file19", roots=roots, smp=1)
    assert (result.stdout, result.verdict) == (b"0\n19\n", "exited 0"), result


@pytest.mark.parametrize("words", ["nonsense", "a=b =c d==", "init", "crash", "loglevel=\\", "x" * 1000,
                                   " ".join(f"w{n}" for n in range(200))],
                         ids=["nonsense", "equals", "init", "crash", "backslash", "long", "many"])
def test_command_line(words):
    """Words that the kernel does not know are none of its business."""
    assert limen.run("/bin/hello", append=words, smp=1).verdict == "exited 0"


@pytest.mark.parametrize("init, error", [("/missing", 2), ("/etc/motd", 13), ("/bin", 13), ("/" + "x" * 300, None)])
def test_init_broken(init, error):
    result = limen.run("/bin/hello", init=init, smp=1)
    panics(result, f"panic: cannot start {init}: error {error}" if error else r"panic: init=: the path is too long")


@pytest.mark.parametrize("memory", ["16M", "24M", "64M"])
def test_little_memory(memory):
    """Either it runs, or it says that it cannot."""
    result = limen.run("/bin/hello", mem=memory, smp=1)
    assert result.verdict in ("exited 0", "panic"), result


@pytest.mark.parametrize("cpus", [3, 7, 8])
def test_odd_numbers_of_cpus(cpus):
    assert f"cpus: {cpus} up" in limen.run("/bin/hello", smp=cpus).log
