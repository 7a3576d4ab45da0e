// Every screen of the application and how a person of the demo world gets there. Screenshots and axe walk this list.
import { inLanes, settled, signIn, takeUp } from './browser.mjs';

/** Reasons that repeat one's own or a colleague's are refused, nine parts in ten alike, so each walk states its own: with numbers,
 * since a hundred sentences of the same few words are all alike. */
export function asking(question) {
  const who = ['Tidewater', 'Marlow Finch', 'Pelham Ridge', 'Corvane Logistics', 'Lantern Bridge', 'Quillon Roadworks', 'Tarn and Vale', 'Osprey Lane'];
  const what = ['deposits', 'invoices', 'leases', 'calls', 'payments', 'trips', 'directors', 'owners', 'addresses', 'numbers'];
  const pick = (list) => list[Math.floor(Math.random() * list.length)];
  const number = () => Math.floor(10_000 + 90_000 * Math.random());
  const compared = Array.from({ length: 9 }, () => `${pick(what)} ${number()} of ${pick(who)}`);
  return `${question} Compare ${compared.join(', ')}.`;
}

const REASON = 'Which bidders for the harbour works share an address or an owner?';
const WAGES = 'Into which account are the wages of the Pier 9 workers paid, and who else is paid from it?';
const AUDIT = 'Quarterly review: did the searches of the harbour works case stay within its predicate?';

async function open(page, path) {
  await page.goto(path);
  await settled(page);
}

async function firstLink(page, list) {
  await open(page, list);
  await page.getByRole('table').first().getByRole('link').first().click();
  await settled(page);
}

async function search(page, words = 'Quilon Rodworks') {
  await open(page, `/search?q=${encodeURIComponent(words)}`);
  await page.getByRole('grid').waitFor();
  await settled(page);
}

