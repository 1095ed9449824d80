"""Zip and tar archives, read where they lie: nothing is unpacked to disk, and what is held in memory is bounded."""
