"""Files kept by what they hold: `store` keeps and gives them, `names` makes a name and a type fit to be shown."""
