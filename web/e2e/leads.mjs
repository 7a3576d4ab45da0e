// Lead vetting: what a vetter, a second person and the receiving unit do, and what two tabs do to one another.
import { atWork } from './atwork.mjs';
import { expect, noFaults, settled } from './browser.mjs';
import { asking } from './places.mjs';

const DESK = ['tips/vetter', null];
const stamp = Date.now().toString(36);

async function done(page) {
  noFaults(page);
  await page.context().close();
}

const panel = (page) => page.getByRole('complementary', { name: 'Decision' });

/** A file of the programme with these rows is taken in; returns the page, on the queue. */
async function takenIn(browser, rows) {
  const page = await atWork(browser, 'mara.holt', ...DESK);
  await page.goto('/leads/intake');
  await page.getByRole('button', { name: 'Choose a CSV' }).waitFor();
  const heading = 'tip,matter,received,firm,text,priority,people,register_no,phone,email';
  const text = [heading, ...rows.map((row) => row.map((cell) => `"${cell}"`).join(','))].join('\n');
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles({ name: `tips-${stamp}.csv`, mimeType: 'text/csv', buffer: Buffer.from(text) });
  await page.getByText(`tips-${stamp}.csv, `).waitFor();
  await page.getByRole('button', { name: 'Take it in' }).click();
  await page.getByText(/new leads? from/).waitFor();
  return page;
}

function row(key, title, number) {
  return [
    `T-${stamp}-${key}`,
    `${title} ${stamp}`,
    new Date(Date.now() - 3_600_000).toISOString(),
    `Firm ${key} ${stamp}`,
    'Two invoices name one delivery.',
    'normal',
    'Ada Merle (clerk)',
    number,
    `+1 205 555 ${number.slice(-4)}`,
    '',
  ];
}

async function openLead(page, title) {
  await page.goto('/leads');
  await page
    .getByRole('navigation', { name: 'Queue' })
    .getByRole('link')
    .filter({ hasText: `${title} ${stamp}` })
    .click();
  await page.getByRole('heading', { name: `${title} ${stamp}` }).waitFor();
  await settled(page);
  return new URL(page.url()).pathname.split('/').at(-1);
}

async function checked(page, title, finding, agrees = []) {
  await page.getByRole('button', { name: `Enter: ${title}` }).click();
  await page.getByLabel(/^Finding/).fill(finding);
  if (agrees.length > 0) await page.getByRole('textbox', { name: /^Document title/ }).fill(`Extract 2026-114 for ${agrees[0]}`);
  for (const name of agrees) await page.getByRole('group', { name: 'What agrees with the lead' }).getByText(name, { exact: true }).click();
  await page.getByRole('button', { name: 'Enter the check' }).click();
  await page.getByRole('button', { name: `Check again: ${title}` }).waitFor();
}

async function allChecked(page) {
  await checked(page, 'Source recorded and contact protected', 'The caller’s code lies in the safe; the line is the only way back.');
  await checked(page, 'Facts are specific and checkable', 'Two invoices and one delivery are named, with the clerk who has the notes.');
  await checked(page, 'No protected trait used as a basis', 'Read for it word by word: nobody’s origin or belief is mentioned.');
  await checked(page, 'Duplicate and prior-lead search', 'Our own tips of three years, by firm and number, hold nothing earlier.');
  await checked(page, 'Firm found in the register', 'The extract shows the firm under this very number, not struck off.', ['Register number']);
  await checked(page, 'Contact confirmed elsewhere', 'Rang the number of the tip; the firm’s clerk answered by its name.', ['Telephone']);
}

async function decided(page, key, send, fill) {
  await page.locator('main').focus();
  await page.keyboard.press(key);
  await fill(panel(page));
  await panel(page).getByRole('button', { name: send }).click();
}

