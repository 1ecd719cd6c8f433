// Begins the circuit. Where figures stand in the page already they are drawn first: both would share one processor, and what can be seen goes before what can be pressed.
(() => {
  const { components, circuit } = document.currentScript.dataset;
  const run = address => new Promise((done, failed) => {
    const script = Object.assign(document.createElement("script"), { src: address, async: false, onload: done, onerror: () => failed(new Error(`${address} did not come`)) });
    // What starts it is below, when both are there.
    script.setAttribute("autostart", "false");
    document.body.append(script);
  });
  mtlCharts.isDrawnAhead.then(() => Promise.all([components, circuit].map(run))).then(() => Blazor.start());
})();
