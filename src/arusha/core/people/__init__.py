"""Who is who: persons, the accounts they sign in with, units, posts, postings, roles and recusals, all with dates.

A person is not an account. What someone may do follows from the roles granted to them on a day.
"""
