"""People by alias: the ledger and the queue say `v1`, and the name behind it is sealed."""

from __future__ import annotations

import re

from sqlalchemy import Connection, func, insert, select

from pipeline.edges.store.tables import person
from pipeline.edges.vault import Vault

MACHINE = "machine"
_ALIAS = re.compile(r"v\d{1,8}")


class People:
    """Who worked here, within one unit."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        """Work on an open connection."""
        self._connection = connection
        self._vault = vault

    def alias(self, name: str) -> str:
        """Return the alias of a person, given at first sight; the machine and an alias are told as they are."""
        if name == MACHINE or _ALIAS.fullmatch(name):
            return name
        mac = self._vault.mac("person", name.encode())
        known = self._connection.execute(select(person.c.alias).where(person.c.mac == mac)).scalar()
        if known is not None:
            return str(known)
        count = self._connection.execute(select(func.count()).select_from(person)).scalar_one()
        alias = f"v{count + 1}"
        sealed = self._vault.seal(name.encode(), f"person/{alias}")
        self._connection.execute(insert(person).values(alias=alias, mac=mac, sealed_name=sealed))
        return alias

    def known(self, name: str) -> str | None:
        """Return the alias of a person who has one, without giving any."""
        if name == MACHINE or _ALIAS.fullmatch(name):
            return name
        mac = self._vault.mac("person", name.encode())
        found = self._connection.execute(select(person.c.alias).where(person.c.mac == mac)).scalar()
        return None if found is None else str(found)

    def name(self, alias: str) -> str | None:
        """Return the name behind an alias, or None for the machine and for nobody we know."""
        sealed = self._connection.execute(select(person.c.sealed_name).where(person.c.alias == alias)).scalar()
        return None if sealed is None else self._vault.unseal(sealed, f"person/{alias}").decode()
