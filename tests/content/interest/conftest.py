from tests.content.availability.conftest import places, programmes  # noqa: F401  (fixtures)
