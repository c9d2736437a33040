"""Actions: what is to be done, by whom, until when; whether it was done, who verified it, and which figure it moved."""
