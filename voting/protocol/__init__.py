"""Belenios, version 1: pure functions over numbers and bytes. It knows no law, clock, file or database."""
