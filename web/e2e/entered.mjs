// What is entered in the field and put right in the feeds: an encounter, a held run that another person releases, a value mended and taken back.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { atWork } from './atwork.mjs';
import { expect, noFaults, settled } from './browser.mjs';
import { asking } from './places.mjs';

const stamp = Date.now().toString(36);
const KNOWN = 'The telephone company says in its letter of Monday that it sends these lines again.';

async function chosen(scope, page, label, option) {
  await scope.getByRole('button', { name: label }).click();
  await page.getByRole('option').filter({ hasText: option }).first().click();
}

async function gone(dialog, act) {
  await dialog.waitFor({ state: 'detached' }).catch(async () => {
    throw new Error(`“${act}” was not done: ${(await dialog.innerText()).replaceAll('\n', ' | ')}`);
  });
}

/** Day and time by this clock, some minutes ago. */
function ago(minutes) {
  const at = new Date(Date.now() - minutes * 60_000);
  const two = (number) => String(number).padStart(2, '0');
  return { day: `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`, clock: `${two(at.getHours())}:${two(at.getMinutes())}` };
}

/** The demo's input of a feed: [path, text]. */
function input(feed) {
  const home = process.env.BRIGHTLINE_HOME;
  expect(Boolean(home), 'this scene changes what a source delivers: BRIGHTLINE_HOME names the home of the running demo');
  const [folder] = readdirSync(home, { recursive: true, withFileTypes: true }).filter((one) => one.isDirectory() && one.name === 'inbox' && one.parentPath.endsWith(`/${feed}`));
  expect(Boolean(folder), `no input of ${feed} under ${home}`);
  const path = join(folder.parentPath, folder.name, readdirSync(join(folder.parentPath, folder.name)).toSorted()[0]);
  return [path, readFileSync(path, 'utf8')];
}

async function refreshed(page, word) {
  await page.getByRole('button', { name: 'Refresh now' }).click();
  await page.getByText(word).first().waitFor({ timeout: 60_000 });
  await settled(page);
}

/** Whoever started the run has no say; a supervisor of the source's unit looks and releases it. */
async function released(browser, feed) {
  const owen = await atWork(browser, 'owen.hale', 'fraud/supervisor', null);
  await owen.goto(`/feeds/${feed}`);
  const card = owen.getByRole('region', { name: 'This run is held' });
  await card.getByText(/would hold/).waitFor();
  await card.getByRole('button', { name: 'Release', exact: true }).click();
  const dialog = owen.getByRole('dialog', { name: 'Release a held run' });
  const send = dialog.getByRole('button', { name: 'Release the run' });
  expect((await send.getAttribute('aria-disabled')) === 'true', 'a run could be released without a reason');
  await dialog.getByLabel(/^How you know/).fill(KNOWN);
  await send.click();
  await gone(dialog, 'Release the run');
  const top = owen.getByRole('table', { name: 'Runs' }).locator('tbody tr').first();
  for (let tries = 0; tries < 60 && !/published/i.test(await top.innerText()); tries += 1) {
    await owen.waitForTimeout(1_000);
    await owen.reload();
    await top.waitFor();
  }
  expect(/published/i.test(await top.innerText()), `the released run: ${await top.innerText()}`);
  expect((await card.count()) === 0, 'the run is still told as held');
  noFaults(owen);
  await owen.context().close();
}

