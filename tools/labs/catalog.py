"""What labs there are, and what each says of itself in its lab.json.

    lab = catalog.find("hello-syscall"); lab.title, lab.allowed, lab.parameters
    lab.for_semester("autumn 2027")         the same lab with other parameters
    lab.render(text)                        a text of the lab, with its parameters
    lab.answers()                           what the file of answers to the handout's questions begins as

Parameters (numbers, names, layouts) keep this public tree from being the answer as it stands. All texts of a lab are
written with the parameters' defaults, so that each can be read and applied as it is; `render` puts a semester's values
in place of the defaults, wherever these stand as words of their own or between underscores (`sys_blend`).
"""

import fnmatch
import json
import pathlib
import random
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
LABS = ROOT / "labs"
ANSWERS = "answers.md"
PREFACE = """# {name}: answers

Write two or three sentences under each question. `tools/lab handin` takes this file along; a person reads it.
"""
NAME = re.compile(r"\d\d-[a-z0-9-]+")


class LabError(Exception):
    """What keeps a command from its work, for its user to read."""


class Lab:
    def __init__(self, folder, parameters=None):
        self.folder, self.name = folder, folder.name[3:]
        about = json.loads((folder / "lab.json").read_text(encoding="utf-8"))
        self.title, self.hours, self.allowed = about["title"], about["hours"], about["allowed"]
        self.released = about.get("released", False)     # this tree is a student's
        self.generated = about.get("generated", ["docs/syscalls.md", "docs/linux-compat.md"])
        self.choices = about["parameters"]
        self.defaults = {name: choice["default"] for name, choice in self.choices.items()}
        # A released lab has its semester's values beside the defaults.
        self.parameters = parameters or {name: choice.get("value", choice["default"])
                                         for name, choice in self.choices.items()}

    def __str__(self):
        return self.folder.name

    @property
    def instructor(self):
        return self.folder / "instructor"

    def for_semester(self, semester):
        """The lab as that semester has it. Nothing is drawn twice, and no default: this tree's solution is written with
        those."""
        drawn, taken = {}, set(self.defaults.values())
        for name, choice in self.choices.items():
            draw = random.Random(f"{self.name} {semester} {name}")
            values = choice.get("choose") or range(choice["from"], choice["to"] + 1)
            drawn[name] = draw.choice([value for value in values if value not in taken])
            taken.add(drawn[name])
        return Lab(self.folder, drawn)

    def render(self, text):
        """TEXT with this lab's parameters in place of the defaults, all at once."""
        new = {str(self.defaults[name]): str(value) for name, value in self.parameters.items()}
        if not new:
            return text
        words = "|".join(map(re.escape, sorted(new, key=len, reverse=True)))
        return re.sub(rf"(?<![A-Za-z0-9])({words})(?![A-Za-z0-9])", lambda match: new[match[0]], text)

    def answers(self):
        """ANSWERS as a lab begins with it: the handout's questions."""
        handout = (self.folder / "handout.md").read_text(encoding="utf-8")
        questions = (handout if self.released else self.render(handout)).partition("\n## Questions\n")[2]
        return PREFACE.format(name=self.name) + re.sub(r"\n+(?=\d+\. )", "\n\n\n", questions[questions.index("\n1. "):])

    def allows(self, path):
        """Whether a hand-in may bring the file PATH. A star stands for no slash."""
        return any(fnmatch.fnmatchcase(path, pattern) and path.count("/") == pattern.count("/")
                   for pattern in self.allowed)

    def patch(self, path):
        """The text of a change to the tree, with this lab's parameters; "" if the lab has none."""
        return self.render(path.read_text(encoding="utf-8")) if path.exists() else ""


def all_labs():
    return [Lab(folder) for folder in sorted(LABS.iterdir()) if NAME.fullmatch(folder.name)] if LABS.is_dir() else []


def find(name):
    """The lab of that name, number, or folder."""
    for lab in all_labs():
        if name in (lab.name, lab.folder.name, lab.folder.name[:2], lab.folder.name[:2].lstrip("0")):
            return lab
    raise LabError(f"there is no lab `{name}`: tools/lab list shows which there are")
