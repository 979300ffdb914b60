"""The small tools: output, messages and exit status, byte for byte."""

import os
import shutil
import signal
import stat
import subprocess
import time

import pytest

import limen

TOOLS_WITH_USAGE = {
    "chmod": ["644"],
    "cp": ["only-one"],
    "kill": [],
    "ln": ["only-one"],
    "mkdir": [],
    "mknod": ["f"],
    "mv": ["only-one"],
    "rm": [],
    "rmdir": [],
    "sleep": [],
    "touch": [],
}


def ok(result, out=b""):
    assert (result.status, result.out, result.err) == (0, out, b"")


def fails(result, err, status=1, out=b""):
    assert (result.status, result.out, result.err.decode()) == (status, out, err)


@pytest.mark.parametrize("tool", TOOLS_WITH_USAGE)
def test_usage(run, tool):
    result = run(tool, *TOOLS_WITH_USAGE[tool])
    assert result.status == 2 and result.err.startswith(f"usage: {tool} ".encode())


@pytest.mark.parametrize("tool", ["cat", "cp", "env", "hexdump", "ln", "ls", "mkdir", "mv", "rm", "uname", "wc"])
def test_unknown_option(run, tool):
    result = run(tool, "-Q", "a", "b")
    assert result.status == 2 and result.err.startswith(f"usage: {tool} ".encode())


FULL_DISK = ["echo x", "env", "hello", "ls -l /", "pwd", "uname", "wc", "head", "hexdump"]
ENDLESS = ["cat /dev/zero", "head /dev/zero", "hexdump /dev/urandom"]


@pytest.mark.parametrize("tool", FULL_DISK + ENDLESS)
def test_full_disk(programs, tool):
    """What cannot be written is told, though it may be known only at the end."""
    with open("/dev/full", "w") as full:
        name, *arguments = tool.split()
        done = subprocess.run(
            [programs / name, *arguments], input=b"x\n", stdout=full, stderr=subprocess.PIPE, timeout=limen.TIMEOUT_S
        )
    if name != "hello":
        assert done.returncode == 1
        assert done.stderr.decode() == f"{name}: standard output: No space left on device\n"


def test_hello(run):
    ok(run("hello"), b"Hello, world, from ring 3!\n")


def test_true_and_false(run):
    ok(run("true", "--help"))
    fails(run("false", "x"), "")


def test_echo(run):
    ok(run("echo"), b"\n")
    ok(run("echo", "a", "", "b  c"), b"a  b  c\n")
    ok(run("echo", "-n", "a", "-n"), b"a -n")
    ok(run("echo", "--", "\\n", "-e"), b"-- \\n -e\n")
    ok(run("echo", "%s%n", "%"), b"%s%n %\n")


def test_pwd(run, tmp_path):
    ok(run("pwd"), os.fsencode(tmp_path) + b"\n")
    gone = tmp_path / "gone"
    gone.mkdir()
    fails(run("sh", "-c", "rmdir ../gone; exec env pwd", cwd=gone),
          "pwd: current folder: No such file or directory\n")


def test_cat(run, tmp_path):
    data = os.urandom(300000)
    (tmp_path / "f").write_bytes(data)
    ok(run("cat", "f", "-", "f", stdin=b"in"), data + b"in" + data)
    ok(run("cat", stdin=data), data)
    ok(run("cat", "-u", "--", "f"), data)
    fails(run("cat", "nosuch", "f"), "cat: nosuch: No such file or directory\n", out=data)
    fails(run("cat", "."), "cat: .: Is a directory\n")
    fails(run("sh", "-c", "cat f >/dev/full"), "cat: standard output: No space left on device\n")


