// Takes files from a drop or a choice and sends them over HTTP, two at a time: the circuit only hears how far it is.
import { dropped } from "../../js/dropped.js";

const AT_ONCE = 2;
const TELL_EVERY_MS = 250;

export function attach(zone, input, page) {
  let depth = 0, requests = new Set(), cancelled = false;

  const over = on => zone.classList.toggle("drop-over", on);
  const listeners = [
    [zone, "dragenter", e => { e.preventDefault(); depth++; over(true); }],
    [zone, "dragover", e => e.preventDefault()],
    [zone, "dragleave", () => { if (--depth <= 0) { depth = 0; over(false); } }],
    [zone, "drop", async e => { e.preventDefault(); depth = 0; over(false); await send(await dropped(e.dataTransfer)); }],
    [input, "change", async () => { const files = [...input.files].map(file => ({ file, name: file.webkitRelativePath || file.name })); input.value = ""; await send(files); }],
  ];
  for (const [target, type, listener] of listeners) target.addEventListener(type, listener);
  zone.dataset.attached = "yes";

  async function send(files) {
    if (files.length === 0) return;
    const upload = await page.invokeMethodAsync("BeginAsync", files.map(({ file, name }) => ({ name, bytes: file.size })));
    if (!upload) return;
    cancelled = false;
    const total = files.reduce((sum, { file }) => sum + file.size, 0), sent = new Map(), faults = [];
    let told = 0;
    const tell = (name, force) => {
      const now = performance.now();
      if (!force && now - told < TELL_EVERY_MS) return;
      told = now;
      page.invokeMethodAsync("ProgressAsync", [...sent.values()].reduce((a, b) => a + b, 0), total, name);
    };
    const queue = files.slice();
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      while (queue.length > 0 && !cancelled) {
        const { file, name } = queue.shift();
        const fault = await put(upload, file, name, bytes => { sent.set(name, bytes); tell(name, false); });
        sent.set(name, file.size);
        if (fault) faults.push({ name, message: fault });
        tell(name, queue.length === 0);
      }
    }));
    await page.invokeMethodAsync("DoneAsync", faults, cancelled);
  }

  function put(upload, file, name, progress) {
    return new Promise(resolve => {
      const request = new XMLHttpRequest();
      requests.add(request);
      const end = fault => { requests.delete(request); resolve(fault); };
      request.open("PUT", `api/v1/uploads/${upload}/files?name=${encodeURIComponent(name)}`);
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.upload.onprogress = e => progress(e.loaded);
      request.onload = () => end(request.status < 300 ? null : reason(request));
      request.onerror = () => end("It could not be sent: the studio cannot be reached, or the file was changed or removed meanwhile");
      request.onabort = () => end(null);
      request.send(file);
    });
  }

  function reason(request) {
    try {
      const problem = JSON.parse(request.responseText);
      return Object.values(problem.errors ?? {})[0]?.[0] ?? problem.detail ?? problem.title;
    } catch {
      return `The studio answered ${request.status}`;
    }
  }

  return {
    choose: () => input.click(),
    cancel: () => { cancelled = true; for (const request of requests) request.abort(); },
    dispose: () => { for (const [target, type, listener] of listeners) target.removeEventListener(type, listener); },
  };
}
