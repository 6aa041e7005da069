"""The demonstration's accounts and what ``make demo`` prints."""

PASSWORD = "portal-demo-2027"  # noqa: S105
STAFF = "manager second reviewer reviewer2 legal finance brand kits editor auditor".split()
ECO = "owner preparer president secretary finance coordinator faculty designer".split()
OWNERS = "sbqo india kenya chile ireland bigsky".split()


def addresses() -> list[str]:
    """Return every demo account's address."""
    return [
        *(f"{name}@demo.example" for name in STAFF),
        *(f"{name}@eco.example" for name in ECO),
        *(f"owner@{society}.example" for society in OWNERS),
    ]


def welcome(origin: str, *, cards: str = "") -> str:
    """Return what a newcomer needs to begin: addresses, accounts, the password. ``cards``: where the stand-in for Stripe answers, if it runs."""
    by_card = (
        f"pay an open invoice (owner@sbqo.example) at a stand-in for Stripe, {cards}"
        if cards
        else "make demo CARDS=1 takes cards too, at a stand-in for Stripe"
    )
    return f"""
The Program Portal is ready. DEMONSTRATION: invented data; no mail or money leaves.

  {origin}/en/                 the public pages        {origin}/es/ in Spanish
  {origin}/en/desk/            what licensees see
  {origin}/cms/                what staff see
  {origin}/en/demo/inbox/      every mail the portal sent
  {origin}/api/v1/docs         the API
  The same answers at 127.0.0.1, but browsers offer passkeys at localhost only.
  Cards: {by_card}

  Password of every account: {PASSWORD}
  Staff        {", ".join(STAFF)} @demo.example
  Fundación ECO  {", ".join(ECO)} @eco.example
  Others       owner @{", @".join(f"{name}.example" for name in OWNERS)}

Stop with Ctrl-C; run make demo again to go on, make reset to begin anew.
"""
