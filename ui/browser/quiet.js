// Says that nothing has come from the server for a while: what is live hears from it several times a second. That is
// so where another tab took this session over, which the server cannot tell, and where the server is stuck or gone.
// Times when nobody looks do not count: a hidden tab's timers are slow, and those of a sleeping machine stand still.
(() => {
  const box = document.querySelector(".ge-quiet:not([data-armed])");
  const app = document.querySelector('[data-testid="stApp"]');
  if (!box || !app) return;
  box.dataset.armed = "";
  const patience = 1000 * Number(box.dataset.seconds);
  let heard = performance.now();
  let looked = heard;
  const hear = () => {
    heard = performance.now();
    box.hidden = true;
  };
  const observer = new MutationObserver(() => {
    if (["running", "notRunning"].includes(app.dataset.testScriptState)) hear(); // other states are the browser's own
  });
  observer.observe(app, { attributes: true, attributeFilter: ["data-test-script-state"] });
  const timer = setInterval(() => {
    if (!box.isConnected) {
      clearInterval(timer);
      observer.disconnect();
      return;
    }
    const now = performance.now();
    if (document.hidden || now - looked > 3000) heard = now;
    looked = now;
    const speaks = box === document.querySelector(".ge-quiet"); // one of several that are live
    box.hidden = !speaks || now - heard < patience;
  }, 500);
  box.querySelector("button").addEventListener("click", () => location.reload());
})();
