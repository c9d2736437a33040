"""How dates and numbers are written, where Django's own way would be read wrongly: day before month, and grouped."""
