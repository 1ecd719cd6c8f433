// Draws the studio's panels of lines with Plotly. Numbers come as bytes, not as text; what a figure shows is drawn when it can be seen, and points that
// come are gathered until the last drawing has cost its share of the time: a page that nobody looks at, or a machine that has no time, draws little.
(() => {
  const self = document.currentScript;
  // Drawing takes at most one part in so many of the page's time, since the numbers beside it stand still meanwhile, and less where drawings take longer than they could.
  const part = 20, longest = 15_000;
  // A timer that comes so much too late tells of a machine whose processors are taken, be it by other pages that draw: what can wait then waits,
  // the longer the oftener it is seen, since the numbers beside the charts are worth more than a line that is longer by a few points.
  const late = 25, least = 500;
  // What waits for the figures that stand in the page waits no longer, as where their script does not come.
  const longestAhead = 2_000;
  let patience = least;
  const figures = new Map();
  // Figures that stand in the page as the server drew it, by their names, until the circuit's page takes their drawings over.
  const ahead = new Map();
  let plotly = null;

  const load = () => plotly ??= new Promise((done, failed) => {
    if (window.Plotly) return done(window.Plotly);
    // Pages that consist of charts ask for it in their head; whether that failed before this script was there is told by nothing but time.
    const early = document.getElementById("plotly"), script = early ?? Object.assign(document.createElement("script"), { src: self.dataset.plotly, async: true });
    const lost = () => { if (window.Plotly) return; plotly = null; script.remove(); failed(new Error(`${script.src} did not come`)); };
    script.onload = () => done(window.Plotly);
    script.onerror = lost;
    if (early) setTimeout(lost, 20_000); else document.head.append(script);
  });

  const watcher = new IntersectionObserver(entries => {
    for (const entry of entries) {
      const known = figures.get(entry.target);
      if (!known) continue;
      known.near = entry.isIntersecting;
      if (known.near) soon(known);
    }
  }, { rootMargin: "200px" });
  document.addEventListener("visibilitychange", () => figures.forEach(soon));

  // Plotly follows the window alone; a figure also becomes higher when its panels are laid out anew, as on a phone that is turned.
  const sizes = new ResizeObserver(entries => {
    for (const { target } of entries) {
      const plot = figures.get(target)?.plot, drawn = plot?._fullLayout;
      if (drawn && plot.clientHeight > 0 && (Math.abs(drawn.height - plot.clientHeight) > 1 || Math.abs(drawn.width - plot.clientWidth) > 1)) window.Plotly.Plots.resize(plot);
    }
  });

  // look: { traces, layout, config: texts of Plotly's JSON; xs: lengths; lines: [{ x, n, band }] by trace; key: what charts share their pointer with }
  // bytes: the x arrays as float64, then each line's y as float32, of a band its lower and its upper edge.
  function draw(figure, look, bytes, listener) {
    let known = figures.get(figure);
    if (!known) {
      known = { figure, plot: plotIn(figure), near: true, isDrawn: false, next: 0, since: null, least: Infinity, timer: 0 };
      figures.set(figure, known);
      watcher.observe(figure);
    }
    Object.assign(known, { data: unpack(look, bytes), layout: JSON.parse(look.layout), config: JSON.parse(look.config), key: look.key, name: null, listener, isNew: true });
    return paint(known);
  }

  // The drawing has an element of its own, which can move to another figure.
  function plotIn(figure) {
    const plot = document.createElement("div");
    figure.querySelector(".chart-plot").replaceChildren(plot);
    return plot;
  }

  // Draws what stands in the page. The circuit's first page takes the place of the server's at one moment: its figures get the drawings in that moment,
  // before anybody could see them empty.
  function drawAhead() {
    const dark = document.documentElement.dataset.theme === "dark", drawings = [];
    for (const script of document.querySelectorAll("figure[data-figure] > script")) {
      const figure = script.parentElement, given = JSON.parse(script.textContent);
      script.remove();
      if (given.dark !== dark) continue;
      drawings.push(draw(figure, given.look, bytesOf(given.numbers), null));
      const known = figures.get(figure);
      known.name = figure.dataset.figure;
      ahead.set(known.name, known);
    }
    if (ahead.size > 0) arrivals.observe(document.body, { childList: true, subtree: true });
    return Promise.race([Promise.allSettled(drawings), new Promise(done => setTimeout(done, longestAhead))]);
  }

  function bytesOf(base64) {
    if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
    const text = atob(base64), bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    return bytes;
  }

  const arrivals = new MutationObserver(() => {
    for (const [name, known] of ahead) {
      if (known.figure.isConnected) continue;
      const figure = document.querySelector(`figure[data-figure="${name}"]`);
      if (figure) move(known, figure); else end(known.figure);
      ahead.delete(name);
    }
    if (ahead.size === 0) arrivals.disconnect();
  });

  function move(known, figure) {
    figures.delete(known.figure);
    watcher.unobserve(known.figure);
    sizes.unobserve(known.figure);
    known.figure = figure;
    figure.querySelector(".chart-plot").replaceChildren(known.plot);
    figures.set(figure, known);
    watcher.observe(figure);
    if (known.isDrawn) sizes.observe(figure);
  }

  // True where the figure of that name is drawn already.
  function adopt(figure, name, listener) {
    const known = figures.get(figure);
    if (known?.name !== name) return false;
    known.listener = listener;
    return true;
  }

  // Adds points at the right end of lines. heads: [{ trace, n }]; bytes: their x as float64, then their y as float32.
  function extend(figure, heads, bytes, keep) {
    const known = figures.get(figure);
    if (!known) return;
    const buffer = aligned(bytes), total = heads.reduce((sum, head) => sum + head.n, 0);
    let at = 0;
    for (const { trace, n } of heads) {
      const line = known.data[trace];
      line.x = joined(line.x, new Float64Array(buffer, 8 * at, n), keep);
      line.y = joined(line.y, new Float32Array(buffer, 8 * total + 4 * at, n), keep);
      at += n;
    }
    known.hasGrown = true;
    soon(known);
  }

  async function savePng(figure, name, width, height) {
    const known = figures.get(figure);
    if (known) await (await load()).downloadImage(known.plot, { format: "png", filename: name, width, height });
  }

  function end(figure) {
    const known = figures.get(figure);
    if (!known) return;
    figures.delete(figure);
    watcher.unobserve(figure);
    sizes.unobserve(figure);
    clearTimeout(known.timer);
    window.Plotly?.purge(known.plot);
  }

  function soon(known) {
    if (known.timer || known.isBusy || !(known.isNew || known.hasGrown) || !isSeen(known)) return;
    const now = performance.now(), wait = known.isNew ? 0 : Math.max(0, known.next - now), due = now + wait;
    known.since ??= due;
    known.timer = setTimeout(() => {
      known.timer = 0;
      const came = performance.now();
      if (known.isNew || came - due < late || came - known.since > longest) {
        if (!known.isNew && came - due < late) patience = Math.max(least, 0.7 * patience);
        known.since = null;
        paint(known);
        return;
      }
      patience = Math.min(longest / 2, 2 * patience);
      // Not all pages that had to wait are to come back at one time.
      known.next = came + patience * (0.75 + Math.random() / 2);
      soon(known);
    }, wait);
  }

  // What was never drawn is drawn wherever it stands: the page's height and whoever prints it count on it.
  function isSeen(known) {
    return !document.hidden && (known.near || !known.isDrawn);
  }

  async function paint(known) {
    if (known.isBusy || !isSeen(known)) return;
    known.isBusy = true;
    try {
      const Plotly = await load();
      if (figures.get(known.figure) !== known || !known.figure.isConnected) return;
      const { isNew } = known, began = performance.now();
      known.isNew = known.hasGrown = false;
      if (isNew) await Plotly.react(known.plot, known.data, known.layout, known.config);
      else await Plotly.redraw(known.plot);
      if (!known.isDrawn) first(known);
      await shown();
      const took = performance.now() - began;
      if (!isNew) known.least = Math.min(known.least, took);
      const busy = isNew ? 1 : took / known.least;
      known.next = performance.now() + Math.min(longest, (part - 1) * took * busy);
    } finally {
      known.isBusy = false;
    }
    soon(known);
  }

  function first(known) {
    known.isDrawn = true;
    sizes.observe(known.figure);
    known.plot.on("plotly_hover", event => show(known, event));
    known.plot.on("plotly_unhover", hide);
    known.plot.on("plotly_relayout", change => {
      const moved = Object.entries(change).filter(([name]) => name.startsWith("xaxis"));
      if (known.listener && moved.length > 0) known.listener.invokeMethodAsync("Zoomed", Object.fromEntries(moved));
    });
  }

  // Until the browser has put the drawing on the screen; a page that is hidden meanwhile has no such moment.
  function shown() {
    return new Promise(done => {
      const late = setTimeout(done, 1000);
      requestAnimationFrame(() => setTimeout(() => { clearTimeout(late); done(); }, 0));
    });
  }

  function unpack(look, bytes) {
    const buffer = aligned(bytes), xs = [];
    let at = 0;
    for (const n of look.xs) {
      xs.push(new Float64Array(buffer, at, n));
      at += 8 * n;
    }
    const take = n => new Float32Array(buffer, (at += 4 * n) - 4 * n, n);
    const traces = JSON.parse(look.traces);
    look.lines.forEach(({ x, n, band }, i) => Object.assign(traces[i], band ? outline(xs[x], take(n), take(n)) : { x: xs[x], y: take(n) }));
    return traces;
  }

  // A band as one closed shape a stretch without gaps, without an outline, which would be drawn point by point once more; as a plain line where its edges are one.
  function outline(x, low, high) {
    if (low.every((value, i) => value === high[i])) return { x, y: low, mode: "lines", fill: "none" };
    const px = [], py = [];
    for (let from = 0; from < x.length; from++) {
      if (!Number.isFinite(low[from])) continue;
      let to = from;
      while (to + 1 < x.length && Number.isFinite(low[to + 1])) to++;
      if (px.length > 0) { px.push(x[from]); py.push(null); }
      for (let i = from; i <= to; i++) { px.push(x[i]); py.push(high[i]); }
      for (let i = to; i >= from; i--) { px.push(x[i]); py.push(low[i]); }
      from = to;
    }
    return { x: px, y: py, mode: "none" };
  }

  // Views of several bytes a number need a start that is a multiple of them.
  function aligned(bytes) {
    return bytes.byteOffset % 8 === 0 ? bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) : bytes.slice().buffer;
  }

  function joined(old, added, keep) {
    const all = new added.constructor((old?.length ?? 0) + added.length);
    if (old) all.set(old);
    all.set(added, old?.length ?? 0);
    return keep && all.length > keep ? all.slice(all.length - keep) : all;
  }

  // The pointer's place on the x axis is shared: what one panel shows under the pointer, the others of the page show at the same x.
  // Plotly labels the panel under the pointer itself; the others get a line and their values, sorted.
  function show(own, event) {
    hide();
    if (!own.key || !event.points?.length) return;
    const x = event.xvals?.[0] ?? event.points[0].x;
    for (const other of figures.values())
      if (other.key === own.key && other.isDrawn)
        for (const [axis, traces] of panels(other.plot))
          if (other !== own || axis !== event.points[0].xaxis?._id) mark(other, axis, traces, x);
  }

  function hide() {
    for (const figure of figures.keys()) figure.querySelector(".hover-layer")?.replaceChildren();
  }

  // The traces with a value to show, by their x axis.
  function panels(plot) {
    const found = new Map();
    for (const trace of plot._fullData ?? []) {
      if (trace.hoverinfo === "skip" || trace.visible !== true) continue;
      if (!found.has(trace.xaxis)) found.set(trace.xaxis, []);
      found.get(trace.xaxis).push(trace);
    }
    return found;
  }

  function mark({ figure, plot }, axisId, traces, x) {
    const axis = plot._fullLayout["xaxis" + axisId.slice(1)], up = plot._fullLayout["yaxis" + traces[0].yaxis.slice(1)];
    const place = axis?.d2p?.(x);
    if (!up || !(place >= 0 && place <= axis._length)) return;
    const layer = figure.querySelector(".hover-layer"), left = axis._offset + place;
    const line = document.createElement("div");
    line.className = "hover-line";
    Object.assign(line.style, { left: `${left}px`, top: `${up._offset}px`, height: `${up._length}px` });
    const values = document.createElement("div");
    values.className = "hover-values";
    const rows = traces.map(trace => ({ trace, y: at(trace, x) })).filter(row => Number.isFinite(row.y)).sort((a, b) => b.y - a.y);
    for (const { trace, y } of rows) {
      const row = document.createElement("div"), swatch = document.createElement("i");
      swatch.style.borderTopColor = trace.line?.color ?? "currentColor";
      row.append(swatch, `${trace.name} ${format(y)}`);
      values.append(row);
    }
    layer.append(line);
    if (rows.length === 0) return;
    layer.append(values);
    // To the left of the line where the panel has no room to its right.
    const right = left + 8 + values.offsetWidth > axis._offset + axis._length && left - 8 - values.offsetWidth > 0;
    Object.assign(values.style, { left: `${right ? left - 8 - values.offsetWidth : left + 8}px`, top: `${up._offset + 4}px` });
  }

  // The value at the point nearest to x; none where x lies outside of the line.
  function at(trace, x) {
    const xs = trace.x;
    if (!xs?.length || x < xs[0] || x > xs[xs.length - 1]) return null;
    let low = 0, high = xs.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (xs[middle] <= x) low = middle; else high = middle;
    }
    return trace.y[x - xs[low] <= xs[high] - x ? low : high];
  }

  function format(y) {
    return Math.abs(y) >= 1e5 || (y !== 0 && Math.abs(y) < 1e-3) ? y.toExponential(2) : String(Number(y.toPrecision(4)));
  }

  // isDrawnAhead: completes when the figures that stand in the page are drawn.
  window.mtlCharts = { draw: (...figure) => { draw(...figure); }, adopt, extend, savePng, end, isDrawnAhead: drawAhead() };
})();
