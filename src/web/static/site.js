// What a page does where scripts run: keeps what was read for reading without a network. Everything works without it.
if ('serviceWorker' in navigator)
  addEventListener('load', () => {
    navigator.serviceWorker.register('/sw.js').catch(() => undefined);
  });
