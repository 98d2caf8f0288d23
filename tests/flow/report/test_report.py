"""Laws of the whole page: it stands alone, hides nothing, breaks on nothing, and is the same for the same run."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from chaland.flow import report
from tests.flow.report.sample import PROJECT, details, document

VOID = {"meta", "br", "hr", "img", "input", "link"}
EVIL = "<img src=x onerror=alert(1)>\"&'"


class Page(HTMLParser):
    """The tags of a page: which are open, which were never closed, and every attribute."""

    def __init__(self, html: str):
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.ids: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def rendered(lang: str = "en") -> str:
    return report.render(document(), details(), PROJECT, lang)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_page_is_well_formed(lang):
    page = Page(rendered(lang))
    assert (page.wrong, page.open) == ([], [])


def test_the_page_asks_nothing_of_the_network():
    page = Page(rendered())
    assert {"script", "link", "img", "iframe", "object"} & set(page.tags) == set()
    assert [value for name, value in page.attributes if name in ("src", "href") and not str(value).startswith("#")] == []
    assert "url(" not in rendered()


def test_every_link_leads_somewhere():
    page = Page(rendered())
    assert {value[1:] for name, value in page.attributes if name == "href"} <= set(page.ids)


def test_the_same_run_gives_the_same_page():
    assert rendered() == rendered()


def turned(told):
    """The same facts, every mapping told backwards, as a skipped step may tell them."""
    if isinstance(told, dict):
        return {key: turned(told[key]) for key in reversed(told)}
    return [turned(one) for one in told] if isinstance(told, list) else told


def test_the_page_does_not_depend_on_the_order_of_keys():
    assert report.render(turned(document()), turned(details()), PROJECT, "en") == rendered()


def test_many_reasons_are_folded_and_none_is_lost():
    told = document()
    told["tables"]["people"]["reasons"] = {f"rule_{number}": number + 1 for number in range(40)}
    page = report.render(told, details(), PROJECT, "en")
    assert "32 more rows" in page
    assert all(f"<small>rule_{number}</small>" in page for number in range(40))


def test_whatever_files_say_is_escaped():
    told, more = document(), details()
    told["tables"]["people"]["reasons"][EVIL] = 3
    told["segments"]["usage"]["groups"][0]["name"] = {"en": EVIL, "fr": EVIL}
    told["predict"]["churn"]["notes"] = [{"code": EVIL, "said": EVIL}]
    told["predict"]["churn"]["holdout"]["labels"] = [EVIL, EVIL]
    more["ingest"]["tables"]["people"]["files"][0]["file"] = EVIL
    more["prepare"]["tables"]["people"]["moved"][0]["said"] = EVIL
    page = report.render(told, more, PROJECT, "en")
    assert EVIL not in page
    assert "img" not in Page(page).tags


@pytest.mark.parametrize("missing", ["tables", "segments", "predict", "files", "warnings", "notes", "run", "seconds", "as_of", "engine"])
def test_any_part_of_the_document_may_be_missing(missing):
    told = document()
    del told[missing]
    assert Page(report.render(told, details(), PROJECT, "en")).wrong == []


@pytest.mark.parametrize("missing", ["ingest", "prepare", "segment", "train"])
def test_any_steps_facts_may_be_missing(missing):
    more = details()
    del more[missing]
    assert Page(report.render(document(), more, PROJECT, "fr")).wrong == []


def test_a_project_that_has_only_begun_has_a_page():
    assert "nothing to show" in report.render({"project": "telco"}, {}, PROJECT, "en")


def test_warnings_come_before_anything_that_was_found():
    told = document()
    told["predict"]["churn"]["warnings"] = [{"code": "leak.near_perfect", "said": "ROC AUC 0.9999"}]
    page = report.render(told, details(), PROJECT, "en")
    assert page.index("Too good to be true") < page.index("3,290")


def test_every_picture_is_told_in_words_and_has_its_numbers_below():
    page = rendered()
    figures = page.split("<figure")[1:]
    assert len(figures) == 6
    assert [("aria-label=" in one.split("</figure>")[0], "<details>" in one.split("</figure>")[0]) for one in figures] == [(True, True)] * 6


def test_tables_have_captions_and_heads():
    page = rendered()
    tables = page.split("<table")[1:]
    assert all("<caption>" in one and 'scope="col"' in one and 'scope="row"' in one for one in tables)


def test_the_french_page_is_in_french():
    page = rendered("fr")
    assert '<html lang="fr">' in page
    assert "Ce qui a été trouvé" in page
    assert "3\u202f290" in page
    assert "What was found" not in page