export const ENTERED = {
  async 'an encounter is entered on the spot: what is missing is said at its field, and a signature goes with it'(browser) {
    const page = await atWork(browser, 'dana.whitlock', 'fraud/agent', null);
    await page.goto('/operations');
    await page
      .getByRole('table', { name: 'Operations' })
      .locator('tbody tr')
      .filter({ hasText: /active|under way/i })
      .first()
      .getByRole('link')
      .first()
      .click();
    await page.getByRole('button', { name: 'Enter an encounter' }).click();
    const dialog = page.getByRole('dialog', { name: 'Enter an encounter' });
    const name = `Silas Wend ${stamp}`;
    await dialog.getByLabel('Name').fill(name);
    await dialog.getByRole('button', { name: 'Enter it' }).click();
    await dialog.getByText('What came of it.').waitFor();
    await dialog.getByText('Was this person looked for, or met beside somebody else?').waitFor();
    const { day, clock } = ago(5);
    await dialog.getByLabel('Day', { exact: true }).fill(day);
    await dialog.getByLabel(/^Time/).fill(clock);
    await dialog.getByLabel(/^Place/).fill('Pelham Ridge office, 9 Tarn Lane');
    await dialog.getByText('Collateral', { exact: true }).click();
    await chosen(dialog, page, /Authority/, 's. 118');
    await dialog.getByText('Individual facts', { exact: true }).click();
    await chosen(dialog, page, /Outcome/, 'Questioned');
    // No two people are met alike: facts that repeat another encounter's are refused.
    await dialog.getByLabel(/^Facts/).fill(asking(`Stood at the copier at ${clock} with a ledger in his hands.`));
    await dialog.getByRole('button', { name: 'Add a source' }).click();
    await dialog.getByLabel('Kind (1)').fill('permit');
    await dialog.getByLabel('Source (1)').fill('permit register');
    await dialog.getByLabel('Found (1)').fill('valid until next May');
    await dialog.getByRole('button', { name: 'Add a source' }).click();
    await dialog.getByLabel('Kind (2)').fill('payroll');
    await dialog.getByLabel('Source (2)').fill('employer’s personnel file');
    await dialog.getByLabel('Found (2)').fill('employed since 2019');
    await dialog.getByLabel(/^What a person checked/).fill('Both were called up on the spot by the officer; the numbers agree.');
    await dialog.getByRole('button', { name: 'Enter it' }).click();
    await gone(dialog, 'Enter it');
    const row = page.getByRole('table', { name: 'Encounters' }).locator('tbody tr').filter({ hasText: name });
    await row.waitFor();
    expect(/collateral/i.test(await row.innerText()) && /questioned/i.test(await row.innerText()), `the encounter reads ${await row.innerText()}`);
    return page;
  },

  async 'a delivery cut in half is held; another person releases it, and the whole comes back the same way'(browser) {
    const [path, text] = input('phones');
    const lines = text.trimEnd().split('\n');
    const sam = await atWork(browser, 'sam.orrin', 'records/steward', null);
    await sam.goto('/feeds/phones');
    try {
      writeFileSync(path, `${lines.slice(0, Math.ceil(lines.length / 2)).join('\n')}\n`);
      await refreshed(sam, 'This run is held');
      await sam.getByRole('region', { name: 'This run is held' }).getByRole('button', { name: 'Release', exact: true }).click();
      const own = sam.getByRole('dialog', { name: 'Release a held run' });
      await own.getByLabel(/^How you know/).fill(KNOWN);
      await own.getByRole('button', { name: 'Release the run' }).click();
      await own
        .getByText(/Whoever started the run/)
        .first()
        .waitFor();
      await own.getByRole('button', { name: 'Cancel' }).click();
      await released(browser, 'phones');
    } finally {
      writeFileSync(path, text);
    }
    await sam.reload();
    await refreshed(sam, 'This run is held');
    await released(browser, 'phones');
    await sam.reload();
    await sam.getByRole('table', { name: 'Runs' }).waitFor();
    return sam;
  },

  async 'a steward mends a value that was set aside, with a reason, and takes it back'(browser) {
    const page = await atWork(browser, 'sam.orrin', 'records/steward', null);
    const [path, text] = input('phones');
    const lines = text.trimEnd().split('\n');
    const began = lines[0].split(',').indexOf('began');
    const at = lines.findIndex((line, index) => index > 0 && /^\d{4}-/.test(line.split(',')[began] ?? ''));
    expect(at > 0, `no row says when it began: ${lines[0]}`);
    const wrong = lines[at]
      .split(',')
      .map((cell, index) => (index === began ? '31.02.2026' : cell))
      .join(',');
    await page.goto('/feeds/phones');
    const mend = page.getByRole('table', { name: 'Quarantine' }).getByRole('button', { name: 'Mend', exact: true });
    try {
      writeFileSync(path, `${lines.with(at, wrong).join('\n')}\n`);
      await page.getByRole('button', { name: 'Refresh now' }).click();
      await mend.first().waitFor({ timeout: 60_000 });
    } finally {
      writeFileSync(path, text);
    }
    await mend.first().click();
    const dialog = page.getByRole('dialog', { name: 'Mend a value' });
    const send = dialog.getByRole('button', { name: 'Mend it' });
    expect((await send.getAttribute('aria-disabled')) === 'true', 'a value could be mended without a reason');
    await dialog.getByLabel(/^What is right/).fill('2026-02-28');
    await dialog.getByLabel(/^How you know/).fill('The publisher reads it so by telephone, on Tuesday at noon.');
    await send.click();
    await gone(dialog, 'Mend it');
    const mended = page.getByRole('table', { name: 'Mended values' });
    const row = mended.locator('tbody tr').filter({ hasText: '2026-02-28' }).first();
    await row.waitFor();
    expect(/sam\.orrin|Sam Orrin/.test(await row.innerText()) && /by telephone/.test(await row.innerText()), `who and why: ${await row.innerText()}`);
    await row.getByRole('button', { name: 'Take back' }).click();
    const back = page.getByRole('dialog', { name: 'Take a mended value back' });
    await back.getByLabel(/^Why what the source says/).fill('The publisher wrote again: the line was meant as it stands.');
    await back.getByRole('button', { name: 'Take it back' }).click();
    await gone(back, 'Take it back');
    await row.waitFor({ state: 'detached' });
    await refreshed(page, /1 changed one|Nothing has changed|the run is/);
    return page;
  },
};