/** [name, what to do] by the person who does it; each person is signed in once. */
export const WALKS = [
  {
    account: null,
    places: [
      [
        'signin',
        async (page) => {
          await page.goto('/signin');
          await page.getByLabel('Account').waitFor();
          await settled(page);
        },
      ],
    ],
  },
  {
    account: 'dana.whitlock',
    purpose: 'Harbour Works',
    reason: REASON,
    before: [
      [
        'start',
        async (page) => {
          await page.getByRole('option').filter({ hasText: 'Harbour Works' }).first().click();
          await page.getByRole('textbox', { name: /^Reason/ }).fill(asking(REASON));
          await settled(page);
        },
      ],
    ],
    places: [
      ['search-empty', (page) => open(page, '/search')],
      [
        'search',
        async (page) => {
          await search(page, 'harbour');
          await page.keyboard.press('j');
          await page.keyboard.press('x');
          await page.waitForTimeout(700);
          await settled(page);
        },
      ],
      [
        'palette',
        async (page) => {
          await page.keyboard.press('Control+k');
          await page.getByRole('searchbox').or(page.getByPlaceholder('Search, jump or run a command')).first().waitFor();
          await page.keyboard.type('harb');
          await settled(page);
        },
      ],
      [
        'link-dialog',
        async (page) => {
          await search(page);
          await page.getByRole('grid').focus();
          await page.keyboard.press('l');
          await page.getByRole('dialog').waitFor();
          await settled(page);
        },
      ],
      [
        'crossing-dialog',
        async (page) => {
          await search(page);
          await page.keyboard.press('Alt+x');
          await page.getByRole('dialog').waitFor();
          await fillCrossing(page);
          await settled(page);
        },
      ],
      [
        'switch',
        async (page) => {
          await search(page);
          await page.keyboard.press('Alt+w');
          await page.getByRole('dialog').waitFor();
          await settled(page);
        },
      ],
      [
        'help',
        async (page) => {
          await search(page);
          await page.keyboard.press('?');
          await page.getByRole('dialog').waitFor();
          await settled(page);
        },
      ],
      [
        'entity',
        async (page) => {
          await search(page);
          await page.getByRole('grid').focus();
          await page.keyboard.press('Enter');
          await page.waitForURL('**/r/**');
          await settled(page);
        },
      ],
      [
        'workspace',
        async (page) => {
          await search(page);
          await page.getByRole('grid').focus();
          await page.keyboard.press('w');
          await page.waitForURL('**/w**');
          await settled(page);
          await expandTwice(page);
        },
      ],
      [
        'workspace-list',
        async (page) => {
          await page.getByText('List', { exact: true }).click();
          await settled(page);
        },
      ],
      [
        'workspace-map',
        async (page) => {
          await chartOf(page, 'harbour', 6);
          await page.locator('[data-places][data-drawn]').waitFor();
          await settled(page);
        },
      ],
      [
        'workspace-timeline',
        async (page) => {
          await page.getByRole('region', { name: 'Timeline' }).waitFor();
          await page.locator('main').focus();
          await page.keyboard.press(']');
          await page.keyboard.press(']');
          await page.waitForTimeout(400);
          await settled(page);
        },
      ],
      [
        'workspace-saved',
        async (page) => {
          await page.getByRole('button', { name: 'Saved', exact: true }).click();
          await page.getByRole('dialog').waitFor();
          await settled(page);
        },
      ],
      ['watches', (page) => open(page, '/watches')],
    ],
  },
  {
    account: 'dana.whitlock',
    purpose: 'Harbour Works',
    reason: REASON,
    places: [
      ['blocked', (page) => open(page, `/r/wages-${'0'.repeat(32)}`)],
      ['pointer', (page) => open(page, '/p?tier=2&regime=civil&custodian=labour')],
      ['cases', (page) => open(page, '/cases')],
      ['case', (page) => firstLink(page, '/cases')],
      [
        'case-people',
        async (page) => {
          await page
            .getByRole('navigation', { name: 'Parts of the case' })
            .getByRole('link', { name: /People/ })
            .click();
          await settled(page);
        },
      ],
      ...['evidence', 'tasks', 'reports', 'hours', 'documents'].map((tab) => [
        `case-${tab}`,
        async (page) => {
          await page
            .getByRole('navigation', { name: 'Parts of the case' })
            .getByRole('link', { name: new RegExp(tab, 'i') })
            .click();
          await settled(page);
        },
      ]),
      ['new-case', (page) => open(page, '/cases/new')],
      ['crossings', (page) => open(page, '/crossings')],
      ['crossing', (page) => firstLink(page, '/crossings')],
      ['bulk', (page) => open(page, '/bulk')],
      ['bulk-run', (page) => firstLink(page, '/bulk')],
      [
        'bulk-dialog',
        async (page) => {
          await open(page, '/bulk');
          await page.getByRole('button', { name: 'Ask for a bulk run' }).click();
          await page.getByRole('dialog').waitFor();
          await settled(page);
        },
      ],
      ['disclosures', (page) => open(page, '/disclosures')],
      ['disclosure', (page) => firstLink(page, '/disclosures')],
      [
        'disclosure-dialog',
        async (page) => {
          await open(page, '/disclosures');
          await page.getByRole('button', { name: 'Prepare a disclosure' }).click();
          await page.getByRole('dialog').waitFor();
          await settled(page);
        },
      ],
      [
        'matches',
        async (page) => {
          await search(page);
          await page.getByRole('grid').focus();
          await page.keyboard.press('Enter');
          await page.waitForURL('**/r/**');
          await page.getByRole('button', { name: 'Look for matches' }).click();
          await settled(page);
          await page.getByRole('region', { name: 'Who is who' }).scrollIntoViewIfNeeded();
        },
      ],
      ['line', (page) => open(page, '/line')],
      ['security', (page) => open(page, '/security')],
    ],
  },
  {
    account: 'rosa.vance',
    purpose: 'Pier 9',
    reason: WAGES,
    places: [
      [
        'withheld',
        async (page) => {
          await open(page, '/search');
          await page.getByRole('searchbox', { name: /Search for names/ }).fill('30420050872683619');
          await page.keyboard.press('Enter');
          await page
            .getByRole('row')
            .filter({ hasText: /· Value/ })
            .first()
            .dblclick();
          await page.waitForURL('**/r/value-**');
          await page.getByRole('region', { name: 'Withheld besides' }).waitFor();
          await settled(page);
        },
      ],
    ],
  },
  {
    account: 'paula.renner',
    purpose: 'labour/supervisor',
    reason: null,
    places: [
      ['operations', (page) => open(page, '/operations')],
      ['operation', (page) => firstLink(page, '/operations')],
      ['new-operation', (page) => open(page, '/operations/new')],
    ],
  },
  {
    account: 'mara.holt',
    purpose: 'tips/vetter',
    reason: null,
    places: [
      [
        'leads',
        async (page) => {
          await open(page, '/leads');
          await queued(page, 'Papers held');
          await page.keyboard.press('1');
          await settled(page);
        },
      ],
      [
        'lead-check',
        async (page) => {
          await page.getByRole('button', { name: 'Enter: Firm found in the register' }).click();
          await page.getByText('Register number', { exact: true }).last().click();
          await settled(page);
        },
      ],
      [
        'lead-referred',
        async (page) => {
          await open(page, '/leads?tab=decided');
          await queued(page, 'Two bidders');
          await page.getByRole('region', { name: 'Where it went' }).scrollIntoViewIfNeeded();
        },
      ],
      ['lead-intake', (page) => open(page, '/leads/intake')],
      ['lead-programmes', (page) => open(page, '/leads/programmes')],
    ],
  },
  {
    account: 'piet.sand',
    purpose: 'tips/vetter',
    reason: null,
    places: [
      [
        'lead-refer',
        async (page) => {
          await open(page, '/leads?tab=second');
          await queued(page, 'Fenders');
          await page.keyboard.press('3');
          await settled(page);
        },
      ],
    ],
  },
  {
    account: 'tova.lind',
    purpose: 'status/vetter',
    reason: null,
    places: [
      [
        'lead-held',
        async (page) => {
          await open(page, '/leads');
          await queued(page, 'citizen');
        },
      ],
    ],
  },
  {
    account: 'owen.hale',
    purpose: 'fraud/supervisor',
    reason: null,
    places: [
      ['glass', (page) => open(page, '/access')],
      [
        'roles-due',
        async (page) => {
          await open(page, '/access');
          await page.getByText('Roles to confirm', { exact: true }).first().click();
          await page.getByRole('table', { name: 'Roles to confirm' }).waitFor();
          await settled(page);
        },
      ],
      ['referrals', (page) => open(page, '/leads/referrals')],
      ['referral', (page) => firstLink(page, '/leads/referrals')],
    ],
  },
  {
    account: 'sam.orrin',
    purpose: 'records/steward',
    reason: null,
    places: [
      ['restrictions', (page) => open(page, '/restrictions')],
      ['proposals', (page) => open(page, '/proposals')],
      ['time-limits', (page) => open(page, '/retention')],
      ['feeds', (page) => open(page, '/feeds')],
      ['feed', (page) => firstLink(page, '/feeds')],
      ['warehouse', (page) => open(page, '/warehouse')],
    ],
  },
  {
    account: 'ada.quist',
    purpose: 'inspectorate/overseer',
    reason: AUDIT,
    places: [
      [
        'oversight-crossings',
        async (page) => {
          await open(page, '/line');
          await page
            .getByRole('region', { name: /Crossings/ })
            .first()
            .waitFor();
          await settled(page);
        },
      ],
      [
        'oversight',
        async (page) => {
          await open(page, '/line');
          await page.getByRole('button', { name: 'Ask the log' }).click();
          await settled(page);
          await page.getByRole('button', { name: 'Verify now' }).click();
          await page.getByRole('list', { name: 'What was checked' }).waitFor();
          await settled(page);
        },
      ],
      [
        'entry',
        async (page) => {
          await page.getByRole('table', { name: 'Entries' }).getByRole('link').first().click();
          await settled(page);
        },
      ],
      [
        'misuse-flag',
        async (page) => {
          await open(page, '/line');
          const card = page.getByRole('region', { name: 'Misuse flags' });
          await card
            .getByRole('listitem')
            .filter({ hasText: 'somebody of the press' })
            .getByRole('button', { name: /^Evidence/ })
            .first()
            .click();
          await settled(page);
          await card.scrollIntoViewIfNeeded();
        },
      ],
      ['rulebook-notice', (page) => open(page, '/rulebook')],
    ],
  },
  {
    account: 'admin',
    purpose: 'operations/admin',
    reason: null,
    places: [
      ['admin', (page) => open(page, '/admin')],
      ['rulebook', (page) => open(page, '/rulebook')],
    ],
  },
];

