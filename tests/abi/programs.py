"""Folders of test programs (tests/abi, tests/hostile, tests/stress): each NAME.c is built once, statically with musl,
and prints the same on Linux and on Limen. NAME.expected beside it is what Linux printed, differences.txt says where
Limen may differ. NAME-glibc is the same program with the other libc, where that matters.
"""

import difflib
import pathlib
import re
import secrets
import shutil
import subprocess
import tempfile

import pytest

import leaks
import linux

ROOT = pathlib.Path(__file__).resolve().parents[2]
WARNINGS = ["-Wall", "-Wextra", "-Wshadow", "-Wstrict-prototypes", "-Wmissing-prototypes", "-Wvla", "-Wwrite-strings"]
FLAGS = ["-std=gnu11", "-g", "-O1", "-static", "-pthread", *WARNINGS, f"-I{ROOT}"]


def split_cases(output):
    """{case: its lines} of what a program printed, in order."""
    cases, name = {}, None
    for line in output.decode(errors="backslashreplace").splitlines():
        if line.startswith("[") and line.endswith("]"):
            name = line[1:-1]
            cases[name] = []
        else:
            cases.setdefault(name, []).append(line)
    return cases


class Suite:
    """One folder of programs. Those in `limen_only` would harm a machine that anybody needs; their .expected is
    written by hand. Those in `with_glibc` are built with glibc, too."""

    def __init__(self, name, limen_only=(), with_glibc=()):
        self.folder = ROOT / "tests" / name
        self.built = ROOT / "build/tests" / name
        self.limen_only = limen_only
        self.glibc_names = {f"{stem}-glibc": stem for stem in with_glibc}

    def names(self):
        return sorted([path.stem for path in self.folder.glob("*.c")] + list(self.glibc_names))

    def stem(self, name):
        """The name of the program's source."""
        return self.glibc_names.get(name, name)

    def linux_names(self):
        return [name for name in self.names() if name not in self.limen_only]

    def build(self, name):
        """Makes the program if it is older than what it is made of. (`make tests` does it sooner.)"""
        source, program = self.folder / f"{self.stem(name)}.c", self.built / name
        newest = max(path.stat().st_mtime for path in [source, *ROOT.glob("tests/abi/*.h"), *self.folder.glob("*.h")])
        if not program.exists() or program.stat().st_mtime < newest:
            self.built.mkdir(parents=True, exist_ok=True)
            fresh = program.with_suffix(f".{secrets.token_hex(4)}")
            compiler = "gcc" if name in self.glibc_names else "musl-gcc"
            subprocess.run([compiler, *FLAGS, "-o", fresh, source], check=True)
            fresh.rename(program)
        return program

    def lay_out(self, folder, names):
        """Puts programs where they are run from: /abi/NAME below `folder`."""
        (folder / "abi").mkdir(parents=True)
        for name in names:
            shutil.copy(self.build(name), folder / "abi" / name)

    def run_on_linux(self, name):
        """What the program prints on this machine, confined."""
        with tempfile.TemporaryDirectory() as work:
            files = pathlib.Path(work) / "files"
            files.mkdir(mode=0o755)
            self.lay_out(files, [name])
            done = linux.run(files, [f"/abi/{name}"], work)
        if done.returncode != 0:
            raise RuntimeError(f"{name}: status {done.returncode}: {done.stdout.decode(errors='replace')[-500:]}")
        return done.stdout

    def calls_on_linux(self, name):
        """The system calls that the program makes on this machine, by name. Those of one that would harm it are taken
        from its text. (What the program prints is not looked at: who is traced already can't be traced.)"""
        if name in self.limen_only:
            source = self.folder / f"{self.stem(name)}.c"
            return set(re.findall(r"\b([a-z]\w+)\(", source.read_text(encoding="utf-8")))
        with tempfile.TemporaryDirectory() as work:
            files, trace = pathlib.Path(work) / "files", pathlib.Path(work) / "trace"
            files.mkdir(mode=0o755)
            self.lay_out(files, [name])
            linux.run(files, [f"/abi/{name}"], work, timeout=600, prefix=["strace", "-f", "-qq", "-o", str(trace)])
            text = trace.read_text(encoding="utf-8", errors="replace")
        own = text.partition(f'execve("/abi/{name}"')[2]
        return set(re.findall(r"^\d+ +(\w+)\((?!.*= -1 ENOSYS)", own, re.M))

    def run_on_limen(self, run, names, prefix="", **options):
        """Runs programs in one machine. Returns ({name: output}, how the machine ended); the output of what was not
        reached is missing, and that of what the machine died of cut off. result.leaks: see leaks.read."""
        nonce = secrets.token_hex(8)
        script, leak_nonce = leaks.around("".join(f"{prefix} /abi/{name}; echo {nonce} {name} $?;" for name in names))
        with tempfile.TemporaryDirectory() as work:
            root = pathlib.Path(work) / "root"
            self.lay_out(root, names)
            result = run("/bin/sh", "-c", script, roots=[root], **options)
        outputs = {}
        rest, result.leaks = leaks.read(result.stdout, leak_nonce)
        for name in names:
            outputs[name], found, rest = rest.partition(f"{nonce} {name} 0\n".encode())
            if not found:
                break
        return outputs, result

    def expected(self, name):
        return (self.folder / f"{self.stem(name)}.expected").read_bytes()

    def known_differences(self, program, file):
        """{case: reason} from differences.txt or another such file."""
        known = {}
        for line in (self.folder / file).read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                where, _, reason = line.partition(":")
                name, case = where.split()
                if name == program:
                    known[case] = reason.strip()
        return known

    def differing_cases(self, name, output):
        """{case: a readable difference} for each case that is not as recorded."""
        wanted, got = split_cases(self.expected(name)), split_cases(output)
        texts = {}
        for case in [*wanted, *(case for case in got if case not in wanted)]:
            if wanted.get(case) != got.get(case):
                lines = difflib.unified_diff(wanted.get(case, ["(no such case)"]), got.get(case, ["(not run)"]),
                                             "Linux", "here", lineterm="", n=2)
                texts[case] = f"[{case}]\n" + "\n".join(list(lines)[2:])
        return texts

    def check_linux(self, name):
        """Asserts that what was recorded is what Linux does."""
        if linux.missing():
            pytest.skip(linux.missing())
        texts = self.differing_cases(name, self.run_on_linux(name))
        assert not texts, "\n".join(texts.values())

    def check_limen(self, name, outputs, result, file="differences.txt"):
        """Asserts that the program printed on Limen what it printed on Linux, but for the known differences."""
        assert name in outputs, f"the machine did not get so far: {result}"
        texts, known = self.differing_cases(name, outputs[name]), self.known_differences(name, file)
        new = [text for case, text in texts.items() if case not in known]
        gone = sorted(set(known) - set(texts))
        assert not new, "\n".join(new) + (f"\n{result}" if result.verdict != "exited 0" else "")
        assert not gone, f"as on Linux now, strike them from {file}: {gone}"
        assert result.verdict == "exited 0", result


ABI = Suite("abi", limen_only=("clockset", "rtlimit", "sysctl"))
HOSTILE = Suite("hostile", limen_only=("fair", "hog", "oom", "shortage"))
STRESS = Suite("stress", limen_only=("bomb", "fuzz", "hogs", "tracers"), with_glibc=("threads",))
SUITES = {"abi": ABI, "hostile": HOSTILE, "stress": STRESS}
