"""Is what was built older than its sources, since make failed or wasn't run?

    complaint("build/debug")    what to say to who starts it, or None
"""

import os

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FOLDERS = ("boot", "arch", "kernel", "libc", "user")
ENDINGS = (".c", ".h", ".asm", ".inc", ".tbl", ".lds")
DONE = "image.done"         # the Makefile touches it each time that all is built


def sources():
    for name in FOLDERS:
        for folder, _, files in os.walk(os.path.join(ROOT, name)):
            yield from (os.path.join(folder, file) for file in files if file.endswith(ENDINGS))


def complaint(build):
    try:
        built = os.stat(os.path.join(build, DONE)).st_mtime_ns
        changed, source = max((os.stat(path).st_mtime_ns, path) for path in sources())
    except (OSError, ValueError):       # nothing is known of that build, or files come and go just now
        return None
    if changed <= built:
        return None
    source, build = (os.path.relpath(path, ROOT) for path in (source, build))
    return f"{source} is newer than {build}: this runs what was built before (make did not succeed since)"
