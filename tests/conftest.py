"""What all tests share. The machine itself is in limen.py."""

import pytest

import limen


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Long tests first, so that no worker ends with one alone. Tests that look at one machine (of
    the parameter `which`), or share what is built for them, are one worker's (xdist's loadgroup)."""
    items.sort(key=lambda item: 0 if item.get_closest_marker("slow") else 1)
    for item in items:
        which = item.callspec.params.get("which") if hasattr(item, "callspec") else None
        if which is not None:
            item.add_marker(pytest.mark.xdist_group(f"{item.path.stem}-{which}"))
        elif item.path.parent.name == "user":
            item.add_marker(pytest.mark.xdist_group("user"))


def pytest_configure(config):
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
