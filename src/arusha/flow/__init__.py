"""The one flow: signal → finding → case → action → measure. It never branches on a capability."""
