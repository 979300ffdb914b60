"""Grades a folder of hand-ins: each entry is one, a folder, .tar.gz or .zip.

    tools/lab grade-all DIR [--lab NAME] [--jobs N] [--out DIR] [--semester NAME] [--seed SEED]

Into the output folder come grades.csv, and for each hand-in NAME.txt (for the student), NAME.json (Gradescope's
results.json) and, if it answers the handout's questions, NAME.answers.md. Hand-ins are graded several at a time; each
has its own sandboxes, so none sees or harms another. What one brings can make it fail, and nothing else: an error of
the grader's is told and makes the status 2.
"""

import concurrent.futures
import csv
import os
import re
import stat
import traceback
import unicodedata

from labs import catalog, commands, grade, report, trees


NAME_BYTES = 150


def shown(name):
    """A hand-in's name for a file, a terminal, a spreadsheet: letters of any language are kept, what one of these could
    stumble over is replaced."""
    name = re.sub(r"[^\w.@(), -]|^[-=@]", "_", unicodedata.normalize("NFC", name))
    return name.encode()[:NAME_BYTES].decode(errors="ignore")


def entries(folder):
    """{name: path}. Names that look the same are told apart by a number."""
    found = {}
    for path in sorted(folder.iterdir()):
        kind = os.lstat(path).st_mode
        if path.name.startswith(".") or not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
            continue
        plain = name = shown(path.name)
        while name in found:
            name = f"{plain}~{len(found)}"
        found[name] = path
    if not found:
        raise catalog.LabError(f"{folder}: there are no hand-ins")
    return found


class Batch:
    def __init__(self, lab, seed, out):
        self.lab, self.seed, self.out = lab, seed or grade.new_seed(), out
        self.release = trees.Release(lab)
        self.release.built()
        self.tests = grade.load_tests(lab)
        self.errors = 0

    def grade(self, name, path):
        """The report of one, whatever it is."""
        grader = grade.Grader(self.lab, self.seed, jobs=1, tests=self.tests)
        try:
            handin = trees.take(path, self.release)
            self.show_answers(name, handin.answers)
            done = grader.grade(handin, self.release)
        except catalog.LabError as why:
            done = grader.judge(trees.Build(str(why).replace(path.name, name)), name)
        except Exception:   # pylint: disable=broad-exception-caught
            self.errors += 1
            done = grader.judge(trees.Build("the grader failed: tell your instructor"), name)
            error = re.sub(r"[^\n\x20-\x7e]", "?", traceback.format_exc())
            print(f"{name}: the grader failed:\n{error}", flush=True)
        done.name = name
        (self.out / f"{name}.txt").write_text(report.text(done) + "\n", encoding="utf-8")
        (self.out / f"{name}.json").write_text(report.gradescope(done), encoding="utf-8")
        complaint = f": {report.first_words(done.complaint)}" if done.complaint else ""
        print(f"{done.points:3} of {done.most}  {name}{complaint}", flush=True)
        return done

    def show_answers(self, name, answers):
        """Beside the grade, for who reads them: letters, and nothing that a terminal would obey."""
        if answers:
            text = "".join(each if each.isprintable() or each in "\n\t" else "?"
                           for each in answers.decode(errors="replace").replace("\r\n", "\n"))
            (self.out / f"{name}.answers.md").write_text(text, encoding="utf-8")

    def write_table(self, reports):
        rows = [report.row(each) for each in reports]
        with open(self.out / "grades.csv.new", "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(report.head(self.tests))
            writer.writerows(rows)
        os.replace(self.out / "grades.csv.new", self.out / "grades.csv")


def grade_all(args):
    if not args.changed and (changed := trees.changed_here()):
        raise catalog.LabError("students were given what is committed, and here is something else (--changed grades by "
                               f"this tree as it is):\n{changed}")
    commands.check_sandbox(args.unconfined)
    lab = commands.current(args.lab)
    lab = lab.for_semester(args.semester) if args.semester else lab
    found = entries(args.folder)
    args.out.mkdir(parents=True, exist_ok=True)
    batch = Batch(lab, args.seed, args.out)
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        batch.write_table(pool.map(batch.grade, found.keys(), found.values()))
    print(f"{len(found)} hand-ins: {args.out}/grades.csv, seed {batch.seed}")
    return 2 if batch.errors else 0