def test_mkdir(run, tmp_path):
    ok(run("mkdir", "a", "b"))
    fails(run("mkdir", "a", "c"), "mkdir: a: File exists\n")
    assert (tmp_path / "c").is_dir()
    fails(run("mkdir", "x/y"), "mkdir: x/y: No such file or directory\n")
    ok(run("mkdir", "-p", "x/y//z/", "a", "/", str(tmp_path / "q/r")))
    assert (tmp_path / "x/y/z").is_dir() and (tmp_path / "q/r").is_dir()
    (tmp_path / "f").touch()
    fails(run("mkdir", "-p", "f"), "mkdir: f: File exists\n")
    fails(run("mkdir", "-p", "f/g"), "mkdir: f/g: Not a directory\n")
    ok(run("sh", "-c", "umask 277; mkdir -p p/q"))
    assert stat.S_IMODE((tmp_path / "p").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "p/q").stat().st_mode) == 0o500
    fails(run("mkdir", "-p", "n" * 300 + "/a"), f"mkdir: {'n' * 300}/a: File name too long\n")


def test_mkdir_path_too_long(run, tmp_path):
    """Nothing is made of a path that as a whole cannot be."""
    path = ("n" * 200 + "/") * 21
    fails(run("mkdir", "-p", path), f"mkdir: {path}: File name too long\n")
    assert not list(tmp_path.iterdir())


def test_rmdir(run, tmp_path):
    ok(run("mkdir", "-p", "a/b"))
    fails(run("rmdir", "a", "a/b"), "rmdir: a: Directory not empty\n")
    ok(run("rmdir", "a"))
    fails(run("rmdir", "a"), "rmdir: a: No such file or directory\n")


def test_rm(run, tmp_path):
    ok(run("mkdir", "-p", "d/e/f"))
    for name in ["a", "d/g", "d/e/h", "d/e/.i", "k"]:
        (tmp_path / name).touch()
    (tmp_path / "d/link").symlink_to(tmp_path / "k")
    (tmp_path / "folder-link").symlink_to("d")
    fails(run("rm", "d", "a"), "rm: d: Is a directory\n")
    assert not (tmp_path / "a").exists()
    fails(run("rm", "a"), "rm: a: No such file or directory\n")
    ok(run("rm", "-f", "a", "k/x"))
    ok(run("rm", "-f"))
    ok(run("rm", "-r", "folder-link"))
    assert (tmp_path / "d/g").exists()
    ok(run("rm", "-rf", "d/"))
    assert sorted(os.listdir(tmp_path)) == ["k"]
    for number in range(300):
        (tmp_path / f"many-{number}").touch()
    ok(run("mkdir", "m"))
    ok(run("mv", *(f"many-{number}" for number in range(300)), "m"))
    ok(run("rm", "-R", "m", "k"))
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("path", ["/", "//", "/.", "/..", ".", "..", "./", "../", "a/.", "a/..", "/a/.."])
def test_rm_protects(programs, tmp_path, path):
    """Never outside a chroot that holds only copies: were rm wrong, it would empty the machine."""
    jail = tmp_path / "jail"
    (jail / "a").mkdir(parents=True)
    shutil.copy(programs / "rm", jail / "rm")
    enter = ["unshare", "--mount"] + ([] if os.geteuid() == 0 else ["--user", "--map-root-user"])
    enter += ["chroot", jail]
    if not shutil.which("unshare") or subprocess.run([*enter, "/rm", "-f"]).returncode != 0:
        pytest.skip("no chroot here")
    done = subprocess.run([*enter, "/rm", "-rf", path], capture_output=True)
    assert (done.returncode, done.stderr.decode()) == (1, f"rm: {path}: Invalid argument\n")
    assert sorted(os.listdir(jail)) == ["a", "rm"]


def test_mv(run, tmp_path):
    (tmp_path / "a").write_text("a")
    (tmp_path / "b").write_text("b")
    (tmp_path / "d").mkdir()
    ok(run("mv", "a", "c"))
    ok(run("mv", "c", "b"))
    assert (tmp_path / "b").read_text() == "a"
    ok(run("mv", "b", "d/"))
    assert (tmp_path / "d/b").read_text() == "a"
    fails(run("mv", "nosuch", "d"), "mv: nosuch: No such file or directory\n")
    fails(run("mv", "a", "b", "nosuch"), "mv: nosuch: No such file or directory\n")
    (tmp_path / "f").touch()
    fails(run("mv", "a", "b", "f"), "mv: f: Not a directory\n")
    fails(run("mv", "d", "d/e"), "mv: d: Invalid argument\n")
    ok(run("mv", "d/", "e"))
    ok(run("mv", "f", "e/b", "."))


