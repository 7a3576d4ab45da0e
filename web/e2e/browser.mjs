// Driving the real application in a real Chromium: signing in, taking up a purpose, checking a page with axe.
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

export const URL_OF_APP = (process.env.BRIGHTLINE_URL ?? 'http://127.0.0.1:8177').replace(/\/$/, '');
export const PASSWORD = process.env.BRIGHTLINE_DEMO_PASSWORD ?? 'harbour-lights-demo';
export const THEMES = ['light', 'dark'];

const FLAGS = [
  '--no-sandbox',
  '--no-first-run',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-gpu-compositing',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--force-color-profile=srgb',
];

function chromiumPath() {
  const named = process.env.BRIGHTLINE_CHROMIUM;
  const names = named ? [named] : ['chromium', 'chromium-browser', 'google-chrome', 'chrome'];
  const places = (process.env.PATH ?? '').split(delimiter);
  const found = names.flatMap((name) => (name.includes('/') ? [name] : places.map((place) => join(place, name)))).find((path) => existsSync(path));
  if (!found) throw new Error('No Chromium here: install it (apt-get install chromium) or set BRIGHTLINE_CHROMIUM.');
  return found;
}

export function launch() {
  return chromium.launch({ executablePath: chromiumPath(), args: FLAGS });
}

/** A tab that fails the run on any script error or breach of the policy, and knows how long each call to the API took. */
export async function tab(browser, { theme = 'light', width = 1440, height = 900, base = URL_OF_APP } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, baseURL: base, reducedMotion: 'reduce', locale: 'en-GB' });
  const page = await context.newPage();
  page.faults = [];
  watchRequests(page);
  page.on('pageerror', (error) => page.faults.push(`script error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy|Refused to/.test(message.text())) page.faults.push(message.text());
  });
  page.calls = [];
  page.on('requestfinished', (request) => {
    const { pathname } = new URL(request.url());
    if (!pathname.startsWith('/api/v1/')) return;
    const { requestStart, responseEnd } = request.timing();
    page.calls.push({ call: `${request.method()} ${pathname.slice('/api/v1'.length)}`, ms: Math.round(10 * (responseEnd - requestStart)) / 10 });
  });
  // Long enough for two cores that play three lanes beside other tests: what isn't there after a minute isn't there.
  page.setDefaultTimeout(60_000);
  return page;
}

export function noFaults(page) {
  if (page.faults.length > 0) throw new Error(page.faults.join('\n'));
}

export async function signIn(page, account) {
  await page.goto('/signin');
  await page.getByLabel('Account').fill(account);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/start');
}

/** Chooses a purpose by its words and, where it asks, gives a reason. Returns the purpose's row as it was read. */
export async function takeUp(page, words, reason) {
  const option = page.getByRole('option').filter({ hasText: words }).first();
  await option.waitFor();
  const said = (await option.innerText()).trim();
  await option.click();
  const field = page.getByRole('textbox', { name: /^Reason/ });
  if (reason) await field.fill(reason);
  await page.getByRole('button', { name: /Start work/ }).click();
  await page
    .waitForURL((url) => !url.pathname.startsWith('/start'))
    .catch(async () => {
      throw new Error(`Work could not be begun: ${(await page.locator('main').innerText()).replaceAll('\n', ' | ')}`);
    });
  return said;
}

const AXE = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];

/** WCAG 2.0 to 2.2, A and AA. Evaluated in the page by the test tool, which the policy of the page doesn't bind. */
export async function breaches(page) {
  if (!(await page.evaluate(() => Boolean(globalThis.axe)))) await page.evaluate(AXE);
  const asked = { runOnly: RULES, resultTypes: ['violations'] };
  const found = await page.evaluate(async (options) => (await globalThis.axe.run(globalThis.document, options)).violations, asked);
  return found.map(
    (one) =>
      `${one.id}: ${one.nodes
        .slice(0, 3)
        .map((node) => `${node.target.join(' ')} (${node.any[0]?.message ?? node.all[0]?.message ?? node.none[0]?.message ?? ''})`)
        .join('; ')}`,
  );
}

export function expect(condition, said) {
  if (!condition) throw new Error(said);
}

/** Which requests of a page are under way, and when the last one began or ended. */
function watchRequests(page) {
  page.underWay = new Set();
  page.stirred = Date.now();
  const ended = (request) => {
    page.underWay.delete(request);
    page.stirred = Date.now();
  };
  page.on('request', (request) => {
    page.underWay.add(request);
    page.stirred = Date.now();
  });
  page.on('requestfinished', ended);
  page.on('requestfailed', ended);
}

/** Longer than what the application itself waits before it asks for something, so that what follows from an act has begun. */
const QUIET_MS = 250;
const SETTLED_MS = 30_000;

/** Nothing is under way, nothing says that it loads, and so it stays for a while: looked at again and again, not waited out. */
export async function settled(page) {
  const begun = Date.now();
  await page.waitForLoadState('load');
  for (;;) {
    await page.waitForFunction(() => !globalThis.document.querySelector('[role=status][aria-label=Loading], [aria-label=Searching]'));
    await painted(page);
    const left = Math.max(page.stirred, begun) + QUIET_MS - Date.now();
    if (page.underWay.size === 0 && left <= 0) return;
    if (Date.now() - begun > SETTLED_MS) throw new Error(`the page doesn't come to rest; under way: ${[...page.underWay].map((one) => one.url())}`);
    await page.waitForTimeout(Math.max(left, 25));
  }
}

/** What was changed is on the screen: two frames, of which the first may have been begun before. */
export function painted(page) {
  return page.evaluate(
    () =>
      new Promise((done) => {
        globalThis.requestAnimationFrame(() => globalThis.requestAnimationFrame(done));
      }),
  );
}

/** The page in the other colours. Without motion nothing fades, so that two frames later all of it is drawn. */
export async function inTheme(page, theme) {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await page.waitForFunction((wanted) => globalThis.document.documentElement.dataset.theme === wanted, theme);
  await painted(page);
}

/**
 * Hands out work to so many lanes at once; each takes the next piece when it has done its own. A person who clicks waits
 * most of the time, and so does a browser: what is played side by side costs little more than the longest piece.
 */
export async function inLanes(lanes, pieces, play) {
  const waiting = [...pieces];
  const lane = async () => {
    for (let piece = waiting.shift(); piece; piece = waiting.shift()) await play(piece);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/**
 * Stands for the browser in one lane: what was opened there can be looked at and closed without the other lanes' tabs.
 * Whoever closes a tab signs out: of more sessions at once than one may have the oldest end, and that would be another lane's.
 */
export function laneOf(browser) {
  const opened = [];
  const left = (context, close) => async () => {
    await context.request.delete('/api/v1/session', { headers: { 'X-Brightline': '1' } }).catch(() => null);
    await close();
  };
  return {
    newContext: async (options) => {
      const made = await browser.newContext(options);
      made.close = left(made, made.close.bind(made));
      opened.push(made);
      return made;
    },
    contexts: () => opened,
  };
}
