"""What a hand-in may try while it is taken, built and run: nothing of it reaches this machine.

The limits on time here are small so that the tests are short; what they end would go on for ever.
"""

import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile

import pytest

import limen

sys.path.insert(0, str(limen.ROOT / "tools"))
from labs import batch, catalog, sandbox, trees, unpack  # noqa: E402

WHY_NOT = sandbox.refusal()
needs_sandbox = pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT))


def run(script, **limits):
    return sandbox.run(["sh", "-c", script], sandbox.Limits(**limits))


def processes_with(mark):
    """Those of this machine that have MARK in their command line."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark.encode() in path.read_bytes():
                found.append(path.parent.name)
        except OSError:
            pass
    return found


@needs_sandbox
def test_what_it_may():
    outcome = run("cat; id -u; pwd; echo complaint >&2; exit 3")
    assert (outcome.status, outcome.ended) == (3, None)
    assert outcome.stdout.split()[1:] == [b"/work"] and outcome.stderr == b"complaint\n"
    assert outcome.stdout.split()[0] != b"0", "it is root"


@needs_sandbox
def test_it_sees_and_writes_nothing_of_this_machine(tmp_path, monkeypatch):
    (tmp_path / "secret").write_text("hidden")
    monkeypatch.setenv("LIMEN_SECRET", "hidden")
    outcome = run(f"""
        for file in {tmp_path}/secret {limen.ROOT}/Makefile /etc/passwd /etc/shadow /root /home /proc/1/root/etc/passwd
        do test -e $file && echo "sees $file"; done
        grep -q LIMEN_SECRET /proc/*/environ && echo "sees the grader's environment"
        for folder in / /usr /usr/bin /usr/local /usr/src /etc /dev /proc/sys/kernel
        do (echo x >$folder/limen-was-here) 2>/dev/null && echo "writes $folder"; done
        for file in /proc/sys/kernel/hostname /proc/sysrq-trigger
        do (echo x >$file) 2>/dev/null && echo "writes $file"; done
        tail -n +3 /proc/net/dev | grep -v ' lo:' && echo "has a network"
        ls -A /usr/local; ls -A /usr/src 2>/dev/null
        ls /proc | grep -c '^[0-9]' | grep -qE '^[0-9]$' || echo "sees processes"
        unshare --user true 2>/dev/null && echo "makes user name spaces"
        grep -q 'CapEff:.*[1-9a-f]' /proc/self/status && echo "has capabilities"
        echo done""")
    assert outcome.stdout.decode() == "done\n", outcome.stderr
    assert not os.path.exists("/usr/limen-was-here")


@needs_sandbox
def test_fork_bomb():
    outcome = run("bomb() { sleep 86399 & bomb | bomb & }; bomb; while :; do sleep 86399; done", wall_s=1,
                  processes=64)
    assert outcome.ended == "time" and b"ork" in outcome.stderr, outcome.__dict__
    assert not processes_with("86399")


@needs_sandbox
def test_what_goes_on_in_the_background_ends_too():
    outcome = run("setsid sh -c 'trap \"\" TERM HUP INT; sleep 86398' >/dev/null 2>&1 & exit 0")
    assert outcome.status == 0 and not processes_with("86398")


@needs_sandbox
@pytest.mark.parametrize("script, ended", [
    ("yes", "output"),
    ("yes >&2", "output"),
    ("for i in 1 2 3 4; do head -c 100M /dev/zero | tail -c 100M | sleep 1000 & done; wait", "memory"),
    ("sleep 1000", "time"),
])
def test_endless(script, ended):
    outcome = run(script, wall_s=3, output_bytes=4 << 20, memory_bytes=100 << 20 if ended == "memory" else 4 << 30)
    assert outcome.ended == ended, outcome.ended


@needs_sandbox
def test_ten_gigabytes():
    outcome = run("head -c 10G /dev/zero >big; for i in 1 2 3 4; do head -c 8M /dev/zero >f$i; done; "
                  "du -sm . | cut -f1", disk_bytes=16 << 20)
    assert int(outcome.stdout) <= 16, outcome.stdout


def test_without_a_sandbox_nothing_is_run():
    """A machine that has no bwrap, or may not use it."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        refuse_in(pathlib.Path(folder))


def test_a_tree_that_every_sandbox_sees(monkeypatch):
    for path, seen in (("/usr/share/limen/tools/labs", True), ("/usr/src/limen", False), ("/home/usr/limen", False)):
        monkeypatch.setattr(sandbox, "HERE", pathlib.Path(path))
        assert ("which every sandbox sees" in (sandbox.refusal() or "")) == seen


def refuse_in(tmp_path):
    for name in ("git", "sh", "true", "setpriv", "python3"):
        os.symlink(f"/usr/bin/{name}", tmp_path / name)
    words = [limen.ROOT / "tools/lab", "grade", "hello-syscall", "--handin", tmp_path]
    done = subprocess.run(words, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "bubblewrap is missing" in done.stderr and "Nothing was run" in done.stderr, done
    (tmp_path / "bwrap").write_text("#!/bin/sh\necho 'No permissions to create a new namespace' >&2\nexit 1\n")
    (tmp_path / "bwrap").chmod(0o755)
    done = subprocess.run(words, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "cannot work here: No permissions" in done.stderr, done


# --- What is taken of a hand-in ---

@pytest.fixture(scope="module")
def release():
    return trees.Release(catalog.find("hello-syscall"))


GOOD = "kernel/syscall/sys_hello.c"


def test_links_and_other_files_are_not_followed(release, tmp_path):
    folder = tmp_path / "kernel/syscall"
    folder.mkdir(parents=True)
    os.symlink("/etc/passwd", folder / "sys_link.c")
    os.mkfifo(folder / "sys_fifo.c")
    (folder / "sys_large.c").write_bytes(b"/" * (2 << 20))
    (folder / "sys_hello.c").write_text("new")
    (folder / "$(shell touch x).c").write_text("new")
    (folder / "-o.c").write_text("new")
    (folder / f"{'n' * 240}.c").write_text("new")
    (folder / "deep").mkdir()
    (folder / "deep/sys_x.c").write_text("new")
    (tmp_path / "Makefile").write_text("all:; :(){ :|:& };:")
    handin = trees.take(tmp_path, release)
    assert handin.files == {GOOD: b"new"}
    notes = "\n".join(handin.notes)
    for what in ("sys_link.c is a link", "sys_fifo.c is a link", "sys_large.c is larger", "Makefile was changed",
                 "$(shell touch x).c is not among", "-o.c is not among", "deep/sys_x.c is not among",
                 "nnn.c is not among"):
        assert what in notes, notes


@needs_sandbox
def test_archives(release, tmp_path):
    names = {f"mine/{GOOD}": b"new", "mine/../../../etc/evil.c": b"", "/etc/kernel/syscall/evil.c": b"",
             "mine/kernel/syscall/../../evil.c": b"", "mine/README": b"hello"}
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as archive:
        for name, data in names.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name, data in {f"mine/{GOOD}": b"new", "mine/kernel/syscall/../../evil.c": b""}.items():
            archive.writestr(name, data)
    (tmp_path / "delivered").mkdir()
    os.link(tmp_path / "a.zip", tmp_path / "delivered/a.zip")
    assert trees.take(tmp_path / "delivered", release).files == {GOOD: b"new"}
    del names["/etc/kernel/syscall/evil.c"]
    assert trees.take(tmp_path / "a.zip", release).files == {GOOD: b"new"}
    assert not any("evil" in name for name in trees.take(tmp_path / "a.tar.gz", release).files)


@needs_sandbox
def test_what_lies_beside_the_folder(release, tmp_path):
    """A computer's own files do not hide that all of it is in a folder."""
    with zipfile.ZipFile(tmp_path / "mac.zip", "w") as archive:
        for name in (f"mine/{GOOD}", "__MACOSX/mine/._sys_hello.c", ".DS_Store", "README"):
            archive.writestr(name, "new")
    assert trees.take(tmp_path / "mac.zip", release).files == {GOOD: b"new"}
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("essay.txt", "new")
    assert trees.take(tmp_path / "other.zip", release).notes[0].startswith("nothing in it differs")
    with zipfile.ZipFile(tmp_path / "flat.zip", "w") as archive:
        archive.writestr("sys_hello.c", "new")
    handin = trees.take(tmp_path / "flat.zip", release)
    assert not handin.files and f"sys_hello.c is not in its folder: left out. It belongs to {GOOD}" in handin.notes


@needs_sandbox
def test_a_handin_of_another_release(release, tmp_path):
    """Its numbers and names are others: nobody is to lose points for what the instructor mistyped."""
    lab, other = release.lab, release.lab.for_semester("another")
    says = {"lab": lab.name, "parameters": lab.parameters}
    released = {"released": True, "parameters": {name: {"value": value} for name, value in other.parameters.items()}}
    for number, (name, about, why) in enumerate((
            ("handin.json", says, None), ("handin.json", {"lab": lab.name}, None), ("handin.json", ["lab"], None),
            ("handin.json", {**says, "parameters": other.parameters}, "another release of"),
            ("handin.json", {**says, "lab": "cow"}, "the lab 'cow', not"),
            (f"labs/{lab.folder.name}/lab.json", {**released, "released": False}, None),
            (f"labs/{lab.folder.name}/lab.json", released, "another release of"))):
        path = tmp_path / f"{number}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(GOOD, "new")
            archive.writestr(name, json.dumps(about))
        if why:
            with pytest.raises(catalog.LabError, match=why):
                trees.take(path, release)
        else:
            assert trees.take(path, release).files == {GOOD: b"new"}


def test_names_of_handins(tmp_path):
    for name in (b"a" * 250, b"=x.zip", b"\x1b[2J", b"\xff", b"\xfe", b".hidden", "Öz (12, a).zip".encode(),
                 "O\u0308z (12, a).zip".encode(), "李雷\u202e.zip".encode(), b"+1.zip", "é".encode() * 120):
        (tmp_path / os.fsdecode(name)).write_bytes(b"")
    os.mkfifo(tmp_path / "fifo")
    os.symlink("=x.zip", tmp_path / "link")
    names = list(batch.entries(tmp_path))
    assert sorted(name for name in names if "~" not in name) == sorted([
        "a" * 150, "_x.zip", "__2J", "_", "Öz (12, a).zip", "李雷_.zip", "_1.zip", "é" * 75])
    assert len(names) == len(set(names)) == 10


def zip_by(method):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr(GOOD, "new")
    return out.getvalue()


def tar_of(*members, mode="w"):
    """An archive of (name, type, size as it says, bytes that really come)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, kind, size, data in members:
            member = tarfile.TarInfo(name)
            member.type, member.size = kind, size
            archive.fileobj.write(member.tobuf(tarfile.GNU_FORMAT) + data + bytes(-len(data) % 512))
    return out.getvalue()


FILE, FOLDER, LONG_NAME = tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.GNUTYPE_LONGNAME
NO_HANDIN = {
    "text": b"I have no time",
    "bzip2.zip": zip_by(zipfile.ZIP_BZIP2),
    "bzip2.tar": tar_of((GOOD, FILE, 3, b"new"), mode="w:bz2"),
    "large.tar.gz": tar_of((GOOD, FILE, 300 << 20, b""), mode="w:gz"),
    "name.tar.gz": tar_of(("name", LONG_NAME, 8 << 30, b"n" * (1 << 20)), (GOOD, FILE, 3, b"new"), mode="w:gz"),
    "folders.tar.gz": tar_of(*[("a", FOLDER, 0, b"")] * 20001, mode="w:gz"),
    "cut.tar.gz": tar_of((GOOD, FILE, 3, b"new"), mode="w:gz")[:60],
}


@needs_sandbox
def test_what_is_no_handin(release, tmp_path):
    for name, data in NO_HANDIN.items():
        (tmp_path / name).write_bytes(data)
    with open(tmp_path / "huge.zip", "wb") as file:
        file.truncate(200 << 20)
    for name in (*NO_HANDIN, "huge.zip", "nothing"):
        with pytest.raises(catalog.LabError) as why:
            trees.take(tmp_path / name, release)
        assert re.fullmatch(rf"{re.escape(name)} is no hand-in: .+", str(why.value)), why.value


def test_the_stream_of_a_reader_that_was_taken_over():
    """What unpacks may be led astray by what it unpacks."""
    good = unpack.HEADER.pack(1, 2) + b"nab"
    assert list(unpack.members(good)) == [("n", b"ab")]
    for bad in (good[:-1], good + b"x", unpack.HEADER.pack(1 << 31, 2) + b"nab",
                unpack.HEADER.pack(1, 1 << 31) + b"nab"):
        with pytest.raises(ValueError):
            list(unpack.members(bad))
    for bad in (b"", b"1\n2\n3\n", b"-1\n2\n2\nabc", b"1\n1\nx\nab", b"1\n1\n1\nabcd"):
        with pytest.raises(ValueError):
            trees.outputs(bad)
    assert trees.outputs(b"1\n0\n2\nabc") == [b"a", b"", b"bc"]
