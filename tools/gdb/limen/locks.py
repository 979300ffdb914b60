"""Who holds which lock: `limen locks`. Debug builds keep a list for each CPU (spin locks) and thread (mutexes)."""

import gdb

from limen import kernel, tasks
from limen.command import Command, table
from limen.frames import place_text


def rank_name(rank):
    return kernel.enum_word("enum lock_rank", rank, "RANK_")


def lock_place(address):
    """The name of a lock that is a variable of its own, else where it lies."""
    return place_text(address) or hex(address)


def spin_rows():
    for cpu in kernel.cpus_online():
        held = kernel.percpu("percpu_held", cpu)
        for i in range(int(held["count"])):
            lock = held["locks"][i].dereference()
            yield ["spin", rank_name(lock["rank"]), lock_place(kernel.address_of(lock)),
                   f"CPU {cpu}: {tasks.describe_thread(kernel.current_thread(cpu))}", ""]


def all_threads():
    """Every thread that can hold a mutex: those of processes, and what else the CPUs run."""
    seen = set()
    candidates = [task["thread"] for process in tasks.processes() for task in tasks.threads_of(process)]
    candidates += [kernel.current_thread(cpu) for cpu in kernel.cpus_online()]
    for thread in candidates:
        if thread is not None and kernel.address_of(thread) not in seen:
            seen.add(kernel.address_of(thread))
            yield thread


def waiters(mutex):
    entries = kernel.list_entries(mutex["waiters"]["waiters"], "struct wait_entry", "node")
    return ", ".join(tasks.describe_thread(entry["thread"].dereference()) for entry in entries)


def mutex_rows():
    for thread in all_threads():
        for i in range(int(thread["mutexes_held"])):
            mutex = thread["mutexes"][i].dereference()
            yield ["mutex", rank_name(mutex["rank"]), lock_place(kernel.address_of(mutex)),
                   tasks.describe_thread(thread), waiters(mutex)]


class Locks(Command):
    """limen locks: lists the spin locks and mutexes that are held, by whom, and who waits for a mutex.

RANK is the lock's place in the order in which locks are taken (enum lock_rank). Debug builds only: a release build
keeps no record of holders."""

    name = "locks"

    def run(self, words):
        if not kernel.has("percpu_held"):
            raise gdb.GdbError("This is a release build, which keeps no record of who holds a lock.")
        rows = list(spin_rows()) + list(mutex_rows())
        if not rows:
            print("No lock is held.")
            return
        table(rows, ["KIND", "RANK", "LOCK", "HELD BY", "WAITED FOR BY"])
