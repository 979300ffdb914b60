"""One shell script that runs all snippets, so that one boot of Limen answers them.

The script uses nothing but what the shell itself is asked to know: mkdir, cd, redirections, quotes.
The answers are told from whatever a snippet prints by a nonce that the script gets when it is made.
"""

import re
import secrets


def quote(text):
    """TEXT as one word of the shell."""
    return "'" + text.replace("'", "'\\''") + "'"


def batch_make(snippets, folder, shell="sh"):
    """Returns (script, nonce). FOLDER must exist and be empty; the shell's PATH is left as it is."""
    nonce = secrets.token_hex(8)
    lines = []
    for number, snippet in enumerate(snippets):
        lines += [
            f"mkdir {folder}/{number}; cd {folder}/{number}",
            f"{shell} -c {quote(snippet)} </dev/null 2>/dev/null",
            f"STATUS=$?; echo; echo {nonce} {number} $STATUS",
        ]
    lines.append(f"cd {folder}")
    return "\n".join(lines) + "\n", nonce


def batch_read(output, nonce):
    """The answers in OUTPUT: {number: (standard output, status)}. Bytes in, bytes out."""
    answers = {}
    pattern = re.compile(rb"\n" + nonce.encode() + rb" (\d+) (\d+)\n")
    begin = 0
    for match in pattern.finditer(output):
        answers[int(match[1])] = (output[begin : match.start()], int(match[2]))
        begin = match.end()
    return answers
