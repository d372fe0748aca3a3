import { expect, expectNotReloaded, hydrated, live, mark, order, PHONE, shows, test, WIDE } from './city';

test('an order is changed until cooking starts, and the board says what changed', async ({ open }) => {
  const customer = await open('customer1', { viewport: PHONE });
  const owner = await open('owner1', { viewport: WIDE });
  const id = await order(customer);
  await shows(customer, 'received');
  await owner.goto('/owner');
  await hydrated(owner);
  await live(owner);
  await mark(owner);

  await customer.click('a[data-action=change]');
  await customer.waitForURL(`**/orders/${id}/change`);
  await hydrated(customer);
  const agreed = customer.locator('[data-agreed]');
  const before = Number(await agreed.getAttribute('data-agreed'));
  const row = customer.locator('.row[data-ordered=true]').first();
  await row.locator('input[type=number]').fill('2');
  await expect(agreed).not.toHaveAttribute('data-agreed', String(before));
  const after = await agreed.getAttribute('data-agreed');
  await customer.click('button[data-action=change]');
  await customer.waitForURL(`**/orders/${id}`);
  await expect(customer.locator('.panel--receipt')).toContainText(`₩${Number(after).toLocaleString('en')}`);

  const ticket = owner.locator(`[data-ticket="${id}"]`);
  await expect(ticket.locator('[data-changes]')).toBeVisible();
  await expectNotReloaded(owner);
  await ticket.locator('[data-action=accept]').click();
  await shows(customer, 'accepted');
  await expect(customer.locator('a[data-action=change]')).toBeVisible();
  await ticket.locator('[data-action=start]').click();
  await shows(customer, 'cooking');
  await expect(customer.locator('a[data-action=change]')).toHaveCount(0);
});

test('an order is changed without JavaScript: the new price is said before it is asked for', async ({ open }) => {
  const customer = await open('customer2', { viewport: PHONE, javaScriptEnabled: false });
  const id = await order(customer);
  await expect(async () => {
    await customer.reload();
    await expect(customer.locator('a[data-action=change]')).toBeVisible({ timeout: 500 });
  }).toPass();
  await customer.click('a[data-action=change]');
  const row = customer.locator('.row[data-ordered=true]').first();
  await row.locator('input[type=number]').fill('3');
  const before = await customer.locator('[data-agreed]').getAttribute('data-agreed');
  await customer.click('button[data-action=change]');
  // Refused once, with the price; what was typed is still there.
  await expect(customer.getByRole('alert').first()).toBeVisible();
  await expect(row.locator('input[type=number]')).toHaveValue('3');
  await expect(customer.locator('[data-agreed]')).not.toHaveAttribute('data-agreed', before ?? '');
  await customer.click('button[data-action=change]');
  await customer.waitForURL((url) => url.pathname === `/orders/${id}`);
  await expect(async () => {
    await customer.reload();
    await expect(customer.locator('.panel--receipt')).toContainText('3', { timeout: 500 });
    await expect(customer.locator('[data-change=pending]')).toHaveCount(0, { timeout: 500 });
  }).toPass();
});

test('the kitchen says how busy it is and how long it may take to answer', async ({ open }) => {
  const owner = await open('owner2', { viewport: WIDE, expected: [/422/] });
  await owner.goto('/owner');
  await hydrated(owner);
  const busy = owner.locator('details[data-busy]');
  await expect(busy).toHaveAttribute('data-busy', '0');
  await busy.locator('summary').click();
  await busy.locator('[data-action=busy]').nth(1).click();
  await expect(busy).toHaveAttribute('data-busy', '20');
  const limit = owner.locator('details[data-limit]');
  await limit.locator('summary').click();
  await limit.locator('input[name=minutes]').fill('12');
  await limit.locator('[data-action=answer_limit]').click();
  await expect(limit).toHaveAttribute('data-limit', '12');
  await owner.reload();
  await expect(owner.locator('details[data-busy]')).toHaveAttribute('data-busy', '20');
});
