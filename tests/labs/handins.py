"""Hand-ins of hello-syscall as students make them: good, partial, wrong, cheating, broken, hostile."""

import pathlib
import sys
import tarfile

import limen

sys.path.insert(0, str(limen.ROOT / "tools"))
from labs import catalog, trees  # noqa: E402

LAB = catalog.find("hello-syscall")
FILE = "kernel/syscall/sys_hello.c"

# In place of `if (flags != 0)`: what blend does first. Points are those of salute's tests: blend's are lost.
BROKEN_BLEND = {
    "loops": ("for (;;)\n        barrier();", 60, "it took too many instructions"),
    "panics": ("*(volatile int *)0x10 = 1;", 60, "the kernel panicked"),
    "recurses": ("if (sys_blend(a + 1, b, flags) != sys_blend(a, b + 1, flags))\n        return 1;", 60, "panicked"),
    "prints-without-end": ("for (;;)\n        pr_info(\"and on and on and on and on and on\");", 60, None),
    "closes-its-eyes": ("for (;;)\n        __asm__ volatile(\"cli; hlt\");", 60, None),
    "triple-fault": ("__asm__ volatile(\"push $0; push $0; lidt (%%rsp); ud2\" : : : \"memory\");", 60, "reset itself"),
    "powers-off": ("__asm__ volatile(\"outw %w0, %w1\" : : \"a\"(0x2000), \"d\"(0x604));", 60, "switched off"),
}


def solved(release):
    """What the solution changes: {file: text}."""
    files = trees.patched(release.files, LAB.patch(LAB.instructor / "solution.patch"))
    return {name: data.decode() for name, (_, data) in files.items() if release.files.get(name, (0, b""))[1] != data}


def edited(files, old, new):
    assert files[FILE].count(old) == 1, old
    return {**files, FILE: files[FILE].replace(old, new)}


def large_archive():
    """An archive that says of itself that there is much in it."""
    member = tarfile.TarInfo(FILE)
    member.size = 10 << 30
    return member.tobuf()


def hostile(files):
    """{name: (files or an archive, points, what the report says)}: these attack the build."""
    def with_lines(text):
        return {**files, FILE: files[FILE] + text}

    hidden = LAB.instructor / "hidden.py"
    return {
        "does-not-compile": ({FILE: "int x = ;\n"}, 0, "error:"),
        "large.tar": (large_archive(), 0, "large.tar is no hand-in"),
        "includes-hidden-tests": (with_lines(f'\n#include "{hidden}"\n'), 0, "No such file"),
        "embeds-hidden-tests": (with_lines(f'\n__asm__(".incbin \\"{hidden}\\"");\n'), 0, "hidden.py"),
        "embeds-passwords": (with_lines('\n__asm__(".incbin \\"/etc/shadow\\"");\n'), 0, "shadow"),
        "ten-gigabytes": (with_lines('\n__asm__(".data\\n.fill 10000000000, 1, 7\\n.text");\n'), 0, "build"),
        "includes-itself": (with_lines("\n#define N(x) x x x x x x x x\n#define M(x) N(N(N(N(N(N(N(N(N(x)))))))))\n"
                                       "char *all = M(\"0123456789\");\n"), 0, "build"),
        "fork-bomb-in-makefile": ({**files, "Makefile": "all %:\n\tbomb() { bomb | bomb & }; bomb; sleep 100\n"}, 100,
                                  "Makefile was changed"),
        "writes-outside.tar": ({**files, "../../../../tmp/limen-was-here": "x", "Makefile": "$(shell touch /limen)\n"},
                               100, "Makefile was changed"),
    }


def all_of(release):
    """{name: (files, points, what the report says or None)}."""
    files = solved(release)
    answered = {**files, "answers.md": "1. Because.\r\n\x1b[2JHere is more.\r\n"}
    found = {"good": (answered, 100, None), "nothing": ({"README": "sorry"}, 0, None)}
    for name, (text, points, says) in BROKEN_BLEND.items():
        broken = edited(files, "    if (flags != 0)\n", f"    {text}\n    if (flags != 0)\n")
        broken[FILE] = broken[FILE].replace("#include ", '#include "kernel/core/log.h"\n#include ', 1)
        found[name] = (broken, points, says)
    return {**found, **hostile(files)}


def write(folder, files):
    """A hand-in as a folder; as an archive if it is one, or has names that no folder can hold."""
    if isinstance(files, bytes):
        folder.with_name(f"{folder.name}.tar").write_bytes(files)
        return
    if any(".." in pathlib.PurePath(name).parts for name in files):
        data = {name: (0o644, text.encode()) for name, text in files.items()}
        folder.with_name(f"{folder.name}.tar").write_bytes(trees.tar_of(data, trees.OLD_S))
        return
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def patched(release, *patches):
    """The files that patches of instructor/ change, as text."""
    files = release.files
    for patch in patches:
        files = trees.patched(files, release.lab.patch(LAB.instructor / patch))
    return {name: data.decode() for name, (_, data) in files.items() if release.files.get(name, (0, b""))[1] != data}
