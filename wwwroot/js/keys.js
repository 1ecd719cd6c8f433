// Keyboard moves: an element that carries data-keys="g h" is pressed (or, being a field or marked data-keys-focus, focused) by these keys in
// sequence. Arrows are written ← and →. The page's own keys go before the rail's; the same key goes on to the next place to focus.
// "u" presses what the newest notice offers (Undo), where the page has no such key of its own. "?" lists what the page offers. Nothing happens while someone types; Escape leaves a field that a key leads to.
(() => {
  const pause = 1200;
  let typed = [], last = 0;
  const isTyping = target => target.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]");
  const arrows = { ArrowLeft: "←", ArrowRight: "→" };
  // An element that is hidden stands for a move that every page has.
  const find = keys => {
    const found = [...document.querySelectorAll("[data-keys]")].filter(e => e.dataset.keys === keys && !e.closest("[inert]") && (e.hidden || e.getClientRects().length > 0));
    const own = found.filter(e => e.closest("main"));
    const places = own.length > 0 ? own : found;
    return isPlace(places[0]) ? places[(places.indexOf(document.activeElement) + 1) % places.length] : places[0];
  };
  const isPlace = element => element?.matches("input, textarea, select, [data-keys-focus]");
  const notice = () => [...document.querySelectorAll(".mud-snackbar-action-button")].at(-1);
  const act = element => isPlace(element) ? element.focus() : element.click();

  const help = () => {
    document.getElementById("keys-help")?.remove();
    const dialog = Object.assign(document.createElement("dialog"), { id: "keys-help" });
    dialog.append(Object.assign(document.createElement("h2"), { id: "keys-title", textContent: "Keys" }));
    dialog.setAttribute("aria-labelledby", "keys-title");
    const list = dialog.appendChild(document.createElement("dl"));
    const seen = new Set();
    for (const element of document.querySelectorAll("[data-keys]")) {
      if (seen.has(element.dataset.keys)) continue;
      seen.add(element.dataset.keys);
      const label = element.getAttribute("aria-label") ?? element.textContent.trim();
      list.append(Object.assign(document.createElement("dt"), { textContent: element.dataset.keys }),
        Object.assign(document.createElement("dd"), { textContent: label || element.title }));
    }
    if (!seen.has("u")) list.append(Object.assign(document.createElement("dt"), { textContent: "u" }),
      Object.assign(document.createElement("dd"), { textContent: "Undo, while a notice offers it" }));
    list.append(Object.assign(document.createElement("dt"), { textContent: "?" }),
      Object.assign(document.createElement("dd"), { textContent: "This list" }));
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("click", e => { if (e.target === dialog) dialog.close(); });
    document.body.append(dialog);
    dialog.showModal();
  };

  // Where the address was when the keys last moved: on a page that they have moved on already, they are not taken back to its heading.
  let movedAt;
  addEventListener("focusin", () => movedAt = location.pathname);
  const heading = () => {
    const title = document.querySelector("h1"), at = document.activeElement;
    if (!title || movedAt === location.pathname && at && at !== document.body) return;
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
  };
  window.mtlKeys = { heading };

  addEventListener("keydown", event => {
    if (event.key === "Escape" && isTyping(event.target) && event.target.dataset.keys) return event.target.blur();
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const key = arrows[event.key] ?? event.key;
    if (key.length !== 1) return;
    const now = event.timeStamp;
    typed = now - last > pause ? [key] : [...typed, key].slice(-2);
    last = now;
    if (key === "?") { help(); typed = []; return; }
    const element = find(typed.join(" ")) ?? find(key) ?? (key === "u" ? notice() : undefined);
    if (!element) return;
    typed = [];
    event.preventDefault();
    act(element);
  });
})();
