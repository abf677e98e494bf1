"""Proofs of the listener: every update counted once, whatever arrives and however (`make prove-listener`)."""
