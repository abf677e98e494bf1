"""What the program is measured against: frozen, so that ratios of different days compare."""
