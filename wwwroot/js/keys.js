// Keyboard moves: an element that carries data-keys="g h" is pressed (or, being a field, focused) by these keys in sequence.
// "?" lists what the page offers. Nothing happens while someone types.
(() => {
  const pause = 1200;
  let typed = [], last = 0;
  const isTyping = target => target.closest?.("input, textarea, select, [contenteditable=true]");
  const find = keys => [...document.querySelectorAll("[data-keys]")].find(e => e.dataset.keys === keys && e.getClientRects().length > 0);
  const act = element => element.matches("input, textarea, select") ? element.focus() : element.click();

  const help = () => {
    document.getElementById("keys-help")?.remove();
    const dialog = Object.assign(document.createElement("dialog"), { id: "keys-help" });
    dialog.append(Object.assign(document.createElement("h2"), { textContent: "Keys" }));
    const list = dialog.appendChild(document.createElement("dl"));
    const seen = new Set();
    for (const element of document.querySelectorAll("[data-keys]")) {
      if (seen.has(element.dataset.keys)) continue;
      seen.add(element.dataset.keys);
      const label = element.getAttribute("aria-label") ?? element.textContent.trim();
      list.append(Object.assign(document.createElement("dt"), { textContent: element.dataset.keys }),
        Object.assign(document.createElement("dd"), { textContent: label || element.title }));
    }
    list.append(Object.assign(document.createElement("dt"), { textContent: "?" }),
      Object.assign(document.createElement("dd"), { textContent: "This list" }));
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("click", e => { if (e.target === dialog) dialog.close(); });
    document.body.append(dialog);
    dialog.showModal();
  };

  addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key.length !== 1) return;
    const now = event.timeStamp;
    typed = now - last > pause ? [event.key] : [...typed, event.key].slice(-2);
    last = now;
    if (event.key === "?") { help(); typed = []; return; }
    const element = find(typed.join(" ")) ?? find(event.key);
    if (!element) return;
    typed = [];
    event.preventDefault();
    act(element);
  });
})();
