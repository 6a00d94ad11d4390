"""What the law and the register say: units, owners, voters, questions, majorities.

Pure: no clock, no files, no network, no database, no cryptography beyond SHA-256, and no knowledge of the
protocol. Areas are integers of 0.01 m² (`area_dm2`), owners are integers, and nothing is ever a float.
"""
