"""Proves that a lab's tests tell right from wrong: its solution has 100 %, its starter under 20 %, each known mistake
loses exactly its tests, each cheat scores 0 on what it fakes.

    for line, error in proof.prove(lab): ...          error is "" where all is as it should be

Each is handed in as a student would, as an archive, and graded in the sandbox. What differs little from the solution is
built from that one's objects.
"""

import pathlib
import re
import tempfile

from labs import catalog, commands, grade, trees

STARTER_PERCENT = 20


def header(path, word, tests):
    """The tests named after WORD in the text before a patch."""
    found = re.search(rf"^{word}: (.*)$", path.read_text(encoding="utf-8").partition("diff --git")[0], re.M)
    if not found:
        raise catalog.LabError(f"{path}: no line `{word}:`")
    names = found[1].split()
    everything = [test.name for test in tests]
    if unknown := set(names) - {"all", *everything}:
        raise catalog.LabError(f"{path}: no such test: {', '.join(unknown)}")
    return sorted(everything if names == ["all"] else names)


def hand_in(release, *patches):
    """The release with patches on it, handed in as an archive of what they change."""
    files = release.files
    for patch in patches:
        files = trees.patched(files, release.lab.patch(patch))
    changed = {name: file for name, file in files.items() if release.files.get(name) != file}
    with tempfile.TemporaryDirectory(prefix="limen-") as work:
        path = pathlib.Path(work, f"{patches[-1].stem if patches else 'starter'}.tar")
        path.write_bytes(trees.tar_of(changed, trees.OLD_S))
        return trees.take(path, release)


def cases(lab, tests, short):
    """(what it is, whether it is a change of the solution, its patches, the tests that must fail, or None if only the
    points count)."""
    yield "the solution", False, [lab.instructor / "solution.patch"], []
    wrong, cheats = (sorted((lab.instructor / kind).glob("*.patch")) for kind in ("wrong", "cheats"))
    if not short:
        yield "the starter", False, [], None
    for path in wrong[:1] if short else wrong:
        yield f"wrong: {path.stem}", True, [path], header(path, "Loses", tests)
    for path in cheats[:1] if short else cheats:
        yield f"cheat: {path.stem}", False, [path], header(path, "Fakes", tests)


def judge(report, must_fail):
    """What is wrong with a report; "" if nothing is."""
    if report.complaint:
        return report.complaint
    if must_fail is None:
        return "" if report.percent < STARTER_PERCENT else f"the starter has {report.points} points"
    if report.failed() == must_fail:
        return ""
    messages = "\n".join(f"{each.test.name}: {each.message}" for each in report.results if each.message)
    return f"must fail: {' '.join(must_fail) or 'nothing'}\nfails: {' '.join(report.failed()) or 'nothing'}\n{messages}"


def prove(lab, seed=None, short=False, only=""):
    """Grades all that the lab's instructor/ holds."""
    release = trees.Release(lab)
    grader = grade.Grader(lab, seed)
    total = sum(test.points for test in grader.tests)
    if total != 100:
        yield "the points", f"they are {total} in all, not 100"
    solved = trees.Release(lab, lab.instructor / "solution.patch")
    for what, is_solved, patches, must_fail in sorted(cases(lab, grader.tests, short), key=lambda case: case[1]):
        if only not in what:
            continue
        base = solved if is_solved else release
        report = grader.grade(hand_in(base, *patches), base)
        yield f"{what}: {report.points} of {report.most}, seed {report.seed}", judge(report, must_fail)


def main(args):
    """For tools/lab prove."""
    labs = [catalog.find(args.name)] if args.name else catalog.all_labs()
    failed = 0
    commands.check_sandbox(False)
    for lab in labs:
        if lab.released:
            raise catalog.LabError("this is a students' repository: it has nothing to prove its lab with")
        lab = lab.for_semester(args.semester) if args.semester else lab
        for line, error in prove(lab, args.seed, args.short, args.only):
            print(f"{'FAIL' if error else 'ok  '}  {lab.folder.name}: {line}" + "".join(
                f"\n      {each}" for each in error.splitlines()), flush=True)
            failed += bool(error)
    return 1 if failed else 0
