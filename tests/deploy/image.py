"""The image's files, without a container: what the Dockerfile copies of what .dockerignore lets through."""

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text("utf-8").replace("\\\n", " ")


def instructions(name):
    """The arguments of all instructions of that name."""
    return re.findall(rf"^{name}\s+(.*)$", DOCKERFILE, re.MULTILINE)


def sources():
    """What is copied, by where it goes within the image's folder."""
    pairs = [line.split() for line in instructions("COPY")]
    return {source if target == "./" else target: source for source, target in pairs}


def ignored(path):
    """As .dockerignore has it: the last line that fits decides."""
    decided = False
    for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines():
        pattern = line.lstrip("!").removeprefix("**/")
        if pattern and not line.startswith("#") and any(part.match(pattern) for part in (path, *path.parents)):
            decided = not line.startswith("!")
    return decided


def make_image(folder):
    """A folder with what the image has of the project."""
    for target, source in sources().items():
        for path in (ROOT / source).rglob("*") if (ROOT / source).is_dir() else [ROOT / source]:
            inside = path.relative_to(ROOT)
            if path.is_file() and not ignored(inside):
                to = folder / target / path.relative_to(ROOT / source) if path != ROOT / source else folder / target
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, to)
    return folder
