"""The record is in the signature: state changes only through an act, and an act writes its entry in one transaction.

`acts` has the decorator, `effects` what an act's body returns, `guard` the wrapper that refuses any other write,
`chain` the worker's part, `models` the append-only tables.
"""
