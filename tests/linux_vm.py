"""Debian's Linux 6.1 in QEMU: what Limen is measured beside (make bench-linux) and judged by (make oracle).

    linux_vm.start(archive, append="quiet", icount=True)        boots; what was written on its serial ports
    linux_vm.run(folder, {"fd": ["/abi/fd"], ...})              {name: (status, output)} of commands

The kernel is the file vmlinuz of Debian's package, fetched below build/ with apt-get where it is not there yet, which
needs a network and Debian 12's sources, but no root: nothing is installed. It boots with nothing but an archive that is
made here, and its machine is that of tools/run.
"""

import importlib.machinery
import importlib.util
import pathlib
import re
import secrets
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile

import limen

PLACE = limen.ROOT / "build/debian"
PACKAGE = r"linux-image-6\.1\.[0-9.]+-[0-9]+-cloud-amd64"
TIMEOUT_S = 1800

# Process 1 of the machine that runs commands. What they write goes over the second serial port, whose terminal is to
# change nothing of it; NONCE tells our lines from theirs. They find what linux.py gives them: a pipe to write to, a
# tmpfs as root, /proc.
INIT = """#!/.setup/busybox sh
B=/.setup/busybox
$B chmod 755 /
$B mount -t proc proc /proc
$B mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts /dev/pts
$B stty -F /dev/ttyS1 raw -echo
try() {{
    name=$1
    shift
    echo "{nonce} begin $name" >/dev/ttyS1
    {{ $B env -i PATH=/bin:/sbin:/usr/bin:/usr/sbin HOME=/root TERM=linux "$@"; echo "$?" >/.setup/status; }} \\
        </dev/null 2>&1 | $B cat >/dev/ttyS1
    echo "{nonce} end $($B cat /.setup/status)" >/dev/ttyS1
}}
{tries}
$B poweroff -f
"""


class Missing(Exception):
    """Why there is no such machine here."""


def load_tool(name):
    loader = importlib.machinery.SourceFileLoader(name, str(limen.ROOT / "tools" / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    sys.modules[name] = module
    loader.exec_module(module)
    return module


# --- The kernel ---

def output_of(*words, **options):
    """What a command of Debian's prints; Missing if it can't be had."""
    try:
        return subprocess.run(words, capture_output=True, check=True, text=True, **options).stdout
    except FileNotFoundError:
        raise Missing(f"{words[0]} is missing: this is for Debian and its kin") from None
    except subprocess.CalledProcessError as error:
        raise Missing(f"{shlex.join(words)} failed:\n{error.stderr.strip()}") from None


def by_version(name):
    return [int(number) for number in re.findall(r"\d+", name)]


def fetch():
    """Downloads the newest kernel package and keeps its vmlinuz."""
    known = output_of("apt-cache", "search", "--names-only", f"^{PACKAGE}$")
    names = sorted((line.split()[0] for line in known.splitlines()), key=by_version)
    if not names:
        raise Missing("apt knows of no linux-image-6.1.*-cloud-amd64: it needs Debian 12's sources, and apt-get update")
    print(f"linux_vm: fetching {names[-1]}", file=sys.stderr, flush=True)
    PLACE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=PLACE) as work:
        output_of("apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", names[-1], cwd=work)
        package, = pathlib.Path(work).glob("*.deb")
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE) as unpacked, \
                tarfile.open(fileobj=unpacked.stdout, mode="r|") as files:
            for member in files:
                if member.name.startswith("./boot/vmlinuz-"):
                    kept = pathlib.Path(work) / "vmlinuz"
                    kept.write_bytes(files.extractfile(member).read())
                    # linux-image-6.1.0-56-cloud-amd64_6.1.192-2_amd64.deb
                    kept.rename(PLACE / f"vmlinuz-{package.name.split('_')[1]}")


def kernel():
    """The kernel's file, fetched if need be."""
    def found():
        return sorted(PLACE.glob("vmlinuz-*"), key=lambda path: by_version(path.name))

    if not found():
        fetch()
    return found()[-1]


def version():
    """The package's version."""
    return kernel().name.partition("-")[2]


# --- The machine ---

def start(archive, append="", timeout=TIMEOUT_S, **options):
    """Boots the kernel with a mkcpio.Archive and returns, when the machine is off, what came over its two serial ports.
    The options are those of limen.options."""
    tool = load_tool("run")
    words = tool.qemu_words(tool.parse_arguments(limen.options(timeout=None, **options)))
    with tempfile.TemporaryDirectory() as work, limen.cpus():
        ports = [pathlib.Path(work) / name for name in ("console", "output")]
        pathlib.Path(work, "initrd").write_bytes(archive.pack())
        words += ["-kernel", kernel(), "-initrd", f"{work}/initrd", "-append", f"console=ttyS0 panic=-1 {append}"]
        for port in ports:
            words += ["-serial", f"file:{port}"]
        try:
            subprocess.run(words, stdin=subprocess.DEVNULL, timeout=timeout, check=True)
        except subprocess.TimeoutExpired:
            raise Missing(f"Linux did not end:\n{limen.text_of(ports[0])[-4000:]}") from None
        return [port.read_bytes() for port in ports]


def new_archive():
    """An archive with the directories and nodes of Limen's own root."""
    archive = load_tool("mkcpio").Archive()
    archive.add_nodes((limen.ROOT / "tools/root.nodes").read_text(encoding="ascii"))
    return archive


def run(folder, commands, **options):
    """Runs commands, one after the other, in a root with the files of `folder`. Returns {name: (status, output)}; one
    that was not reached or did not end is missing."""
    nonce = secrets.token_hex(8)
    tries = "\n".join(f"try {name} {shlex.join(words)}" for name, words in commands.items())
    archive = new_archive()
    archive.add_nodes("node /dev/ttyS1 600 c 4 65")
    archive.add_tree(folder)
    archive.add_host_path(shutil.which("busybox") or "/bin/busybox", "/.setup/busybox")
    archive.add_file("/init", INIT.format(nonce=nonce, tries=tries).encode(), mode=0o755)
    console, output = start(archive, append="quiet no5lvl tsc=reliable initcall_blacklist=cmos_init", **options)
    answers = {}
    for part in output.split(f"{nonce} begin ".encode())[1:]:
        name, _, rest = part.partition(b"\n")
        printed, ended, status = rest.partition(f"{nonce} end ".encode())
        if ended:
            answers[name.decode()] = (int(status), printed)
    if len(answers) < len(commands):
        print(console.decode(errors="replace")[-4000:], file=sys.stderr)
    return answers
