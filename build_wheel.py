"""Before a wheel is made, its page assets and its words are built, so that they ship in it."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Built(BuildHookInterface):  # type: ignore[type-arg]
    """Builds what is not committed; for an editable install `make setup` does it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Run the two builders from the source tree."""
        del build_data
        if version == "editable":
            return
        sys.path.insert(0, str(Path(self.root) / "src"))
        from arusha.conf import wording
        from arusha.ui import assets

        assets.build()
        wording.build()
