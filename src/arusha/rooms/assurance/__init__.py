"""Assurance: what shows, to those inside and to those outside, that the rest is as it is said to be."""
