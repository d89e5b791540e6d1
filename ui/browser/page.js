// What Streamlit's page lacks, once for the whole document: see `page.py` beside it.
window.gradientEngine = {};

// A page that another session draws than the one it began with has lost its connection, and the server did not know it
// any more. Then a sentence may say so. Streamlit has asked that session with the address of which it heard last: where the
// browser has written a later one since (`address.js`), it is asked again with that, as by the button that goes back.
{
  let first = null, last = null;
  window.gradientEngine.isOf = (session) => {
    first ??= session;
    if (session !== first) document.documentElement.dataset.lost = "";
    const isUnheard = last !== null && session !== last && location.search === window.gradientEngine.unheard;
    last = session;
    if (isUnheard) window.dispatchEvent(new PopStateEvent("popstate"));
  };
}

// The buttons that nobody sees are pressed by scripts. Streamlit hears it; but an open popover, which listens farther out,
// would take it for a click beside it and close.
document.body.addEventListener("click", (event) => {
  if (event.target.closest(".st-key-address-written, .st-key-live-ask")) event.stopPropagation();
});

// A field that is left by a click is read first. If the page changes by that while the button is held down, the button
// moves away from under the pointer, or is drawn anew, and the browser makes no click of it: here it is made.
let pressed = null, unedited = null;
const run = () => document.querySelector(".ge-run")?.dataset.run;
document.addEventListener("focusin", (event) => { unedited = event.target.value; });
document.addEventListener("keydown", (event) => { if (event.key === "Enter") unedited = event.target.value; }, true);
const named = (element) => element?.closest("[class*='st-key-']")?.className.match(/st-key-\S+/)?.[0];
document.addEventListener("pointerdown", (event) => {
  const target = event.target.closest("button, a");
  const field = document.activeElement?.matches("input, textarea") && document.activeElement;
  const unread = field && field.value !== unedited ? run() : null;  // it is read by the page's next run
  pressed = target && field ? { key: named(target), target, unread, x: event.clientX, y: event.clientY } : null;
}, true);
document.addEventListener("pointerup", (event) => {
  const held = pressed;
  if (!held?.key || Math.hypot(event.clientX - held.x, event.clientY - held.y) > 5) return;
  const button = document.querySelector(`.${CSS.escape(held.key)} button`);
  if (button && !(button === held.target && button.contains(event.target))) button.click();
}, true);

// A link to another page would overtake what was typed, which is lost then: it waits until that has been read.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-testid='stPageLink-NavLink']");
  if (!link || pressed?.target !== link) return;
  const { unread } = pressed;
  pressed = null;
  event.preventDefault();
  event.stopImmediatePropagation();
  const app = document.querySelector("[data-testid='stApp']"), started = performance.now();
  const follow = () => {
    const waited = performance.now() - started;
    const isBusy = app.dataset.testScriptState !== "notRunning" || unread === run();
    if (waited < 100 || (isBusy && waited < 3000)) setTimeout(follow, 20);
    else link.click();
  };
  follow();
}, true);

// A choice made by the mouse gives the focus back: the arrow keys are the page's then, not the row of choices'.
document.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-testid='stMain'] [role='radiogroup'] button");
  if (choice && event.detail > 0) setTimeout(() => choice.blur());
}, true);

// The arrow keys count up and down in a field for a number, by one in its last digit.
const isNumber = /^(-?)(\d*)(?:\.(\d+))?(e-?\d+)?$/i;
document.addEventListener("keydown", (event) => {
  const up = { ArrowUp: 1n, ArrowDown: -1n }[event.key], field = event.target;
  if (!up || !field.closest?.("[class*='st-key-number-']") || event.altKey || event.ctrlKey || event.metaKey) return;
  const found = field.value.match(isNumber);
  if (!found || !(found[2] || found[3])) return;
  const [, sign, whole, part = "", power = ""] = found;
  const digits = BigInt(sign + whole + part) + up;
  const size = String(digits < 0n ? -digits : digits).padStart(part.length + 1, "0");
  const point = size.length - part.length;
  const text = (digits < 0n ? "-" : "") + size.slice(0, point) + (part && "." + size.slice(point)) + power;
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, text);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  event.preventDefault();
}, true);
