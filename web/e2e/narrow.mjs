// Main screens at 1280×720 and at twice the size of that: nothing that can be pressed lies where no scrolling leads, and no
// pane is missing. One line of JSON per screen and size.
import { launch, tab } from './browser.mjs';
import { walk } from './places.mjs';

const SIZES = [
  { width: 1280, height: 720 },
  { width: 640, height: 360 },
];
const ONLY = new Set(['workspace', 'blocked', 'withheld', 'leads', 'oversight']);
/** Panes beside the main one, by the screen: where the page is narrow they are below it. */
const PANES = { 'search-empty': 'Filters', entity: 'About this record', workspace: 'Chosen node', blocked: 'Why it is withheld' };

function unreachable() {
  const width = document.documentElement.clientWidth;
  const scrolls = (element) => {
    for (let at = element.parentElement; at; at = at.parentElement) if (/auto|scroll/.test(getComputedStyle(at).overflowX)) return true;
    return false;
  };
  return [...document.querySelectorAll('button, a, input, textarea')]
    .filter((one) => {
      const box = one.getBoundingClientRect();
      return box.width > 0 && (box.right > width + 2 || box.left < -2) && getComputedStyle(one).visibility === 'visible' && !scrolls(one);
    })
    .map((one) => `“${(one.innerText || one.getAttribute('aria-label') || one.tagName).trim().slice(0, 40)}” can't be reached`);
}

const browser = await launch();
try {
  for (const size of SIZES) {
    await walk(
      () => tab(browser, size),
      async (page, name) => {
        const faults = await page.evaluate(unreachable);
        const pane = PANES[name];
        if (pane && !(await page.getByRole('complementary', { name: pane }).first().isVisible())) faults.push(`${pane} isn't there`);
        console.log(JSON.stringify({ name, size: size.width, faults: [...faults, ...page.faults.splice(0)] }));
      },
      { only: ONLY, lanes: 2 },
    );
  }
} finally {
  await browser.close();
}
