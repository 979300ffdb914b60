"""The programs of tests/abi: which there are, how they run on this machine's Linux, how to read what they print."""

import pathlib
import shutil
import tempfile

import linux

HERE = pathlib.Path(__file__).resolve().parent
BUILT = HERE.parents[1] / "build/tests/abi"


def names():
    return sorted(path.stem for path in HERE.glob("*.c"))


def lay_out(folder, which):
    """Puts the built programs where they are run from: /abi/NAME below `folder`. Gives those that are not built."""
    (folder / "abi").mkdir(parents=True)
    missing = [name for name in which if not (BUILT / name).exists()]
    for name in set(which) - set(missing):
        shutil.copy(BUILT / name, folder / "abi" / name)
    return missing


def run_on_linux(name):
    """What the program prints here, confined."""
    with tempfile.TemporaryDirectory() as work:
        files = pathlib.Path(work) / "files"
        files.mkdir(mode=0o755)
        if lay_out(files, [name]):
            raise FileNotFoundError(f"{BUILT / name}: run `make tests` first")
        done = linux.run(files, [f"/abi/{name}"], work)
        if done.returncode != 0:
            raise RuntimeError(f"{name}: status {done.returncode}: {done.stdout.decode(errors='replace')[-500:]}")
        return done.stdout


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


def known_differences():
    """{(program, case): reason} from differences.txt."""
    known = {}
    for line in (HERE / "differences.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            where, _, reason = line.partition(":")
            program, case = where.split()
            known[program, case] = reason.strip()
    return known
