"""Run as a process of its own: install, receive a file, watch; and die at a named checkpoint where one is given."""

import json
import os
import sys
from pathlib import Path


def main(home: str, file: str, die_at: str) -> None:
    """Work in `home` until done, or until the checkpoint."""
    os.environ["ARUSHA_HOME"] = home
    from arusha.conf import places
    from arusha.conf.commands.installing import install
    from arusha.conf.ready import ready

    if places.installation() is None:
        install("Killed", "UTC", demo=False)
    with ready() as here:
        from arusha.core.journal import chain
        from arusha.core.people.roles import System
        from arusha.flow.inbox.models import Finding
        from arusha.flow.runs import receiving, watching
        from arusha.flow.runs.tests.small import twice

        def step(name: str) -> None:
            if name == die_at:
                os._exit(9)

        by = System("test")
        receiving.receive("codes", Path(file), None, by=by, at=here.now(), progress=lambda told: None, step=step)
        list(
            watching.watch(
                [twice], by=by, at=here.now(), progress=lambda told: None, step=lambda detector, name: step(name)
            )
        )
        chain.chain_new()
        rows = Finding.objects.order_by("hit_id")
        told = [[f.hit_id, f.support, f.state, f.sightings.count(), f.subjects.count()] for f in rows]
        sys.stdout.write(json.dumps({"findings": told, "journal": chain.check().ok}))


if __name__ == "__main__":
    main(*sys.argv[1:])
