// The service worker of a site that has none: that of `trunk serve`, or one whose own is broken and which publishes
// this file in its place. It removes the one that a browser has kept. Finished sites have www/service-worker.js here.

addEventListener('install', () => skipWaiting());

addEventListener('activate', (event) => {
  const ours = (name) => name.startsWith(`atelier-build ${registration.scope} `);
  const forget = async () => {
    await Promise.all((await caches.keys()).filter(ours).map((name) => caches.delete(name)));
    await registration.unregister();
  };
  event.waitUntil(forget());
});
