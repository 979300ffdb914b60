"""What all tests share. The machine itself is in limen.py."""

import signal

import pytest

import limen


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Long tests first, so that no worker ends with one alone; next those of tests/user, which are one worker's.
    Tests that look at one machine (of the parameter `which`), or share what is built for them, follow each other, and
    are one worker's (xdist's loadgroup)."""
    items.sort(key=lambda item: 0 if item.get_closest_marker("slow") else 1 if item.path.parent.name == "user" else 2)
    places = {}
    for item in items:
        which = item.callspec.params.get("which") if hasattr(item, "callspec") else None
        group = None
        if which is not None:
            group = f"{item.path.stem}-{which}"
        elif item.path.parent.name == "user":
            group = "user"
        if group:
            item.add_marker(pytest.mark.xdist_group(group))
        places[item] = places.setdefault(group or item.nodeid, len(places))
    items.sort(key=places.get)


def pytest_configure(config):
    # Who starts the tests in the background, or by nohup, has some signals ignored, and so would all that the tests
    # start: exec keeps that. A handler it takes away.
    for number in signal.SIGHUP, signal.SIGINT, signal.SIGQUIT:
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, lambda *_: None)
    config.addinivalue_line("markers", "slow: takes long; is begun first")


@pytest.fixture(params=[1, 4], ids=["smp1", "smp4"])
def smp(request):
    """The number of CPUs, for tests that must hold on one and on many."""
    return request.param


@pytest.fixture
def boot(smp):
    """limen.run with that many CPUs."""
    def run(*command, **rest):
        return limen.run(*command, smp=smp, **rest)
    return run
