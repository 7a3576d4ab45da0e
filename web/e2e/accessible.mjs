// Every screen of the walk, in both themes, against WCAG 2.0 to 2.2 A and AA. One line of JSON per screen and theme.
import { breaches, inTheme, launch, tab, THEMES } from './browser.mjs';
import { walk } from './places.mjs';

const browser = await launch();
try {
  await walk(
    () => tab(browser),
    async (page, name) => {
      for (const theme of THEMES.toReversed()) {
        await inTheme(page, theme);
        console.log(JSON.stringify({ name, theme, faults: [...(await breaches(page)), ...page.faults.splice(0)] }));
      }
    },
    { lanes: 3 },
  );
} finally {
  await browser.close();
}
