// What is live on a page: see `ui/parts/live_view.py`. Charts are bound to the element `#ge-live`, whose value is columns
// by chart; one that is drawn anew, in another theme say, takes them from there too.
{
  const live = document.createElement("div");
  live.id = "ge-live";
  live.hidden = true;
  live.value = null;
  document.body.append(live);

  let held = { stream: null, update: -1, charts: {} };
  let asked = -Infinity;
  const ask = () => {
    if (performance.now() - asked < 1000) return;
    asked = performance.now();
    document.querySelector(".st-key-live-ask button")?.click();
  };

  // Columns of so many numbers: equally far apart, or as bytes, one column after the other.
  const unpacked = ([kind, names, packed], count) => {
    if (kind === "by")
      return names.map((name, index) => {
        const [first, by] = packed[index];
        return [name, Array.from({ length: count }, (_, row) => first + by * row)];
      });
    const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0)).buffer;
    const numbers = [...(kind === "f4" ? new Float32Array(bytes) : new Float64Array(bytes))];
    return names.map((name, index) => [name, numbers.slice(index * count, (index + 1) * count)]);
  };

  // A part's rows: the first ones stay, the others are new. Words that are no list hold for all rows; where there are
  // none, all are as they were.
  const extended = (part, { from, rows, words, numbers }) => {
    const columns = {};
    for (const [name, values] of Object.entries(part ?? {})) columns[name] = values.slice(0, from);
    for (const [name, values] of [...Object.entries(words), ...numbers.flatMap((packed) => unpacked(packed, rows - from))])
      columns[name] = values === null ? part[name] : Array.isArray(values)
        ? [...(columns[name] ?? []), ...values]
        : Array(rows).fill(values);
    return { rows, columns };
  };
  const joined = (parts) => {
    const names = new Set(parts.flatMap((part) => Object.keys(part.columns)));
    const column = (name) => parts.flatMap((part) => part.columns[name] ?? Array(part.rows).fill(null));
    return Object.fromEntries([...names].map((name) => [name, column(name)]));
  };

  // An element becomes like another one; what is the same in both stays, with whatever points at it.
  const become = (element, model) => {
    if (element.nodeType !== model.nodeType || element.nodeName !== model.nodeName) return element.replaceWith(model);
    if (element.nodeType === Node.TEXT_NODE) {
      if (element.data !== model.data) element.data = model.data;
      return;
    }
    for (const { name } of [...element.attributes]) if (!model.hasAttribute(name)) element.removeAttribute(name);
    for (const { name, value } of model.attributes)
      if (element.getAttribute(name) !== value) element.setAttribute(name, value);
    const models = [...model.childNodes];
    [...element.childNodes].slice(models.length).forEach((child) => child.remove());
    models.forEach((child, index) => {
      const there = element.childNodes[index];
      if (there) become(there, child);
      else element.append(child);
    });
  };
  const tell = (texts) => {
    for (const [place, pieces] of Object.entries(texts)) {
      const element = document.querySelector(`[data-place="${place}"]`);
      for (const [index, html] of element ? Object.entries(pieces) : []) {
        const model = document.createElement("template");
        model.innerHTML = html.replaceAll("~", "<");
        become(element.children[index], model.content.firstElementChild);
      }
    }
  };

  const show = ({ stream, update, since, texts, charts }) => {
    tell(texts);
    if (!charts) return; // the page's own fragment has changed something
    if ((held.stream === stream ? held.update : -1) < since) return ask();
    if (held.stream !== stream) held = { stream, update, charts: {} };
    held.update = update;
    const value = {};
    for (const [name, parts] of Object.entries(charts)) {
      const known = held.charts[name] ?? [];
      held.charts[name] = parts.map((part, index) => extended(known[index]?.columns, part));
      value[name] = joined(held.charts[name]);
    }
    live.value = value;
    live.dispatchEvent(new Event("input"));
  };

  // What came before this script, and what comes from now on.
  const news = (window.gradientEngineNews ??= []);
  news.push = (message) => window.gradientEngine.show(message);
  window.gradientEngine.show = show;
  news.splice(0).forEach(show);
}
