// Copy link: see `ui/parts/copied.py`. A button copies what stands in the field beside it; one whose field is empty the
// address of the page, as it is outside of a frame. Where the browser does not allow it the field shows it, chosen.
{
  const here = () => {
    const url = new URL(location.href.replace("/~/+/", "/"));
    const kept = [...url.searchParams].filter(([name]) => !/^embed(_options)?$/i.test(name));
    url.search = new URLSearchParams(kept).toString();
    return url.href;
  };
  const copied = async (text, field) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // without https, or in a frame that may not: the old way
    }
    const wasHidden = field.hidden, focused = document.activeElement;
    field.hidden = false;
    field.value = text;
    field.select();
    let isDone = false;
    try {
      isDone = document.execCommand("copy");
    } catch {
      // then by hand
    }
    if (isDone) {
      field.hidden = wasHidden;
      focused?.focus({ preventScroll: true });
    }
    return isDone;
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.(".ge-copy button");
    if (!button) return;
    const row = button.parentElement, field = row.querySelector("input"), said = row.querySelector("[role='status']");
    const given = field.getAttribute("value");
    const text = given ? new URL(given, location.href).href : here();
    const word = (await copied(text, field)) ? row.dataset.copied : row.dataset.byHand;
    said.textContent = word;
    setTimeout(() => {
      if (word === row.dataset.copied && said.textContent === word) said.textContent = "";
    }, 4000);
  });
}
