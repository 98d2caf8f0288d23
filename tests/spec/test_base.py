"""What every spec shares."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from chaland.spec import Segments, Site
from chaland.spec.base import Title


def test_a_spec_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        Site().engine = None


def test_one_text_stands_for_a_list_and_for_a_title_in_both_languages():
    made = Segments.model_validate({"features": "profile", "title": "Usage"})
    assert (made.features, made.title) == (("profile",), Title(en="Usage", fr="Usage"))


def test_a_title_is_told_in_the_language_asked_for():
    title = Title(en="Churn", fr="Départs")
    assert (title.in_("en"), title.in_("fr")) == ("Churn", "Départs")
