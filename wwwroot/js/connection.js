// A studio that was restarted does not know this circuit any more: the page's state is in its address, so it is simply opened again.
document.getElementById("components-reconnect-modal").addEventListener("components-reconnect-state-changed", event => {
  if (event.detail.state === "rejected") location.reload();
});
