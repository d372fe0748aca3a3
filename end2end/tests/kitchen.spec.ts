import { expect, expectNotReloaded, hydrated, live, mark, order, PHONE, shows, test, WIDE } from './city';

test('the kitchen takes longer than it said, and the promise on the customer’s page follows', async ({ open }) => {
  const customer = await open('customer1', { viewport: PHONE });
  const owner = await open('owner1', { viewport: WIDE });
  const id = await order(customer);
  await shows(customer, 'received');
  await owner.goto('/owner');
  await hydrated(owner);
  const ticket = owner.locator(`[data-ticket="${id}"]`);
  await ticket.locator('[data-action=accept]').click();
  await shows(customer, 'accepted');
  const promise = customer.locator('.status__time time');
  const ready = async () => Date.parse((await promise.getAttribute('datetime')) ?? '');
  const first = await ready();
  await mark(customer);
  // By five minutes, and then by twenty.
  for (const [pressed, later] of [[0, 5], [2, 25]]) {
    await ticket.locator('details:has([data-action=delay]) > summary').click();
    await ticket.locator('[data-action=delay]').nth(pressed).click();
    await expect.poll(async () => (await ready()) - first).toBe(later * 60_000);
  }
  await expectNotReloaded(customer);
});

test('a store that takes a break is shown so until it opens again', async ({ open }) => {
  const owner = await open('owner1', { viewport: WIDE });
  const customer = await open('customer2', { viewport: PHONE });
  await customer.goto('/');
  await customer.locator('a[href^="/stores/"]').first().click();
  await customer.waitForURL('**/stores/*');
  const store = customer.url();
  await expect(customer.locator('.chip--open').first()).toBeVisible();
  await owner.goto('/owner');
  await hydrated(owner);
  await expect(owner.locator('[data-open=true]')).toBeVisible();
  await owner.locator('details:has([data-action=pause]) > summary').click();
  // Until it is opened again.
  await owner.locator('[data-action=pause]').last().click();
  await expect(owner.locator('[data-open=false]')).toBeVisible();
  await customer.goto(store);
  await expect(customer.locator('.chip--paused')).toBeVisible();
  await expect(customer.locator('#opening')).toBeVisible();
  await owner.click('[data-action=reopen]');
  await expect(owner.locator('[data-open=true]')).toBeVisible();
  await customer.reload();
  await expect(customer.locator('.chip--paused')).toHaveCount(0);
});

test('a rider reads what has happened to the order that is being brought, and it goes on by itself', async ({ open }) => {
  const customer = await open('customer1', { viewport: PHONE });
  const owner = await open('owner1', { viewport: WIDE });
  const rider = await open('rider1', { viewport: PHONE });
  const id = await order(customer);
  await shows(customer, 'received');
  await owner.goto('/owner');
  await hydrated(owner);
  const ticket = owner.locator(`[data-ticket="${id}"]`);
  for (const action of ['accept', 'start', 'finish']) await ticket.locator(`[data-action=${action}]`).click();
  await rider.goto('/rider');
  await hydrated(rider);
  await rider.locator(`[data-job="${id}"] [data-action=claim]`).click();
  await rider.click(`a[href="/rider/orders/${id}"]`);
  await expect(rider.locator('[data-correlation]')).toHaveAttribute('data-correlation', id);
  await live(rider);
  await mark(rider);
  const entries = rider.locator('.timeline > li');
  const before = await entries.count();
  expect(before).toBeGreaterThan(5);
  // In another tab.
  const ride = await rider.context().newPage();
  await ride.goto('/rider');
  await hydrated(ride);
  const job = ride.locator(`[data-job="${id}"]`);
  await job.locator('[data-action=arrive]').click();
  await expect(entries).toHaveCount(before + 1);
  await job.locator('input[name=number]').fill((await ticket.locator('.ticket__number').textContent()) ?? '');
  await job.locator('[data-action=pick]').click();
  await expect(entries).toHaveCount(before + 2);
  const code = await customer.locator('[data-code]').first().getAttribute('data-code');
  await job.locator('input[name=code]').fill(code ?? '');
  await job.locator('[data-action=deliver]').click();
  await shows(customer, 'delivered');
  await expect(entries).toHaveCount(before + 3);
  // What only the customer does is told here, too.
  await customer.click('[data-action=confirm]');
  await expect(entries).toHaveCount(before + 4);
  await expectNotReloaded(rider);
});