def test_cp(run, tmp_path):
    data = os.urandom(200000)
    (tmp_path / "a").write_bytes(data)
    (tmp_path / "a").chmod(0o751)
    ok(run("cp", "a", "b"))
    assert (tmp_path / "b").read_bytes() == data
    assert stat.S_IMODE((tmp_path / "b").stat().st_mode) == 0o751
    (tmp_path / "c").write_text("long before")
    (tmp_path / "b").write_text("b")
    ok(run("cp", "b", "c"))
    assert (tmp_path / "c").read_text() == "b"
    (tmp_path / "d").mkdir()
    ok(run("cp", "a", "b", "d"))
    assert (tmp_path / "d/a").read_bytes() == data
    fails(run("cp", "d", "e"), "cp: d: Is a directory\n")
    (tmp_path / "link").symlink_to("a")
    fails(run("cp", "a", "link"), "cp: link: File exists\n")
    fails(run("cp", "a", "a"), "cp: a: File exists\n")
    assert (tmp_path / "a").read_bytes() == data
    fails(run("cp", "nosuch", "e"), "cp: nosuch: No such file or directory\n")
    fails(run("cp", "a", "nosuch/e"), "cp: nosuch/e: No such file or directory\n")
    fails(run("cp", "a", "/dev/full"), "cp: /dev/full: No space left on device\n")


def test_ln(run, tmp_path):
    (tmp_path / "a").write_text("a")
    ok(run("ln", "a", "b"))
    assert (tmp_path / "a").stat().st_ino == (tmp_path / "b").stat().st_ino
    ok(run("ln", "-s", "nowhere/x", "c"))
    assert os.readlink(tmp_path / "c") == "nowhere/x"
    fails(run("ln", "a", "b"), "ln: b: File exists\n")
    fails(run("ln", "nosuch", "e"), "ln: e: No such file or directory\n")
    (tmp_path / "d").mkdir()
    ok(run("ln", "-s", "../a", "../b", "d"))
    assert sorted(os.listdir(tmp_path / "d")) == ["a", "b"]


def test_wc(run, tmp_path):
    (tmp_path / "f").write_bytes(b"one two\n three\tfour\n")
    (tmp_path / "g").write_bytes(b"no newline")
    ok(run("wc", stdin=b"a b\nc\n"), b"2 3 6\n")
    ok(run("wc", "f", "g"), b"2 4 20 f\n0 2 10 g\n2 6 30 total\n")
    ok(run("wc", "-l", "f"), b"2 f\n")
    ok(run("wc", "-cw", "f", "-", stdin=b"x"), b"4 20 f\n1 1 -\n5 21 total\n")
    fails(run("wc", "nosuch"), "wc: nosuch: No such file or directory\n")
    fails(run("wc", "."), "wc: .: Is a directory\n")
    word_across_buffers = b"x" * 65530 + b"yyyyyyyyyyyyy z\n"
    ok(run("wc", stdin=word_across_buffers), b"1 2 65546\n")


def test_head(run, tmp_path):
    lines = b"".join(b"%d\n" % i for i in range(20))
    (tmp_path / "f").write_bytes(lines)
    (tmp_path / "g").write_bytes(b"short")
    first = b"".join(b"%d\n" % i for i in range(10))
    ok(run("head", "f"), first)
    ok(run("head", stdin=lines), first)
    ok(run("head", "-n", "2", "f", "g"), b"==> f <==\n0\n1\n\n==> g <==\nshort")
    ok(run("head", "-n1", "f"), b"0\n")
    ok(run("head", "-3", "f"), b"0\n1\n2\n")
    ok(run("head", "-n", "0", "f"))
    ok(run("head", "--", "-", "-", stdin=b"in\n"),
       b"==> standard input <==\nin\n\n==> standard input <==\n")
    fails(run("head", "nosuch"), "head: nosuch: No such file or directory\n")
    fails(run("head", "."), "head: .: Is a directory\n")
    assert run("head", "-n", "x").status == 2 and run("head", "-n").status == 2


