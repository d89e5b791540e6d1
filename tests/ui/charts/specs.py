"""What the tests of the charts look into."""


def parts(made):
    """All dicts in a spec."""
    if isinstance(made, dict):
        yield made
        made = list(made.values())
    if isinstance(made, list):
        for part in made:
            yield from parts(part)
