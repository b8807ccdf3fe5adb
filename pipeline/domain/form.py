"""A filled-in form: its placed pages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from pipeline.domain.placement import Placed
from pipeline.domain.scan import PageId

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class FormPage:
    """One placed page of a form and where it came from."""

    page: PageId
    placed: Placed

    @property
    def sheet(self) -> int:
        """Return which sheet of the template it is."""
        return self.placed.identification.sheet

    def of(self, template_id: str) -> FormPage:
        """Return the page as one of NAME@VERSION, of which its sheet is as well."""
        name, _, version = template_id.partition("@")
        told = replace(self.placed.identification, template=name, version=version)
        return replace(self, placed=replace(self.placed, identification=told))


@dataclass(frozen=True, slots=True)
class Form:
    """A filled-in form; `pages` in order of sheets. `joined` tells that its pages came in different scans."""

    id: str
    template: str
    version: str
    pages: tuple[FormPage, ...]
    joined: bool = False

    @property
    def by_hand(self) -> bool:
        """Tell whether a person types all of it from its pages, which no template fits."""
        return any(page.placed.by_hand for page in self.pages)

    @property
    def template_id(self) -> str:
        """Return NAME@VERSION."""
        return f"{self.template}@{self.version}"


def form_id(first: PageId, salt: int = 0) -> str:
    """Return a short id for the form that begins with a page: eight letters without I, L, O, U, as `7K3Q-DF2M`.

    The id says nothing of the person. `salt` tells apart the rare two that meet.
    """
    number = int.from_bytes(hashlib.sha256(f"{first.scan}/{first.number}/{salt}".encode()).digest()[:5], "big")
    letters = "".join(_LETTERS[(number >> (5 * place)) & 31] for place in range(7, -1, -1))
    return f"{letters[:4]}-{letters[4:]}"