def test_env(run):
    ok(run("env", "-i", "A=1", "B="), b"A=1\nB=\n")
    assert b"X=1\n" in run("env", "X=1").out
    assert b"Y=2\n" in run("env", env={"Y": "2"}).out
    ok(run("env", "sh", "-c", "echo $A", env={"A": "a"}), b"a\n")
    assert run("env", "sh", "-c", "exit 9").status == 9
    fails(run("env", "nosuch"), "env: nosuch: No such file or directory\n", status=127)
    fails(run("env", "/"), "env: /: Permission denied\n", status=126)


@pytest.mark.parametrize("text, seconds", [("0", 0), ("0.3", 0.3), (".2", 0.2), ("0.0000000001", 0)])
def test_sleep(run, text, seconds):
    begin = time.monotonic()
    ok(run("sleep", text))
    assert seconds <= time.monotonic() - begin


@pytest.mark.parametrize("text", ["", ".", "x", "1x", "-1", "1.2.3", "9" * 30])
def test_sleep_refuses(run, text):
    assert run("sleep", text).status == 2


def test_sleep_goes_on_after_a_signal(programs):
    """A stop and a continue make nanosleep end early."""
    process = subprocess.Popen([programs / "sleep", "1"])
    begin = time.monotonic()
    time.sleep(0.2)
    process.send_signal(signal.SIGSTOP)
    process.send_signal(signal.SIGCONT)
    assert process.wait(limen.TIMEOUT_S) == 0 and time.monotonic() - begin >= 0.9


def test_kill(run, programs):
    process = subprocess.Popen([programs / "sleep", "100"])
    ok(run("kill", "-0", str(process.pid)))
    ok(run("kill", str(process.pid)))
    assert process.wait(limen.TIMEOUT_S) == -signal.SIGTERM
    fails(run("kill", str(process.pid)), f"kill: {process.pid}: No such process\n")
    for arguments in [["-9"], ["-KILL"], ["-SIGKILL"], ["-s", "KILL"], ["-s", "9", "--"]]:
        process = subprocess.Popen([programs / "sleep", "100"])
        ok(run("kill", *arguments, str(process.pid)))
        assert process.wait(limen.TIMEOUT_S) == -signal.SIGKILL
    group = subprocess.Popen([programs / "sleep", "100"], start_new_session=True)
    ok(run("kill", "-TERM", f"-{group.pid}"))
    assert group.wait(limen.TIMEOUT_S) == -signal.SIGTERM
    fails(run("kill", "abc"), "kill: abc: not a process id\n")
    fails(run("kill", "-NONE", "999999999"), "kill: NONE: no such signal\n", status=2)
    fails(run("kill", "-65", "999999999"), "kill: 65: no such signal\n", status=2)
    listed = dict(reversed(line.split()) for line in run("kill", "-l").out.decode().splitlines())
    assert {name: int(number) for name, number in listed.items()} == {
        member.name[3:]: member.value
        for member in signal.Signals
        if member.value < 32 and member.name not in ("SIGIOT", "SIGCLD", "SIGIO")
    } | {"POLL": signal.SIGIO, "STKFLT": 16}


def test_ps(run):
    process = subprocess.Popen(["sh", "-c", "read x", "a(b) c", "\x1b[1m"], stdin=subprocess.PIPE)
    lines = [""]
    while not any(line.startswith(f"{process.pid:5} ") and " S " in line for line in lines):
        lines = run("ps").out.decode().splitlines()
    assert lines[0] == "  PID  PPID  PGRP S   TIME COMMAND"
    line = next(line for line in lines if line.startswith(f"{process.pid:5} "))
    process.communicate()
    assert line == f"{process.pid:5} {os.getpid():5} {os.getpgrp():5} S   0:00 sh -c read x a(b) c ?[1m"
    ids = [int(line.split()[0]) for line in lines[1:]]
    assert ids == sorted(ids) and 1 in ids
    for options in ("-ef", "aux"):
        users = run("ps", options).out.decode().splitlines()
        assert users[0] == "USER       PID  PPID  PGRP S   TIME COMMAND"
        assert users[1].startswith("root         1     0 ")
    assert run("ps", "-e").out.startswith(b"  PID  PPID ")
    assert run("ps", "-x").status == run("ps", "q").status == 2


