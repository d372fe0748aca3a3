import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type ClientHttp2Session } from 'node:http2';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Browser, type BrowserContext, type Page } from '@playwright/test';
import { City, expect, expectNotReloaded, freePort, handOver, hydrated, live, logIn, mark, order, PHONE, shows, test, WIDE } from './city';

/** nginx as deploy/nginx/baedal.conf has it, with ports, certificate and folder of its own. */
class Nginx {
  readonly url: string;
  private process?: ChildProcess;
  private said = '';

  constructor(
    readonly port: number,
    private readonly folder: string,
  ) {
    this.url = `https://127.0.0.1:${port}`;
  }

  async start(inside: number, plain: number) {
    const file = (name: string) => join(this.folder, name);
    for (const name of ['logs', 'tmp']) mkdirSync(file(name));
    const certificate = ['-keyout', file('key.pem'), '-out', file('cert.pem'), '-addext', 'subjectAltName=IP:127.0.0.1'];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1', ...certificate], {
      stdio: 'ignore',
    });
    let site = readFileSync(resolve(import.meta.dirname, '../../deploy/nginx/baedal.conf'), 'utf8');
    const changes: [RegExp, string][] = [
      [/^ *listen \[::\].*\n/gm, ''],
      [/listen 80;/, `listen 127.0.0.1:${plain};`],
      [/listen 443 /, `listen 127.0.0.1:${this.port} `],
      [/server 127\.0\.0\.1:3000;/, `server 127.0.0.1:${inside};`],
      [/(?<=ssl_certificate )\S+(?=;)/, file('cert.pem')],
      [/(?<=ssl_certificate_key )\S+(?=;)/, file('key.pem')],
    ];
    for (const [what, by] of changes) {
      expect(site, `deploy/nginx/baedal.conf has ${what}`).toMatch(what);
      site = site.replace(what, by);
    }
    writeFileSync(file('site.conf'), site);
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${file(`tmp/${name}`)};`);
    // Its workers would be nobody otherwise, who cannot write here.
    const user = process.getuid?.() === 0 ? 'user root;' : '';
    const http = `http { access_log off; ${paths.join(' ')} include ${file('site.conf')}; }`;
    writeFileSync(file('nginx.conf'), `${user} daemon off; pid ${file('pid')}; error_log stderr warn; events {} ${http}\n`);
    const environment = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
    const child = spawn('nginx', ['-p', this.folder, '-c', file('nginx.conf')], { stdio: ['ignore', 'pipe', 'pipe'], env: environment });
    this.process = child;
    child.stderr.on('data', (text: Buffer) => (this.said += text.toString()));
    for (let attempt = 0; attempt < 100; attempt++) {
      if (child.exitCode !== null) throw new Error(`nginx ended: ${this.said}`);
      const alive = await fetch(`http://127.0.0.1:${plain}/`, { redirect: 'manual' }).then((answer) => answer.status === 301, () => false);
      if (alive) return;
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(`nginx does not answer: ${this.said}`);
  }

  async stop() {
    const child = this.process;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await ended;
  }
}

type Gateway = { city: City; nginx: Nginx };

const behind = test.extend<object, { gateway: Gateway }>({
  gateway: [
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), 'baedal-gateway-'));
      for (const name of ['nginx', 'city']) mkdirSync(join(folder, name));
      const nginx = new Nginx(await freePort(), join(folder, 'nginx'));
      const settings = ['--public-url', nginx.url, '--trusted-proxies', '127.0.0.1'];
      const city = new City(await freePort(), join(folder, 'city'), settings);
      await city.start();
      await nginx.start(city.port, await freePort());
      await use({ city, nginx });
      await nginx.stop();
      await city.stop();
      rmSync(folder, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 180_000 },
  ],
});

/** What a page's streams did: one was opened from a position of the log on, or a message came. */
type Noted = { after: number } | { heard: number };

/** A page in a browser context of its own, which notes from where its streams go on, and the positions of all live messages. */
async function open(browser: Browser, { nginx, city }: Gateway, who: string, viewport: typeof PHONE) {
  const context = await browser.newContext({ locale: 'ko-KR', viewport, baseURL: nginx.url, ignoreHTTPSErrors: true });
  await context.addInitScript(() => {
    const noted: Noted[] = [];
    (window as unknown as { noted: Noted[] }).noted = noted;
    const Real = window.EventSource;
    window.EventSource = class extends Real {
      constructor(url: string | URL, init?: EventSourceInit) {
        super(url, init);
        noted.push({ after: Number(new URL(url, location.href).searchParams.get('after')) });
        this.addEventListener('message', (message) => noted.push({ heard: Number(message.lastEventId) }));
      }
    };
  });
  const page = await context.newPage();
  await logIn(page, city, who);
  return page;
}

const noted = (page: Page) => page.evaluate(() => (window as unknown as { noted: Noted[] }).noted);

async function cookies(context: BrowserContext) {
  return (await context.cookies()).map((cookie) => `${cookie.name}=${cookie.value}`).join('; ');
}

/** A live stream as it comes over HTTP/2, piece by piece. */
async function listen(session: ClientHttp2Session, path: string, cookie: string) {
  const stream = session.request({ ':path': path, cookie });
  const heard = { text: '', status: 0, close: () => stream.close() };
  stream.setEncoding('utf8');
  stream.on('data', (piece: string) => (heard.text += piece));
  stream.on('error', () => {});
  heard.status = await new Promise<number>((done) => stream.once('response', (headers) => done(Number(headers[':status']))));
  return heard;
}