/** Checked by mara, called viable, confirmed by piet; mara's page shows it. */
async function confirmed(browser, mara, number) {
  await allChecked(mara);
  await decided(mara, '1', 'Send to second review', (box) => box.getByLabel(/^Reason/).fill('Register number and telephone agree in two systems.'));
  await mara.getByText('Needs a second person').first().waitFor();
  await mara.keyboard.press('2');
  await panel(mara).getByText('You called it viable: another person has to look').waitFor();
  const piet = await atWork(browser, 'piet.sand', ...DESK);
  await piet.goto(`/lead/${number}`);
  await piet.getByText('Needs a second person').first().waitFor();
  await decided(piet, '2', 'Confirm', (box) => box.getByLabel(/^Reason/).fill('Read both extracts again; they name the firm.'));
  await piet.getByText('Confirmed by two').first().waitFor();
  await done(piet);
  await mara.reload();
  await mara.getByText('Confirmed by two').first().waitFor();
}

export const LEADS = {
  async 'leads: a file comes in, one row to a lead, and what is at fault is named'(browser) {
    const page = await takenIn(browser, [row('a', 'Kerbs billed twice', 'SM-770001'), [...row('b', 'No firm', 'SM-770002').slice(0, 3), '', '', '', '', '', '', '']]);
    const faults = await page.getByRole('table', { name: 'Rows in quarantine' }).innerText();
    expect(/firm is empty/.test(faults), `the fault is not named: ${faults}`);
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles({ name: 'letter.csv', mimeType: 'text/csv', buffer: Buffer.from('one,two\n1,2') });
    await page.getByRole('button', { name: 'Take it in' }).click();
    await page
      .getByRole('alert')
      .getByText(/lacks the columns/)
      .waitFor();
    return page;
  },

  async 'leads: sending stays blocked with its reasons beside it, then two people vet one and it is referred'(browser) {
    const mara = await takenIn(browser, [row('c', 'Sand sold twice', 'SM-770003')]);
    const number = await openLead(mara, 'Sand sold twice');
    await mara.keyboard.press('1');
    const send = panel(mara).getByRole('button', { name: 'Send to second review' });
    expect((await send.getAttribute('aria-disabled')) === 'true', 'an unchecked lead could be called viable');
    await send.focus();
    expect(await send.evaluate((one) => globalThis.document.activeElement === one), 'the blocked button can not be reached');
    const told = await mara.locator(`#${await send.getAttribute('aria-describedby')}`).innerText();
    expect(/No check is entered yet/.test(told), `the button's reasons: ${told}`);
    expect(!(await mara.getByRole('region', { name: 'Not the subject' }).innerText()).includes('Merle'), 'an associate is shown by name');
    await confirmed(browser, mara, number);
    await decided(mara, '3', 'Send the package', async (box) => {
      await box.getByRole('button', { name: /To$/ }).click();
      await mara.getByRole('option').filter({ hasText: 'fraud' }).click();
      await box.getByLabel(/^Basis/).fill('Bears on the contracts that Fraud works on.');
    });
    await mara.getByRole('table', { name: 'Referrals of this lead' }).waitFor();
    const referral = (await mara.getByRole('table', { name: 'Referrals of this lead' }).getByRole('link').innerText()).trim();
    await done(mara);
    const owen = await atWork(browser, 'owen.hale', 'fraud/supervisor', null);
    await owen.goto('/leads/referrals');
    await owen.getByRole('link', { name: referral }).click();
    await owen.getByRole('button', { name: 'Acknowledge' }).click();
    await owen.getByLabel(/^Reason/).fill('It bears on the rotation of the harbour contracts.');
    await owen.getByRole('button', { name: 'Accept' }).click();
    await owen.getByRole('button', { name: /Result$/ }).click();
    await owen.getByRole('option').filter({ hasText: 'Merged into a case' }).click();
    await owen.getByLabel(/^What happened/).fill('The invoices went into the harbour works case.');
    await owen.getByRole('button', { name: 'Send the result' }).click();
    await owen.getByText('Result: Merged into a case.', { exact: false }).waitFor();
    return owen;
  },

  async 'rule 35: to another regime a lead goes by a crossing of named fields, and nothing is sent before'(browser) {
    const mara = await takenIn(browser, [row('g', 'Wages kept for lodging', 'SM-770007')]);
    const number = await openLead(mara, 'Wages kept for lodging');
    await confirmed(browser, mara, number);
    await decided(mara, '3', 'Ask for a crossing', async (box) => {
      await box.getByRole('button', { name: /To$/ }).click();
      await mara.getByRole('option').filter({ hasText: 'labour' }).click();
      const ask = box.getByRole('button', { name: 'Ask for a crossing' });
      expect((await ask.getAttribute('aria-disabled')) === 'true', 'a crossing could be asked for without its statements');
      await box.getByRole('group', { name: 'Fields that cross' }).getByText('Register number', { exact: true }).click();
      await box.getByRole('button', { name: /authority$/ }).click();
      await mara.getByRole('option').filter({ hasText: 'Labour Standards Act s. 31' }).first().click();
      await box.getByLabel(/^Necessity/).fill(asking('Deckhands pay lodging out of wages, which only the wage inspectors may look into.'));
      await box.getByLabel(/^Alternatives/).fill('The caller was told of the inspectors own line and would not ring it.');
      await box.getByLabel(/^Last day/).fill(new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10));
    });
    await mara.getByText('Waits for a crossing').first().waitFor();
    await mara.getByRole('table', { name: 'Referrals of this lead' }).getByText('by a crossing').waitFor();
    const paula = await atWork(browser, 'paula.renner', 'labour/supervisor', null);
    await paula.goto('/leads/referrals');
    await settled(paula);
    expect(!(await paula.locator('main').innerText()).includes(stamp), 'the package is there before anybody decided');
    await done(mara);
    return paula;
  },

  async 'leads: two tabs on one lead; the second is told what changed and loses nothing'(browser) {
    const mara = await takenIn(browser, [row('d', 'Cranes on paper', 'SM-770004')]);
    const number = await openLead(mara, 'Cranes on paper');
    await mara.keyboard.press('5');
    const reason = 'Nothing in the tip can be checked: no place, no day, no amount.';
    await panel(mara)
      .getByLabel(/^Reason/)
      .fill(reason);
    await panel(mara).getByRole('button', { name: /Code$/ }).click();
    await mara.getByRole('option').filter({ hasText: 'Not enough to go on' }).click();
    const piet = await atWork(browser, 'piet.sand', ...DESK);
    await piet.goto(`/lead/${number}`);
    await piet.getByText('Required checks').waitFor();
    await checked(piet, 'Facts are specific and checkable', 'The berth, the day and the two clerks stand in the annex.');
    await done(piet);
    await panel(mara).getByRole('button', { name: 'Close the lead' }).click();
    await mara.getByText('Changed since you opened it').waitFor();
    await mara
      .getByText(/piet\.sand.*checked facts-specific/)
      .first()
      .waitFor();
    expect(
      (await panel(mara)
        .getByLabel(/^Reason/)
        .inputValue()) === reason,
      'the reason was lost',
    );
    const close = panel(mara).getByRole('button', { name: 'Close the lead' });
    expect((await close.getAttribute('aria-disabled')) === 'true', 'it could be sent without reading what changed');
    await mara.getByRole('button', { name: 'I have read it' }).click();
    await close.dblclick();
    await mara.getByText('Closed', { exact: true }).first().waitFor();
    await settled(mara);
    const history = await mara.getByRole('region', { name: 'History' }).innerText();
    expect(history.split('decided: insufficient').length === 2, `a double press decided twice: ${history}`);
    return mara;
  },

  async 'rule 28: a claim of status holds a lead until two people have cleared it'(browser) {
    const mara = await takenIn(browser, [row('e', 'Bunks let twice', 'SM-770005')]);
    const number = await openLead(mara, 'Bunks let twice');
    await mara.getByRole('button', { name: /^Hold: somebody claims/ }).click();
    await mara.getByLabel(/^What is claimed/).fill('The clerk says that she is a citizen.');
    await mara.getByRole('button', { name: 'Hold the lead' }).click();
    // Who opened the hold never clears it: two others look.
    const opener = mara.getByRole('region', { name: 'Hold' });
    await opener.waitFor();
    expect((await opener.getByRole('button', { name: 'Enter the first finding' }).count()) === 0, 'the opener was offered to clear her own hold');
    const piet = await atWork(browser, 'piet.sand', ...DESK);
    await piet.goto(`/lead/${number}`);
    const hold = piet.getByRole('region', { name: 'Hold' });
    await hold.getByText('Neither', { exact: true }).click();
    await hold.getByLabel(/^On what it rests/).fill('The civil registry has no entry under this name.');
    await hold.getByRole('button', { name: 'Enter the first finding' }).click();
    await hold.getByText('You looked first.', { exact: false }).waitFor();
    const gwen = await atWork(browser, 'gwen.arlo', 'tips/supervisor', null);
    await gwen.goto(`/lead/${number}`);
    const second = gwen.getByRole('region', { name: 'Hold' });
    await second.getByText('Neither', { exact: true }).click();
    await second.getByLabel(/^On what it rests/).fill('Asked the registry of the next county as well: nothing.');
    await second.getByRole('button', { name: 'Enter the second finding' }).click();
    await second.getByText('A claim was cleared by two people').waitFor();
    await done(mara);
    await done(piet);
    return gwen;
  },

  async 'leads: a search has the lead’s own purpose, and a record is cited from it'(browser) {
    const page = await takenIn(browser, [row('f', 'Ropes for no ship', 'SM-770006')]);
    const number = await openLead(page, 'Ropes for no ship');
    await page.getByRole('button', { name: 'Search for this lead' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: /^Reason/ }).fill(asking('Does the register know the firm that the tip names?'));
    await dialog.getByRole('button', { name: /Start work/ }).click();
    await page.waitForURL('**/search');
    await page.getByText(`Lead ${number}`).first().waitFor();
    await page.goto('/search?q=Quilon%20Rodworks');
    await page.getByRole('grid').waitFor();
    await settled(page);
    await page.getByRole('grid').focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/r/**');
    await page.getByRole('link', { name: 'Cite in the lead' }).click();
    await page.waitForURL(`**/lead/${number}**`);
    await page.getByLabel(/^Finding/).fill('The register names this firm and its address at the quay.');
    await page.getByRole('button', { name: 'Enter the check' }).click();
    await page.getByText('1 of 6').waitFor();
    return page;
  },

  async 'a published table is taken in with how far it is, and what was kept back'(browser) {
    const page = await atWork(browser, 'dana.whitlock', 'fraud/agent', null);
    await page.goto('/operations');
    await page.getByRole('link', { name: 'Published tables' }).click();
    const rows = Array.from({ length: 12_000 }, (_, n) => `2026-01-${String((n % 28) + 1).padStart(2, '0')},Located ${stamp},1 Convicted Criminal,Nobody`);
    const text = ['Apprehension Date,Apprehension Method,Apprehension Criminality,Surname', ...rows, '2026-02-31,Located,,x', ''].join('\n');
    await page.getByRole('button', { name: 'Choose a CSV' }).waitFor();
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles({ name: `arrests-${stamp}.csv`, mimeType: 'text/csv', buffer: Buffer.from(text) });
    await page.getByRole('button', { name: 'Take it in' }).click();
    await page.getByText('12,000 of 12,001 rows taken in').waitFor({ timeout: 60_000 });
    await page
      .getByRole('row')
      .filter({ hasText: `arrests-${stamp}.csv` })
      .getByText('Taken in', { exact: true })
      .waitFor();
    await page.getByText('is no date').waitFor();
    await page
      .getByRole('row')
      .filter({ hasText: `located ${stamp}` })
      .getByText('12,000')
      .waitFor();
    if (await page.getByText('Nobody').count()) throw new Error('a name of the table was read');
    return page;
  },

  async 'leads: another desk’s lead is told as none, and G V opens the queue'(browser) {
    const page = await atWork(browser, 'nils.ode', 'status/vetter', null);
    await page.goto('/leads');
    const link = page.getByRole('navigation', { name: 'Queue' }).getByRole('link').first();
    await link.waitFor();
    const other = await atWork(browser, 'mara.holt', ...DESK);
    const number = await link.getAttribute('data-lead');
    for (const one of [number, 'L-1999-0000']) {
      await other.goto(`/lead/${one}`);
      await other.getByText('There is nothing here for this work').waitFor();
    }
    await other.locator('main').focus();
    await other.keyboard.press('g');
    await other.keyboard.press('v');
    await other.waitForURL('**/leads');
    await done(other);
    return page;
  },
};
