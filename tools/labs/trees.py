"""The tree that is built for a grade: the release's, with a hand-in's allowed files laid over it.

    release = trees.Release(lab)            built once, kept in build/labs
    handin = trees.take(path, release)      a folder, .tar.gz or .zip: handin.files, handin.answers, handin.notes
    build = trees.build(release, handin)    in the sandbox: build.kernel, build.root, build.symbols, or build.complaint

Nothing of a hand-in is ever run, followed or unpacked outside the sandbox: its files are read as bytes, links are not
followed, names with other than plain letters are refused.
"""

import contextlib
import dataclasses
import fcntl
import functools
import hashlib
import io
import itertools
import json
import os
import pathlib
import re
import stat
import subprocess
import tarfile
import tempfile

from labs import catalog, sandbox, unpack
from labs.unpack import ALL_BYTES, ALL_FILES, FILE_BYTES, IGNORED

TOPS = ("Makefile", "linker.ld", "boot", "arch", "kernel", "libc", "user", "tools", "docs/syscalls.md")
NOT_BUILT = ("tools/lab", "tools/gdb/")
OUTPUTS = ("limen.boot", "root.cpio", "limen.nm")
SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*(/[A-Za-z0-9_][A-Za-z0-9_.+-]*)*")
FILES, NAME_MAX = 200, 200
KEPT = 2                    # so many built trees of a lab
OLD_S = 1_600_000_000       # the time of the release's sources: older than what is made of them
NOTES = 12
ARCHIVES = (".tar", ".tar.gz", ".tgz", ".zip")
MAKE = "make -j2 --no-print-directory build/debug/limen.boot build/debug/root.cpio 1>&2"
NM = "nm build/debug/limen.elf | head -c 8M >build/debug/limen.nm"
TAKE_ALL = "tar -cf - build"
TAKE_OUTPUTS = f"cd build/debug && stat -Lc %s {' '.join(OUTPUTS)} && cat {' '.join(OUTPUTS)}"
UNPACK = sandbox.Limits(wall_s=120, cpu_s=20, process_bytes=1 << 30, memory_bytes=1 << 30, disk_bytes=1 << 20,
                        output_bytes=ALL_BYTES + (64 << 20))


def git(*words, folder=catalog.ROOT):
    """What git says; None if it fails."""
    done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else None


def base_commit(lab):
    """What the lab began with: by `tools/lab start`, or as a released repository. None if it is not under way here."""
    base = git("config", f"branch.lab/{lab.name}.limen-base")
    base = base.decode().strip() if base else None
    if base and git("merge-base", "--is-ancestor", base, "HEAD") is not None:
        return base
    return release_commit() if lab.released else None


def release_commit():
    """The commit that `tools/lab release` made. Its tag may be lost on the way (a repository made of a template has no
    tags): then it is the first one."""
    tagged = git("rev-parse", "--verify", "--quiet", "refs/tags/lab-release^{commit}")
    if tagged:
        return tagged.decode().strip()
    first = (git("rev-list", "--max-parents=0", "HEAD") or b"").decode().split()
    if len(first) != 1 or git("rev-parse", "--is-shallow-repository") != b"false\n":
        raise catalog.LabError("what you were given can't be told from what you changed: this is no clone of the "
                               "lab's repository, or one without its history. Clone it anew")
    return first[0]


def changed_here():
    """The sources of this tree that are not as they were committed, as git tells it; "" where git knows nothing."""
    return (git("status", "--porcelain", "--", *TOPS) or b"").decode()


