import { test as base, expect, type Browser, type BrowserContext, type Locator, type Page } from '@playwright/test';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export { expect };

/** A phone, for customers and riders. */
export const PHONE = { width: 390, height: 844 };
/** A wide screen, for owners. */
export const WIDE = { width: 1280, height: 900 };
const PASSWORD = 'baedal-demo';

/** A port below 32768: above, an outgoing connection can hold it. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const free = await new Promise<boolean>((done) => {
      const probe = createServer();
      probe.once('error', () => done(false));
      probe.listen(port, '127.0.0.1', () => probe.close(() => done(true)));
    });
    if (free) return port;
  }
  throw new Error('no free port');
}

/** The real server, a process of its own on a folder of its own. */
export class City {
  readonly url: string;
  private process?: ChildProcess;
  private log = '';

  constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly more: string[] = [],
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  async start() {
    const binary = process.env.BAEDAL_BIN ?? resolve(import.meta.dirname, '../../target/release/baedal');
    const args = ['serve', '--demo', '--data', this.folder, '--listen', `127.0.0.1:${this.port}`, '--log', 'warn', ...this.more];
    const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.process = child;
    const heard = (text: Buffer) => (this.log += text.toString());
    child.stdout.on('data', heard);
    child.stderr.on('data', heard);
    for (let attempt = 0; attempt < 600; attempt++) {
      if (child.exitCode !== null) throw new Error(`the server ended: ${this.log}`);
      const alive = await fetch(`${this.url}/healthz`).then((answer) => answer.ok, () => false);
      if (alive) return;
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error(`the server does not answer: ${this.log}`);
  }

  /** Stops it as an operator does; it has to end by itself. */
  async stop() {
    const child = this.process;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
    const code = await ended;
    clearTimeout(late);
    expect(code, `the server stops in order: ${this.log}`).toBe(0);
  }

  /** What it has said, warnings and errors. */
  said() {
    return this.log;
  }
}

type Fixtures = { open: (who: string | null, options?: PageOptions) => Promise<Page> };
type PageOptions = {
  viewport?: { width: number; height: number };
  javaScriptEnabled?: boolean;
  locale?: string;
  colorScheme?: 'light' | 'dark';
  /** Console messages that are part of the test. */
  expected?: RegExp[];
};

/**
 * `city` is one server for the tests of a file; `open` gives a page in a browser context of its own, logged in as `who`. What a page
 * writes to its console as an error, or throws, fails the test.
 */
export const test = base.extend<Fixtures, { city: City }>({
  city: [
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), 'baedal-e2e-'));
      const city = new City(await freePort(), folder);
      await city.start();
      await use(city);
      await city.stop();
      rmSync(folder, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  open: async ({ browser, city }, use) => {
    const contexts: BrowserContext[] = [];
    const complaints: string[] = [];
    await use(async (who, options = {}) => {
      const { context, page } = await newPage(browser, city, options, complaints);
      contexts.push(context);
      if (who) await logIn(page, city, who);
      return page;
    });
    await Promise.all(contexts.map((context) => context.close()));
    expect(complaints, 'nothing goes wrong in the pages').toEqual([]);
  },
});

async function newPage(browser: Browser, city: City, options: PageOptions, complaints: string[]) {
  const { expected = [], ...rest } = options;
  const context = await browser.newContext({ locale: 'ko-KR', viewport: PHONE, baseURL: city.url, ...rest });
  const page = await context.newPage();
  const complain = (text: string) => {
    if (!expected.some((pattern) => pattern.test(text))) complaints.push(`${page.url()}: ${text}`);
  };
  page.on('console', (message) => {
    if (message.type() === 'error' || /hydrat/i.test(message.text())) complain(message.text());
  });
  page.on('pageerror', (error) => complain(String(error)));
  return { context, page };
}

/** Logs in through the page, and is where that role begins. */
export async function logIn(page: Page, _city: City, who: string, next = '') {
  await page.goto(`/login${next ? `?next=${encodeURIComponent(next)}` : ''}`);
  await page.fill('input[name=login]', who);
  await page.fill('input[name=password]', PASSWORD);
  await page.click('[data-action=login]');
  await page.waitForURL((url) => !url.pathname.startsWith('/login'));
}

