// What a page does where scripts run: keeps what was read for reading without a network, and goes on counting how long ago things were.
// Everything works without it.
if ('serviceWorker' in navigator)
  addEventListener('load', () => {
    navigator.serviceWorker.register('/sw.js').catch(() => undefined);
  });

// A page that was kept for days must not go on saying "5 minutes ago". The title holds the exact time: `08:30 15/02/2023`.
const spans = new Intl.RelativeTimeFormat(document.documentElement.lang);
function countOn() {
  for (const time of document.querySelectorAll('time[title]')) {
    const minutes = Math.floor((Date.now() - Date.parse(time.dateTime)) / 60_000);
    if (time.textContent === time.title || !(minutes >= 1)) continue;
    let text = time.title.slice(6);
    if (minutes < 60) text = spans.format(-minutes, 'minute');
    else if (minutes < 1_440) text = spans.format(-Math.floor(minutes / 60), 'hour');
    else if (minutes < 10_080) text = spans.format(-Math.floor(minutes / 1_440), 'day');
    if (time.textContent !== text) time.textContent = text;
  }
}
countOn();
setInterval(countOn, 60_000);
