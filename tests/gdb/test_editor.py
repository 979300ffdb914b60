"""An editor's way: gdb spoken to in MI, on the port that a task has started (.vscode/). What it asks is answered."""

import json
import re
import subprocess

import pexpect

import limen


def plain_json(path):
    """The JSON of a file with whole-line comments."""
    return json.loads(re.sub(r"^\s*//.*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE))


def test_files_of_the_editor_agree():
    tasks = plain_json(limen.ROOT / ".vscode/tasks.json")["tasks"]
    launch = plain_json(limen.ROOT / ".vscode/launch.json")["configurations"][0]
    machine = next(task for task in tasks if task["label"] == launch["preLaunchTask"])
    port = re.search(r"--gdb=(\d+)", machine["command"])[1]
    assert launch["miDebuggerServerAddress"] == f"127.0.0.1:{port}"
    assert any(task["label"] == launch["postDebugTask"] for task in tasks)
    assert (limen.ROOT / "tools/gdb/start.py").exists()
    plain_json(limen.ROOT / ".devcontainer/devcontainer.json")


def test_machine_interface():
    tasks = plain_json(limen.ROOT / ".vscode/tasks.json")["tasks"]
    ready = re.compile(next(task for task in tasks if task.get("isBackground"))
                       ["problemMatcher"]["background"]["endsPattern"])
    with limen.cpus():
        machine = subprocess.Popen([limen.TOOL, "--gdb", "--", "/bin/hello"], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        line = machine.stderr.readline().rstrip("\n")
        assert ready.search(line), line
        port = re.search(r"127.0.0.1:(\d+)", line)[1]
        gdb = pexpect.spawn("gdb", ["-q", "-nx", "--interpreter=mi2", "-iex", "set debuginfod enabled off"],
                            timeout=limen.TIMEOUT_S, encoding="utf-8", echo=False)

        def ask(command, answer):
            gdb.sendline(command)
            gdb.expect(answer)
            return gdb.match

        try:
            ask(f'-interpreter-exec console "source {limen.ROOT}/tools/gdb/start.py"', r"\^done")
            ask("-enable-frame-filters", r"\^done")
            ask(f'-file-exec-and-symbols "{limen.BUILD}/limen.elf"', r"\^done")
            ask(f"-target-select remote 127.0.0.1:{port}", r"\^connected")
            ask(f'-break-insert -f "\\"{limen.ROOT}/user/hello.c\\":6"', r'\^done,bkpt=\{number="1"')
            ask("-break-insert -f sys_write", r"\^done")
            ask("-exec-continue", r'\*stopped,reason="breakpoint-hit",[^\n]*bkptno="1",[^\n]*func="main"')
            assert ask("-stack-list-frames", r'\^done,stack=\[(.*)\]\r\n')[1].count('func="main"') == 1
            ask("-exec-continue", r'\*stopped,[^\n]*func="sys_write"')
            stack = ask("-stack-list-frames", r'\^done,stack=\[(.*)\]\r\n')[1]
            assert re.findall(r'func="([^"]*)"', stack)[:4] == ["sys_write", "do_syscall_64", "<system call write>",
                                                                 "write"], stack
            ask('-interpreter-exec console "limen ps"', r"hello\\n")
        finally:
            gdb.close(force=True)
            machine.kill()
            machine.communicate()
