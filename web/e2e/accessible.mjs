// Every screen of the walk, in both themes, against WCAG 2.0 to 2.2 A and AA. One line of JSON per screen.
import { breaches, launch, tab, THEMES } from './browser.mjs';
import { walk } from './places.mjs';

const themes = process.argv.length > 2 ? process.argv.slice(2) : THEMES;
const browser = await launch();
try {
  for (const theme of themes) {
    await walk(
      () => tab(browser, { theme }),
      async (page, name) => console.log(JSON.stringify({ name, theme, faults: [...(await breaches(page)), ...page.faults.splice(0)] })),
    );
  }
} finally {
  await browser.close();
}
