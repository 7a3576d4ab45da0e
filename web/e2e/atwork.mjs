// What every scene begins with: somebody at work, something found.
import { settled, signIn, tab, takeUp } from './browser.mjs';
import { asking } from './places.mjs';

export const QUESTION = 'Which bidders for the harbour works share an address or an owner?';

export async function atWork(browser, account, purpose, question = QUESTION) {
  const page = await tab(browser);
  await signIn(page, account);
  await takeUp(page, purpose, question && asking(question));
  return page;
}

export async function searched(page, words) {
  const field = page.getByRole('searchbox', { name: /Search for names/ });
  await field.fill(words);
  await field.press('Enter');
  await page.getByRole('grid').waitFor();
  await settled(page);
}

/** Opens the first entity found by these words; returns its id. */
export async function opened(page, words) {
  await page.goto('/search');
  await searched(page, words);
  await page.getByRole('grid').focus();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/r/**');
  await settled(page);
  return decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1));
}
