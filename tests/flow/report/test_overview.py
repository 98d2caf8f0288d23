"""Laws of the first screen and of what to do next."""

from __future__ import annotations

from chaland.flow.report import overview
from tests.flow.report.sample import EN, details, document


def findings(told):
    views = overview.questions(told, details(), EN.words, EN)
    return overview.findings(told, views, EN.words, EN)


def test_the_first_screen_tells_rows_groups_and_model():
    assert [one.number for one in findings(document())] == ["3,290", "2", "89", "77"]


def test_of_many_groups_the_first_screen_names_the_largest():
    told = document()
    groups = [{"id": nth, "name": {"en": f"group {nth}"}, "size": 1, "share": share} for nth, share in enumerate((0.3, 0.3, 0.2, 0.1, 0.1))]
    told["segments"]["usage"]["groups"] = groups
    assert findings(told)[1].parts == [("30%", "group 0"), ("30%", "group 1"), ("20%", "group 2"), ("20%", "in the 2 other groups")]
    told["segments"]["usage"]["groups"] = groups[:4]
    assert [name for _, name in findings(told)[1].parts] == ["group 0", "group 1", "group 2", "group 3"]


def test_no_model_is_told_on_the_first_screen():
    told = document()
    told["predict"]["churn"] |= {"kept": None}
    assert findings(told)[-1].words == "model for Churn: not predictable from these data"


def test_warnings_of_questions_are_among_all_warnings():
    told = document()
    told["warnings"] = [{"code": "stale_data", "said": "x"}]
    told["predict"]["churn"]["warnings"] = [{"code": "leak.duplicates", "said": "y"}]
    assert [one["code"] for one in overview.all_remarks(told, "warnings")] == ["stale_data", "leak.duplicates"]


def test_quarantine_is_to_be_looked_at_only_where_there_is_one():
    told = document()
    assert any("quarantine/people" in line for _, line in overview.next_steps(told, EN.words))
    told["tables"]["people"]["quarantined"] = 0
    assert not any("quarantine/people" in line for _, line in overview.next_steps(told, EN.words))


def test_nobody_is_told_to_score_without_a_model():
    told = document()
    told["predict"]["churn"]["kept"] = None
    assert not any("score" in line for _, line in overview.next_steps(told, EN.words))


def test_places_follow_from_the_documents_files():
    found = dict(overview.places(document(), EN.words))
    assert found["Tables (lake)"] == "/home/telco/lake"
    assert overview.places({"predict": {}}, EN.words) == []
