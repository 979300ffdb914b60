"""Makes the students' repository of a lab.

    tools/lab release LAB DIR [--semester NAME]
    tools/lab autograder LAB DIR [--semester NAME]      for Gradescope

It holds this tree's committed files (of HEAD), the lab's starter, its handout and its public tests, with the semester's
parameters; nothing of any instructor/ and no other lab, and it has one commit, whose history is itself. The grader
comes along: students test with `tools/lab test` and `tools/lab grade`, against the public tests.
"""

import io
import json
import os
import shlex
import subprocess
import tarfile

from labs import catalog, commands, trees

BRANCH = "main"


def committed():
    """{name: (mode, bytes)} of HEAD; links are (None, target)."""
    data = trees.git("archive", "--format=tar", "HEAD")
    if data is None:
        raise catalog.LabError("only a committed tree can be released: this one is not in git's hands")
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return {each.name: (0o755 if each.mode & 0o100 else 0o644, archive.extractfile(each).read())
                if each.isfile() else (None, each.linkname) for each in archive if each.isfile() or each.issym()}


def students_files(lab, files):
    """What students get, of all: this lab's part of labs/, with its parameters, and no other lab's."""
    mine = f"labs/{lab.folder.name}/"
    kept = {}
    for name, (mode, data) in files.items():
        if name.startswith("labs/") and not name.startswith(mine) or "instructor" in name.split("/"):
            continue
        if name == f"{mine}starter.patch" or name.startswith("tests/labs/"):
            continue
        if name == f"{mine}lab.json":
            data = released_json(lab, data)
        elif name.startswith(mine) and not name.startswith(f"{mine}tests/"):
            data = lab.render(data.decode()).encode()
        kept[name] = mode, data
    kept[catalog.ANSWERS] = 0o644, lab.answers().encode()
    kept["LIMEN.md"] = files["README.md"]
    kept["README.md"] = filled(lab, files["labs/autograder/released.md"])
    kept[".github/workflows/classroom.yml"] = filled(lab, files["labs/autograder/classroom.yml"])
    return trees.patched(kept, lab.patch(lab.folder / "starter.patch"))


def graders_files(lab, files):
    """What grading this lab takes, of all: no other lab, and nothing that answers it."""
    mine = f"labs/{lab.folder.name}/"
    answers = tuple(f"{mine}instructor/{name}" for name in ("solution.patch", "wrong/", "cheats/", "notes.md"))
    return {name: file for name, file in files.items()
            if not name.startswith(answers)
            and (name.startswith((mine, "labs/autograder/")) or not name.startswith("labs/"))}


def filled(lab, file):
    """A template, for this lab."""
    mode, data = file
    for word, value in (("LAB", lab.name), ("FOLDER", lab.folder.name), ("TITLE", lab.title)):
        data = data.replace(f"@{word}@".encode(), value.encode())
    return mode, data


def released_json(lab, data):
    """lab.json with this semester's values, and not from what they were drawn. The tests ask it for them; their titles
    have the defaults and are rendered when they are shown."""
    about = {**json.loads(data), "released": True}
    about["parameters"] = {name: {"default": lab.defaults[name], "value": value}
                           for name, value in lab.parameters.items()}
    return (json.dumps(about, indent=4) + "\n").encode()


def write_tree(folder, files):
    for name, (mode, data) in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if mode is None:
            os.symlink(data, path)
        else:
            path.write_bytes(data)
            path.chmod(mode)


def commit(folder, lab):
    """One commit, and the place that hand-ins are compared with."""
    def run(*words):
        done = subprocess.run(["git", *commands.OWN, *words], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise catalog.LabError(f"git {words[0]}: {done.stderr}")
        return done.stdout.strip()

    run("init", "--quiet", f"--initial-branch={BRANCH}")
    run("add", "--all", "--force")
    run("commit", "--quiet", "--message", f"{lab.name}: what the lab begins with")
    run("tag", "lab-release")


def prepare(args):
    """The lab, and the committed files, of which an empty folder is to be filled."""
    lab = catalog.find(args.name)
    if lab.released:
        raise catalog.LabError("this is a students' repository, made by `tools/lab release`; that is no tree to make "
                               "others of")
    lab = lab.for_semester(args.semester) if args.semester else lab
    if trees.git("status", "--porcelain", "--untracked-files=no"):
        raise catalog.LabError("files have been changed and not committed: a release is made of what is committed")
    if args.folder.exists() and any(args.folder.iterdir()):
        raise catalog.LabError(f"{args.folder} is not empty")
    args.folder.mkdir(parents=True, exist_ok=True)
    return lab, committed()


def autograder(args):
    """What Gradescope wants: setup.sh, run_autograder, and this tree, of its labs what grading this one takes. Zip the
    folder's contents."""
    lab, files = prepare(args)
    place = "labs/autograder/gradescope/"
    scripts = {name.removeprefix(place): file for name, file in files.items() if name.startswith(place)}
    mode, text = scripts["run_autograder"]
    text = text.replace(b"@LAB@", lab.name.encode()).replace(b"@SEMESTER@", shlex.quote(args.semester or "").encode())
    scripts["run_autograder"] = mode, text
    write_tree(args.folder, {**scripts, **{f"limen/{name}": file for name, file in graders_files(lab, files).items()}})
    print(f"{args.folder} is Gradescope's autograder for {lab.name}: zip what is in it, and upload that")
    return 0


def release(args):
    lab, files = prepare(args)
    write_tree(args.folder, students_files(lab, files))
    commit(args.folder, lab)
    drawn = ", ".join(f"{name} = {value}" for name, value in lab.parameters.items())
    print(f"{args.folder} is the repository for {lab.folder.name}: {drawn}\nGrade with this tree, as it is now: "
          f"tools/lab grade-all DIR --lab {lab.name}" + (f" --semester '{args.semester}'" if args.semester else ""))
    return 0
