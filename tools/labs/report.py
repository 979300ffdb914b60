"""A report for people (`text`), for Gradescope (`gradescope`: its results.json), and as a line of a table (`row`)."""

import json

WIDTH = 92


def indented(text, by="      "):
    return "\n".join(by + line for line in text.splitlines())


def text(report, verbose=True):
    """All of a report. A hidden test tells its title and what went wrong, so that its points can be understood."""
    lines = [f"{report.lab.folder.name}: {report.lab.title}", f"seed {report.seed}"]
    lines += [f"note: {note}" for note in report.notes]
    logs = set()
    if report.complaint:
        lines += ["", report.complaint]
    for result in report.results:
        test = result.test
        kind = " (hidden)" if test.hidden else ""
        lines.append(f"{'FAIL' if result.message else 'ok  '}  {result.points:3}/{test.points:<3} "
                     f"{test.name}: {report.lab.render(test.title)}{kind}")
        if result.message and not report.complaint and verbose:
            lines += details(report, result, logs)
    lines.append(f"{report.points} of {report.most} points")
    return "\n".join(lines)


def details(report, result, logs):
    """What to say of a failure. LOGS: those that were shown already."""
    yield indented(result.message)
    if result.test.look and not result.no_begin:
        yield indented(f"look at:  {result.test.look}")
    if result.log in logs:
        yield indented("the kernel's last words are those of a test above")
    elif result.log:
        logs.add(result.log)
        yield indented("the kernel's last words:")
        yield indented(result.log, "      | ")


def gradescope(report):
    """Gradescope's results.json (its documentation, `Autograder specifications`). What hidden tests say is for after
    the deadline: until then a hand-in can be mended and sent again."""
    tests = [{"name": f"{result.test.name}: {report.lab.render(result.test.title)}", "score": result.points,
              "max_score": result.test.points, "visibility": "after_published" if result.test.hidden else "visible",
              "output": "\n".join(details(report, result, set())) if result.message else ""}
             for result in report.results]
    notes = [f"seed {report.seed}", *report.notes, *([report.complaint] if report.complaint else [])]
    return json.dumps({"score": report.points, "output": "\n".join(notes), "tests": tests,
                       "stdout_visibility": "hidden"}, indent=1)


def row(report):
    """For a CSV: name, points, then each test's."""
    return [report.name, report.points, report.most, *(result.points for result in report.results), report.seed,
            "; ".join([*report.notes, *filter(None, [first_words(report.complaint)])])]


def first_words(complaint):
    """A complaint's first line, and the compiler's first error."""
    lines = complaint.splitlines()
    return " ".join(lines[:1] + [line.strip() for line in lines[1:] if "error:" in line][:1])


def head(tests):
    return ["handin", "points", "of", *(test.name for test in tests), "seed", "notes"]
