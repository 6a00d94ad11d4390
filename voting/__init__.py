"""Verifiable elections and ballots for owners' communities (业主大会)."""

__version__ = "0.1.0"
