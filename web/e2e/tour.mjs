// What a person does with the application, from signing in to the verified log. Each scene is one test; run all, or
// one by its name: `node e2e/tour.mjs [scene…]`. The result is one line of JSON per scene.
import { ACTS } from './acts.mjs';
import { atWork, searched } from './atwork.mjs';
import { expect, inLanes, laneOf, launch, noFaults, settled, signIn, tab } from './browser.mjs';
import { LEADS } from './leads.mjs';
import { ENTERED } from './entered.mjs';
import { KEPT } from './kept.mjs';
import { asking } from './places.mjs';

const READING = {
  async 'a wrong password is refused with a word'(browser) {
    const page = await tab(browser);
    await page.goto('/signin');
    await page.getByLabel('Account').fill('dana.whitlock');
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    expect((await page.getByLabel('Password').inputValue()) === '', 'the wrong password stayed in the field');
    expect(page.url().endsWith('/signin'), 'a wrong password got in');
    return page;
  },

  async 'rule 40: "investigation" is refused beside the field, and the text is kept'(browser) {
    const page = await tab(browser);
    await signIn(page, 'dana.whitlock');
    await page.getByRole('option').filter({ hasText: 'Harbour Works' }).first().click();
    const field = page.getByRole('textbox', { name: /^Reason/ });
    await field.fill('investigation');
    await page.getByRole('button', { name: /Start work/ }).click();
    await page.locator('[data-invalid]').first().waitFor();
    expect((await field.inputValue()) === 'investigation', 'the reason was lost');
    expect((await page.getByText(/Say why before you look|What do you work on/).count()) > 0, 'work began without a reason');
    return page;
  },

  async 'no button moves when the question and the figures arrive late'(browser) {
    const page = await tab(browser);
    await signIn(page, 'dana.whitlock');
    let told = false;
    await page.route('**/api/v1/prompts', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      told = true;
      await route.continue();
    });
    await page.goto('/start');
    await page.getByRole('option').filter({ hasText: 'Harbour Works' }).first().click();
    const start = page.getByRole('button', { name: /Start work/ });
    const first = await start.boundingBox();
    expect(told, 'the purpose could be chosen before the question was known');
    await settled(page);
    const last = await start.boundingBox();
    expect(first && JSON.stringify(first) === JSON.stringify(last), `the button moved from ${JSON.stringify(first)} to ${JSON.stringify(last)}`);
    return page;
  },

  async 'the banner, the line and the title say under what one works'(browser) {
    const page = await atWork(browser, 'dana.whitlock', 'Harbour Works');
    await page.getByText('Working as').waitFor();
    const banner = await page.getByRole('banner').innerText();
    expect(/criminal/i.test(banner) && /Harbour Works/.test(banner) && /C-\d{4}-\d{4}/.test(banner), `the banner says: ${banner}`);
    expect(/^Cr C-\d{4}-\d{4}/.test(await page.title()), `the tab is called ${await page.title()}`);
    expect((await page.locator('html').getAttribute('data-regime')) === 'criminal', 'the screen has not taken the regime');
    return page;
  },

  async 'a misspelt name is found, with its reason and its source'(browser) {
    const page = await atWork(browser, 'dana.whitlock', 'Harbour Works');
    await searched(page, 'Quilon Rodworks');
    const row = page.getByRole('row').filter({ hasText: 'Quillon Roadworks' }).first();
    await row.waitFor();
    expect(/typo|sound/.test(await row.innerText()), 'the row does not say that it matched by a typing error');
    await page.getByRole('region', { name: 'Why you can see this' }).getByText(/Rule/).waitFor();
    return page;
  },

  async 'every value of an entity names its source'(browser) {
    const page = await atWork(browser, 'dana.whitlock', 'Harbour Works');
    await searched(page, 'Quilon Rodworks');
    await page.getByRole('grid').focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/r/**');
    await settled(page);
    const rows = page.getByRole('region', { name: 'Values' }).locator('tbody tr');
    const without = await rows.evaluateAll((all) => all.filter((row) => row.querySelectorAll('li code').length === 0).length);
    expect((await rows.count()) > 3 && without === 0, `${without} of ${await rows.count()} values have no source`);
    return page;
  },

  async 'the graph draws in WebGL, expands, hides and undoes, and its list says the same'(browser) {
    const page = await atWork(browser, 'dana.whitlock', 'Harbour Works');
    await searched(page, 'Quilon Rodworks');
    await page.getByRole('grid').focus();
    await page.keyboard.press('w');
    const chart = page.locator('[data-nodes]');
    await chart.waitFor();
    await settled(page);
    const nodes = async () => Number(await chart.getAttribute('data-nodes'));
    const begun = await nodes();
    expect(begun > 2, `only ${begun} nodes`);
    expect(await drawn(page), 'the canvas is empty');
    await page.getByRole('complementary', { name: 'Chosen node' }).locator('li button').first().click();
    await page.keyboard.press('h');
    await page.waitForFunction((before) => Number(globalThis.document.querySelector('[data-nodes]').dataset.nodes) < before, begun);
    await page.keyboard.press('Control+z');
    await page.waitForFunction((before) => Number(globalThis.document.querySelector('[data-nodes]').dataset.nodes) === before, begun);
    await page.getByText('List', { exact: true }).click();
    const links = await page.getByRole('table', { name: 'Links in the chart' }).locator('tbody tr').count();
    expect(links >= begun - 1, `${links} links in the list for ${begun} nodes`);
    return page;
  },

  async 'rule 18: a person goes into a case only with a category'(browser) {
    const page = await atWork(browser, 'dana.whitlock', 'Harbour Works');
    await page.goto('/search?q=radu%20fovan');
    await page.getByRole('grid').waitFor();
    await settled(page);
    await page.getByRole('grid').focus();
    await page.keyboard.press('l');
    const dialog = page.getByRole('dialog');
    const send = dialog.getByRole('button', { name: /^Link 1 record/ });
    expect((await send.getAttribute('aria-disabled')) === 'true', 'a person could be linked without a category');
    await dialog.getByText('Witness', { exact: true }).click();
    await dialog.getByLabel(/^Basis/).fill('Named as director in the register; says who signed the lease of suite 600.');
    await send.click();
    await page.getByText(/linked to C-/).waitFor();
    return page;
  },

  async 'the case shows its people by category and who did what'(browser) {
    const page = await atWork(browser, 'dana.whitlock', 'Harbour Works');
    await page.goto('/cases');
    await page.getByRole('table').getByRole('link').first().click();
    await page.getByRole('heading', { name: 'Harbour Works' }).waitFor();
    await settled(page);
    expect((await page.getByRole('region', { name: 'People' }).getByRole('heading', { level: 3 }).count()) > 0, 'no category of people');
    expect((await page.getByRole('region', { name: 'Activity' }).getByRole('listitem').count()) > 2, 'no activity');
    return page;
  },

  async 'the other side of the line is a pointer, and switching forgets what was seen'(browser) {
    const page = await atWork(browser, 'dana.whitlock', 'Harbour Works');
    await page.goto('/search?q=harbour');
    await page.getByRole('grid').waitFor();
    const seen = await page.getByRole('row').nth(1).innerText();
    await page.keyboard.press('Alt+w');
    await takeUpInDialog(page, 'Night Ferry');
    await page.waitForFunction(() => globalThis.document.title.includes('Search'));
    expect((await page.getByRole('grid').count()) === 0, 'rows of the former case are still there');
    expect(!(await page.locator('main').innerText()).includes(seen.split('\n')[0]), 'a row of the former case is still shown');
    return page;
  },

  async 'an id that is hidden or absent gets one page, with a way on'(browser) {
    const page = await atWork(browser, 'dana.whitlock', 'Harbour Works');
    await page.goto(`/r/wages-${'0'.repeat(32)}`);
    await page.getByText('Why it is withheld').waitFor();
    await page
      .getByRole('button', { name: /Request crossing/ })
      .last()
      .click();
    await page
      .getByRole('dialog')
      .getByLabel(/^What you need/)
      .waitFor();
    expect(
      (
        await page
          .getByRole('dialog')
          .getByLabel(/^What you need/)
          .inputValue()
      ).startsWith('wages-'),
      'the id was not taken over',
    );
    expect(
      (await page
        .getByRole('dialog')
        .getByRole('button', { name: /Send request/ })
        .getAttribute('aria-disabled')) === 'true',
      'an empty request could be sent',
    );
    return page;
  },

  async 'an entity tells what else exists on it, as far as the tier goes, and a crossing can be asked for'(browser) {
    const page = await atWork(browser, 'rosa.vance', 'Pier 9');
    await page.goto('/search');
    await searched(page, '30420050872683619');
    const number = page
      .getByRole('row')
      .filter({ hasText: /· Value/ })
      .first();
    await number.dblclick();
    await page.waitForURL('**/r/value-**');
    const strip = page.getByRole('region', { name: 'Withheld besides' });
    await strip.waitFor();
    expect(/Fewer than 5 more records, withheld/.test(await strip.innerText()), `told: ${await strip.innerText()}`);
    await strip.getByRole('link', { name: 'See pointer' }).click();
    await page.getByRole('heading', { name: 'A record exists beside what you opened' }).waitFor();
    expect(!decodeURIComponent(page.url()).includes('handle'), `the handle stands in the address: ${page.url()}`);
    // From the pointer alone: nobody who asks knows an id of what is withheld.
    await page
      .getByRole('button', { name: /Request crossing/ })
      .last()
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('region', { name: 'What you need' }).getByText('Fewer than 5').waitFor();
    expect((await dialog.getByRole('textbox', { name: /^What you need/ }).count()) === 0, 'ids are asked for beside a pointer');
    await dialog.getByRole('button', { name: /Rule that allows it/ }).click();
    await page.getByRole('option').first().click();
    await dialog.getByLabel(/^Necessity/).fill(asking('The account paid the crew of pier 9 twice; who else holds it would show from where the second payment came.'));
    await dialog.getByLabel(/^Alternatives/).fill('The bank was asked under our own statute and names only the branch.');
    await dialog.getByRole('button', { name: /Send request/ }).click();
    await page.waitForURL('**/crossing/X-*');
    await page.getByText('what the pointer stands for').waitFor();
    expect((await page.getByRole('region', { name: 'Request' }).locator('dd code').count()) === 0, 'an id of the pointer is told');
    return page;
  },

  async 'rule 35: a crossing is asked for, two sides speak, and a third person opens it'(browser) {
    const dana = await atWork(browser, 'dana.whitlock', 'Harbour Works');
    const number = await askedFor(dana);
    await decided(browser, number, 'owen.hale', 'fraud/supervisor', 'Give an opinion', 'Give it', 'Two named fields of one foreman, for two weeks: proportionate to the predicate.');
    await decided(browser, number, 'paula.renner', 'labour/supervisor', 'Give an opinion', 'Give it', 'A foreman is no victim of this inspection; the workers stay out of it.');
    await decided(browser, number, 'vera.moss', 'legal/approver', 'Review the law', 'Record the review', 'The act on inspections opens these two fields to a criminal inquiry; nothing forbids it.');
    await decided(browser, number, 'kim.thorne', 'legal/approver', 'Approve', 'Approve', 'Necessary for the path of the money, limited in fields and time.');
    await dana.goto(`/crossing/${number}`);
    await dana.reload();
    await dana.getByText(/Open for \d+ more day/).waitFor();
    return dana;
  },

  async 'a desk sees lists and no content'(browser) {
    const page = await atWork(browser, 'dana.whitlock', 'fraud/agent', null);
    await page.goto('/search?q=harbour');
    await page.getByText(/sees lists, not content/).waitFor();
    expect((await page.getByRole('grid').count()) === 0, 'a desk could search');
    return page;
  },

  async 'a steward sees each feed with its runs'(browser) {
    const page = await atWork(browser, 'sam.orrin', 'records/steward', null);
    await page.goto('/feeds');
    await page.getByRole('table', { name: 'Feeds' }).getByRole('link').first().click();
    await page.getByRole('table', { name: 'Runs' }).waitFor();
    expect((await page.getByText('published').count()) > 0, 'no published run');
    return page;
  },

  async 'an overseer reads the log and the browser verifies it'(browser) {
    const page = await atWork(browser, 'ada.quist', 'inspectorate/overseer', 'Quarterly review: did the searches of the harbour works case stay within its predicate?');
    await page.goto('/line');
    await page.getByRole('button', { name: 'Ask the log' }).click();
    await page.getByRole('table', { name: 'Entries' }).waitFor();
    await page.getByRole('button', { name: 'Verify now' }).click();
    await page.getByText(/Ledger checkpoint [\d,]+ verified/).waitFor();
    const found = await page.getByRole('list', { name: 'What was checked' }).innerText();
    expect(/signature is the log/.test(found) && /root follows/.test(found), `what was checked: ${found}`);
    return page;
  },

  async 'every key that help lists opens what it says'(browser) {
    const page = await atWork(browser, 'dana.whitlock', 'Harbour Works');
    const dialogs = [
      ['?', 'Keyboard'],
      ['Alt+w', 'Switch case or desk'],
      ['Alt+x', 'Request a crossing'],
      ['Control+k', 'Search, jump or run a command'],
    ];
    for (const [key, name] of dialogs) {
      await page.locator('main').focus();
      await page.keyboard.press(key);
      await page.getByRole('dialog', { name }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    for (const [keys, path] of [
      ['gc', '/cases'],
      ['gx', '/crossings'],
      ['gl', '/line'],
      ['gw', '/w'],
      ['gs', '/search'],
    ]) {
      await page.locator('main').focus();
      for (const key of keys) await page.keyboard.press(key);
      await page.waitForURL(`**${path}`);
    }
    return page;
  },
};

/** Asks for one record that the case knows of by its number only; returns the crossing's number. */
async function askedFor(page) {
  await page.goto('/crossings');
  await page.getByRole('table', { name: 'Crossings' }).getByRole('link').first().click();
  const id = (await page.locator('dd code').first().innerText()).split(',')[0];
  const before = page.url();
  await page.keyboard.press('Alt+x');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/^What you need/).fill(id);
  await dialog.getByRole('button', { name: /Rule that allows it/ }).click();
  await page.getByRole('option').filter({ hasText: 's. 118' }).first().click();
  await dialog.getByLabel(/^Necessity/).fill(asking('Invoice HW-2104 was countersigned by a foreman of Corvane Logistics; his name shows whether he is the director of Marlow Finch.'));
  await dialog.getByLabel(/^Alternatives/).fill('The company register names no foreman, and a subpoena to the vendor returned nothing.');
  await dialog.getByRole('button', { name: /Send request/ }).click();
  await page.waitForURL((url) => url.href !== before);
  return new URL(page.url()).pathname.split('/').at(-1);
}

