"""tools/lab as instructors and students use it: grade-all over a folder of hand-ins, release, start; and what each lab
must keep.

The short form looks whether each lab fits the tree, and grades a few hand-ins of one. With LABS_LONG=1 (make test-labs)
it is all hand-ins, thirty of them, each lab's solution, `tools/lab prove` for all that each lab's instructor/ holds,
with the parameters of the tree and with a semester's, and a released repository is built and run.
"""

import csv
import json
import os
import pathlib
import re
import subprocess
import types

import pytest

import handins
import limen
from labs import catalog, commands, grade, proof, report, sandbox, trees

LAB = limen.ROOT / "tools/lab"
LONG = bool(os.environ.get("LABS_LONG"))
SHORT = ("good", "nothing", "does-not-compile", "large.tar")
SEMESTERS = None, "autumn"
WHY_NOT = sandbox.refusal()
INHERITED = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "LIMEN_BUILD", "O")
needs_sandbox = pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT))


def run(*words, cwd=limen.ROOT, status=0, stdin=""):
    environment = {name: value for name, value in os.environ.items() if name not in INHERITED}
    done = subprocess.run(words, cwd=cwd, env=environment, input=stdin, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout if status == 0 else done.stdout + done.stderr


def everything(release):
    """{name: (files, points or None, what the report says or None)} of all hand-ins."""
    found = handins.all_of(release)
    tests = grade.load_tests(handins.LAB)
    points = {test.name: test.points for test in tests}
    for kind, word in (("wrong", "Loses"), ("cheats", "Fakes")):
        for path in sorted((handins.LAB.instructor / kind).glob("*.patch")):
            before = ["solution.patch"] if kind == "wrong" else []
            left = 100 - sum(points[name] for name in proof.header(path, word, tests))
            files = handins.patched(release, *before, f"{kind}/{path.name}")
            found[f"{kind.removesuffix('s')}-{path.stem}"] = files, left, None
    return found


@needs_sandbox
@pytest.mark.slow
def test_grade_all(tmp_path):
    """Each gets what it deserves, whoever is graded beside it."""
    release = trees.Release(handins.LAB)
    found = {name: what for name, what in everything(release).items() if LONG or name in SHORT}
    (tmp_path / "in").mkdir()
    for name, (files, _, _) in found.items():
        handins.write(tmp_path / "in" / name.removesuffix(".tar"), files)
    run(LAB, "grade-all", tmp_path / "in", "--lab", "hello-syscall", "--out", tmp_path / "out", "--jobs", "2",
        "--changed")
    with open(tmp_path / "out/grades.csv", encoding="utf-8") as file:
        table = {row["handin"]: int(row["points"]) for row in csv.DictReader(file)}
    texts = {name: (tmp_path / "out" / f"{name}.txt").read_text() for name in found}
    assert table == {name: points for name, (_, points, _) in found.items()}, "\n\n".join(
        texts[name] for name in found if table[name] != found[name][1])
    for name, (_, points, says) in found.items():
        assert says is None or says in texts[name], f"{name}: no `{says}` in\n{texts[name]}"
        assert "def hostile_pointers" not in texts[name], "hidden tests are shown"
        results = json.loads((tmp_path / "out" / f"{name}.json").read_text())
        assert results["score"] == points == sum(test["score"] for test in results["tests"])
    answers = {path.name: path.read_text() for path in (tmp_path / "out").glob("*.answers.md")}
    assert answers == {"good.answers.md": "1. Because.\n?[2JHere is more.\n"}
    assert not pathlib.Path("/limen").exists() and not pathlib.Path("/tmp/limen-was-here").exists()


def for_semester(lab, semester):
    return lab.for_semester(semester) if semester else lab


@pytest.mark.parametrize("semester", SEMESTERS)
@pytest.mark.parametrize("lab", catalog.all_labs(), ids=str)
def test_what_a_lab_has(lab, semester):
    """All that a lab consists of fits this tree, and each other. Nothing is built."""
    lab = for_semester(lab, semester)
    files = {name: trees.read_source(limen.ROOT / name) for name in trees.source_names(limen.ROOT)}
    starter = trees.patched(files, lab.patch(lab.folder / "starter.patch"))
    solution = trees.patched(starter, lab.patch(lab.instructor / "solution.patch"))
    changed = [name for name in solution if solution[name] != starter.get(name)]
    assert changed and all(lab.allows(name) for name in changed), changed
    assert solution.keys() >= starter.keys(), "a hand-in can take away no file"
    tests = grade.load_tests(lab)
    assert sum(test.points for test in tests) == 100 and all(test.look for test in tests)
    assert any(test.hidden for test in tests) and not all(test.hidden for test in tests)
    wrong, cheats = (sorted((lab.instructor / kind).glob("*.patch")) for kind in ("wrong", "cheats"))
    assert len(wrong) >= 3 and cheats
    for path in wrong:
        assert proof.header(path, "Loses", tests) and trees.patched(solution, lab.patch(path)) != solution
    for path in cheats:
        assert proof.header(path, "Fakes", tests)
        trees.patched({**files, **starter}, lab.patch(path))
    handout = lab.render((lab.folder / "handout.md").read_text(encoding="utf-8"))
    links = [link for link in re.findall(r"\]\(([^)#:]+)", handout) if not (lab.folder / link).exists()]
    assert not links, links
    told = handout + lab.patch(lab.folder / "starter.patch")
    missing = [name for name, value in lab.parameters.items()
               if not re.search(rf"(?<!\w){value}(?!\w)|_{value}_", told)]
    assert not missing, f"students are not told of {missing}"
    questions = re.findall(r"^(\d)\. ", lab.answers(), re.M)
    assert len(questions) >= 3 and questions == sorted(set(questions)), questions
    assert "in `answers.md`" in handout
    assert (lab.instructor / "notes.md").exists()


@needs_sandbox
@pytest.mark.slow
@pytest.mark.skipif(not LONG, reason="long: make test-labs (PYTEST='-k solution' for these alone)")
@pytest.mark.parametrize("lab", [lab for lab in catalog.all_labs() if lab.name != handins.LAB.name], ids=str)
def test_solution(lab):
    """(That of hello-syscall is among the hand-ins of test_grade_all.)"""
    solution = trees.patched(trees.released_files(lab), lab.patch(lab.instructor / "solution.patch"))
    done = grade.Grader(lab).judge(trees.build_tree(solution), "the solution")
    assert done.percent == 100, report.text(done)


@needs_sandbox
@pytest.mark.slow
@pytest.mark.skipif(not LONG, reason="long: make test-labs")
@pytest.mark.parametrize("semester", SEMESTERS)
@pytest.mark.parametrize("lab", catalog.all_labs(), ids=str)
def test_prove(lab, semester):
    print(run(LAB, "prove", lab.name, *(["--semester", semester] if semester else [])))


@pytest.mark.parametrize("lab", catalog.all_labs(), ids=str)
def test_semesters(lab):
    """None has the numbers that this tree's solution is written with, nor one of them twice."""
    for number in range(100):
        drawn = list(lab.for_semester(f"number {number}").parameters.values())
        assert not set(drawn) & set(lab.defaults.values()) and len(set(drawn)) == len(drawn), drawn


def test_the_text_that_hidden_tests_point_to():
    """hello-syscall's hostile pointers lead to the kernel's text, which nobody changes."""
    places = grade.load_tests(handins.LAB)[-1].function.__globals__["TEXT"]
    lines = run("nm", limen.BUILD / "limen.elf").splitlines()
    text, end = (int(line.split()[0], 16) - 0xffffffff80000000 for name in (" _text", " _text_end") for line in lines
                 if line.endswith(name))
    assert text <= places.start and places.stop <= end


def test_two_tests_of_one_name(tmp_path):
    """What a report says of one must not be the other's."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/public.py").write_text("from labs.testing import test\n" + 2 * (
        "@test(points=1, title='once')\ndef once(t):\n    pass\n"))
    lab = types.SimpleNamespace(folder=tmp_path, instructor=tmp_path)
    with pytest.raises(catalog.LabError, match="one name: once"):
        grade.load_tests(lab)


def git(folder, *words):
    return run("git", "-C", folder, *words)


def clone(folder):
    """A clone of HEAD; of a tree that is not in git's hands there is none."""
    if trees.git("rev-parse", "HEAD") is None:
        pytest.skip("this tree is not in git's hands")
    run("git", "clone", "-q", limen.ROOT, folder)
    return folder


def test_release_holds_nothing_of_the_instructors(tmp_path, monkeypatch):
    """Nor does it need that who releases it signs it, as his git may want it to."""
    for name, value in (("COUNT", "1"), ("KEY_0", "commit.gpgsign"), ("VALUE_0", "true")):
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    tree = clone(tmp_path / "limen")
    run("tools/lab", "release", "hello-syscall", tmp_path / "students", "--semester", "spring", cwd=tree)
    names = git(tmp_path / "students", "ls-files").splitlines()
    assert not [name for name in names if "instructor" in name or name.startswith("tests/labs")]
    assert {name.split("/")[1] for name in names if name.startswith("labs/")} == {"01-hello-syscall"}
    assert git(tmp_path / "students", "rev-list", "--all", "--count") == "1\n"
    objects = git(tmp_path / "students", "cat-file", "--batch-all-objects", "--batch-check").split("\n")
    blobs = [line.split()[0] for line in objects if " blob " in line]
    listed = {line.split()[1] for line in git(tmp_path / "students", "ls-files", "--stage").splitlines()}
    assert set(blobs) <= listed, "there are objects besides the files"
    lab = catalog.Lab(tmp_path / "students/labs/01-hello-syscall")
    assert lab.parameters == handins.LAB.for_semester("spring").parameters != handins.LAB.parameters
    asked = (tmp_path / "students/answers.md").read_text()
    assert asked == lab.answers() == handins.LAB.for_semester("spring").answers()
    assert f"`syscall({lab.parameters['BLEND']}, -1L" in asked
    for name in ("public.py", "model.py"):
        assert (lab.folder / "tests" / name).read_bytes() == (handins.LAB.folder / "tests" / name).read_bytes()
    assert f"{lab.parameters['blend']}(a, b, 0)" in lab.render(grade.load_tests(lab)[0].title)
    program = (tmp_path / "students/user/tryhello.c").read_text()
    assert f"CALL_BLEND = {lab.parameters['BLEND']}" in program and f"{lab.parameters['blend']}(" in program
    with open(tmp_path / "students" / handins.FILE, "a", encoding="utf-8") as file:
        file.write("/* mine */\n")
    git(tmp_path / "students", *commands.OWN, "commit", "-qam", "mine")
    assert "You are on the branch" in run("tools/lab", "start", "hello-syscall", cwd=tmp_path / "students")
    assert handins.FILE in run("tools/lab", "status", cwd=tmp_path / "students")


def test_autograder(tmp_path):
    tree = clone(tmp_path / "limen")
    run("tools/lab", "autograder", "hello-syscall", tmp_path / "image", "--semester", "spring term's", cwd=tree)
    script = (tmp_path / "image/run_autograder").read_text()
    assert "\nLAB=hello-syscall\nSEMESTER='spring term'\"'\"'s'\n" in script and "@LAB" not in script
    assert os.access(tmp_path / "image/setup.sh", os.X_OK) and (tmp_path / "image/limen/tools/lab").exists()
    for name in ("setup.sh", "run_autograder"):
        run("sh", "-n", tmp_path / "image" / name)
    labs = tmp_path / "image/limen/labs"
    names = {path.relative_to(labs).as_posix() for path in labs.rglob("*")}
    mine = "01-hello-syscall"
    assert {f"{mine}/instructor/hidden.py", f"{mine}/starter.patch", f"{mine}/tests/public.py"} <= names
    assert not any(re.search("^02|^10|solution|wrong|cheats", name) for name in names)


def test_start_says_what_to_do(tmp_path):
    tree = clone(tmp_path / "limen")
    assert "is not under way here" in run("tools/lab", "status", "hello-syscall", cwd=tree, status=2)
    (tree / "answers.md").write_text("mine\n")
    assert "answers.md is there" in run("tools/lab", "start", "hello-syscall", cwd=tree, status=2)
    (tree / "answers.md").unlink()
    said = run("tools/lab", "start", "hello-syscall", cwd=tree)
    assert "labs/01-hello-syscall/handout.md" in said and "tools/lab test" in said
    assert (tree / handins.FILE).exists() and git(tree, "status", "--porcelain") == ""
    run("tools/lab", "start", "hello-syscall", cwd=tree, status=2)
    assert (tree / "answers.md").read_text() == handins.LAB.answers()
    said = run("tools/lab", "status", cwd=tree)
    assert "nothing yet" in said and "note: no answers to the handout's questions" in said
    run("tools/lab", "handin", cwd=tree, status=2)
    with open(tree / "answers.md", "a", encoding="utf-8") as file:
        file.write("Nobody knows.\n")
    with open(tree / handins.FILE, "a", encoding="utf-8") as file:
        file.write("/* mine */\n")
    (tree / "Makefile").write_text("all:\n")
    assert "M Makefile" in run("tools/lab", "grade-all", tmp_path, cwd=tree, status=2)
    said = run("tools/lab", "handin", cwd=tree)
    assert handins.FILE in said and "note: Makefile was changed" in said
    assert "sys_hello.c" in run("tar", "-tzf", "hello-syscall-handin.tar.gz", cwd=tree)
    assert "no answers" not in said and "Nobody knows." in run(
        "tar", "-xzOf", "hello-syscall-handin.tar.gz", "hello-syscall-handin/answers.md", cwd=tree)


@pytest.mark.slow
@pytest.mark.skipif(not LONG, reason="long: make test-labs")
@pytest.mark.parametrize("semester", SEMESTERS)
def test_a_released_repository_builds_and_runs(tmp_path, semester):
    """By the two commands of its README, in a clone that has lost the tag."""
    words = ["--semester", semester] if semester else []
    run("tools/lab", "release", "hello-syscall", tmp_path / "released", *words, cwd=clone(tmp_path / "limen"))
    tree = tmp_path / "students"
    run("git", "clone", "-q", "--no-tags", tmp_path / "released", tree)
    readme = (tree / "README.md").read_text()
    assert "\nmake run " in readme and "\nmake test " in readme and "(labs/01-hello-syscall/handout.md)" in readme
    said = run("make", "run", cwd=tree, stdin="tryhello; hello\n")
    assert "Function not implemented" in said and "Hello, world, from ring 3!" in said
    lab = catalog.Lab(tree / "labs/01-hello-syscall")
    assert lab.parameters == for_semester(handins.LAB, semester).parameters
    assert "FAIL    0/15" in run("make", "test", cwd=tree, status=2)
    files = handins.patched(trees.Release(for_semester(handins.LAB, semester)), "solution.patch")
    handins.write(tree, files)
    (tree / "Makefile").write_text("# mine\n" + (tree / "Makefile").read_text())
    assert "60 of 60 points" in run("make", "test", cwd=tree)
    assert "note: Makefile was changed" in run("tools/lab", "status", cwd=tree)
