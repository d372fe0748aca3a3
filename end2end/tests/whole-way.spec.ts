import { expect, expectNotReloaded, handOver, hydrated, live, mark, order, PHONE, shows, test, WIDE } from './city';

test('one order, from the menu to the doorstep, live on three pages', async ({ open }) => {
  const customer = await open('customer1', { viewport: PHONE });
  const owner = await open('owner1', { viewport: WIDE });
  const rider = await open('rider1', { viewport: PHONE });
  await owner.goto('/owner');
  await rider.goto('/rider');
  for (const page of [owner, rider]) {
    await hydrated(page);
    await live(page);
    await mark(page);
  }

  const id = await order(customer);
  await hydrated(customer);
  await live(customer);
  await mark(customer);
  await shows(customer, 'received');

  const ticket = owner.locator(`[data-ticket="${id}"]`);
  await expect(ticket).toBeVisible();
  await expect(ticket).toHaveAttribute('data-phase', 'new');
  // The tab's title counts what waits for an answer, orders of other tests included.
  const waiting = await owner.locator('[data-ticket][data-phase=new]').count();
  await expect(owner).toHaveTitle(new RegExp(`^\\(${waiting}\\)`));
  await ticket.locator('[data-action=accept]').click();
  await shows(customer, 'accepted');
  await expect(ticket).toHaveAttribute('data-phase', 'accepted');
  await ticket.locator('[data-action=start]').click();
  await shows(customer, 'cooking');
  await expect(customer.locator('[data-action=cancel]')).toHaveCount(0);
  await expect(rider.locator(`[data-job="${id}"]`)).toHaveCount(0);
  await ticket.locator('[data-action=finish]').click();
  await shows(customer, 'ready');

  const job = rider.locator(`[data-job="${id}"]`);
  await expect(job).toBeVisible();
  await job.locator('[data-action=claim]').click();
  await shows(customer, 'assigned');
  await handOver(ticket, job, customer);
  for (const page of [customer, owner, rider]) await expectNotReloaded(page);

  // A fresh load shows the same.
  const seen = await customer.locator('.timeline > li').count();
  await customer.reload();
  await shows(customer, 'completed');
  await expect(customer.locator('.timeline > li')).toHaveCount(seen);
});

test('pictures and program are kept by the browser for ever, under their content', async ({ open }) => {
  const page = await open(null, { viewport: PHONE });
  const forEver = new Set<string>();
  page.on('response', (response) => {
    if (/immutable/.test(response.headers()['cache-control'] ?? '')) forEver.add(new URL(response.url()).pathname);
  });
  await page.goto('/');
  await hydrated(page);
  const picture = page.locator('.store__picture').first();
  const before = await picture.getAttribute('src');
  expect(before).toMatch(/^\/img\/.+\?v=[0-9a-f]{12}$/);
  await expect.poll(() => [...forEver].some((path) => path.startsWith('/img/store/'))).toBe(true);
  for (const ending of ['.js', '.wasm', '.css']) {
    expect([...forEver].some((path) => path.startsWith('/pkg/') && path.endsWith(ending))).toBe(true);
  }
});
