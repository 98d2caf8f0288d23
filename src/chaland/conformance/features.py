"""What every family of features must do: inherit `FeatureConformance` and name the module, its options and a past."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

from chaland.history import History
from chaland.spec import Features


class FeatureConformance:
    """The laws of a family of features. Give `module` and `options`, and the fixtures `past` and `longer`.

    `longer` is the same business with more rows, on and after the day of `past`, and not yet cut.
    """

    module: ClassVar[Any]
    options: ClassVar[Features]
    key: ClassVar[str] = "id"

    def made(self, past: History) -> Any:
        """What the family computes, in the order of the key."""
        return self.module.compute(past, self.options, self.key).order_by(self.key).to_pyarrow()

    def test_what_happens_from_the_day_on_changes_nothing(self, past: History, longer: History) -> None:
        assert past.end is not None
        assert self.made(longer.before(past.end)).equals(self.made(past))

    def test_what_is_described_is_what_is_computed(self, past: History) -> None:
        assert [one.name for one in self.module.describe(self.options, past)] == self.made(past).column_names[1:]

    def test_there_is_one_row_per_customer(self, past: History) -> None:
        keys = past.customers()[1].order_by(self.key).to_pyarrow()[self.key].to_pylist()
        assert keys == self.made(past)[self.key].to_pylist()

    def test_twice_computed_is_twice_the_same(self, past: History) -> None:
        assert self.made(past).equals(self.made(past))

    def test_every_feature_is_a_float_or_a_text(self, past: History) -> None:
        kinds = {str(field.type) for field in self.made(past).schema if field.name != self.key}
        assert kinds <= {"double", "string", "large_string"}

    def test_its_needs_are_roles_and_the_roles_of_columns(self) -> None:
        needs: Mapping[str, set[str]] = self.module.NEEDS
        assert set(needs) <= {"customers", "transactions", "events", "reference"}

    def test_no_number_is_not_a_number(self, past: History) -> None:
        values = [value for name in self.made(past).column_names for value in self.made(past)[name].to_pylist()]
        assert not any(isinstance(value, float) and math.isnan(value) for value in values)
