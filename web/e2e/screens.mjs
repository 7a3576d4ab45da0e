// Draws docs/screens: every screen of the running demo, light and dark. `npm run screens [name…]`
import { mkdirSync, writeFileSync } from 'node:fs';
import { launch, tab, THEMES } from './browser.mjs';
import { walk } from './places.mjs';
import { lean } from './png.mjs';

const folder = new URL(process.env.BRIGHTLINE_SCREENS ?? '../../docs/screens/', import.meta.url);
const only = process.argv.length > 2 ? new Set(process.argv.slice(2)) : null;
mkdirSync(folder, { recursive: true });

const browser = await launch();
try {
  for (const theme of THEMES) {
    await walk(
      () => tab(browser, { theme }),
      async (page, name) => {
        if (only && !only.has(name)) return;
        writeFileSync(new URL(`${name}-${theme}.png`, folder), lean(await page.screenshot()));
        console.log(`${name}-${theme}.png`);
      },
      { only },
    );
  }
} finally {
  await browser.close();
}
