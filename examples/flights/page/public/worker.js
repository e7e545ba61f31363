// The service worker of the page: a node of the edge, made by @tiffin/edge. `settings.js` is what this install says of itself.
importScripts('./settings.js', './worker.global.js');

const here = new URL('./', self.location).pathname;
const files = ['', 'app.js', 'app.css', 'settings.js', 'app.webmanifest', 'icon.svg', 'icon-192.png', 'icon-512.png'];

tiffin.startEdgeWorker({
  ...self.tiffinSettings,
  audience: 'web',
  name: 'flights',
  assets: files.map((file) => here + file),
  pollMs: 15_000,
  shipMs: 2_000,
});