/** The browser's half has taken over. */
export async function hydrated(page: Page) {
  await expect(page.locator('html[data-hydrated]')).toHaveCount(1);
}

/** The page follows what happens. */
export async function live(page: Page) {
  await expect(page.locator('[data-connection=live]').first()).toBeAttached();
}

/** Marks the document: gone after a reload. */
export async function mark(page: Page) {
  await page.evaluate(() => ((window as unknown as { mark?: boolean }).mark = true));
}

export async function expectNotReloaded(page: Page) {
  expect(await page.evaluate(() => (window as unknown as { mark?: boolean }).mark)).toBe(true);
}

/** Puts the first item of the first store into the cart, or of the one with this name. */
export async function fillCart(page: Page, store = '') {
  await page.goto('/');
  await page.locator('a[href^="/stores/"]', { hasText: store }).first().click();
  await page.waitForURL('**/stores/*');
  const item = page.locator('details[data-item-id]').first();
  await item.locator('summary').click();
  // With JavaScript the page stays and the answer changes it; without, the form leads to the next page.
  const added = page.waitForResponse((answer) => answer.url().includes('/api/cart/add'));
  await item.locator('[data-action=add]').click();
  expect((await added).status()).toBeLessThan(400);
  await page.waitForLoadState();
}

/** Fills in the checkout with a test card, and pays. */
export async function checkOut(page: Page, card: string) {
  await page.goto('/checkout');
  await page.fill('input[name=address]', '서울 마포구 양화로 45');
  await page.fill('[name=note_to_store]', '단무지 많이 주세요');
  await page.locator(`label:has(input[name=card][value=${card}])`).click();
  await expect(page.locator(`input[name=card][value=${card}]`)).toBeChecked();
  await page.click('[data-action=pay]');
  await page.waitForURL('**/orders/*');
  return new URL(page.url()).pathname.split('/').pop() ?? '';
}

/** Orders the first item of the first store; answers the order's id. */
export async function order(page: Page, card = 'tok_approve') {
  await fillCart(page);
  return checkOut(page, card);
}

/** The order's page shows this state. */
export async function shows(page: Page, state: string) {
  await expect(page.locator(`section[data-order][data-shown=${state}]`)).toBeVisible();
}

/**
 * From a claimed job to the end: the rider arrives, types the number that the ticket shows, and at the door the code of the customer's page;
 * the customer confirms. The three pages stay where they are.
 */
export async function handOver(ticket: Locator, job: Locator, customer: Page) {
  await job.locator('[data-action=arrive]').click();
  await job.locator('input[name=number]').fill((await ticket.locator('.ticket__number').textContent()) ?? '');
  await job.locator('[data-action=pick]').click();
  await shows(customer, 'on_the_way');
  const code = (await customer.locator('[data-code]').first().getAttribute('data-code')) ?? '';
  expect(code).toMatch(/^\d{4}$/);
  await job.locator('input[name=code]').fill(code);
  await job.locator('[data-action=deliver]').click();
  await shows(customer, 'delivered');
  await expect(job).toHaveCount(0);
  await customer.click('[data-action=confirm]');
  await shows(customer, 'completed');
  // Nothing more will happen: the server has ended the stream.
  await expect(customer.locator('[data-connection=closed]').first()).toBeAttached();
}

/** Fills in the sign-up of an owner, everything right but for `changes`. The store is open round the clock. */
export async function fillStore(page: Page, login: string, changes: Record<string, string> = {}) {
  const typed: Record<string, string> = {
    login,
    password: PASSWORD,
    name: '김새봄',
    phone: '010-9000-0001',
    store_name: `${login} 화덕`,
    store_phone: '02-123-4567',
    address: '서울 마포구 양화로 45',
    description: '장작불에 굽는 피자',
    min_order: '10000',
    opens: '00:00',
    closes: '00:00',
    menu: '# 피자\n마르게리타 | 18000 | 토마토와 바질\n# 음료\n콜라 | 2500',
    ...changes,
  };
  for (const [name, text] of Object.entries(typed)) await page.fill(`#main [name=${name}]`, text);
  await page.selectOption('select[name=kind]', 'pizza');
}
