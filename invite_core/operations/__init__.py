"""Acts that join several parts: with Meta, with other files, with the year after."""
