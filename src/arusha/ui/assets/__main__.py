"""``python -m arusha.ui.assets [--force]``."""

import sys
from functools import partial

from arusha.ui.assets import AssetsError, build


def main() -> int:
    """Build the page assets and say in one line how it went."""
    try:
        build(say=partial(print, flush=True), force="--force" in sys.argv[1:])
    except AssetsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
