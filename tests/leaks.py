"""Does what programs were given come back? A machine tells what is in use before and after it runs them.

    script, nonce = leaks.around("/bin/this; /bin/that;")       for one `/bin/sh -c`
    output, growth = leaks.read(result.stdout, nonce)           what the commands wrote; {cache or "pages": by how much}
    leaks.check(result)                                         with result.leaks = growth: asserts that there is none

Objects are counted by /proc/slabinfo: no file, inode, mapping or wait entry may stay. Pages outside of slabs (anonymous
memory, page tables, stacks, pipes) may differ by a few: the shell's heap, what is kept for the next.
"""

import re
import secrets

PROBE = "cat /proc/slabinfo /proc/meminfo"
SPARE = "echo -1000 >/proc/$$/oom_score_adj;"  # the shell's own: what it starts may take all memory
LOOKS = 4  # some ends come late: the reaper's, those of processes that nobody waits for

# An inode that was ever locked keeps its list: programs' files, and those that all eventfds, epolls, ... are.
# Kernel stacks are kept for the next threads. What the look itself runs may not have left its CPU yet; the text that it
# is shown is in memory of some size.
SLACK = {"pages": 128, "area_cache": 16, "kmalloc-1024": 3, "kmalloc-2048": 1, "task_cache": 3,
         "process_cache": 3, "inode_locks_cache": 8, "pid_cache": 3, "cred_cache": 3, "sighand_cache": 3}


def around(commands):
    """(script, nonce): the commands between looks at what is in use. What they leave in /tmp is removed."""
    nonce = secrets.token_hex(8)
    look = f"echo {nonce} look; {PROBE};"
    return (f"{SPARE} /bin/true; {look} echo {nonce} begin; {commands} echo {nonce} end; "
            f"cd /; rm -rf /tmp; mkdir /tmp; chmod 1777 /tmp; {f'sleep 1; {look} ' * LOOKS}"), nonce


def counts(text):
    """{cache: objects in use, "pages": pages in use that are not slabs'}."""
    found = {name: int(count) for name, count in re.findall(r"^(\S+) +(\d+) .* : tunables", text, re.M)}
    kib = {name: int(count) for name, count in re.findall(r"^(\w+): +(\d+) kB", text, re.M)}
    found["pages"] = (kib["MemTotal"] - kib["MemFree"] - kib["Slab"]) // 4
    return found


def read(output, nonce):
    """(what the commands wrote, what there is more of after them). None: the machine did not get so far."""
    before, begun, rest = output.partition(f"{nonce} begin\n".encode())
    written, ended, after = rest.partition(f"{nonce} end\n".encode())
    looks = [counts(text.decode(errors="replace")) for text in after.split(f"{nonce} look\n".encode())[1:]]
    if not begun or not ended or len(looks) < LOOKS:
        return written, None
    first = counts(before.decode(errors="replace"))
    least = {name: min(look.get(name, 0) for look in looks) for name in looks[-1]}
    growth = {name: least[name] - first.get(name, 0) - SLACK.get(name, 0) for name in least}
    return written, {name: more for name, more in growth.items() if more > 0}


def check(result):
    """Asserts that what the machine's programs were given has come back."""
    assert result.leaks is not None, f"the machine did not get so far: {result}"
    assert not result.leaks, f"more in use than before: {result.leaks}"
