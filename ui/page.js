// What Streamlit's page lacks, once for the whole document: see `ui/browser.py`.
if (!window.gradientEngine) {
  window.gradientEngine = true;

  // A field that is left by a click is read first. If the page grows by that while the button is held down, the button
  // moves away from under the pointer and the browser makes no click of it: here it is made.
  let pressed = null;
  const named = (element) => element?.closest("[class*='st-key-']")?.className.match(/st-key-\S+/)?.[0];
  document.addEventListener("pointerdown", (event) => {
    const button = event.target.closest("button");
    const isTyping = document.activeElement?.matches("input, textarea");
    pressed = button && isTyping ? { key: named(button), x: event.clientX, y: event.clientY } : null;
  }, true);
  document.addEventListener("pointerup", (event) => {
    const held = pressed;
    pressed = null;
    if (!held?.key || Math.hypot(event.clientX - held.x, event.clientY - held.y) > 5) return;
    const button = document.querySelector(`.${CSS.escape(held.key)} button`);
    if (button && !button.contains(event.target)) button.click();
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
}
