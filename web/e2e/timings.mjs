// How long the API took for each screen of the walk, as its browser saw it: one line of JSON per screen.
import { launch, tab } from './browser.mjs';
import { walk } from './places.mjs';

const only = process.argv.length > 2 ? new Set(process.argv.slice(2)) : null;
const browser = await launch();
try {
  await walk(
    () => tab(browser),
    async (page, name) => {
      const calls = page.calls.splice(0);
      if (!only || only.has(name)) console.log(JSON.stringify({ name, calls }));
    },
    { only },
  );
} finally {
  await browser.close();
}
