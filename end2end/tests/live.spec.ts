import { expect, hydrated, live, order, shows, test, WIDE } from './city';

// The browser itself reports streams and requests that fail while the line is down.
const lost = [/net::ERR_/, /Failed to load resource/];

test('a reload and a lost connection in the middle leave the page right', async ({ open }) => {
  const customer = await open('customer1', { expected: lost });
  const owner = await open('owner1', { viewport: WIDE });
  const id = await order(customer);
  await owner.goto('/owner');
  await live(owner);
  const ticket = owner.locator(`[data-ticket="${id}"]`);
  await customer.reload();
  await live(customer);
  await ticket.locator('[data-action=accept]').click();
  await shows(customer, 'accepted');

  // Every attempt to open the stream fails, and the open one breaks off.
  await customer.context().setOffline(true);
  await customer.evaluate(() => window.dispatchEvent(new Event('offline')));
  await ticket.locator('[data-action=start]').click();
  await ticket.locator('[data-action=finish]').click();
  await expect(ticket).toHaveAttribute('data-phase', 'done');
  await customer.context().setOffline(false);
  await shows(customer, 'ready');
  await live(customer);
  const entries = await customer.locator('.timeline > li').allInnerTexts();
  await customer.reload();
  await live(customer);
  expect(await customer.locator('.timeline > li').count()).toBe(entries.length);
});

test('pages come back by themselves after the server was started again', async ({ open, city }) => {
  const customer = await open('customer2', { expected: lost });
  const owner = await open('owner1', { viewport: WIDE, expected: lost });
  const id = await order(customer);
  await live(customer);
  await owner.goto('/owner');
  await live(owner);
  await city.stop();
  for (const page of [customer, owner]) {
    await expect(page.locator('[data-connection=lost]').first()).toBeAttached();
  }
  await city.start();
  for (const page of [customer, owner]) {
    await expect(page.locator('[data-connection=live]').first()).toBeAttached({ timeout: 30_000 });
  }
  await owner.locator(`[data-ticket="${id}"] [data-action=accept]`).click();
  await shows(customer, 'accepted');
});

test('a logout in one tab ends the stream of the other', async ({ open, city }) => {
  const page = await open('customer1');
  await page.goto('/orders');
  await hydrated(page);
  await live(page);
  const other = await page.context().newPage();
  await other.goto(`${city.url}/orders`);
  await other.locator('details.menu > summary').click();
  await other.locator('form[action="/logout"] button').click();
  await page.waitForURL(/\/login/);
});
