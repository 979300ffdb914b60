"""How Debian's kernel is fetched (linux_vm.py), and what is said where it can't be. There is no network in this: the
mirror is played. What then runs in it is make bench-linux's and make oracle's own affair.
"""

import os
import shutil
import subprocess
import sys

import pytest

import limen
import linux_vm

# A mirror that knows three packages, and lets each be downloaded.
APT_CACHE = """#!/bin/sh
[ "$*" = "search --names-only ^linux-image-6\\.1\\.[0-9.]+-[0-9]+-cloud-amd64$" ] || exit 9
echo 'linux-image-6.1.0-9-cloud-amd64 - an old one'
echo 'linux-image-6.1.0-10-cloud-amd64 - the newest'
echo 'linux-image-6.1.0-8-cloud-amd64 - an older one'
"""
APT_GET = """#!/bin/sh
for package; do :; done
mkdir -p tree/DEBIAN tree/boot
printf 'Package: %s\\nVersion: 6.1.7-2\\nArchitecture: amd64\\nMaintainer: X <x@x>\\nDescription: x\\n' $package \\
    >tree/DEBIAN/control
echo $package >tree/boot/vmlinuz-x
dpkg-deb -b tree ${package}_6.1.7-2_amd64.deb
"""


@pytest.fixture(name="mirror")
def fixture_mirror(monkeypatch, tmp_path):
    """A function that puts commands in front of this machine's own."""
    monkeypatch.setattr(linux_vm, "PLACE", tmp_path / "kernels")
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    (tmp_path / "bin").mkdir()

    def put(name, text):
        (tmp_path / "bin" / name).write_text(text, encoding="ascii")
        (tmp_path / "bin" / name).chmod(0o755)
    return put


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="no dpkg-deb here")
def test_the_newest_is_fetched(mirror):
    mirror("apt-cache", APT_CACHE)
    mirror("apt-get", APT_GET)
    assert linux_vm.kernel().read_text() == "linux-image-6.1.0-10-cloud-amd64\n"
    assert [path.name for path in linux_vm.PLACE.iterdir()] == ["vmlinuz-6.1.7-2"]
    assert linux_vm.version() == "6.1.7-2"


def test_it_is_fetched_once(mirror):
    for name in ("apt-cache", "apt-get"):
        mirror(name, "#!/bin/sh\nexit 1\n")
    linux_vm.PLACE.mkdir()
    for version in ("6.1.90-1", "6.1.192-2"):
        (linux_vm.PLACE / f"vmlinuz-{version}").touch()
    assert linux_vm.version() == "6.1.192-2"


def test_no_such_package(mirror):
    mirror("apt-cache", "#!/bin/sh\n")
    with pytest.raises(linux_vm.Missing, match="apt knows of no linux-image.*apt-get update"):
        linux_vm.kernel()


def test_no_network(mirror):
    mirror("apt-cache", APT_CACHE)
    mirror("apt-get", "#!/bin/sh\necho 'Could not resolve deb.debian.org' >&2\nexit 100\n")
    with pytest.raises(linux_vm.Missing, match="apt-get .* failed:\nCould not resolve deb.debian.org"):
        linux_vm.kernel()
    assert not list(linux_vm.PLACE.iterdir())


def test_bench_says_so(mirror, tmp_path):
    """What is not there is said in one line, before anything is measured."""
    mirror("apt-cache", "#!/bin/sh\n")
    bench = "import pathlib, runpy, sys, linux_vm; sys.argv = ['bench', '--linux', 'x']; " \
            f"linux_vm.PLACE = pathlib.Path({str(tmp_path)!r}); runpy.run_path('tests/bench/bench', None, '__main__')"
    done = subprocess.run([sys.executable, "-c", bench], cwd=limen.ROOT, capture_output=True, check=False, text=True,
                          env={**os.environ, "PYTHONPATH": "tests"})
    assert done.returncode == 1
    assert done.stderr.startswith("bench: apt knows of no linux-image") and done.stderr.count("\n") == 1
