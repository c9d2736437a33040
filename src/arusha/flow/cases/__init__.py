"""Cases: what is looked into, by named people only, until an outcome stands; invisible to whom it is about.

`states` says who may do what when; `opening`, `members`, `content`, `replies`, `outcomes` and `looks` have the acts.
"""
