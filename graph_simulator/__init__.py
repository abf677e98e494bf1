"""A stand-in for Meta over real HTTP. Imports nothing of the project."""
