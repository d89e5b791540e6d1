// Where the focus of the keyboard goes when what had it goes away.
{
  // A button that is replaced by another one, as Play by Pause, hands the focus on to it. Streamlit draws it anew: then
  // the focus is nobody's for a moment.
  let left = null;
  document.addEventListener("focusin", (event) => {
    const button = event.target.closest?.("button"), row = button?.closest("[class*='st-key-'] [class*='st-key-']")?.parentElement;
    left = row ? { button, row, place: [...row.querySelectorAll("button")].indexOf(button) } : null;
  });
  new MutationObserver(() => {
    if (!left || left.button.isConnected || document.activeElement !== document.body) return;
    const { row, place } = left;
    left = null;
    if (row.isConnected) row.querySelectorAll("button")[place]?.focus({ preventScroll: true });
  }).observe(document.body, { childList: true, subtree: true });

  // A closed sidebar is out of sight, so it is out of the way of the Tab key too.
  const settle = () => {
    const sidebar = document.querySelector("[data-testid='stSidebar']");
    if (sidebar) sidebar.inert = sidebar.dataset.collapsed === "true";
  };
  new MutationObserver(settle).observe(document.body, {
    subtree: true, childList: true, attributes: true, attributeFilter: ["data-collapsed"],
  });
  settle();
}
