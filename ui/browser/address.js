// The address, without a step in the browser's history: see `ui/experiment/address.py`. Streamlit is told when it is at rest.
window.gradientEngine.address = (search) => {
  const kept = [...new URLSearchParams(location.search)].filter(([name]) => /^embed(_options)?$/i.test(name));
  const before = new URLSearchParams(kept).toString();
  const wanted = "?" + [before, search].filter(Boolean).join("&");
  if (location.search !== wanted) history.replaceState(history.state, "", location.pathname + wanted + location.hash);
  const app = document.querySelector("[data-testid='stApp']"), started = performance.now();
  const tell = () => {
    if (location.search !== wanted) return;
    const isBusy = app.dataset.testScriptState !== "notRunning" && performance.now() - started < 3000;
    if (isBusy) setTimeout(tell, 20);
    else document.querySelector(".st-key-address-written button")?.click();
  };
  tell();
};
