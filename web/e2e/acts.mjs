// What people do that changes something: a case from its draft to its end, what leaves, who is who, feeds, accounts.
import { atWork, opened } from './atwork.mjs';
import { expect, noFaults, settled, tab, takeUp } from './browser.mjs';
import { asking } from './places.mjs';

const NEW_PASSWORD = 'a-quiet-pier-at-dusk';
const stamp = Date.now().toString(36);

async function done(page) {
  noFaults(page);
  await page.context().close();
}

async function choose(scope, page, label, option) {
  await scope.getByRole('button', { name: label }).click();
  await page.getByRole('option').filter({ hasText: option }).first().click();
}

/** Presses a button that opens a dialog, fills it, sends it and waits until it is gone. */
async function said(page, open, fill, send) {
  await page.getByRole('button', { name: open, exact: true }).first().click();
  const dialog = page.getByRole('dialog');
  await fill(dialog);
  await dialog.getByRole('button', { name: send, exact: true }).click();
  await dialog.waitFor({ state: 'detached' }).catch(async () => {
    throw new Error(`“${send}” was not done: ${(await dialog.innerText()).replaceAll('\n', ' | ')}`);
  });
  await settled(page);
}

async function drafted(page, title) {
  await page.goto('/cases/new');
  await page.getByLabel('Title').fill(title);
  await choose(page, page, /Authority/, 's. 118');
  await page.getByLabel(/^Activity/).fill('procurement fraud');
  await page.getByLabel(/^Predicate/).fill('Invoice HW-2106 names a dredger that lay in dry dock in that month; the harbour master says so in writing.');
  await page.getByRole('button', { name: /Make the draft/ }).click();
  await page.waitForURL('**/case/**');
  await page.getByRole('heading', { name: title }).waitFor();
  return new URL(page.url()).pathname.split('/').at(-1);
}

async function state(page, word) {
  await page.locator('header, main').getByText(word, { exact: true }).first().waitFor();
}

async function attached(page) {
  const card = page.getByRole('region', { name: 'Documents' });
  await card.locator('input[type=file]').setInputFiles({ name: 'harbour-master.txt', mimeType: 'text/plain', buffer: Buffer.from('The dredger lay in dry dock from 2 to 29 May (invented).') });
  await card.getByRole('button', { name: 'Add', exact: true }).click();
  await card.getByRole('button', { name: 'Save harbour-master.txt' }).waitFor();
}

async function caseDecided(browser, number, act, reason) {
  const page = await atWork(browser, 'owen.hale', 'fraud/supervisor', null);
  await page.goto(`/case/${number}`);
  await settled(page);
  const asked = requestsOf(page);
  await said(page, act, (dialog) => dialog.getByLabel(/^Reason/).fill(reason), act);
  await settled(page);
  const since = asked.slice(asked.findIndex((one) => one.startsWith('POST')));
  // Each request leaves two entries in the log, whose purpose is to say who looked.
  expect(since.length <= 2, `one decision asked ${since.length} times: ${since.join(', ')}`);
  await done(page);
}

/** What the page asks the server from here on. */
function requestsOf(page) {
  const asked = [];
  page.on('request', (one) => {
    const path = new URL(one.url()).pathname;
    if (path.startsWith('/api/v1/')) asked.push(`${one.method()} ${path}`);
  });
  return asked;
}

async function reread(page, word) {
  await page.reload();
  await state(page, word);
}

/** The end of the disclosure dialog: whom it goes to, and why. */
async function addressed(dialog, page, nature) {
  await dialog.getByLabel(/^Fields/).fill('name, registrationNumber');
  await dialog.getByLabel('Recipient', { exact: true }).fill('Public Prosecutor of Saltmere');
  await dialog.getByLabel(/^Address/).fill('1 Court Square, Port Sable');
  await dialog.getByLabel(/^Accepted the handling rules/).fill('2026-01-12');
  await dialog.getByLabel(/^What it is/).fill(nature);
  await dialog.getByLabel(/^Purpose/).fill('Decision whether the payments to Marlow Finch are charged as fraud in procurement.');
  await dialog.getByLabel(/^Need to know/).fill('The name stands in the decision that the recipient has to take.');
  await dialog.getByLabel(/^Right to know/).fill('Its statute lets it receive what a criminal case found on this.');
}

