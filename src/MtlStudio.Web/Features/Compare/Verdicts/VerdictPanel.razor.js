// Paints the figures under an element one below the other and hands the picture to the browser.
export async function savePng(element, name, background) {
  const figures = [...element.querySelectorAll("svg")];
  const scale = 2, gap = 8;
  const sizes = figures.map(figure => figure.viewBox.baseVal);
  const canvas = document.createElement("canvas");
  canvas.width = scale * Math.max(...sizes.map(size => size.width));
  canvas.height = scale * sizes.reduce((sum, size) => sum + size.height + gap, 0);
  const brush = canvas.getContext("2d");
  brush.fillStyle = background;
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.scale(scale, scale);
  let y = 0;
  for (const [i, figure] of figures.entries()) {
    const image = new Image();
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(new XMLSerializer().serializeToString(figure));
    await image.decode();
    brush.drawImage(image, 0, y, sizes[i].width, sizes[i].height);
    y += sizes[i].height + gap;
  }
  const blob = await new Promise(done => canvas.toBlob(done, "image/png"));
  const url = URL.createObjectURL(blob);
  Object.assign(document.createElement("a"), { href: url, download: `${name}.png` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
