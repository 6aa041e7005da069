"""What can be wrong with the vault, in our words. Pure."""


class VaultFault(Exception):
    """The vault does not give or take what it should; ``key`` says what was wanted, ``kind`` is stable: missing, damaged, unreachable."""

    kind = "unreachable"

    def __init__(self, key: str, detail: str = ""):
        super().__init__(f"{key}: {detail}" if detail else key)
        self.key = key


class NotInVault(VaultFault):
    """Nothing lies under the key."""

    kind = "missing"


class Damaged(VaultFault):
    """What lies under the key is not what was stored."""

    kind = "damaged"


class Unreachable(VaultFault):
    """The vault does not answer, breaks off or refuses; trying again later may help."""
