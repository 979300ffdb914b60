"""Values of /proc/sys that are written take effect. (On Linux they are the whole machine's: so this is Limen alone.)"""
import shutil

import limen

TRIES = [  # file, what is written, whether it is taken, what is read then
    ("kernel/hostname", "gatehouse", True, "gatehouse"),
    ("kernel/pid_max", "301", True, "301"),
    ("kernel/pid_max", "300", False, "301"),
    ("kernel/pid_max", "40000", False, "301"),
    ("kernel/pid_max", "12x", False, "301"),
    ("kernel/pid_max", " 32768 ", True, "32768"),
    ("kernel/printk", "4", True, "4\t4\t1\t7"),
    ("kernel/printk", "7 4 1 7", True, "7\t4\t1\t7"),
    ("kernel/printk", "7 4 1 6", False, "7\t4\t1\t7"),
    ("kernel/printk", "9", False, "7\t4\t1\t7"),
    ("kernel/randomize_va_space", "2", False, "0"),
    ("kernel/randomize_va_space", "0", True, "0"),
    ("vm/overcommit_memory", "1", False, "0"),
    ("fs/pipe-max-size", "4097", True, "8192"),
    ("kernel/threads-max", "19", False, None),
    ("kernel/threads-max", "100", True, "100"),
    ("vm/max_map_count", "1000", True, "1000"),
    ("vm/max_map_count", "-1", False, "1000"),
    ("kernel/dmesg_restrict", "2", False, "0"),
    ("fs/inotify/max_user_instances", "7", True, "7"),
    ("fs/inotify/max_user_watches", "70", True, "70"),
    ("fs/inotify/max_queued_events", "2147483648", False, "16384"),
    ("fs/epoll/max_user_watches", "50", True, "50"),
    ("kernel/random/poolsize", "1", False, "256"),
    ("fs/nr_open", "512", True, "512"),
    ("fs/nr_open", "1", False, "512"),
    ("fs/nr_open", "1048576", True, "1048576"),
]


def test_values_are_kept():
    lines = [f"echo '{value}' > /proc/sys/{file} 2>/dev/null; echo $?; cat /proc/sys/{file}"
             for file, value, _, _ in TRIES]
    result = limen.run("/bin/sh", "-c", "; ".join(lines) + "; uname -n")
    got = result.stdout.decode().splitlines()
    for (file, value, taken, kept), status, now in zip(TRIES, got[::2], got[1::2]):
        assert (status == "0") == taken and kept in (None, now), (file, value, status, now)
    assert got[2 * len(TRIES):] == ["gatehouse"], result


def test_folders_within_folders():
    result = limen.run("/bin/sh", "-c", "cd /proc/sys; ls . fs/inotify fs/epoll kernel/random; cd fs/inotify/..; pwd; "
                       "cat ../kernel/random/boot_id ../kernel/random/boot_id")
    lines = result.stdout.decode().splitlines()
    for name in ("fs", "kernel", "vm", "max_user_instances", "max_queued_events", "boot_id", "uuid", "/proc/sys/fs"):
        assert name in lines, (name, result)
    assert lines[-1] == lines[-2] and len(lines[-1]) == 36, result


def test_process_numbers_wrap_at_pid_max(tmp_path):
    (tmp_path / "bin").mkdir()
    shutil.copy(shutil.which("busybox"), tmp_path / "bin/busybox")
    script = ("echo 330 > /proc/sys/kernel/pid_max; i=0; "
              "while [ $i -lt 320 ]; do (:); i=$((i+1)); done; (:) & echo $!")
    result = limen.run("/bin/busybox", "sh", "-c", script, roots=[tmp_path])
    assert 300 <= int(result.stdout) < 330, result


def test_the_dead_take_no_place_under_threads_max(tmp_path):
    """They may still lie about: who frees them comes less often to the CPU than these six who make more."""
    (tmp_path / "bin").mkdir()
    shutil.copy(shutil.which("busybox"), tmp_path / "bin/busybox")
    forks = "busybox renice -n -20 -p $$; i=0; while [ $i -lt 200 ]; do (:); i=$((i+1)); done; echo made $i"
    script = (f"echo 30 > /proc/sys/kernel/threads-max; forks='{forks}'; "
              'for n in 1 2 3 4 5 6; do sh -c "$forks" & done; wait')
    result = limen.run("/bin/sh", "-c", script, roots=[tmp_path], smp=1)
    assert result.stdout == b"made 200\n" * 6 and result.stderr == b"", result
