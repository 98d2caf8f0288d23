from __future__ import annotations

import pytest

from tests.pages import Block, blocks, matches, run

PAGE = """
<!-- run -->
```console
$ echo one; \\
  echo two
one
two
$ true
```

<!-- run: exit 3, needs CHALAND_DATA -->
```sh
exit 3
```

```toml
not = "run"
```

<!-- not run: takes an hour -->
```console
$ sleep 3600
```
text
```python
print(1)
```
"""


def test_a_page_is_read_block_by_block():
    assert [(block.language, block.line, block.mark) for block in blocks(PAGE)] == [
        ("console", 3, "run"),
        ("sh", 12, "run: exit 3, needs CHALAND_DATA"),
        ("console", 21, "not run: takes an hour"),
        ("python", 25, ""),
    ]


def test_a_mark_says_whether_and_how_a_block_is_run():
    assert [(block.is_run, block.ends_with, block.needs) for block in blocks(PAGE)] == [
        (True, 0, ""),
        (True, 3, "CHALAND_DATA"),
        (False, 0, ""),
        (False, 0, ""),
    ]


def test_a_console_block_is_commands_each_with_what_is_shown_under_it():
    told = [(command[-1], shown) for command, shown in blocks(PAGE)[0].commands()]
    assert told == [("echo one; \\\n  echo two", "one\ntwo"), ("true", "")]


@pytest.mark.parametrize(
    ("shown", "told", "same"),
    [
        ("a\nb", "a\nb\n", True),
        ("a", "a  \n", True),
        ("a", "ab", False),
        ("a … c", "a long c", True),
        ("a … c", "a\nc", False),
        ("first\n…\nlast", "first\nx\ny\nlast", True),
        ("first\n…\nlast", "first\nlast", True),
        ("first\n…", "first\nx\ny", True),
        ("first\n…\nlast", "first\nx\ny", False),
        ("a.b (1)", "axb 1", False),
    ],
)
def test_output_is_compared_line_by_line_but_for_dots(shown, told, same):
    assert matches(shown, told) is same


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("$ echo one\ntwo\n", "run"),
        ("$ exit 4\n", "run"),
        ("$ true\n", "run: exit 4"),
        ("$ false\n$ true\n", "run"),
        ("$ echo sorry >&2; exit 3\nhello\n", "run: exit 3"),
    ],
)
def test_a_page_that_lies_is_found_out(tmp_path, text, mark):
    assert len(run(Block("console", text, 1, mark), tmp_path)) == 1


@pytest.mark.parametrize(
    ("language", "text", "mark"),
    [
        ("console", "$ echo one\none\n", "run"),
        ("console", "$ echo sorry >&2; exit 3\nsorry\n", "run: exit 3"),
        ("sh", "echo a\nmkdir b\ntest -d b\n", "run"),
        ("python", "import chaland\nprint(chaland.__all__)\n", "run"),
        ("console", "$ chaland --help\n…\n", "run"),
    ],
)
def test_a_page_that_tells_the_truth_is_believed(tmp_path, language, text, mark):
    assert run(Block(language, text, 1, mark), tmp_path) == []