const positions = (text: string) => [...text.matchAll(/^id: ?(\d+)$/gm)].map((found) => Number(found[1]));

behind('a whole order through nginx by HTTP/2, whose three pages go on by themselves when the server is started again', async ({ browser, gateway }) => {
  test.setTimeout(300_000);
  const { city, nginx } = gateway;
  const customer = await open(browser, gateway, 'customer1', PHONE);
  const owner = await open(browser, gateway, 'owner1', WIDE);
  const rider = await open(browser, gateway, 'rider1', PHONE);
  const pages = [customer, owner, rider];
  await owner.goto('/owner');
  await rider.goto('/rider');
  const id = await order(customer);
  for (const page of pages) {
    await hydrated(page);
    await live(page);
    await mark(page);
    const protocols = await page.evaluate(() => {
      const timings = performance.getEntries().filter((entry) => 'nextHopProtocol' in entry) as PerformanceResourceTiming[];
      return timings.map((timing) => timing.nextHopProtocol).filter((protocol) => protocol !== '');
    });
    expect(new Set(protocols)).toEqual(new Set(['h2']));
  }
  await shows(customer, 'received');
  for (const cookie of await customer.context().cookies()) expect(cookie.secure, cookie.name).toBe(true);
  const answer = await customer.request.get('/login');
  expect(answer.headersArray().filter((header) => header.name.toLowerCase() === 'strict-transport-security')).toHaveLength(1);

  // A stream's first words come while it is open, and each message at once.
  const session = connect(nginx.url, { rejectUnauthorized: false });
  const direct = await listen(session, `/live/order/${id}`, await cookies(customer.context()));
  expect(direct.status).toBe(200);
  await expect.poll(() => direct.text, { timeout: 10_000 }).toContain(': baedal');
  const ticket = owner.locator(`[data-ticket="${id}"]`);
  await ticket.locator('[data-action=accept]').click();
  await expect.poll(() => positions(direct.text).length, { timeout: 10_000, intervals: [50] }).toBeGreaterThan(0);
  direct.close();
  await shows(customer, 'accepted');
  await ticket.locator('[data-action=start]').click();
  await shows(customer, 'cooking');

  // The server goes, and comes back on its port; nginx stays. What happens before a page has its stream again reaches it too.
  await city.stop();
  for (const page of pages) await expect(page.locator('[data-connection=lost]').first()).toBeAttached();
  await city.start();
  const finished = await owner.request.post('/api/owner/finish', {
    form: { order: id, key: `gateway-${id}` },
    headers: { origin: nginx.url, accept: 'application/json' },
  });
  expect(finished.status(), await finished.text()).toBe(200);
  for (const page of pages) await expect(page.locator('[data-connection=live]').first()).toBeAttached({ timeout: 30_000 });
  await shows(customer, 'ready');
  await expect(ticket).toHaveAttribute('data-phase', 'done');
  const job = rider.locator(`[data-job="${id}"]`);
  await job.locator('[data-action=claim]').click();
  await shows(customer, 'assigned');
  await handOver(ticket, job, customer);
  for (const page of pages) await expectNotReloaded(page);

  // Each page has heard what its stream has to say, in order, once, and nothing was left out: where a page loaded its data afresh, because the
  // server took its time, it goes on from those.
  for (const [page, path] of [
    [customer, `/live/order/${id}?after=0`],
    [owner, '/live/owner?after=0'],
    [rider, '/live/rider?after=0'],
  ] as const) {
    const whole = await listen(session, path, await cookies(page.context()));
    expect(whole.status, path).toBe(200);
    await expect(async () => {
      const all = positions(whole.text);
      let at: number | undefined;
      for (const note of await noted(page)) {
        if ('heard' in note) {
          const next = at === undefined ? note.heard : all.find((position) => position > at!);
          expect(note.heard, path).toBe(next);
          at = note.heard;
        } else if (at !== undefined) {
          expect(note.after, path).toBeGreaterThanOrEqual(at);
          at = note.after;
        }
      }
      expect(at, path).toBeDefined();
      expect(all.filter((position) => position > at!), path).toEqual([]);
    }).toPass({ timeout: 10_000 });
    whole.close();
  }
  session.close();
  const entries = await customer.locator('.timeline > li').count();
  await customer.reload();
  await shows(customer, 'completed');
  await expect(customer.locator('.timeline > li')).toHaveCount(entries);
  await Promise.all(pages.map((page) => page.context().close()));
});

// That limits count who really asks is tested in server/tests/it/gateway/addresses.rs.
behind('health, readiness and a page come through nginx, whatever a request says of itself', async ({ gateway }) => {
  const { nginx, city } = gateway;
  const session = connect(nginx.url, { rejectUnauthorized: false });
  const status = (path: string, more: Record<string, string> = {}) =>
    new Promise<number>((done, failed) => {
      const stream = session.request({ ':path': path, ...more });
      stream.once('response', (headers) => done(Number(headers[':status'])));
      stream.once('error', failed);
      stream.resume();
    });
  expect(await status('/healthz')).toBe(200);
  expect(await status('/readyz')).toBe(200);
  expect(await status('/login', { 'x-forwarded-for': '192.0.2.1', forwarded: 'for=192.0.2.1;proto=http' })).toBe(200);
  session.close();
  expect((await fetch(`${city.url}/readyz`)).status).toBe(200);
});
