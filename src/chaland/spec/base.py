"""The base of every spec: frozen, no unknown words, field docstrings become the word list."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

FORMAT = 1
NAME = r"^[a-z][a-z0-9_]{0,62}$"


class Spec(BaseModel):
    """A frozen piece of a project or site file; an unknown word in it is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, populate_by_name=True)


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _as_title(value: Any) -> Any:
    return {"en": value, "fr": value} if isinstance(value, str) else value


class Title(Spec):
    """A name for people, in the two languages chaland speaks."""

    en: str
    """English."""
    fr: str
    """French."""

    def in_(self, lang: str) -> str:
        """The title in `lang` ("en" or "fr")."""
        return self.fr if lang == "fr" else self.en


Words = Annotated[tuple[str, ...], BeforeValidator(_as_list)]
Titled = Annotated[Title, BeforeValidator(_as_title)]