def source_names(folder):
    """The files of the tree in FOLDER that are sources."""
    listed = git("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *TOPS, folder=folder)
    if listed is not None:
        return sorted(name for name in listed.decode().split("\0")
                      if name and (folder / name).is_file() and not name.startswith(NOT_BUILT))
    found = [folder / top for top in TOPS]
    found += [path for top in found for path in top.rglob("*")]
    names = (str(path.relative_to(folder)) for path in found if path.is_file())
    return sorted(name for name in names if not IGNORED.search(name) and not name.startswith(NOT_BUILT))


def released_files(lab):
    """{name: (mode, bytes)} of the tree that the lab begins with."""
    commit = base_commit(lab)
    if commit:
        data = git("archive", "--format=tar", commit, "--", *TOPS)
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            return {each.name: (0o755 if each.mode & 0o100 else 0o644, archive.extractfile(each).read())
                    for each in archive if each.isfile() and not each.name.startswith(NOT_BUILT)}
    files = {name: read_source(catalog.ROOT / name) for name in source_names(catalog.ROOT)}
    return patched(files, lab.patch(lab.folder / "starter.patch"))


def read_source(path):
    return 0o755 if os.access(path, os.X_OK) else 0o644, path.read_bytes()


def patched(files, patch):
    """FILES with a patch applied, by git: its context must be there."""
    if not patch:
        return dict(files)
    with tempfile.TemporaryDirectory(prefix="limen-") as work:
        folder = pathlib.Path(work)
        touched = set(re.findall(r"^(?:---|\+\+\+) [ab]/(\S+)", patch, re.M))
        for name in touched & files.keys():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(files[name][1])
        done = subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], input=patch, cwd=work, text=True,
                              env={**os.environ, "GIT_CEILING_DIRECTORIES": str(folder.parent)},
                              capture_output=True, check=False)
        if done.returncode:
            raise catalog.LabError(f"a patch of the lab does not fit the tree:\n{done.stderr}")
        result = {name: file for name, file in files.items() if name not in touched}
        for name in touched:
            if (folder / name).is_file():
                result[name] = (files.get(name, (0o644,))[0], (folder / name).read_bytes())
        return result


