import { expect, hydrated, live, order, PHONE, shows, test, WIDE } from './city';

test('the operator sees an order through: its timeline, its end, the money', async ({ open }) => {
  const customer = await open('customer1', { viewport: PHONE });
  const owner = await open('owner1', { viewport: WIDE });
  const operator = await open('operator', { viewport: WIDE });
  const id = await order(customer);
  await shows(customer, 'received');
  await owner.goto('/owner');
  const ticket = owner.locator(`[data-ticket="${id}"]`);
  for (const action of ['accept', 'start']) {
    await ticket.locator(`[data-action=${action}]`).click();
    await expect(ticket.locator(`[data-action=${action}]`)).toHaveCount(0);
  }
  // The store sees what happened, with the reference for support.
  await ticket.locator('.ticket__story').click();
  await owner.waitForURL(`**/owner/orders/${id}`);
  await expect(owner.locator('[data-correlation]')).toHaveAttribute('data-correlation', id);
  expect(await owner.locator('.timeline > li').count()).toBeGreaterThan(4);

  await expect(operator).toHaveURL(/\/operator$/);
  await hydrated(operator);
  await live(operator);
  await expect(operator.locator('[data-provider=payment]')).toBeVisible();
  await operator.goto(`/operator/orders/${id}`);
  await hydrated(operator);
  // Cooking has started: cancelling is over, ending is not.
  await expect(operator.locator('[data-action=cancel]')).toHaveCount(0);
  await operator.locator('details.more--danger > summary').click();
  await operator.fill('input[name=reason]', '가게에 불이 났어요');
  await operator.click('[data-action=refund]');
  await expect(operator.locator('[data-shown=delivery_failed]')).toBeVisible();
  await shows(customer, 'delivery_failed');
  await expect(customer.locator('.refund--done')).toBeVisible();
  await expect(customer.locator('.timeline')).toContainText('가게에 불이 났어요');
  await operator.goto('/operator/settlement');
  const sum = async (name: string) => Number(await operator.locator(`[data-sum=${name}]`).getAttribute('data-won'));
  const parts = await Promise.all(['stores', 'riders', 'platform', 'given-back', 'owed-back'].map(sum));
  expect(parts.reduce((all, part) => all + part, 0)).toBe(await sum('paid'));
  expect(await sum('given-back')).toBeGreaterThan(0);
});

test('nobody else gets to the operator’s pages', async ({ open }) => {
  const customer = await open('customer2', { expected: [/404/] });
  await customer.goto('/operator');
  await expect(customer).toHaveURL(/\/login\?next=\/operator&wrong_role=1/);
});

test('the operator works without JavaScript', async ({ open }) => {
  const customer = await open('customer2', { viewport: PHONE });
  const operator = await open('operator', { viewport: PHONE, javaScriptEnabled: false });
  const id = await order(customer);
  await shows(customer, 'received');
  await operator.goto(`/operator/orders/${id}`);
  await operator.locator('details:has([data-action=cancel]) > summary').click();
  await operator.fill('#cancel-reason', '가게에 전기가 나갔어요');
  await operator.click('[data-action=cancel]');
  await expect(operator.locator('[data-shown=cancelled]')).toBeVisible();
  await shows(customer, 'cancelled');
  await expect(customer.locator('main')).toContainText('가게에 전기가 나갔어요');
});

for (const javaScriptEnabled of [true, false]) {
  test(`the operator finds an order by the number that is read out, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async ({ open }) => {
    const customer = await open('customer2', { viewport: PHONE });
    const operator = await open('operator', { viewport: PHONE, javaScriptEnabled, expected: [/422/] });
    const id = await order(customer);
    await shows(customer, 'received');
    const number = /[A-Z]-\d{4}/.exec(await customer.locator('main').innerText())?.[0] ?? '';
    expect(number).not.toBe('');
    await operator.goto('/operator');
    if (javaScriptEnabled) await hydrated(operator);
    await operator.fill('#number', number.toLowerCase().replace('-', ''));
    await operator.click('[data-action=find]');
    const found = operator.locator(`[data-found="${id}"]`);
    await expect(found).toContainText(number);
    await expect(operator.locator('#number')).toHaveValue(number.toLowerCase().replace('-', ''));
    await operator.fill('#number', 'pizza');
    await operator.click('[data-action=find]');
    await expect(operator.locator('#number-error')).toBeVisible();
    await expect(operator.locator('#number')).toHaveValue('pizza');
    await operator.fill('#number', id);
    await operator.click('[data-action=find]');
    await found.locator('a').click();
    await expect(operator).toHaveURL(new RegExp(`/operator/orders/${id}$`));
  });
}
