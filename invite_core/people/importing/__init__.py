"""Importing people from files that other programs wrote."""
