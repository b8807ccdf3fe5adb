"""Finding forms by what was written on them, through keyed hashes: the index tells nothing without the key."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import Connection, delete, func, insert, select

from pipeline.edges.store.tables import case_key, search
from pipeline.edges.vault import Vault


class SearchKind(StrEnum):
    """What one can search by."""

    NUMBER = "number"
    NAME = "name"
    CLINIC = "clinic"
    DATE = "date"


class Search:
    """The index, within one unit."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        """Work on an open connection."""
        self._connection = connection
        self._vault = vault

    def put(self, form: str, words: Iterable[tuple[SearchKind, str]]) -> None:
        """Index a form under what was written, in place of what it was indexed under before."""
        self._connection.execute(delete(search).where(search.c.form == form))
        tokens = {self._token(kind, word) for kind, written in words for word in normal(kind, written)}
        if tokens:
            self._connection.execute(insert(search), [{"token": token, "form": form} for token in sorted(tokens)])

    def find(self, kind: SearchKind, written: str) -> tuple[str, ...]:
        """Return the ids of forms that hold every word asked for, in order of id."""
        found: set[str] | None = None
        for word in normal(kind, written):
            query = select(search.c.form).where(search.c.token == self._token(kind, word))
            hits = set(self._connection.execute(query).scalars())
            found = hits if found is None else found & hits
        return tuple(sorted(found or ()))

    def near(self, words: Iterable[tuple[SearchKind, str]], but: str = "", limit: int = 200) -> tuple[str, ...]:
        """Return the forms that share any of what was written, those that share most first."""
        tokens = {self._token(kind, word) for kind, written in words for word in normal(kind, written)}
        query = select(search.c.form).where(search.c.token.in_(tokens), search.c.form != but).group_by(search.c.form)
        return tuple(self._connection.execute(query.order_by(func.count().desc(), search.c.form).limit(limit)).scalars())

    def keep_case(self, form: str, identity: str, disease: str) -> None:
        """Note which case a form tells of (identity and disease, as a keyed hash), in place of what was noted before."""
        mac = self._case(identity, disease)
        self._connection.execute(delete(case_key).where(case_key.c.form == form, case_key.c.mac != mac))
        if form not in self._forms_of(mac):
            self._connection.execute(insert(case_key).values(mac=mac, form=form))

    def leave_case(self, form: str) -> None:
        """Note that a form tells of no case that is known."""
        self._connection.execute(delete(case_key).where(case_key.c.form == form))

    def same_case(self, identity: str, disease: str, but: str = "") -> tuple[str, ...]:
        """Return the ids of other forms that tell of the same case."""
        return tuple(form for form in self._forms_of(self._case(identity, disease)) if form != but)

    def erase(self, form: str) -> None:
        """Take a form out of the index and out of its case."""
        self._connection.execute(delete(search).where(search.c.form == form))
        self.leave_case(form)

    def _forms_of(self, mac: str) -> tuple[str, ...]:
        query = select(case_key.c.form).where(case_key.c.mac == mac).order_by(case_key.c.form)
        return tuple(self._connection.execute(query).scalars())

    def _case(self, identity: str, disease: str) -> str:
        told = "|".join((*normal(SearchKind.NUMBER, identity), disease))
        return self._vault.mac("case", told.encode())

    def _token(self, kind: SearchKind, word: str) -> str:
        return self._vault.mac(f"search/{kind.value}", word.encode())


def normal(kind: SearchKind, written: str) -> tuple[str, ...]:
    """Return the words something is found by: digits of a number or date, else each word without case and accents.

    A number of twelve digits is found by its last ten too, as people say it.
    """
    if kind in (SearchKind.NUMBER, SearchKind.DATE):
        digits = "".join(letter for letter in written.casefold() if letter.isalnum())
        return (
            (digits[2:],)
            if kind is SearchKind.NUMBER and len(digits) == 12 and digits.isdigit()
            else (digits,) * bool(digits)
        )
    spread = unicodedata.normalize("NFKD", written.casefold())
    plain = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return tuple("".join(c if c.isalnum() else " " for c in plain).split())
