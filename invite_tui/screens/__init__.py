"""What the organiser sees: one module and one stylesheet for each screen."""
