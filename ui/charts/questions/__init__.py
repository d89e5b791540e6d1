"""The pictures of the page of readers' questions."""
