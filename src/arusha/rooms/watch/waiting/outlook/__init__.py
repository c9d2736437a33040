"""The forecast as staff see it: what is expected, and how far past forecasts held."""
