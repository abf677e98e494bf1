"""Sending: one sender at a time, each message POSTed at most once per decision."""
