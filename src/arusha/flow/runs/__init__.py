"""Runs: receiving data and running detectors, as recorded, resumable, reproducible jobs."""