def test_uname(run):
    names = os.uname()
    ok(run("uname"), names.sysname.encode() + b"\n")
    ok(run("uname", "-a"), " ".join(names).encode() + b"\n")
    ok(run("uname", "-r"), names.release.encode() + b"\n")
    ok(run("uname", "-m", "-s"), f"{names.sysname} {names.machine}\n".encode())
    assert run("uname", "x").status == 2


def test_chmod(run, tmp_path):
    path = tmp_path / "f"
    path.touch()

    def mode_after(text, before=0o644, target=path):
        target.chmod(before)
        ok(run("chmod", text, target.name, preexec_fn=lambda: os.umask(0o022)))
        return stat.S_IMODE(target.stat().st_mode)

    cases = ["755", "0", "4711", "u+x", "+x", "go-r", "a=r", "u=rwx,g=rx,o=",
             "+w", "a+w", "-w", "=", "u+s", "g+s", "+t", "ug+rws", "a+X", "u+x-r", "=rw", "o+rx,o-r"]
    for text in cases:
        other = tmp_path / "other"
        other.touch()
        other.chmod(0o644)
        subprocess.run(["chmod", "--", text, other], preexec_fn=lambda: os.umask(0o022))
        assert mode_after(text) == stat.S_IMODE(other.stat().st_mode), text
    assert mode_after("a+X", before=0o744) == 0o755
    for text in ["888", "u", "u+q", "x+r", "", "10000", "u+x,", ",u+x"]:
        assert run("chmod", text, "f").status == 2, text
    fails(run("chmod", "644", "nosuch"), "chmod: nosuch: No such file or directory\n")


def test_touch(run, tmp_path):
    ok(run("touch", "a", "b"))
    assert sorted(os.listdir(tmp_path)) == ["a", "b"]
    os.utime(tmp_path / "a", (1, 1))
    (tmp_path / "a").chmod(0)
    ok(run("touch", "a"))
    assert (tmp_path / "a").stat().st_mtime > 1e9
    ok(run("touch", "-c", "c"))
    assert not (tmp_path / "c").exists()
    fails(run("touch", "x/y"), "touch: x/y: No such file or directory\n")


def test_mknod(run, tmp_path):
    ok(run("mknod", "pipe", "p"))
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    fails(run("mknod", "pipe", "p"), "mknod: pipe: File exists\n")
    assert run("mknod", "x", "c", "1").status == 2
    assert run("mknod", "x", "c", "1", "y").status == 2
    assert run("mknod", "x", "q", "1", "3").status == 2
    result = run("mknod", "null", "c", "1", "3")
    if result.status == 0:
        status = (tmp_path / "null").stat()
        assert stat.S_ISCHR(status.st_mode) and status.st_rdev == os.makedev(1, 3)
    else:
        assert result.err == b"mknod: null: Operation not permitted\n"


def test_hexdump(run, tmp_path):
    ok(run("hexdump"))
    ok(run("hexdump", stdin=b"Hello, world!\n\xff\x00ABC"),
       b"00000000  48 65 6c 6c 6f 2c 20 77  6f 72 6c 64 21 0a ff 00  |Hello, world!...|\n"
       b"00000010  41 42 43                                          |ABC|\n"
       b"00000013\n")
    line = b"00000000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|\n"
    ok(run("hexdump", "-C", stdin=bytes(64)), line + b"*\n00000040\n")
    (tmp_path / "f").write_bytes(b"x" * 10)
    letters = b"00000000" + b"  " + b"78 " * 8 + b" " + b"78 " * 7 + b"78  |" + b"x" * 16 + b"|\n"
    rest = b"00000010  78 78 78 78                                       |xxxx|\n00000014\n"
    ok(run("hexdump", "f", "f"), letters + rest)
    fails(run("hexdump", "nosuch"), "hexdump: nosuch: No such file or directory\n")


