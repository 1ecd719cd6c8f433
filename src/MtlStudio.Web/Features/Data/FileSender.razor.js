// Sends chosen files to the API as one form, straight from the disk.
const pending = new WeakMap();

export function watch(zone, page) {
  const input = zone.querySelector("input[type=file]");
  const tell = () => page.invokeMethodAsync("FilesChosen", [...input.files].map(file => ({ name: file.name, size: file.size })));
  input.addEventListener("change", () => { if (input.files.length > 0) tell(); });
  zone.addEventListener("dragover", event => { event.preventDefault(); zone.classList.add("sender-over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("sender-over"));
  zone.addEventListener("drop", event => {
    event.preventDefault();
    zone.classList.remove("sender-over");
    if (input.disabled || event.dataTransfer.files.length === 0) return;
    input.files = event.dataTransfer.files;
    tell();
  });
}

export function send(zone, page, url, fields, values) {
  const input = zone.querySelector("input[type=file]");
  const form = new FormData();
  for (const [name, value] of Object.entries(values)) form.append(name, value);
  [...input.files].forEach((file, i) => form.append(fields[i], file, file.name));
  const request = new XMLHttpRequest();
  let told = 0;
  request.upload.addEventListener("progress", event => {
    const now = performance.now();
    if (now - told < 250 && event.loaded < event.total) return;
    told = now;
    page.invokeMethodAsync("Sent", event.loaded, event.total);
  });
  request.addEventListener("load", () => {
    if (request.status >= 200 && request.status < 300) input.value = "";
    page.invokeMethodAsync("Answered", request.status, request.responseText);
  });
  request.addEventListener("error", () => page.invokeMethodAsync("Answered", 0, ""));
  pending.set(zone, request);
  request.open("POST", url);
  request.send(form);
}

export function cancel(zone) {
  const request = zone && pending.get(zone);
  if (request && request.readyState !== XMLHttpRequest.DONE) request.abort();
}
