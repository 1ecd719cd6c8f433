// Sends chosen files to the API as one form, straight from the disk.
import { dropped } from "../../js/dropped.js";

const pending = new WeakMap(), chosen = new WeakMap();

export function watch(zone, page) {
  const inputs = [...zone.querySelectorAll("input[type=file]")];
  const take = files => {
    if (files.length === 0) return;
    chosen.set(zone, files);
    page.invokeMethodAsync("FilesChosen", files.map(file => ({ name: file.name, size: file.size })));
  };
  const read = input => { take([...input.files]); input.value = ""; };
  for (const input of inputs) {
    input.addEventListener("change", () => read(input));
    // Chosen before this module had come.
    read(input);
  }
  zone.addEventListener("dragover", event => { event.preventDefault(); zone.classList.add("sender-over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("sender-over"));
  zone.addEventListener("drop", async event => {
    event.preventDefault();
    zone.classList.remove("sender-over");
    if (inputs.every(input => !input.disabled)) take((await dropped(event.dataTransfer)).map(({ file }) => file));
  });
}

export function send(zone, page, url, fields, values) {
  const form = new FormData();
  for (const [name, value] of Object.entries(values)) form.append(name, value);
  chosen.get(zone).forEach((file, i) => form.append(fields[i], file, file.name));
  const request = new XMLHttpRequest();
  let told = 0;
  request.upload.addEventListener("progress", event => {
    const now = performance.now();
    if (now - told < 250 && event.loaded < event.total) return;
    told = now;
    page.invokeMethodAsync("Sent", event.loaded, event.total);
  });
  request.addEventListener("load", () => {
    if (request.status >= 200 && request.status < 300) chosen.delete(zone);
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
