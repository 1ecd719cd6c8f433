// Hands a text to the browser as a file.
export function save(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export function fullScreen(element) {
  return document.fullscreenElement ? document.exitFullscreen() : element.requestFullscreen();
}

// Where the browser is: its zone's name, and its distance from UTC now.
export function timeZone() {
  return { name: Intl.DateTimeFormat().resolvedOptions().timeZone, offsetMinutes: -new Date().getTimezoneOffset() };
}