def fill(folder):
    (folder / "b").write_text("12345")
    (folder / ".hidden").touch()
    (folder / "a").mkdir(mode=0o1777)
    (folder / "a").chmod(0o1777)
    (folder / "suid").touch()
    (folder / "suid").chmod(0o6755)
    (folder / "suid-only").touch()
    (folder / "suid-only").chmod(0o7000)
    (folder / "link").symlink_to("b")
    (folder / "hard").hardlink_to(folder / "b")
    (folder / "large").write_bytes(bytes(123456))
    os.mkfifo(folder / "pipe")
    os.utime(folder / "suid", (1, 1))


@pytest.mark.parametrize("options", [[], ["-a"], ["-l"], ["-la"], ["-1"], ["-a", "-1"],
                                     ["-lh"], ["-lhrt"], ["-t"], ["-r1"], ["-ld", "a", "b"], ["-d"]])
def test_ls_as_gnu(run, tmp_path, options):
    """In C's order; owners by their names, one that nobody knows by its number."""
    fill(tmp_path)
    (tmp_path / "stranger").touch()
    (tmp_path / "larger").write_bytes(bytes(10189))
    (tmp_path / "largest").write_bytes(bytes(1048000))
    os.utime(tmp_path / "a", (5, 1e9))
    if os.geteuid() == 0:
        os.chown(tmp_path / "stranger", 54321, 54322)
    expected = subprocess.run(
        ["ls", *options],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC0"},
        capture_output=True,
    ).stdout
    ok(run("ls", *options), expected)


def test_ls_operands(run, tmp_path):
    fill(tmp_path)
    (tmp_path / "a/x").touch()
    (tmp_path / "folder-link").symlink_to("a")
    ok(run("ls", "suid", "b"), b"b\nsuid\n")
    ok(run("ls", "a"), b"x\n")
    ok(run("ls", "a", "b", "folder-link"), b"b\n\na:\nx\n\nfolder-link:\nx\n")
    assert run("ls", "-l", "folder-link").out.endswith(b" folder-link -> a\n")
    fails(run("ls", "nosuch", "b"), "ls: nosuch: No such file or directory\n", out=b"b\n")
    fails(run("ls", "b/x"), "ls: b/x: Not a directory\n")
    ok(run("ls", "-a", "a"), b".\n..\nx\n")
    ok(run("ls", "--", "b"), b"b\n")


def test_ls_many(run, tmp_path):
    names = sorted(f"file-{number}" for number in range(2000))
    for name in names:
        (tmp_path / name).touch()
    ok(run("ls"), "".join(f"{name}\n" for name in names).encode())


def test_ls_columns(programs, tmp_path):
    """On a terminal, down and then across."""
    import pty

    for number in range(30):
        (tmp_path / f"file-{number:02}").touch()
    master, slave = pty.openpty()
    subprocess.run([programs / "ls"], cwd=tmp_path, stdout=slave, check=True)
    os.close(slave)
    seen = b""
    while seen.count(b"\n") < 4:  # a terminal may give them line by line
        seen += os.read(master, 4096)
    lines = seen.decode().split("\r\n")
    os.close(master)
    assert lines[0].split() == [f"file-{number:02}" for number in range(0, 30, 4)]
    assert max(map(len, lines)) <= 80 and len(lines) == 5


def test_dmesg(run):
    result = run("dmesg")
    if result.status == 0:
        lines = result.out.splitlines()
        assert lines and not any(line.startswith(b"<") for line in lines)
    else:
        assert result.err == b"dmesg: kernel log: Operation not permitted\n"


def test_sync(run):
    ok(run("sync"))


@pytest.mark.skipif(not shutil.which("unshare"), reason="no unshare")
@pytest.mark.parametrize("tool, signal_number", [("poweroff", signal.SIGINT), ("reboot", signal.SIGHUP)])
def test_machine_ends(programs, tool, signal_number):
    """In a pid namespace reboot(2) kills its init: SIGINT for off, SIGHUP for anew. Never outside."""
    unshare = ["unshare", "--pid", "--fork"]
    inner = subprocess.run([*unshare, "sh", "-c", "echo $$"], capture_output=True)
    if inner.stdout != b"1\n":
        pytest.skip("no pid namespaces here")
    script = f"test $$ = 1 && {programs / tool}; sleep 10"
    done = subprocess.run([*unshare, "sh", "-c", script], timeout=limen.TIMEOUT_S)
    assert done.returncode == -signal_number
