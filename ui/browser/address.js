// The address, without a step in the browser's history: see `ui/experiment/address.py`. Streamlit is told by a button that
// nobody sees, when it is at rest, and again until it says that it knows.
window.gradientEngine.address = (search) => {
  const kept = [...new URLSearchParams(location.search)].filter(([name]) => /^embed(_options)?$/i.test(name));
  const before = new URLSearchParams(kept).toString();
  const wanted = "?" + [before, search].filter(Boolean).join("&");
  if (location.search !== wanted) history.replaceState(history.state, "", location.pathname + wanted + location.hash);
  window.gradientEngine.unheard = wanted;
  const app = document.querySelector("[data-testid='stApp']"), started = performance.now();
  const tell = () => {
    const isKnown = document.querySelector(".ge-address")?.dataset.told === search;
    if (isKnown && window.gradientEngine.unheard === wanted) window.gradientEngine.unheard = null;
    const waited = performance.now() - started;
    if (location.search !== wanted || isKnown || waited > 8000) return;
    const isBusy = app.dataset.testScriptState !== "notRunning" && waited < 3000;
    if (!isBusy) document.querySelector(".st-key-address-written button")?.click();
    setTimeout(tell, isBusy ? 20 : 700);
  };
  tell();
};
