"""The command line of design section 8: one module for each noun, all over the same core."""