async function decided(browser, number, account, desk, act, send, reason) {
  const page = await atWork(browser, account, desk, null);
  await page.goto(`/crossing/${number}`);
  await page.getByRole('region', { name: 'Decision' }).getByRole('button', { name: act }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/^Reason/).fill(reason);
  await dialog.getByRole('button', { name: send, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  noFaults(page);
  await page.context().close();
}

async function takeUpInDialog(page, words) {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('option').filter({ hasText: words }).first().click();
  await dialog.getByRole('textbox', { name: /^Reason/ }).fill(asking('Which crossings of the night ferry carried the same container twice?'));
  await dialog.getByRole('button', { name: /Start work/ }).click();
  await dialog.waitFor({ state: 'detached' });
}

/** What stood on each open page when a scene failed. */
async function shown(browser) {
  const pages = browser.contexts().flatMap((context) => context.pages());
  const texts = await Promise.all(pages.map((page) => page.locator('body').innerText()));
  return texts.map((text) => `\n--- ${text.replaceAll('\n', ' | ')}`).join('');
}

/** Are there inked pixels in the picture of the chart? */
async function drawn(page) {
  const png = await page.locator('[data-nodes]').screenshot();
  return page.evaluate(
    async (bytes) => {
      const bitmap = await globalThis.createImageBitmap(new Blob([Uint8Array.from(bytes)], { type: 'image/png' }));
      const canvas = new globalThis.OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
      canvas.drawImage(bitmap, 0, 0);
      const { data } = canvas.getImageData(0, 0, bitmap.width, bitmap.height);
      let dark = 0;
      for (let at = 0; at < data.length; at += 4) dark += data[at] < 90 && data[at + 3] > 200 ? 1 : 0;
      return dark > 300;
    },
    [...png],
  );
}

/** What is played side by side: scenes of one lane follow one another. Those that refresh the same feeds are in one. */
const LANES = [{ ...READING, ...KEPT }, { ...ACTS, ...ENTERED }, LEADS];

async function played(browser, name, play) {
  let fault = null;
  try {
    noFaults(await play(browser));
  } catch (error) {
    fault = error.message;
    if (process.env.BRIGHTLINE_E2E_SHOW) fault += await shown(browser);
  }
  for (const context of browser.contexts()) await context.close();
  console.log(JSON.stringify({ name, fault }));
}

const asked = process.argv.slice(2);
const wanted = LANES.map((scenes) => Object.entries(scenes).filter(([name]) => asked.length === 0 || asked.includes(name)));
if (asked[0] === '--list') {
  console.log(JSON.stringify(LANES.flatMap(Object.keys)));
} else {
  const browser = await launch();
  await inLanes(LANES.length, wanted, async (scenes) => {
    for (const [name, play] of scenes) await played(laneOf(browser), name, play);
  });
  await browser.close();
}
