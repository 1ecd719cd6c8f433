// Sets the theme before the first paint and tells the circuit of changes. The choice lives in this browser.
(() => {
  const key = "mtl-theme";
  const system = matchMedia("(prefers-color-scheme: dark)");
  let circuit = null;
  const choice = () => {
    try { return localStorage.getItem(key) ?? "system"; } catch { return "system"; }
  };
  const isDark = () => choice() === "dark" || (choice() === "system" && system.matches);
  // The server is told for the next page, which then has the right colors and times from its first frame on.
  const tell = () => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
    document.cookie = `mtl-browser=${choice()}.${isDark() ? "dark" : "light"}.${/^[A-Za-z0-9_+/-]{0,64}$/.test(zone) ? zone : ""}; path=/; max-age=31536000; samesite=lax`;
  };
  const turn = () => { document.documentElement.dataset.theme = isDark() ? "dark" : "light"; };
  // The page's own colors turn when the circuit has turned its components': one before the other would be text that nobody can read.
  const apply = () => {
    if (!circuit) return turn();
    tell();
    const late = setTimeout(turn, 3000);
    circuit.invokeMethodAsync("Changed", choice(), isDark()).catch(() => { }).then(() => { clearTimeout(late); turn(); });
  };
  system.addEventListener("change", apply);
  addEventListener("storage", e => { if (e.key === key) apply(); });
  apply();
  // Later than all that the page is opened for: a cookie costs a way to the browser's own process. Whoever asks a query what it says takes the
  // change that it was just about to tell of; that is told here, then.
  addEventListener("load", () => setTimeout(() => { if (isDark() === (document.documentElement.dataset.theme === "dark")) tell(); else apply(); }, 500));
  window.mtlTheme = {
    watch(reference) { circuit = reference; return { choice: choice(), dark: isDark() }; },
    unwatch() { circuit = null; },
    choose(value) {
      try { localStorage.setItem(key, value); } catch { /* a browser that keeps nothing still shows it */ }
      apply();
    },
  };
})();