def tar_of(files, time_s):
    """An archive of {name: (mode, bytes)}."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name in sorted(files):
            member = tarfile.TarInfo(name)
            member.mode, member.mtime, member.size = files[name][0], time_s, len(files[name][1])
            archive.addfile(member, io.BytesIO(files[name][1]))
    return out.getvalue()


class Release:
    """The lab's tree as students get it, and what is built of it: for a hand-in only what differs is."""

    def __init__(self, lab, *patches):
        """PATCHES: for proofs, what all that is to be graded has in common."""
        self.lab = lab
        self.files = released_files(lab)
        for patch in patches:
            self.files = patched(self.files, lab.patch(patch))
        self.archive = tar_of(self.files, OLD_S)
        digest = hashlib.sha256(self.archive + tool_versions()).hexdigest()[:24]
        self.cache = catalog.ROOT / "build/labs" / f"{lab.folder.name}-{digest}.tar"

    @functools.cached_property
    def places(self):
        """The files that a hand-in may bring."""
        return [name for name in self.files if self.lab.allows(name)]

    def built(self):
        """The archive of sources and objects."""
        with self.lock():
            if not self.cache.exists():
                self.build()
            return self.cache.read_bytes()

    @contextlib.contextmanager
    def lock(self):
        """Another grader may build the same, or take this one's place."""
        self.cache.parent.mkdir(parents=True, exist_ok=True)
        with open(self.cache.parent / "lock", "w", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def build(self):
        everything, stale = with_objects(self.files)
        outcome = sandbox.run(["sh", "-c", script(stale, f"{MAKE} && {TAKE_ALL}")],
                              sandbox.Limits(output_bytes=512 << 20), everything)
        if outcome.status != 0 or outcome.ended:
            raise catalog.LabError("the lab's own tree cannot be built:\n" + tail(outcome.stderr))
        self.keep(self.archive + bytes(outcome.stdout))

    def keep(self, data):
        found = self.cache.parent.glob(f"{self.lab.folder.name}-*.tar")
        for old in sorted(found, key=os.path.getmtime, reverse=True)[KEPT - 1:]:
            old.unlink()
        with tempfile.NamedTemporaryFile(dir=self.cache.parent, delete=False) as file:
            file.write(data)
        os.replace(file.name, self.cache)


def with_objects(files):
    """An archive of a tree and of what this tree's own build has made, so that it isn't made again; and the sources
    that are others than here: those are to be newer than their objects. No objects, if this tree doesn't build."""
    more = tar_of({"build/setup-run.mk": (0o644, b"# The grader has been here.\n")}, OLD_S + 1)
    if build_here().complaint:
        return tar_of(files, OLD_S) + more, []
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.add(catalog.ROOT / "build/debug", "build/debug")
    stale = [name for name, (_, data) in files.items()
             if not (catalog.ROOT / name).is_file() or (catalog.ROOT / name).read_bytes() != data]
    return tar_of(files, OLD_S) + out.getvalue() + more, stale


def script(changed, what):
    """Unpacks what comes, and does WHAT as if these files had been changed just now."""
    return f"tar -xif - && touch Makefile.taken {' '.join(changed)} && {what}"


def tool_versions():
    """Which compiler made the objects."""
    return b"".join(subprocess.run([name, "--version"], capture_output=True, check=False).stdout
                    for name in ("gcc", "ld", "nasm"))


def tail(data, lines=40):
    text = bytes(data).decode(errors="replace")
    kept = [line for line in text.splitlines() if not re.match(r"  [A-Z]+ +\S", line)]
    return "\n".join(re.sub(r"[^\x20-\x7e\t]", "?", line)[:300] for line in kept[-lines:])


# --- A hand-in ---

@dataclasses.dataclass
class Handin:
    name: str
    files: dict         # {path: bytes}: allowed, and different from the release's
    notes: list         # what the student is to know
    answers: bytes = b""    # to the handout's questions, for people; empty if there are none


def members(path):
    """(path in the hand-in, its bytes, or None for what is no plain file) of each."""
    return folder_members(path) if path.is_dir() else archive_members(path)


def archive_members(path):
    """Read in the sandbox: what an archive does to its reader is nobody's business outside."""
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
        if os.fstat(file.fileno()).st_size > unpack.ARCHIVE_BYTES:
            raise ValueError(f"it is larger than {unpack.ARCHIVE_BYTES >> 20} MiB")
        data = file.read()
    reader = pathlib.Path(unpack.__file__).read_text(encoding="utf-8")
    outcome = sandbox.run(["python3", "-I", "-S", "-B", "-c", reader], UNPACK, data)
    if outcome.ended or outcome.status:
        raise ValueError(tail(outcome.stderr, 1) or f"to unpack it takes too much {outcome.ended or 'time'}")
    return unpack.members(outcome.stdout)


def folder_members(top):
    for count, (folder, folders, names) in enumerate(os.walk(top)):
        if count >= ALL_FILES:
            raise ValueError("it holds too many folders")
        folders[:] = sorted(name for name in folders if not IGNORED.search(name))
        for name in sorted(names):
            path = os.path.join(folder, name)
            yield os.path.relpath(path, top), read_plain(path)


def read_plain(path):
    """A file's bytes; None if it is none, or a link."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with open(descriptor, "rb") as file:
        return file.read(FILE_BYTES + 1) if stat.S_ISREG(os.fstat(descriptor).st_mode) else None


def take(path, release):
    """Sorts a hand-in into what is taken and what is left. A folder around all of it is looked through."""
    path = lone_archive(pathlib.Path(path))
    try:
        found = [(name.removeprefix("./"), data) for name, data in limited(members(path))]
    except (OSError, ValueError) as error:
        raise catalog.LabError(f"{path.name} is no hand-in: {error}") from error
    found = below_a_folder([pair for pair in found if not IGNORED.search(pair[0])])
    handin = Handin(path.name, {}, [])
    check_release(path.name, dict(found), release.lab)
    for name, data in found:
        sort_in(handin, name, data, release)
    if not handin.answers:
        handin.notes.insert(0, f"no answers to the handout's questions: {catalog.ANSWERS} is missing or as given")
    if not handin.files:
        handin.notes.insert(0, "nothing in it differs from what you were given, of the files that the lab is about")
    if len(handin.files) > FILES:
        raise catalog.LabError(f"{path.name} brings more than {FILES} files")
    if len(handin.notes) > NOTES:
        handin.notes[NOTES:] = [f"and {len(handin.notes) - NOTES} files more"]
    return handin


def check_release(name, found, lab):
    """A hand-in that says of which lab and semester it is must be of this one."""
    said = read_json(found.get("handin.json"))
    tree = read_json(found.get(f"labs/{lab.folder.name}/lab.json"))
    if said.get("lab", lab.name) != lab.name:
        raise catalog.LabError(f"{name} was made for the lab {ascii(said['lab'])[:80]}, not {lab.name}")
    parameters = said.get("parameters")
    if parameters is None and tree.get("released") and isinstance(tree.get("parameters"), dict):
        parameters = {key: choice.get("value") for key, choice in tree["parameters"].items()
                      if isinstance(choice, dict)}
    if parameters is not None and parameters != lab.parameters:
        raise catalog.LabError(f"{name} was made from another release of {lab.name}: with the parameters "
                               f"{ascii(parameters)[:300]}, not {lab.parameters}. Is --semester, to the letter, "
                               "what the lab was released with?")


def read_json(data):
    """An object, or an empty one for whatever is none."""
    try:
        found = json.loads(data or b"")
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {}


def below_a_folder(found):
    """Without the one folder that is around all of it, but for files that lie beside it."""
    tops = {name.partition("/")[0] for name, _ in found if "/" in name and not name.startswith(".")}
    if len(tops) != 1 or tops & {top.partition("/")[0] for top in TOPS}:
        return found
    around = tops.pop() + "/"
    return [(name.removeprefix(around), data) for name, data in found if name.startswith(around)]


def lone_archive(path):
    """The archive that a folder holds, if that is all it holds: so some places deliver hand-ins."""
    inside = list(path.iterdir()) if path.is_dir() else []
    lone = inside[0] if len(inside) == 1 else None
    return lone if lone and lone.name.endswith(ARCHIVES) and lone.is_file() and not lone.is_symlink() else path


def limited(pairs):
    size = 0
    for count, pair in enumerate(pairs):
        size += len(pair[1] or b"")
        if count >= ALL_FILES or size > ALL_BYTES:
            raise ValueError("it holds too much")
        yield pair


def sort_in(handin, name, data, release):
    lab, old = release.lab, release.files.get(name)
    if name == catalog.ANSWERS and data and len(data) <= FILE_BYTES and data != lab.answers().encode():
        handin.answers = data
    if any(name == each for each in lab.generated) or name == "handin.json":
        return
    if old is not None and data == old[1]:
        return
    if lab.allows(name) and SAFE.fullmatch(name) and len(name) <= NAME_MAX:
        if data is None:
            handin.notes.append(f"{name} is a link or no plain file: not taken")
        elif len(data) > FILE_BYTES:
            handin.notes.append(f"{name} is larger than 1 MiB: not taken")
        else:
            handin.files[name] = data
    elif old is not None:
        handin.notes.append(f"{name} was changed and is not among the lab's files: reset to the release's")
    elif places := [place for place in release.places if place.endswith(f"/{name}")]:
        handin.notes.append(f"{name} is not in its folder: left out. It belongs to {places[0]}")
    elif name.startswith(TOPS) and not name.startswith("tools"):
        handin.notes.append(f"{ascii(name)[1:-1]} is not among the lab's files: left out")


# --- The build ---

@dataclasses.dataclass
class Build:
    complaint: str      # why there is none; "" if there is one
    kernel: bytes = b""
    root: bytes = b""
    symbols: bytes = b""    # nm's table


ENDED = {"time": "the build took too long and was ended", "memory": "the build took too much memory and was ended",
         "output": "the build printed without end and was ended"}


def build(release, handin, limits=sandbox.Limits()):
    """Builds the release with the hand-in's files, in the sandbox."""
    changed = tar_of({name: (0o644, data) for name, data in handin.files.items()}, OLD_S)
    return build_from(release.built() + changed, handin.files, limits)


def build_tree(files):
    """Builds a whole tree, of this tree's objects as far as they hold: once; a lab's release is not built before."""
    return build_from(*with_objects(files))


def build_from(archives, changed, limits=sandbox.Limits()):
    outcome = sandbox.run(["sh", "-c", script(changed, f"{MAKE} && {NM} && {TAKE_OUTPUTS}")], limits, archives)
    if outcome.ended:
        return Build(ENDED[outcome.ended] + "\n" + tail(outcome.stderr, 10))
    if outcome.status != 0:
        return Build("it does not build:\n" + tail(outcome.stderr))
    try:
        return Build("", *outputs(outcome.stdout))
    except ValueError:
        return Build("the build made no kernel")


def outputs(stream):
    """What the build made: their sizes, a line each, and then they themselves."""
    *lines, rest = bytes(stream).split(b"\n", len(OUTPUTS))
    sizes = [int(line) for line in lines]
    if len(sizes) != len(OUTPUTS) or min(sizes) < 0 or sum(sizes) != len(rest):
        raise ValueError("sizes")
    ends = list(itertools.accumulate(sizes))
    return [rest[end - size:end] for end, size in zip(ends, sizes)]


def build_here():
    """Builds this tree where it stands, as `make` does: its owner's own code."""
    folder = catalog.ROOT / "build/debug"
    done = subprocess.run(["make", "-s", "build/debug/limen.boot", "build/debug/root.cpio"], cwd=catalog.ROOT,
                          capture_output=True, text=True, check=False)
    if done.returncode:
        return Build("it does not build:\n" + done.stderr[-4000:])
    symbols = subprocess.run(["nm", folder / "limen.elf"], check=True, capture_output=True).stdout
    return Build("", (folder / "limen.boot").read_bytes(), (folder / "root.cpio").read_bytes(), symbols)
