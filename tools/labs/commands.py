"""What `tools/lab` does for students."""

import io
import json
import subprocess
import tarfile
import time

from labs import catalog, grade, report, sandbox, trees
from labs.catalog import ROOT, LabError

PREFIX = "lab/"
# A commit of ours: whoever runs this may sign all that he commits, or have hooks.
OWN = [word for setting in ("user.name=Limen labs", "user.email=labs@limen.invalid", "commit.gpgsign=false",
                            "tag.gpgsign=false", "core.hooksPath=/dev/null") for word in ("-c", setting)]
LAST = ROOT / "build/labs"


def git(*words, text=None):
    done = subprocess.run(["git", *words], cwd=ROOT, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LabError(f"git {' '.join(words)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def current(name):
    """The lab that is meant: the named one, or that of the branch, or the only one there is."""
    if name:
        return catalog.find(name)
    branch = (trees.git("symbolic-ref", "--short", "HEAD") or b"").decode().strip()
    if branch.startswith(PREFIX):
        return catalog.find(branch.removeprefix(PREFIX))
    labs = catalog.all_labs()
    if len(labs) == 1:
        return labs[0]
    raise LabError("which lab? Name it, or begin one: tools/lab start NAME")


def list_labs(_args):
    for lab in catalog.all_labs():
        score = last_score(lab)
        print(f"{lab.folder.name:20} {lab.hours:>2} hours  {lab.title}" + (f"  [{score}]" if score else ""))
    return 0


def start(args):
    lab = catalog.find(args.name)
    branch = PREFIX + lab.name
    if trees.git("rev-parse", "--git-dir") is None:
        raise LabError("this tree is not in git's hands: run `git init && git add -A && git commit -m start` first")
    if trees.git("rev-parse", "--verify", "--quiet", branch) is not None:
        raise LabError(f"you have begun already: git switch {branch}")
    if git("status", "--porcelain", "--untracked-files=no").strip():
        raise LabError("files have been changed and not committed: git status shows which. Commit them, or git stash")
    if (ROOT / catalog.ANSWERS).exists() and not git("ls-files", catalog.ANSWERS):
        raise LabError(f"{catalog.ANSWERS} is there and not in git's hands: move it away, it would be overwritten")
    git("switch", "--quiet", "--create", branch)
    if not lab.released:    # else all is there already, and perhaps some of the work
        commit_beginning(lab, branch)
    print(f"You are on the branch {branch}.\n"
          f"Read      labs/{lab.folder.name}/handout.md\n"
          f"Change    {', '.join(lab.allowed)}\n"
          f"Answer    the questions in {catalog.ANSWERS}\n"
          "Then      make run          see what it does\n"
          "          tools/lab test    the public tests, quickly\n"
          "          tools/lab grade   as it will be graded\n"
          "          tools/lab handin  makes the file to hand in")
    return 0


def commit_beginning(lab, branch):
    patch = lab.patch(lab.folder / "starter.patch")
    if patch:
        git("apply", "--index", "-", text=patch)
    (ROOT / catalog.ANSWERS).write_text(lab.answers(), encoding="utf-8")
    git("add", "--force", catalog.ANSWERS)
    git(*OWN, "commit", "--quiet", "--message", f"labs/{lab.name}: what the lab begins with")
    git("config", f"branch.{branch}.limen-base", git("rev-parse", "HEAD").strip())


def finish(lab, done, kind):
    """Shows a report, remembers its score."""
    print(report.text(done))
    LAST.mkdir(parents=True, exist_ok=True)
    score = {"points": done.points, "of": done.most, "by": kind, "seed": done.seed}
    (LAST / f"{lab.name}.json").write_text(json.dumps(score), encoding="utf-8")
    if done.points < done.most:
        print(f"Once more with the same inputs: tools/lab {kind} {lab.name} --seed {done.seed}")
    return 0 if done.points == done.most else 1


def last_score(lab):
    try:
        score = json.loads((LAST / f"{lab.name}.json").read_text(encoding="utf-8"))
        return f"{score['points']} of {score['of']} points by tools/lab {score['by']}"
    except (OSError, ValueError, KeyError):
        return ""


def test(args):
    """The public tests on this tree as it stands: one's own code, which `make run` runs as well."""
    lab = current(args.name)
    sandbox.confined = False
    return finish(lab, grade.Grader(lab, args.seed, hidden=False).judge(trees.build_here(), lab.name), "test")


def check_sandbox(unconfined):
    """Insists on one, unless it is asked by name to do without."""
    if unconfined:
        sandbox.confined = False
        print("tools/lab: --unconfined: what is graded runs with all your rights", flush=True)
    elif why := sandbox.refusal():
        raise LabError(f"{why}\nNothing was run. (Your own code you may grade with --unconfined.)")


def grade_one(args):
    lab = current(args.name)
    lab = lab.for_semester(args.semester) if args.semester else lab
    check_sandbox(args.unconfined)
    began = time.monotonic()
    release = trees.Release(lab)
    handin = trees.take(args.handin, release) if args.handin else mine(lab, release)
    done = grade.Grader(lab, args.seed).grade(handin, release)
    status = finish(lab, done, "grade")
    if args.results:
        args.results.write_text(report.gradescope(done), encoding="utf-8")
    print(f"graded in {time.monotonic() - began:.0f} s")
    return status


def mine(lab, release):
    """This tree as a hand-in. There must be something that it can be compared with."""
    if trees.base_commit(lab) is None:
        raise LabError(f"{lab.name} is not under way here: tools/lab start {lab.name} begins it. (It was begun on the "
                       f"branch {PREFIX}{lab.name}, if there is one.)")
    return trees.take(ROOT, release)


def handin(args):
    lab = current(args.name)
    found = mine(lab, trees.Release(lab))
    for note in found.notes:
        print(f"note: {note}")
    mine_all = {**found.files, **({catalog.ANSWERS: found.answers} if found.answers else {})}
    if not mine_all:
        raise LabError("there is nothing to hand in: no file of the lab differs from what it began with")
    about = json.dumps({"lab": lab.name, "parameters": lab.parameters, "files": sorted(mine_all)}).encode()
    files = {name: (0o644, data) for name, data in {**mine_all, "handin.json": about}.items()}
    path = ROOT / f"{lab.name}-handin.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, (mode, data) in sorted(files.items()):
            member = tarfile.TarInfo(f"{lab.name}-handin/{name}")
            member.size, member.mode, member.mtime = len(data), mode, int(time.time())
            archive.addfile(member, io.BytesIO(data))
    print(f"{path.name} holds:\n" + "\n".join(f"  {name}" for name in sorted(mine_all)))
    return 0


def status(args):
    lab = current(args.name)
    found = mine(lab, trees.Release(lab))
    print(f"{lab.folder.name}: {lab.title}\nhandout: labs/{lab.folder.name}/handout.md")
    names = "".join(f"\n  {name}" for name in sorted(found.files))
    print(f"changed:{names or ' nothing yet'}")
    for note in found.notes:
        print(f"note: {note}")
    print(f"last: {last_score(lab) or 'neither tested nor graded yet'}")
    return 0
