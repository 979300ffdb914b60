"""Makes the page: the recordings, what model.py says of them, the lines of the sources, all in one file of HTML."""

import base64
import gzip
import json
import os

import model

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "../.."))
PARTS = os.path.join(HERE, "page")
SCRIPTS = ("words.js", "recording.js", "timeline.js", "panels.js", "stacks.js", "tree.js", "gates.js", "main.js")
CONTEXT = 9                 # lines of source above and below each that was executed


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def source_lines(recordings):
    """{name: {number: text}} of the lines that were executed, and those around them."""
    wanted = {}
    for recording in recordings:
        for one in recording["code"]:
            if one["source"]:
                wanted.setdefault(one["source"], set()).update(
                    range(one["line"] - CONTEXT, one["line"] + CONTEXT + 1))
    found = {}
    for name, numbers in sorted(wanted.items()):
        lines = read(os.path.join(ROOT, name)).split("\n")
        found[name] = {number: lines[number - 1] for number in sorted(numbers) if 0 < number <= len(lines)}
    return found


def completed(recording):
    nodes = model.tree(recording)
    return {**recording, "nodes": model.packed(nodes), "stages": model.stages(recording, nodes)}


def packed(value):
    """JSON, compressed, as text that may stand in a script element; the page unpacks it."""
    text = json.dumps(value, separators=(",", ":")).encode()
    return base64.b64encode(gzip.compress(text, mtime=0)).decode()


def data(recordings, command, build):
    found = [completed(one) if "steps" in one else one for one in recordings]
    return {"command": command, "build": build, "recordings": found,
            "sources": source_lines([one for one in recordings if "steps" in one])}


def html(recordings, command, build):
    text = read(os.path.join(PARTS, "index.html"))
    scripts = "\n".join(read(os.path.join(PARTS, name)) for name in SCRIPTS)
    parts = {"STYLE": read(os.path.join(PARTS, "style.css")), "DATA": packed(data(recordings, command, build)),
             "SCRIPT": f"(() => {{\n\"use strict\";\n{scripts}}})();"}
    for name, part in parts.items():
        text = text.replace(f"/*{name}*/", part)
    return text


def write(path, recordings, command, build):
    """Writes the page whole or not at all; its size in bytes."""
    text = html(recordings, command, build).encode()
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path + ".new", "wb") as file:
        file.write(text)
    os.replace(path + ".new", path)
    return len(text)
