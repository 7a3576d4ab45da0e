// The first page of an empty installation: the one-time code makes the first administrator, once.
// BRIGHTLINE_URL names the installation, BRIGHTLINE_CODE is what `brightline init` printed.
import { breaches, expect, inTheme, launch, noFaults, settled, tab, THEMES } from './browser.mjs';

const CODE = process.env.BRIGHTLINE_CODE ?? '';
const NEW_PASSWORD = 'a-quiet-pier-at-dusk';

async function filled(page, code) {
  await page.getByLabel(/^One-time code/).fill(code);
  await page.getByLabel('Full name').fill('Ivo Brandt');
  await page.getByLabel(/^Password/).fill(NEW_PASSWORD);
  await page.getByRole('button', { name: 'Make the administrator' }).click();
}

async function play(browser) {
  const page = await tab(browser);
  await page.goto('/');
  await page.getByRole('heading', { name: 'Set up Brightline' }).waitFor();
  for (const theme of THEMES) {
    await inTheme(page, theme);
    const found = await breaches(page);
    expect(found.length === 0, found.join('\n'));
    if (process.env.BRIGHTLINE_SCREENS) await page.screenshot({ path: `${process.env.BRIGHTLINE_SCREENS}/setup-${theme}.png` });
  }
  await filled(page, '0000-0000-0000-0000-0000');
  await page.locator('[data-invalid], [role=alert]').first().waitFor();
  expect((await page.getByLabel('Full name').inputValue()) === 'Ivo Brandt', 'what was typed is lost');
  await filled(page, CODE);
  await page.waitForURL('**/signin');
  await page.getByLabel('Account').fill('admin');
  await page.getByLabel('Password').fill(NEW_PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/start');
  await page.getByRole('option').filter({ hasText: 'hq/admin' }).click();
  await page.getByRole('button', { name: /Start work/ }).click();
  await page.waitForURL('**/admin');
  await settled(page);
  await page.getByText('Authorities', { exact: true }).click();
  await page
    .getByText('No authorities yet')
    .or(page.getByRole('table', { name: 'Authorities' }))
    .first()
    .waitFor();
  await page.goto('/setup');
  await page.getByText('This installation has its administrator.').waitFor();
  noFaults(page);
}

const browser = await launch();
let fault = null;
try {
  await play(browser);
} catch (error) {
  fault = error.message;
}
await browser.close();
console.log(JSON.stringify({ name: 'setup', fault }));
