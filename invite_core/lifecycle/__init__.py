"""The only writer of message state: attempts, the join, the shelf, counters, completion of runs."""
