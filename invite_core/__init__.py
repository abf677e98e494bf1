"""The pipeline behind both programs, headless.

People are imported with their consent and their blocks (`people`); an event, an approved template
and an audience become a run whose verdicts are frozen (`invitations`); the run is sent at most once
per person (`dispatch`) through Meta's Cloud API (`provider`); Meta's webhooks come back verified and
parsed (`delivery`) and move each message forward and never back (`lifecycle`); what both screens and
scripts show is read from stored state (`views`). Everything lives in one SQLite file (`store`).

Imports go one way, from the later stage to the earlier; `pyproject.toml` holds the contracts.
"""

__version__ = "0.1.0"
