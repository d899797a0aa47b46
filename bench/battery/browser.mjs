// The few verbs of puppeteer-core that the battery's browser judge speaks → the installed Chromium by playwright-core, so that no
// second driver is installed. A real puppeteer-core in BATTERY_MODULES is preferred.
import { chromium } from 'playwright-core';

function requestOf(route) {
  const request = route.request();
  return { url: () => request.url(), continue: () => route.continue(), abort: () => route.abort() };
}

async function openPage(context) {
  const page = await context.newPage();
  const onRequest = [];
  return {
    on: (event, handle) => {
      if (event === 'request') onRequest.push(handle);
      else page.on(event, handle);
    },
    setRequestInterception: () =>
      page.route('**/*', (route) => {
        for (const handle of onRequest) handle(requestOf(route));
      }),
    goto: (url, options) => page.goto(url, options),
    evaluate: (task, argument) => page.evaluate(task, argument),
    close: () => page.close(),
  };
}

async function launch(options) {
  const browser = await chromium.launch(options);
  const context = await browser.newContext();
  return { version: async () => browser.version(), newPage: () => openPage(context), close: () => browser.close() };
}

/** What the judge takes for puppeteer-core. */
export const puppeteer = { launch };
