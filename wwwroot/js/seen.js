// Tells the parts of the page that follow a run whether anybody can see it: a tab in the background is sent little.
(() => {
  const watchers = new Map();
  document.addEventListener("visibilitychange", () => watchers.forEach((watcher, name) => watcher.invokeMethodAsync("Seen", !document.hidden).catch(() => watchers.delete(name))));
  window.mtlSeen = {
    watch(name, watcher) { watchers.set(name, watcher); return !document.hidden; },
    unwatch(name) { watchers.delete(name); },
  };
})();
