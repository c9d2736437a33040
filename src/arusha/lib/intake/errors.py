"""What is said when a file, a mapping or the lake cannot be used."""


class IntakeError(ValueError):
    """What is wrong, where, and what to do; nothing of the file was kept.

    `kind` is a stable word for programs. The text reads `where: what; do`.
    """

    def __init__(self, kind: str, what: str, *, where: str = "", do: str = "") -> None:
        super().__init__((f"{where}: " if where else "") + what + (f"; {do}" if do else ""))
        self.kind, self.what, self.where, self.do = kind, what, where, do
