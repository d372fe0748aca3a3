import { expect, fillCart, checkOut, PHONE, shows, test, WIDE } from './city';

const plain = { javaScriptEnabled: false };

test('the whole way without JavaScript, a refusal on the way included', async ({ open }) => {
  const customer = await open('customer1', { ...plain, viewport: PHONE });
  const owner = await open('owner1', { ...plain, viewport: WIDE });
  const rider = await open('rider1', { ...plain, viewport: PHONE });

  await fillCart(customer);
  const id = await checkOut(customer, 'tok_approve');
  await expect(async () => {
    await customer.reload();
    await expect(customer.locator('section[data-order][data-shown=received]')).toBeVisible({ timeout: 500 });
  }).toPass();

  const ticket = owner.locator(`[data-ticket="${id}"]`);
  await owner.goto('/owner');
  for (const action of ['accept', 'start', 'finish']) {
    await ticket.locator(`[data-action=${action}]`).first().click();
    await owner.waitForURL(/\/owner/);
  }
  await expect(ticket).toHaveAttribute('data-phase', 'done');
  const number = (await ticket.locator('.ticket__number').textContent()) ?? '';

  const job = rider.locator(`[data-job="${id}"]`);
  await expect(async () => {
    await rider.goto('/rider');
    await expect(job).toBeVisible({ timeout: 500 });
  }).toPass();
  await job.locator('[data-action=claim]').click();
  await job.locator('[data-action=arrive]').click();
  // The wrong bag: refused at its place, and what was typed is still there.
  await job.locator('input[name=number]').fill('A-0000');
  await job.locator('[data-action=pick]').click();
  await expect(job.locator('input[name=number]')).toHaveValue('A-0000');
  await expect(rider.getByRole('alert').first()).toBeVisible();
  await job.locator('input[name=number]').fill(number);
  await job.locator('[data-action=pick]').click();

  await customer.goto(`/orders/${id}`);
  await shows(customer, 'on_the_way');
  const code = (await customer.locator('[data-code]').first().getAttribute('data-code')) ?? '';
  await job.locator('input[name=code]').fill(code);
  await job.locator('[data-action=deliver]').click();
  await expect(job).toHaveCount(0);

  await customer.reload();
  await shows(customer, 'delivered');
  await customer.click('[data-action=confirm]');
  await shows(customer, 'completed');
});

test('a stranger is sent to the login, and back afterwards', async ({ open }) => {
  for (const [path, who] of [
    ['/orders', 'customer1'],
    ['/owner', 'owner1'],
    ['/rider', 'rider1'],
  ]) {
    const page = await open(null, plain);
    const answer = await page.request.get(path, { maxRedirects: 0 });
    expect(answer.status()).toBe(303);
    expect(answer.headers().location).toContain('/login?next=');
    await page.goto(path);
    await page.fill('input[name=login]', who);
    await page.fill('input[name=password]', 'baedal-demo');
    await page.click('[data-action=login]');
    await page.waitForURL(`**${path}`);
  }
});

test('what is sold out or gone by the time it is chosen says so, without JavaScript', async ({ open }) => {
  const page = await open('customer1', { ...plain, viewport: PHONE });
  await page.goto('/');
  const stores = await page.locator('.store__link').evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
  const soldOut = page.locator('.item--sold_out').first();
  for (const store of stores) {
    await page.goto(store);
    if (await soldOut.count()) break;
  }
  const store = new URL(page.url()).pathname;
  const id = (await soldOut.getAttribute('data-item-id')) ?? '';
  const choose = async (item: string) => {
    const answer = await page.request.post('/api/cart/add', {
      form: { store: store.slice('/stores/'.length), item, quantity: '1' },
      headers: { accept: 'text/html', origin: new URL(page.url()).origin },
      maxRedirects: 0,
    });
    expect(answer.status()).toBe(303);
    await page.goto(answer.headers().location);
  };
  await choose(id);
  await expect(page.locator(`#item-${id} [role=alert]`)).toContainText('품절');
  await choose('019b76da-0000-7000-8000-000000000000');
  await expect(page.locator('#main [role=alert]')).toHaveCount(1);
  await expect(page.locator('#main [role=alert]')).toContainText('메뉴');
});
