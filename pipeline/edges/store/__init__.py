"""The store: one database for everything but the access log; one transaction is one commit."""

from pipeline.edges.store.opening import Store
from pipeline.edges.store.unit import Unit

__all__ = ["Store", "Unit"]
