"""A panic shows what each CPU did last."""
import re
import subprocess

import limen


def test_last_crossings(smp):
    result = limen.run("unused", init="/bin/false", append="trace_event=raw_syscalls", smp=smp)
    words = result.stderr.decode()
    assert result.verdict == "panic" and "panic: init exited with status 1" in words, result
    for cpu in range(smp):
        assert re.search(rf"^\[[ \d.]+\] CPU {cpu}: \S+\[\d+\]", words, re.M), result
    assert re.search(r"CPU \d: false\[1\], last call exit_group\(0x1\)", words), result
    assert re.search(r" false-1 +\[\d{3}\] .* sys_enter: NR 231 \(1, ", words), result


def test_nothing_was_on():
    words = limen.run("unused", init="/bin/false", smp=1).stderr.decode()
    assert "last call exit_group(0x1)" in words and "sys_enter" not in words


def test_older_gate(tmp_path):
    """i386's numbers aren't read as x86-64's."""
    text = "mov eax, 1\nmov ebx, 1\nint 80h\n"
    (tmp_path / "init.asm").write_text(f"global _start\n_start: {text}")
    subprocess.run(["nasm", "-f", "elf64", "-o", tmp_path / "init.o", tmp_path / "init.asm"], check=True)
    (tmp_path / "root").mkdir()
    subprocess.run(["ld", "-o", tmp_path / "root/older", tmp_path / "init.o"], check=True)
    words = limen.run("unused", init="/older", roots=[tmp_path / "root"], smp=1).stderr.decode()
    assert "older[1], last call 1 by INT 80h" in words
