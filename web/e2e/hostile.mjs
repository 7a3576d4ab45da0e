// What others wrote, printed: notes, tasks, reports and file names that hold markup, scripts, remote images, file:// and
// formulas. Each page is shown, sent to the printer and made a PDF. Whatever ran, was fetched or became a link is told.
// Answers one line of JSON per page, `own` being links of the application itself, and one of what a stranger's server was asked for.
import { createServer } from 'node:http';
import { expect, launch, settled, URL_OF_APP } from './browser.mjs';
import { atWork, QUESTION } from './atwork.mjs';

const asked = [];
const stranger = createServer((request, response) => {
  asked.push(request.url);
  response.end();
});

function bait(port) {
  const out = `http://127.0.0.1:${port}`;
  return [
    `<img src="${out}/img" onerror="globalThis.caught='onerror'">`,
    `<script>globalThis.caught='script'; fetch('${out}/script')</script>`,
    `<svg onload="globalThis.caught='svg'"><image href="${out}/svg"/></svg>`,
    `<iframe src="file:///etc/passwd"></iframe><object data="file:///etc/passwd"></object>`,
    `<style>@import url(${out}/css); @media print { body { background: url(${out}/print) } }</style>`,
    `[a link](javascript:globalThis.caught='markdown') ![x](${out}/markdown)`,
    `<a href="javascript:globalThis.caught='anchor'">open</a> ${out}/plain file:///etc/passwd`,
    `{{constructor.constructor('globalThis.caught=1')()}} \${globalThis.caught=2}`,
    `=HYPERLINK("${out}/cell","open")`,
    '\u2067\u05d0\u05d1\u2069 exe.gpj',
  ];
}

/** The headers with which the application itself asks: purpose and inquiry of this tab. */
async function headersOf(page) {
  const [request] = await Promise.all([page.waitForRequest((one) => one.url().includes('/api/v1/') && Boolean(one.headers()['x-purpose'])), page.goto('/cases')]);
  const sent = request.headers();
  return Object.fromEntries(Object.entries(sent).filter(([name]) => name.startsWith('x-') || name === 'authorization'));
}

async function post(page, headers, path, body, more = {}) {
  const key = { 'Idempotency-Key': `hostile-${Math.random().toString(36).slice(2)}-${Date.now()}` };
  const answer = await page.request.post(`${URL_OF_APP}/api/v1${path}`, { headers: { ...headers, ...key }, ...(body ? { data: body } : {}), ...more });
  expect(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`);
  return answer.json();
}

async function write(page, headers, number, texts) {
  for (const text of texts) await post(page, headers, `/cases/${number}/notes`, { text, kind: 'assessment', basis: text, reliability: 'F', credibility: 6 });
  const lines = texts.filter((text) => !/[\u2066-\u2069]/.test(text));
  for (const text of lines) await post(page, headers, `/cases/${number}/tasks`, { title: text, detail: text });
  const page1 = `<html><head><script>globalThis.caught='document'</script></head><body>${texts.join('\n')}</body></html>`;
  const file = { name: '<img src=x onerror=alert(1)>.html', mimeType: 'text/html', buffer: Buffer.from(page1) };
  await post(page, headers, `/cases/${number}/documents`, null, { multipart: { file } });
  return post(page, headers, `/cases/${number}/reports`, { title: lines[0], passages: texts.map((text) => ({ kind: 'fact', text, basis: text, reliability: 'F', credibility: 6 })) });
}

async function printed(page, path) {
  await page.goto(path);
  await settled(page);
  await page.evaluate(() => {
    for (const one of globalThis.document.querySelectorAll('details')) one.open = true;
  });
  await settled(page);
  const seen = (await page.locator('body').innerText()).includes('<img src="http://127.0.0.1');
  await page.emulateMedia({ media: 'print' });
  const pdf = (await page.pdf({ printBackground: true })).toString('latin1');
  await page.emulateMedia({ media: 'screen' });
  await page.waitForTimeout(300);
  const caught = await page.evaluate(() => globalThis.caught ?? null);
  const uris = [...pdf.matchAll(/\/URI \(([^)]*)\)/g)].map((found) => found[1]);
  const links = uris.filter((uri) => !uri.startsWith(URL_OF_APP));
  return { seen, caught, own: uris.length - links.length, links, script: /\/(JavaScript|JS|Launch|EmbeddedFile)\b/.test(pdf), faults: page.faults.splice(0) };
}

const port = await new Promise((done) => {
  stranger.listen(0, '127.0.0.1', () => done(stranger.address().port));
});
const browser = await launch();
try {
  const page = await atWork(browser, 'dana.whitlock', 'Harbour Works', QUESTION);
  page.on('dialog', (dialog) => {
    page.faults.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  const headers = await headersOf(page);
  const number = headers['x-purpose'];
  const texts = bait(port);
  await write(page, headers, number, texts);
  const tabs = ['overview', 'notes', 'tasks', 'documents', 'reports', 'activity', 'items'];
  const places = [...tabs.map((tab) => [`case-${tab}`, `/case/${number}?tab=${tab}`]), ['search', `/search?q=${encodeURIComponent(texts[0])}`]];
  for (const [name, path] of places) console.log(JSON.stringify({ name, ...(await printed(page, path)) }));
  console.log(JSON.stringify({ name: 'stranger', asked }));
} finally {
  await browser.close();
  stranger.close();
}
