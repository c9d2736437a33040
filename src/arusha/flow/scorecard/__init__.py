"""The scorecard: figures, each defined once by whoever knows it, gathered by the ten key factors."""
