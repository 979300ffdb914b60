"""The programs mount and umount on Limen itself: they show and change the tree of mounts."""

import limen

SCRIPT = """
mkdir /tmp/a /tmp/b
mount -t tmpfs -o size=1m,mode=700,nosuid me /tmp/a && echo text >/tmp/a/f
mount -o bind /tmp/a /tmp/b && mount -o remount,bind,ro none /tmp/b
cat /tmp/b/f
echo x >/tmp/b/g || echo refused
umount /tmp/b /tmp/a && ls /tmp/a /tmp/b
mount -t tmpfs me /tmp/a && cd /tmp/a && umount /tmp/a || umount -l /tmp/a
cd / && umount /tmp/a || mount -t nosuch me /tmp/a || mount a
"""
OUTPUT = b"""text
refused
/tmp/a:

/tmp/b:
"""
ERRORS = b"""/bin/sh: /tmp/b/g: Read-only file system
umount: /tmp/a: Device or resource busy
umount: /tmp/a: Invalid argument
mount: /tmp/a: No such device
usage: mount [-t TYPE] [-o OPTIONS] [SOURCE FOLDER]
"""


def test_mount_and_umount():
    result = limen.run("/bin/sh", "-c", SCRIPT)
    assert (result.stdout, result.stderr) == (OUTPUT, ERRORS), result


def test_mount_lists():
    result = limen.run("/bin/sh", "-c", "mount -t tmpfs -o ro,size=8k 'a name' /tmp; mount")
    lines = result.stdout.decode().splitlines()
    assert lines[0].startswith("rootfs on / type tmpfs (rw,relatime")
    assert lines[1] == "devtmpfs on /dev type devtmpfs (rw,nosuid,relatime,mode=755)"
    assert lines[2] == "proc on /proc type proc (rw,nosuid,nodev,noexec,relatime)"
    assert lines[3].startswith("devpts on /dev/pts type devpts (rw,nosuid,noexec,relatime")
    assert lines[4] == "tmpfs on /dev/shm type tmpfs (rw,nosuid,nodev,relatime)"
    assert lines[5] == "tracefs on /sys/kernel/tracing type tracefs (rw,nosuid,nodev,noexec,relatime)"
    assert lines[6:] == ["a\\040name on /tmp type tmpfs (ro,relatime,size=8k)"]


DEVTMPFS = """
mkdir /tmp/d /tmp/e; mount -t devtmpfs x /tmp/d; mount -t devtmpfs -o ro x /tmp/e
mknod /tmp/d/node c 1 7 && echo x >/dev/node || echo full
rm /tmp/e/node || echo refused
mkdir /dev/sub && cd /tmp/e/sub && pwd && cd /
rm /dev/node; ls /tmp/d/node || echo gone
umount /tmp/d /tmp/e; ls -l /dev/tty1 /dev/ttyS0 /dev/hostio /dev/fd
"""


def test_devtmpfs_is_one_tree():
    """What is changed in one mount of it is seen in all. (On Linux it is the machine's own.)"""
    result = limen.run("/bin/sh", "-c", DEVTMPFS)
    lines = result.stdout.decode().splitlines()
    assert lines[:4] == ["full", "refused", "/tmp/e/sub", "gone"], result
    assert [line.split()[0] for line in lines[4:]] == ["lrwxrwxrwx"] + ["crw-------"] * 3, result
    assert ["240, 0", "4, 1", "4, 64"] == [" ".join(line.split()[4:6]) for line in lines[5:]], result
