// Shares the pointer's place on the x axis: what one panel shows under the pointer, the others of the page show at the same x.
// Plotly labels the panel under the pointer itself; the others get a line and their values, sorted.
const figures = new Map();
// Plotly follows the window alone; a figure also becomes higher when its panels are laid out anew, as on a phone that is turned.
const sizes = new ResizeObserver(entries => {
  for (const { target } of entries) {
    const plot = figures.get(target)?.plot, drawn = plot?._fullLayout;
    if (drawn && plot.clientHeight > 0 && (Math.abs(drawn.height - plot.clientHeight) > 1 || Math.abs(drawn.width - plot.clientWidth) > 1)) Plotly.Plots.resize(plot);
  }
});

export function link(figure, key) {
  const plot = figure.querySelector(".js-plotly-plot");
  if (!plot || !plot.on) return;
  const known = figures.get(figure);
  figures.set(figure, { plot, key });
  sizes.observe(figure);
  if (known?.plot === plot) return;
  plot.on("plotly_hover", event => show(figure, event));
  plot.on("plotly_unhover", hide);
}

export function unlink(figure) {
  sizes.unobserve(figure);
  figures.delete(figure);
}

function show(source, event) {
  hide();
  const own = figures.get(source);
  if (!own || !own.key || !event.points?.length) return;
  const x = event.xvals?.[0] ?? event.points[0].x;
  for (const [figure, other] of figures)
    if (other.key === own.key)
      for (const [axis, traces] of panels(other.plot))
        if (figure !== source || axis !== event.points[0].xaxis?._id) mark(figure, other.plot, axis, traces, x);
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

function mark(figure, plot, axisId, traces, x) {
  const axis = plot._fullLayout["xaxis" + axisId.slice(1)], up = plot._fullLayout["yaxis" + traces[0].yaxis.slice(1)];
  const place = axis?.d2p?.(x);
  if (!up || !(place >= 0 && place <= axis._length)) return;
  const layer = figure.querySelector(".hover-layer"), left = axis._offset + place;
  const line = document.createElement("div");
  line.className = "hover-line";
  Object.assign(line.style, { left: `${left}px`, top: `${up._offset}px`, height: `${up._length}px` });
  const values = document.createElement("div");
  values.className = "hover-values";
  const rows = traces.map(trace => ({ trace, y: at(trace, x) })).filter(row => row.y != null).sort((a, b) => b.y - a.y);
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
