"""What gdb reads for `make tour`: does one job, which a file describes, and writes the answer beside it.

LIMEN_TOUR_JOB names the file: {"job": "find" | "count" | "record", "call": ..., "program": ..., "answer": FILE, ...}.
"""

import json
import os
import sys
import traceback

import gdb

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import record  # noqa: E402  (they need the path above)
import seek  # noqa: E402

JOBS = {"find": seek.find, "count": seek.count, "record": record.record}


def answer_to(job):
    try:
        return JOBS[job["job"]](job)
    except (seek.Missed, gdb.GdbError) as error:
        return {"error": str(error)}
    except Exception:
        return {"error": traceback.format_exc()}


def main():
    gdb.execute("set width 0")
    with open(os.environ["LIMEN_TOUR_JOB"], encoding="utf-8") as file:
        job = json.load(file)
    answer = answer_to(job)
    with open(job["answer"], "w", encoding="utf-8") as file:
        json.dump(answer, file)


main()
