"""The groups section: how many groups, how sure of it, what sets each apart, and a picture of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from chaland.flow.report import by_rule, charts, migration, steady
from chaland.flow.report.charts import Axis
from chaland.flow.report.pieces import Facts, Figure, Grid, Remark, named
from chaland.flow.report.remarks import remarks
from chaland.flow.report.words import Names, Words

SHOWN = 14
LIKEWISE = 3
STEPS = (0.2, 0.5, 0.8, 1.2)


@dataclass(frozen=True)
class GroupsView:
    """One segmentation as the report shows it; `k` is None where there are no groups."""

    name: str
    title: str
    k: int | None
    said: str
    sizes: Grid | None
    considered: Grid | None
    profile: Grid | None
    scatter: Figure | None
    remarks: Sequence[Remark]
    changes: Sequence[str] = ()
    moves: Grid | None = None
    steady: Sequence[str] = ()
    curve: Figure | None = None
    grids: Sequence[Grid] = ()


@dataclass(frozen=True)
class Groups:
    """What the groups section is made from."""

    words: Words
    names: Names

    def view(self, name: str, told: Facts, detail: Facts) -> GroupsView:
        """One segmentation, from the document's facts and the details of the step."""
        k, groups = told.get("k"), told.get("groups") or []
        ids = [group["id"] for group in groups]
        labels = [self.label(group) for group in groups]
        known = {**self.ruled(told), **dict(zip(ids, labels, strict=True))}
        return GroupsView(
            name,
            self.names.segments(name),
            k,
            self.sentence(told),
            self.sizes(groups) if k else None,
            self.considered(told),
            self.profile(detail.get("profile"), groups) if k else None,
            self.grid(told) or (self.scatter(detail.get("points"), ids, labels) if k else None),
            remarks(detail.get("warnings") or [], self.words),
            migration.said(told.get("changes") or [], self.words),
            migration.moves(told.get("migration") or [], known, self.words),
            steady.said(told, self.words),
            steady.curve(told, self.words),
            steady.grids(told, self.words),
        )

    def label(self, group: Facts) -> str:
        """A group's number and name."""
        return f"{group['id']} · {self.words.pick(group.get('name') or '')}".rstrip(" ·")

    def sentence(self, told: Facts) -> str:
        """How many groups there are and how sure that is."""
        if not told.get("k"):
            return self.words("groups.none")
        silhouette, stability = told.get("silhouette"), told.get("stability")
        apart = (
            ""
            if silhouette is None
            else self.words(f"groups.apart.{_rung(silhouette, (0.15, 0.35))}", value=self.words.decimal(silhouette, 2))
        )
        steady = (
            "" if stability is None else self.words(f"groups.steady.{_rung(stability, (0.6, 0.8))}", value=self.words.decimal(stability, 2))
        )
        return " ".join(
            part for part in (self.words("groups.found", k=told["k"]), apart, steady, *by_rule.said(told, self.words, self.names)) if part
        )

    def ruled(self, told: Facts) -> dict[int, str]:
        """The labels of all groups that a rule knows, those without customers too."""
        return {one["id"]: self.label(one) for one in by_rule.known()} if told.get("method") == "rfm" else {}

    def grid(self, told: Facts) -> Figure | None:
        """The scores that groups by rule are made of, as a picture."""
        return by_rule.figure(told, self.ruled(told), self.words)

    def sizes(self, groups: Sequence[Facts]) -> Grid:
        """Each group with its size and what it is like."""
        w = self.words
        rows: list[list[str | Markup]] = []
        for place, group in enumerate(groups):
            dot = Markup('<span class="key s-{}" aria-hidden="true"></span>{}').format(place % 8, self.label(group))
            size = Markup('<span class="scored">{}<b>{}</b></span>').format(
                charts.bar(group["share"], f"s-{place % 8}"), w.percent(group["share"])
            )
            rows.append([named(dot, self._described(group)), w.number(group["size"]), size, *self._worth(group)])
        money = [w("head.money")] if groups[0].get("money") is not None else []
        return Grid(w("groups.sizes"), (w("head.group"), w("head.customers"), w("head.share"), *money), rows, folded=len(rows))

    def _worth(self, group: Facts) -> list[Markup]:
        """The money of a group's customers, and which part of all money it is."""
        if group.get("money") is None:
            return []
        return [named(self.words.number(round(group["money"])), self.words.percent(group.get("money_share")))]

    def _described(self, group: Facts) -> str:
        """What a group is like, and what to do with it."""
        said, action = self.words.pick(group.get("description") or ""), group.get("action")
        return f"{said} → {self.words.pick(action)}" if action else said

    def considered(self, told: Facts) -> Grid | None:
        """The numbers of groups that were tried."""
        tried, w = told.get("considered") or [], self.words
        if not tried:
            return None
        rows = [
            (str(one["k"]), w.decimal(one.get("silhouette"), 3), w.decimal(one.get("stability"), 3), self._smallest(one.get("smallest")))
            for one in tried
        ]
        marked = frozenset(place for place, one in enumerate(tried) if one["k"] == told.get("k"))
        return Grid(w("groups.considered"), [w(f"head.{key}") for key in ("k", "silhouette", "stability", "smallest")], rows, marked=marked)

    def profile(self, rows: Sequence[Facts] | None, groups: Sequence[Facts]) -> Grid | None:
        """How far each group's mean lies from everybody's, in standard deviations: the features that tell groups apart first."""
        if not rows:
            return None
        w = self.words
        ordered = sorted(rows, key=lambda row: -max(abs(z or 0.0) for z in row["values"]))
        alike: dict[tuple[float | None, ...], list[Facts]] = {}
        for row in ordered:
            alike.setdefault(tuple(row["values"]), []).append(row)
        head = [w("head.feature"), *(w("groups.one", id=group["id"]) for group in groups)]
        shown = [self._trait(first, others) for first, *others in alike.values()]
        return Grid(w("groups.profile"), head, shown[:SHOWN], folded=SHOWN)

    def _trait(self, row: Facts, others: Sequence[Facts]) -> list[Markup]:
        """One feature: its name, everybody's mean, and those that part customers alike; then for each group the distance and its own mean."""
        w = self.words
        means = [self._mean(row, mean) for mean in row.get("means") or [None] * len(row["values"])]
        small = [w("groups.everyone", mean=self._mean(row, row["mean"]))] if row.get("mean") is not None else []
        small += [said for said in (self._ranks(row),) if said]
        small += [self._likewise(others)] if others else []
        return [named(self._label(row), " · ".join(small)), *(heat(z, mean, w) for z, mean in zip(row["values"], means, strict=True))]

    def _likewise(self, others: Sequence[Facts]) -> str:
        """The other features that part customers in the same way, the first few by name."""
        titles = [self.words.pick(other["title"]) for other in others]
        few, more = titles[:LIKEWISE], len(titles) - LIKEWISE
        return self.words("groups.likewise", others=", ".join(few) + (f" (+{more})" if more > 0 else ""))

    def _label(self, row: Facts) -> str:
        title = self.words.pick(row["title"])
        return self.words("colon", what=title, said=row["word"]) if row.get("word") else title

    def _ranks(self, row: Facts) -> str:
        """What the numbers of an ordinal column stand for."""
        tables = self.names.project.tables.values()
        order = next((table.columns[row["feature"]].order for table in tables if row["feature"] in table.columns), ())
        return self.words("groups.ranks", first=order[0], last=len(order) - 1, word=order[-1]) if order else ""

    def _mean(self, row: Facts, mean: float | None) -> str:
        if mean is None:
            return ""
        return self.words.compact(mean) if row.get("kind") == "number" else self.words.percent(mean, 0)

    def scatter(self, points: Sequence[Facts] | None, ids: Sequence[int], labels: Sequence[str]) -> Figure | None:
        """Customers on the two directions in which they differ most."""
        if not points:
            return None
        w = self.words
        clouds = [[(float(p["x"]), float(p["y"])) for p in points if p["group"] == one] for one in ids]
        svg = charts.scatter(
            _axis(w("axis.first"), [p["x"] for p in points], w),
            _axis(w("axis.second"), [p["y"] for p in points], w),
            clouds,
            [str(one) for one in ids],
            w("chart.scatter", points=w.number(len(points)), groups=", ".join(labels)),
        )
        rows = [
            (label, w.number(len(cloud)), *(w.decimal(value, 2) for value in _middle(cloud)))
            for label, cloud in zip(labels, clouds, strict=True)
        ]
        data = Grid(w("groups.scatter.data"), [w(f"head.{key}") for key in ("group", "points", "middle_x", "middle_y")], rows)
        return Figure(
            w("groups.scatter"), svg, w("groups.scatter.read"), data, [(f"s-{place % 8}", label) for place, label in enumerate(labels)]
        )

    def _smallest(self, value: float | None) -> str:
        return self.words.percent(value) if value is not None and value <= 1 else self.words.number(value)


def heat(value: float | None, mean: str, words: Words) -> Markup:
    """A cell whose colour says how far above (warm) or below (cool) everybody's mean a group's lies, and that mean."""
    if value is None:
        return Markup("–")
    depth = sum(abs(value) >= step for step in STEPS)
    kind = f"{'up' if value > 0 else 'down'}-{depth}" if depth else "level"
    sign = "+" if value >= STEPS[0] else ""
    return Markup('<span class="heat h-{}">{}</span>').format(kind, named(f"{sign}{words.decimal(value, 1)}", mean))


def _rung(value: float, rungs: tuple[float, float]) -> str:
    return "low" if value < rungs[0] else "middle" if value < rungs[1] else "high"


def _axis(title: str, values: Sequence[float], words: Words) -> Axis:
    low, high = min(values), max(values)
    edge = 0.04 * (high - low) or 1.0
    return Axis(title, low - edge, high + edge, charts.ticks(low - edge, high + edge), words.compact)


def _middle(cloud: Sequence[charts.Point]) -> tuple[float | None, float | None]:
    return (sum(x for x, _ in cloud) / len(cloud), sum(y for _, y in cloud) / len(cloud)) if cloud else (None, None)
