"""Watch: supervise operations."""
