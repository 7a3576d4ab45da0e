// A second factor from setting up to taking away: an authenticator, a recovery code, and a key that Chromium simulates.
// Keys belong to a host name, so this walk goes to http://localhost. Answers one line of JSON per scene.
import { createHmac } from 'node:crypto';
import { breaches, expect, inTheme, launch, noFaults, PASSWORD, settled, tab, THEMES, URL_OF_APP } from './browser.mjs';

const ACCOUNT = 'nils.ode';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function codeOf(secret) {
  const bits = [...secret].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac('sha1', key).update(step).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

async function clean(page, name) {
  for (const theme of THEMES.toReversed()) {
    await inTheme(page, theme);
    const found = await breaches(page);
    expect(found.length === 0, `${name}, ${theme}: ${found.join('\n')}`);
    if (process.env.BRIGHTLINE_SCREENS) await page.screenshot({ path: `${process.env.BRIGHTLINE_SCREENS}/${name}-${theme}.png` });
  }
}

async function password(page) {
  await page.goto('/signin');
  await page.getByLabel('Account').fill(ACCOUNT);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function out(page) {
  await page.getByRole('button', { name: /account menu/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.waitForURL('**/signin');
}

async function authenticator(page) {
  await password(page);
  await page.waitForURL('**/start');
  await page.goto('/security');
  await settled(page);
  await page.getByRole('button', { name: 'Add an authenticator' }).click();
  const secret = (await page.getByRole('dialog').locator('code').first().innerText()).trim();
  await clean(page, 'factor-dialog');
  await page.getByLabel(/^Code/).fill('000000');
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText('The code is wrong or too old.').waitFor();
  await page.getByLabel(/^Code/).fill(codeOf(secret));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText('It is set up.').waitFor();
  const codes = await page.getByRole('dialog').locator('code').allInnerTexts();
  expect(codes.length === 10, `${codes.length} recovery codes`);
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('table', { name: 'Second factors' }).getByText('One-time codes').waitFor();
  return codes;
}

async function recovery(page, codes) {
  await out(page);
  await password(page);
  await page.getByLabel(/^Code/).waitFor();
  await clean(page, 'second-step');
  await page.getByLabel(/^Code/).fill(codes[0]);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.waitForURL('**/start');
}

async function key(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'usb', hasResidentKey: false, hasUserVerification: false, isUserVerified: false, automaticPresenceSimulation: true },
  });
  await page.goto('/security');
  await settled(page);
  await page.getByRole('button', { name: 'Add a security key' }).click();
  await page.getByRole('button', { name: 'Touch the key' }).click();
  await page.getByText('It is set up.').waitFor();
  await page.getByRole('button', { name: 'Done' }).click();
  await out(page);
  await password(page);
  await page.getByRole('button', { name: 'Use your security key' }).click();
  await page.waitForURL('**/start');
}

async function away(page) {
  await page.goto('/security');
  await settled(page);
  await clean(page, 'security');
  for (const name of ['Authenticator', 'Security key']) {
    await page.getByRole('button', { name: `Take away ${name}` }).click();
    await page.getByRole('button', { name: `Take away ${name}` }).waitFor({ state: 'detached' });
  }
  await page.getByText('Your password alone opens your account').waitFor();
}

const browser = await launch();
const page = await tab(browser, { base: URL_OF_APP.replace('127.0.0.1', 'localhost') });
let codes = [];
const scenes = [
  [
    'authenticator',
    async () => {
      codes = await authenticator(page);
    },
  ],
  ['recovery', () => recovery(page, codes)],
  ['key', () => key(page)],
  ['away', () => away(page)],
];
try {
  for (const [name, act] of scenes) {
    let fault = null;
    try {
      await act();
      noFaults(page);
    } catch (error) {
      fault = error.message;
    }
    console.log(JSON.stringify({ name, fault }));
    if (fault) break;
  }
} finally {
  await browser.close();
}
