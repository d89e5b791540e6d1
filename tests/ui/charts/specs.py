"""What the tests of the charts look into."""


def parts(made):
    """All dicts in a spec."""
    if isinstance(made, dict):
        yield made
        made = list(made.values())
    if isinstance(made, list):
        for part in made:
            yield from parts(part)


def framed(table):
    """What a live chart is sent, as the rows that the browser makes of it."""
    return lambda *arguments, **options: table(*arguments, **options).frame()
