"""What Streamlit's field for files says in English only, or only to a pointer, in the reader's words."""

from __future__ import annotations

from ui.text import Text

PLACE = "own-files"  # the key of the container in which the field stands
_FIELD = f".st-key-{PLACE} [data-testid='stFileUploader']"
_BUTTON = f"{_FIELD} [data-testid='stBaseButton-secondary']"
_REFUSED = f"{_FIELD}:has([data-testid='stFileChip'][aria-invalid='true'])"


def field_looks(mb: int, _: Text) -> str:
    """A style sheet: the button's word, and under a file that the browser did not send, why not.

    How large a file may be stands in the field's label: Streamlit's own line about it goes.
    """
    why_not = _(
        "The file was not taken. Files of up to {mb} MB can be uploaded: pack it (.gz or .zip), or leave out some of "
        "its images."
    ).format(mb=mb)
    word = _("Upload")
    return (
        f"{_FIELD} [data-testid='stFileUploaderDropzoneInstructions']{{display:none}}"
        f"{_BUTTON} [data-testid='stMarkdownContainer'] p{{font-size:0}}"
        f"{_BUTTON} [data-testid='stMarkdownContainer'] p::after{{content:{_quoted(word)};font-size:0.875rem}}"
        f"{_REFUSED}::after{{content:{_quoted(why_not)};display:block;margin-top:0.5rem;color:#C23000}}"
    )


def _quoted(text: str) -> str:
    r"""The text as a string of CSS.

    >>> _quoted('a "b"</i>')
    '"a \\22 b\\22 \\3c /i>"'
    """
    return '"' + "".join(f"\\{ord(c):x} " if c in '"\\<\n' else c for c in text) + '"'
