"""The law: units, owners, majorities. Pure functions; it knows no cryptography, clock, file or database."""
