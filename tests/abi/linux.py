"""Runs test programs on this machine's Linux without any danger to it.

They run as root, for that is what they run as on Limen, but in a world of their own: name spaces for
processes, mounts, names and the network, and a root that is a small tmpfs with copies of the few files
they need. The machine's own root is unmounted before the first of them starts, so nothing that they do
can reach it. Some rights (clock, modules, ports) are dropped even so.
"""

import os
import pathlib
import shutil
import subprocess

# Runs as process 1 of the new name spaces: $1 is the directory where the root is made, $2 the files to lay into
# it, the rest the command. /.setup is gone before the
# command starts, and so is what was the root.
SCRIPT = r"""
set -e
root=$1 files=$2
shift 2
mount -t tmpfs -o mode=755 limen "$root"
cd "$root"
mkdir -p bin dev etc proc .setup/old
mkdir -p -m 700 root
mkdir -p -m 1777 tmp
cp -a "$files/." .
mknod -m 666 dev/null c 1 3
mknod -m 666 dev/zero c 1 5
mknod -m 666 dev/full c 1 7
mknod -m 666 dev/random c 1 8
mknod -m 666 dev/urandom c 1 9
mknod -m 644 dev/kmsg c 1 11
mknod -m 666 dev/tty c 5 0
mknod -m 666 dev/ptmx c 5 2
mkdir dev/pts
mount -t devpts -o newinstance,ptmxmode=666,mode=620 devpts dev/pts
mount -t proc proc proc
for name in acpi bus driver fs irq mtrr scsi sys sysrq-trigger; do
    [ ! -e proc/$name ] || { mount --bind proc/$name proc/$name && mount -o remount,bind,ro proc/$name; }
done
cp "$BUSYBOX" .setup/busybox
pivot_root . .setup/old
exec /.setup/busybox sh -c 'cd / && B=/.setup/busybox
$B umount -l /.setup/old && $B rm -r /.setup && exec "$@"' sh "$@"
"""
# What may be dropped without a test's seeing it.
DROPPED = "-sys_time,-sys_module,-sys_rawio"
WORDS = ["setpriv", f"--bounding-set={DROPPED}", "unshare", "--mount", "--pid", "--fork", "--kill-child", "--uts",
         "--ipc", "--net", "sh", "-c", SCRIPT, "sh"]


def busybox():
    """The static busybox of this machine."""
    return shutil.which("busybox") or "/bin/busybox"


def missing():
    """Why this machine cannot run programs in this way, or None."""
    if os.uname().sysname != "Linux" or os.uname().machine != "x86_64":
        return "this machine is not Linux on x86-64"
    if os.geteuid() != 0:
        return "only root can make a world of its own for the programs (unshare, mount)"
    for tool in ("unshare", "setpriv", "pivot_root", "busybox"):
        if not shutil.which(tool):
            return f"{tool} is missing"
    probe = subprocess.run([*WORDS[:-4], "true"], capture_output=True, check=False)
    return f"no name spaces here: {probe.stderr.decode().strip()}" if probe.returncode else None


def run(files, command, work, timeout=300, prefix=(), **options):
    """Runs `command` in a root that holds what is in the folder `files`. `work` is an empty folder to use. `prefix` is
    what runs all of it (strace).

    Returns subprocess.run's answer. Standard output and error are taken together where options say nothing else."""
    place = pathlib.Path(work) / "root"
    place.mkdir(exist_ok=True)
    options.setdefault("stdin", subprocess.DEVNULL)
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.STDOUT)
    environment = {"PATH": "/bin:/sbin:/usr/bin:/usr/sbin", "HOME": "/root", "TERM": "linux", "BUSYBOX": busybox()}
    return subprocess.run([*prefix, *WORDS, str(place), str(files), *command], env=environment, timeout=timeout,
                          check=False, **options)
