// What outlasts a page: where one was, what was typed, what waits; and what no address may hold.
import { atWork, searched } from './atwork.mjs';
import { expect, PASSWORD, settled, signIn, tab, takeUp } from './browser.mjs';

/** All addresses that this tab has been at, but for the first that was typed. */
function addresses(page) {
  const seen = [];
  page.on('framenavigated', (frame) => {
    if (frame === page.mainFrame()) seen.push(frame.url());
  });
  return seen;
}

export const KEPT = {
  async 'a deep link of somebody who is signed out leads there after signing in'(browser) {
    const page = await tab(browser);
    await page.goto('/operations');
    await page.waitForURL('**/signin**');
    expect(!page.url().includes('operations'), `the way back stands in the address: ${page.url()}`);
    await page.getByLabel('Account').fill('owen.hale');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/operations');
    await page.getByRole('option').filter({ hasText: 'fraud/supervisor' }).first().click();
    await page.getByRole('button', { name: /Start work/ }).click();
    await page.getByRole('region', { name: 'Operations' }).first().waitFor();
    expect(new URL(page.url()).pathname === '/operations', `choosing a desk led to ${page.url()}`);
    return page;
  },

  async 'what is searched for stands in no address, and an address of another tab holds no words'(browser) {
    const page = await atWork(browser, 'dana.whitlock', 'Harbour Works');
    await page.goto('/search?q=radu%20fovan');
    await page.getByRole('grid').waitFor();
    await settled(page);
    const seen = addresses(page);
    const asked = [];
    page.on('request', (request) => asked.push(decodeURIComponent(request.url())));
    expect(!/fovan|radu/i.test(page.url()), `the words stayed in ${page.url()}`);
    const inquiry = await page.evaluate(() => JSON.parse(globalThis.sessionStorage.getItem('brightline-working')).state.inquiry.id);
    expect(new URL(page.url()).searchParams.get('s').startsWith(inquiry), `the address names no reason: ${page.url()}`);
    await searched(page, 'harbour');
    await page.getByRole('grid').focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/r/**');
    await page.goBack();
    await page.getByRole('searchbox', { name: /Search for names/ }).waitFor();
    expect((await page.getByRole('searchbox', { name: /Search for names/ }).inputValue()) === 'harbour', 'going back lost the search');
    expect(
      seen.every((one) => !/fovan|harbour|radu/i.test(one)),
      `words in ${seen}`,
    );
    expect(asked.some((one) => one.endsWith('/api/v1/search')) && asked.every((one) => !/fovan|harbour|radu/i.test(one)), `words went out in an address: ${asked}`);
    expect((await page.evaluate(() => globalThis.document.referrer)) === '', 'a referrer was sent');
    await page.evaluate(() => {
      for (const key of Object.keys(globalThis.sessionStorage)) if (key.startsWith('brightline-search:')) globalThis.sessionStorage.removeItem(key);
    });
    await page.reload();
    await page.getByText('This address holds no words').waitFor();
    return page;
  },

  async 'a form that was half typed survives a reload and the end of the session, and signing out forgets it'(browser) {
    const page = await atWork(browser, 'dana.whitlock', 'fraud/agent', null);
    await page.goto('/cases/new');
    await page.getByLabel('Title').fill('Sand that was never dredged');
    await page.getByLabel(/^Predicate/).fill('The barge lay at its berth on the nine days that were paid for.');
    await page.reload();
    await page.getByLabel('Title').waitFor();
    expect((await page.getByLabel('Title').inputValue()) === 'Sand that was never dredged', 'a reload lost the title');
    await page.context().clearCookies();
    await page.reload();
    await page.waitForURL('**/signin**');
    await page.getByLabel('Account').fill('dana.whitlock');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/cases/new');
    await page.getByRole('option').filter({ hasText: 'fraud/agent' }).first().click();
    await page.getByRole('button', { name: /Start work/ }).click();
    await page.getByLabel(/^Predicate/).waitFor();
    expect((await page.getByLabel(/^Predicate/).inputValue()).startsWith('The barge lay'), 'the end of the session lost the predicate');
    await page.getByRole('button', { name: /account menu/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL('**/signin**');
    const left = await page.evaluate(() => Object.keys(globalThis.sessionStorage).filter((key) => /^brightline-(form|search):/.test(key)));
    expect(left.length === 0, `signing out left ${left}`);
    return page;
  },

  async 'a supervisor walks the inbox by keyboard and decides what waits, under the desk that decides it'(browser) {
    const dana = await atWork(browser, 'dana.whitlock', 'fraud/agent', null);
    await dana.goto('/operations/new');
    await dana.getByLabel('Title').fill('Barges at dawn');
    await dana.getByLabel('Starts').fill('2027-03-02');
    await dana.getByLabel(/^Sites/).fill('Quay 4');
    await dana.getByLabel('What is to be reached (1)').fill('Find the second set of books.');
    await dana.getByRole('button', { name: /Instrument \(1\)/ }).click();
    await dana.getByRole('option', { name: 'search warrant' }).click();
    await dana.getByRole('button', { name: /Authority \(1\)/ }).click();
    await dana.getByRole('option').filter({ hasText: '241' }).first().click();
    await dana.getByLabel('How many').fill('3');
    await dana.getByRole('button', { name: 'Make the draft' }).click();
    await dana.waitForURL('**/operation/**');
    const number = decodeURIComponent(new URL(dana.url()).pathname.split('/').at(-1));
    await dana.getByRole('button', { name: 'Submit' }).click();
    await dana.getByRole('dialog').getByRole('button', { name: 'Submit' }).click();
    await dana.getByText('Legal review').first().waitFor();
    await dana.context().close();

    const page = await tab(browser);
    await signIn(page, 'kim.thorne');
    await takeUp(page, 'legal/approver', null);
    await page.goto('/operations');
    await page.getByRole('region', { name: 'Operations' }).first().waitFor();
    await settled(page);
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await page.waitForURL('**/inbox');
    const line = page.getByRole('row').filter({ hasText: number });
    await line.waitFor();
    expect((await line.innerText()).includes('legal/approver'), 'the line names no desk');
    const rows = await page.getByRole('table', { name: 'Waits for you' }).locator('tbody a').count();
    for (let walked = 0; walked < rows; walked += 1) {
      await page.keyboard.press('j');
      if ((await page.evaluate(() => globalThis.document.activeElement.getAttribute('aria-label'))).includes(number)) break;
    }
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/operation/${number}`);
    await page.getByRole('button', { name: 'Clear in law' }).click();
    await page
      .getByRole('dialog')
      .getByLabel(/^Reason/)
      .fill('The warrant names the premises and the people of the objective.');
    await page.getByRole('dialog').getByRole('button', { name: 'Clear in law' }).click();
    await page.getByText('Waits for approval').first().waitFor();
    await page.goto('/inbox');
    await page.getByRole('heading', { name: 'Waits for you' }).waitFor();
    await settled(page);
    expect(
      (await page
        .getByRole('row')
        .filter({ hasText: `operation ${number}` })
        .count()) === 0,
      'what was decided still waits',
    );
    return page;
  },
};
