"""The journal as people see it: what was done, when, by whom and about what; and how an outsider verifies it.

Nobody sees an entry about what is not open to them. The reason given with an act is shown only on request, with a
reason of one's own, and each such look is an entry itself.
"""
