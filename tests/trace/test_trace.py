"""Tracepoints by the files at /sys/kernel/tracing (docs/tracing.md), used as from a shell."""
import functools
import pathlib
import re

import pytest

import limen

SCRIPT = pathlib.Path(__file__).with_name("files.sh")
LINE = re.compile(r" *(?P<comm>\S+)-(?P<pid>\d+) +\[(?P<cpu>\d{3})\] (?P<flags>[d.][N.]\.[0-9a-f.]\.) "
                  r" *(?P<time>\d+\.\d{6}): (?P<event>\w+)(?P<text>.*)")
CPUS = [1, 4]


@functools.lru_cache(maxsize=None)
def parts(cpus):
    """{NAME: the lines behind `== NAME`} of the script, with what it complains of."""
    result = limen.run("/bin/sh", "-c", f"exec 2>&1; {SCRIPT.read_text(encoding='utf-8')}", smp=cpus)
    assert result.status == 0, result
    found, name = {}, None
    for line in result.stdout.decode().splitlines():
        if line.startswith("== "):
            name = line[3:]
            found[name] = []
        else:
            found[name].append(line)
    return found


@pytest.fixture(params=CPUS)
def part(request):
    return lambda name: parts(request.param)[name]


def entries(lines):
    """The lines of a trace, each taken apart."""
    matches = [(line, LINE.fullmatch(line)) for line in lines if line.startswith(" ")]
    wrong = [line for line, match in matches if not match]
    assert not wrong, wrong
    return [match.groupdict() for _, match in matches]


def test_only_root(part):
    modes = {line.split()[-1]: line.split()[0] for line in part("listing")}
    for name, mode in {"tracing": "drwx------", "available_events": "-r--r-----", "buffer_size_kb": "-rw-r-----",
                       "events": "drwxr-x---", "enable": "-rw-r-----", "id": "-r--r-----", "trace": "-rw-r-----",
                       "trace_marker": "--w--w----", "trace_pipe": "-r--r-----"}.items():
        assert modes[name] == mode


def test_available(part):
    events = part("available")
    for name in ("raw_syscalls:sys_enter", "raw_syscalls:sys_exit", "sched:sched_switch", "sched:sched_wakeup",
                 "sched:sched_process_fork", "sched:sched_process_exec", "sched:sched_process_exit",
                 "exceptions:page_fault_user", "irq:irq_handler_entry", "signal:signal_generate",
                 "lock:contention_begin", "syscalls:sys_enter_openat", "syscalls:sys_exit_openat"):
        assert name in events
    assert "ftrace:print" not in events and len(set(events)) == len(events)


def test_format_as_on_linux(part):
    assert len(set(part("ids"))) == 2
    text = "\n".join(part("format"))
    assert re.fullmatch(r"""name: sys_exit
ID: \d+
format:
\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;
\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;
\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;
\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;

\tfield:long id;\toffset:8;\tsize:8;\tsigned:1;
\tfield:long ret;\toffset:16;\tsize:8;\tsigned:1;

print fmt: "NR %ld = %ld", REC->id, REC->ret""", text), text


def test_switches(part):
    assert part("switches") == ["0", "1", "X", "X", "0", "sched:sched_switch", "sched:sched_wakeup",
                                "syscalls:sys_enter_getcwd", "sched:sched_switch", "syscalls:sys_enter_getcwd", "0"]


def test_a_long_list_is_taken_in_whole_words(part):
    wanted, switched_on = part("long")
    assert int(wanted) > 40 and int(switched_on) == int(wanted)


def test_refused(part):
    lines = part("refused")
    assert [line.rpartition(": ")[2] for line in lines] == [
        "Invalid argument", "Invalid argument", "Invalid argument", "Invalid argument", "Cannot allocate memory",
        "No such file or directory", "No such file or directory", "[mono]", "256"], lines


def test_an_empty_trace_is_its_header(part):
    assert all(line.startswith("#") for line in part("empty"))
    assert part("empty")[0] == "# tracer: nop" and part("empty")[-2].endswith("TIMESTAMP  FUNCTION")
    assert all(line.startswith("#") for line in part("cleared")) and len(part("cleared")) == 12


