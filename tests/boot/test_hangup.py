"""The end of a session whose terminal is a device (a pseudo-terminal's is told in tests/abi/hangup.c)."""
import shutil

import limen

# A session's leader opens the serial line, which so becomes its terminal, and ends; a child that ignores SIGHUP has
# the line open still.
SCRIPT = """
/bin/busybox setsid /bin/busybox sh -c '
    exec 3<>/dev/ttyS0
    trap "" HUP
    (while [ -e /tmp/leader ]; do /bin/busybox usleep 1000; done
     /bin/busybox cat <&3; echo read $?
     /bin/busybox echo x >&3; echo write $?
     /bin/busybox stty <&3; echo modes $?
     echo y >/dev/ttyS0; echo opened $?
     : >/tmp/over) 2>/dev/null &
    /bin/busybox tty </dev/tty' >/tmp/out
/bin/busybox rm /tmp/leader
while [ ! -e /tmp/over ]; do /bin/busybox usleep 1000; done
/bin/busybox cat /tmp/out
"""


def test_open_files_are_dead(tmp_path):
    (tmp_path / "bin").mkdir()
    shutil.copy(shutil.which("busybox"), tmp_path / "bin/busybox")
    (tmp_path / "tmp").mkdir(mode=0o1777)
    (tmp_path / "tmp/leader").touch()
    result = limen.run("/bin/busybox", "sh", "-c", SCRIPT, roots=[tmp_path])
    lines = result.stdout.decode().split("\n")
    assert lines == ["/dev/tty", "read 0", "write 1", "modes 1", "opened 0", ""], result
