"""Proofs that nothing is sent twice and nobody is lost: real processes, real SIGKILLs, the stand-in's own log.

`make prove-sending` runs them all, `make prove-mutants` plants defects that they, or the tests, must catch.
`tests/proofs` runs a small part of each.
"""