def between_marks(lines):
    found = entries(lines)
    events = [entry["event"] + entry["text"] for entry in found]
    first, last = events.index("tracing_mark_write: begin"), events.index("tracing_mark_write: end")
    return found[first:last]


def test_work_is_seen(part):
    lines = part("work")
    found = between_marks(lines)
    times = [float(entry["time"]) for entry in found]
    assert times == sorted(times)
    assert not any("unheard" in entry["text"] for entry in found)
    texts = [entry["event"] + entry["text"] for entry in found]

    def seen(pattern):
        return [entry for entry, text in zip(found, texts) if re.fullmatch(pattern, text)]

    pwd = seen(r"sched_process_exec: filename=/bin/pwd pid=\d+ old_pid=\d+")
    assert len(pwd) == 1 and pwd[0]["comm"] == "pwd"
    pid = pwd[0]["pid"]
    enter, leave = seen(r"sys_getcwd\(\w+: \w+, \w+: \w+\)"), seen(r"sys_getcwd -> 0x\w+")
    assert [entry["pid"] for entry in enter + leave if entry["pid"] == pid] == [pid, pid]
    assert seen(rf"sys_enter: NR 79 \(.*\)") and seen(r"sys_exit: NR 79 = \d+")
    assert seen(rf"sched_process_fork: comm=sh pid=\d+ child_comm=sh child_pid={pid}")
    assert seen(rf"sched_process_exit: comm=pwd pid={pid} prio=120")
    assert seen(r'open_name: dfd=-100 filename="/no/such/file" flags=0x\w+ mode=0\d*')
    assert seen(r"sys_exit: NR \d+ = -2")
    assert seen(rf"sched_switch: prev_comm=\S+ prev_pid=\d+ prev_prio=120 prev_state=[SDRX+]+ ==> "
                rf"next_comm=\S+ next_pid={pid} next_prio=120")
    assert seen(r"sched_wakeup: comm=sh pid=\d+ prio=120 target_cpu=\d{3}")
    assert seen(r"page_fault_user: address=0x\w+ ip=0x\w+ error_code=0x\w+")
    assert seen(r"signal_generate: sig=17 errno=0 code=0 comm=sh pid=\d+ grp=1 res=[01]")
    assert seen(r"signal_generate: sig=15 errno=0 code=0 comm=sh pid=\d+ grp=1 res=0")


def test_calls_pair_up(part):
    """What a thread enters it leaves, but for calls that don't return, and the ends of the trace."""
    for pid in {entry["pid"] for entry in between_marks(part("work")) if entry["comm"] == "pwd"}:
        open_call = None
        for entry in between_marks(part("work")):
            if entry["pid"] != pid or entry["event"] not in ("sys_enter", "sys_exit"):
                continue
            number = re.match(r": NR (\d+)", entry["text"])[1]
            if entry["event"] == "sys_enter":
                assert open_call is None, entry
                open_call = number
            else:
                assert open_call in (number, None), entry
                open_call = None
        assert open_call in ("60", "231")


def test_reading_takes_nothing_from_trace(part):
    first, second = map(int, part("again"))
    assert first == second == len(part("work")) - sum(not line.startswith(("#", " ")) for line in part("work"))


def test_pipe_takes(part):
    lines = part("pipe")
    assert [entry["text"] for entry in entries(lines[:2])] == [": one", ": two"]
    assert len(lines) == 2 + 12 and all(line.startswith("#") for line in lines[2:])


def test_pipe_waits(part):
    assert [entry["text"] for entry in entries(part("waiting"))] == [": late"]


def test_lost_entries_are_counted(part):
    lines = part("lost")
    assert lines[0] == "4" and lines[1].endswith("mark 199")
    taken = lines[2:]
    lost = sum(int(match[1]) for match in (re.fullmatch(r"CPU:\d+ \[LOST (\d+) EVENTS\]", line) for line in taken)
               if match)
    kept = entries([line for line in taken if not line.startswith("CPU:")])
    assert lost > 0 and lost + len(kept) == 200