async function added(page, button, fill, word) {
  await page.getByRole('button', { name: button }).click();
  const dialog = page.getByRole('dialog');
  await fill(dialog);
  await dialog.getByRole('button', { name: button, exact: true }).click();
  await page
    .getByRole('dialog', { name: word })
    .waitFor()
    .catch(async () => {
      throw new Error(`${button}: ${(await dialog.innerText()).replaceAll('\n', ' | ')}`);
    });
  const secret = dialog.locator('code');
  const told = (await secret.count()) > 0 ? await secret.innerText() : null;
  await dialog.getByRole('button', { name: 'Done' }).click();
  return told;
}

export const ACTS = {
  async 'rules 1 and 2: a case is drafted, documented, returned, approved by somebody else, worked on and closed'(browser) {
    const dana = await atWork(browser, 'dana.whitlock', 'fraud/agent', null);
    const number = await drafted(dana, `Dry dock ${stamp}`);
    await dana.getByRole('button', { name: 'Submit for approval' }).click();
    await dana.getByText(/needs a document/).waitFor();
    await attached(dana);
    await dana.getByRole('button', { name: 'Submit for approval' }).click();
    await state(dana, 'Waits for approval');
    expect((await dana.getByRole('button', { name: 'Approve' }).count()) === 0, 'who asks could approve');
    await caseDecided(browser, number, 'Return', 'Say who wrote the statement, and when it was given.');
    await reread(dana, 'Returned');
    await dana
      .getByText(/Say who wrote the statement/)
      .first()
      .waitFor();
    await said(
      dana,
      'Edit',
      (dialog) => dialog.getByLabel(/^Predicate/).fill('Invoice HW-2106 names a dredger that lay in dry dock in that month; the harbour master, I. Marr, wrote so on 3 June.'),
      'Save',
    );
    await dana.getByRole('button', { name: 'Submit for approval' }).click();
    await state(dana, 'Waits for approval');
    await caseDecided(browser, number, 'Approve', 'The facts and their source are named.');
    await reread(dana, 'Open');
    const members = dana.getByRole('region', { name: 'Who works on it' });
    await members.getByRole('textbox').fill('lee.fenn');
    await members.getByRole('button', { name: 'Add' }).click();
    await members.getByText('Lee Fenn').waitFor();
    await dana.goto('/start');
    await takeUp(dana, number, asking('Was the dredger that invoice HW-2106 names at work in May?'));
    await dana.goto(`/case/${number}`);
    // What came with the draft is read by the worker once the case is open; the page says so without a reload.
    const documents = dana.getByRole('region', { name: 'Documents' });
    await documents.getByText(/1 page of text, searchable/).waitFor();
    const notes = dana.getByRole('region', { name: 'Notes' });
    await notes.getByRole('textbox', { name: 'Add a note' }).fill('The dry dock keeps a book of arrivals.');
    await notes.getByLabel(/^Basis/).fill('Call to the dock, 4 June.');
    await notes.getByRole('button', { name: 'Add', exact: true }).click();
    // In the list: the field holds the same words until the note is there.
    await notes.getByRole('listitem').filter({ hasText: 'book of arrivals' }).waitFor();
    await said(
      dana,
      'Close the case',
      async (dialog) => {
        await choose(dialog, dana, /Outcome/, 'Referred');
        await dialog.getByLabel('Summary').fill('The invoice goes to the court of audit, which tests the contract.');
      },
      'Ask to close',
    );
    await caseDecided(browser, number, 'Approve', 'The referral is in order.');
    await dana.goto('/start');
    await takeUp(dana, 'fraud/agent');
    await dana.goto(`/case/${number}`);
    await state(dana, 'Closed');
    return dana;
  },

  async 'a path joins two entities of the workspace'(browser) {
    const page = await atWork(browser, 'dana.whitlock', 'Harbour Works');
    const [a, b] = [await opened(page, 'Quilon Rodworks'), await opened(page, '489987520')];
    await page.goto(`/w?ids=${encodeURIComponent(JSON.stringify([a, b]))}`);
    await page.locator('[data-nodes]').waitFor();
    await settled(page);
    await page.getByRole('button', { name: /^Path/ }).first().click();
    await page.getByLabel('Other end of the path').fill('Rajesh Mahlangu');
    await page
      .getByRole('list', { name: 'Other ends' })
      .getByRole('button', { name: /Rajesh Mahlangu/ })
      .first()
      .click();
    await page.getByText(/Path of \d steps/).waitFor({ timeout: 60_000 });
    return page;
  },

  async 'who looked at this person: the overseer asks, and the browser finds the very look'(browser) {
    const dana = await atWork(browser, 'dana.whitlock', 'Harbour Works');
    const id = await opened(dana, '489987520');
    const page = await atWork(browser, 'ada.quist', 'inspectorate/overseer', 'Quarterly review: who looked at the head of procurement, and why?');
    await page.goto('/line');
    await page.getByLabel(/^Who saw/).fill(id);
    await page.getByRole('button', { name: 'Ask the log' }).click();
    const entries = page.getByRole('table', { name: 'Entries' });
    await entries.waitFor();
    expect((await entries.innerText()).includes('dana.whitlock'), 'the look is not in the answer');
    await entries.getByRole('link').first().click();
    await page
      .getByText(id.split('-').at(-1))
      .or(page.getByText('Head', { exact: true }))
      .first()
      .waitFor();
    await done(dana);
    return page;
  },

  async 'a steward refreshes a feed, reads its quarantine and replays it'(browser) {
    const page = await atWork(browser, 'sam.orrin', 'records/steward', null);
    await page.goto('/feeds');
    const rows = page.getByRole('table', { name: 'Feeds' }).locator('tbody tr');
    await rows.first().waitFor();
    const held = await rows.evaluateAll((all) => all.findIndex((row) => row.lastElementChild.textContent !== '0'));
    await rows.nth(Math.max(0, held)).getByRole('link').first().click();
    await page.getByRole('button', { name: 'Refresh now' }).click();
    await page
      .getByText(/new record|Nothing has changed|the run is|waits/)
      .first()
      .waitFor({ timeout: 40_000 });
    await settled(page);
    const replay = page.getByRole('button', { name: 'Replay' });
    if (held >= 0) {
      await replay.click();
      await page
        .getByText(/still held back|replayed/)
        .first()
        .waitFor({ timeout: 40_000 });
    }
    expect((await page.getByRole('alert').count()) === 0, `a fault: ${await page.getByRole('alert').allInnerTexts()}`);
    return page;
  },

  async 'an administrator adds a unit, an authority, an account and a role; the first password is changed before work'(browser) {
    const admin = await atWork(browser, 'admin', 'operations/admin', null);
    await admin.goto('/admin');
    await admin.getByText('Units', { exact: true }).click();
    await added(
      admin,
      'Add a unit',
      async (dialog) => {
        await dialog.getByLabel(/^Unit/).fill(`tolls-${stamp}`);
        await dialog.getByLabel('Name').fill('Tolls and Ferries');
        await choose(dialog, admin, /Regime/, 'regulatory');
      },
      'The unit is made',
    );
    await admin.getByText('Authorities', { exact: true }).click();
    await added(
      admin,
      'Propose an authority',
      async (dialog) => {
        await dialog.getByLabel(/^Code/).fill(`smr-toll-${stamp}`);
        await dialog.getByLabel(/^Statute/).fill('Saltmere Tolls Act s. 5');
        await dialog.getByLabel('Title', { exact: true }).fill('Tolls on ferries');
        await choose(dialog, admin, /Regime/, 'regulatory');
      },
      'The authority is proposed',
    );
    await admin.getByText('Accounts', { exact: true }).click();
    const name = `mara.lind${stamp}`;
    const first = await added(
      admin,
      'Add an account',
      async (dialog) => {
        await dialog.getByLabel(/^Account/).fill(name);
        await dialog.getByLabel('Full name').fill('Mara Lind');
      },
      'The account is made',
    );
    await added(
      admin,
      'Grant a role',
      async (dialog) => {
        await dialog.getByLabel('Account', { exact: true }).fill(name);
        await dialog.getByLabel('Unit', { exact: true }).fill(`tolls-${stamp}`);
        await choose(dialog, admin, /Role/, 'agent');
      },
      'The role is granted or proposed',
    );
    await admin.getByRole('table', { name: 'Accounts' }).getByText(`tolls-${stamp}/agent`).waitFor();
    await done(admin);
    const mara = await tab(browser);
    await mara.goto('/signin');
    await mara.getByLabel('Account').fill(name);
    await mara.getByLabel('Password').fill(first);
    await mara.getByRole('button', { name: 'Sign in' }).click();
    await mara.getByRole('heading', { name: 'Choose your own password' }).waitFor();
    await mara.getByLabel('Present password').fill('not the present one');
    await mara
      .getByLabel(/^New password 12|^New password$/)
      .or(mara.getByLabel(/^New password/).first())
      .first()
      .fill(NEW_PASSWORD);
    await mara.getByLabel('New password again').fill(NEW_PASSWORD);
    await mara.getByRole('button', { name: 'Change it' }).click();
    await mara.locator('[data-invalid], [role=alert]').first().waitFor();
    await mara.getByLabel('Present password').fill(first);
    await mara.getByRole('button', { name: 'Change it' }).click();
    await mara.waitForURL('**/start');
    await mara
      .getByRole('option')
      .filter({ hasText: `tolls-${stamp}/agent` })
      .waitFor();
    return mara;
  },

  async 'a disclosure is prepared, submitted, approved by somebody else, sent and recalled'(browser) {
    const dana = await atWork(browser, 'dana.whitlock', 'Harbour Works');
    const id = await opened(dana, 'Pelham Ridge');
    await dana.goto('/disclosures');
    await dana.getByRole('button', { name: 'Prepare a disclosure' }).click();
    const dialog = dana.getByRole('dialog');
    await dialog.getByLabel(/^Records/).fill(id);
    await addressed(dialog, dana, `One company ${stamp}`);
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dana.waitForURL('**/disclosure/**');
    await dana.getByText('Draft', { exact: true }).first().waitFor();
    const number = new URL(dana.url()).pathname.split('/').at(-1);
    await said(dana, 'Ask for approval', async () => {}, 'Submit');
    expect((await dana.getByRole('button', { name: 'Approve' }).count()) === 0, 'who prepared it could approve it');
    const owen = await atWork(browser, 'owen.hale', 'fraud/supervisor', null);
    await owen.goto('/disclosures');
    await owen.getByRole('link', { name: number }).click();
    await said(owen, 'Approve', (each) => each.getByLabel(/^Reason/).fill('Needed for the charging decision; it names one company.'), 'Approve');
    await done(owen);
    await dana.reload();
    const [download] = await Promise.all([dana.waitForEvent('download'), dana.getByRole('button', { name: /Send and save/ }).click()]);
    expect(download.suggestedFilename() === `${number}.zip`, `saved as ${download.suggestedFilename()}`);
    await said(dana, 'Recall', (each) => each.getByLabel(/^Reason/).fill('The register has corrected the number of the company.'), 'Recall');
    // Nobody has confirmed the recall; whoever sent it writes the receipt down.
    await dana.getByRole('table', { name: 'Notices' }).getByRole('textbox', { name: 'Confirmed by' }).waitFor();
    return dana;
  },

  async 'who is who: matches are compared, judged by a person and split again'(browser) {
    const page = await atWork(browser, 'dana.whitlock', 'Harbour Works');
    await opened(page, 'Marlow Finch');
    const card = page.getByRole('region', { name: 'Who is who' });
    await card.getByRole('button', { name: 'Look for matches' }).click();
    const compare = card.getByRole('button', { name: 'Compare' }).first();
    await compare.waitFor();
    await compare.click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('table', { name: /^Compared/ }).waitFor();
    await dialog.getByText('Same', { exact: true }).click();
    await dialog.getByLabel(/^Reason/).fill('The same registration number and the same telephone number in both sources.');
    await dialog.getByRole('button', { name: 'Judge same' }).click();
    await dialog.waitFor({ state: 'detached' });
    await card.getByRole('table', { name: 'Judgements' }).getByText('same', { exact: true }).first().waitFor();
    await said(page, 'Split', (each) => each.getByLabel(/^Reason/).fill('The addresses differ; the number was copied from another form.'), 'Split');
    await card
      .getByText(/judged again since/)
      .first()
      .waitFor();
    return page;
  },
};
