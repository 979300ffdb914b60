"""The pages that show gdb at work, executed command by command: each answer must be what the page says."""

import pytest

import limen
import pages


@pytest.mark.parametrize("name", ["tour", "gdb"])
def test_page_is_true(name):
    text = (limen.ROOT / f"docs/{name}.md").read_text(encoding="utf-8")
    answers = pages.run(text)
    for (command, shown), answer in zip(pages.answers_in(text), answers, strict=True):
        assert pages.plain(shown) == pages.plain(answer.text), (
            f"docs/{name}.md, `{command}`: gdb now says\n{answer.text}\n(tests/gdb/pages.py docs/{name}.md writes the "
            f"page anew)\n{answers}")
    assert name != "tour" or "Hello, world, from ring 3!" in answers.console, answers