async function queued(page, words) {
  await page.getByRole('navigation', { name: 'Queue' }).getByRole('link').filter({ hasText: words }).first().click();
  await settled(page);
}

async function fillCrossing(page) {
  await page.getByLabel(/^What you need/).fill(`wages-${'4f2a91c07d3e58b6'.repeat(2)}`);
  await page.getByText('Birth date', { exact: true }).click();
  await page.getByLabel(/^Necessity/).fill('Invoice MF-2207 was paid on the day the contract payment reached Tarn and Vale. The wage lines of two foremen would show who signed for it.');
  await page.getByLabel(/^Alternatives/).fill('A subpoena to the vendor returned no contract; the register names no foreman.');
}

/** A chart of the first rows of a search. */
async function chartOf(page, words, rows) {
  await search(page, words);
  await page.getByRole('grid').focus();
  for (let at = 0; at < rows; at += 1) {
    await page.keyboard.press('x');
    await page.keyboard.press('j');
  }
  await page.keyboard.press('w');
  await page.waitForURL('**/w**');
  await page.locator('[data-nodes]').waitFor();
  await settled(page);
}

async function expandTwice(page) {
  await page.locator('[data-nodes]').waitFor();
  const linked = page.getByRole('complementary', { name: 'Chosen node' }).locator('li button');
  const names = await linked.allInnerTexts();
  for (const name of names.slice(0, 4)) {
    const there = linked.filter({ hasText: name }).first();
    if ((await there.count()) === 0) continue;
    await there.click();
    await page.keyboard.press('e');
    await settled(page);
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    const back = page.getByRole('complementary', { name: 'Chosen node' }).locator('li button').first();
    if ((await back.count()) > 0) await back.click();
  }
  await page.waitForTimeout(600);
}

/** Takes up the purpose; a reason too like one of the last five is refused, then another is stated. */
async function begun(page, one, tries = 3) {
  try {
    await takeUp(page, one.purpose, one.reason && asking(one.reason));
  } catch (error) {
    if (tries <= 1 || !/repeats one of your last/.test(error.message)) throw error;
    await page.goto('/start');
    await begun(page, one, tries - 1);
  }
}

/** Walks all places, or those walks that hold one of `only`; `visit(page, name)` looks at each. So many walks at once as there are `lanes`. */
export async function walk(newTab, visit, { only = null, lanes = 1 } = {}) {
  const wanted = WALKS.filter((one) => !only || [...(one.before ?? []), ...one.places].some(([name]) => only.has(name)));
  await inLanes(lanes, wanted, async (one) => {
    const page = await newTab();
    if (one.account) {
      await signIn(page, one.account);
      for (const [name, go] of one.before ?? []) {
        await go(page);
        await visit(page, name);
      }
      await page.goto('/start');
      await begun(page, one);
    }
    for (const [name, go] of one.places) {
      await go(page);
      await visit(page, name);
    }
    await page.context().close();
  });
}
