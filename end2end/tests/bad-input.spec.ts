import type { Page } from '@playwright/test';
import { checkOut, expect, fillCart, order, shows, test, WIDE } from './city';

/** The browser writes refused requests to its console; these statuses are what the tests are about. */
const refused = [/status of 4(00|01|03|04|09|22)/];

/** A sentence that says no, where people look for it. */
async function expectSentence(page: Page, words: RegExp) {
  await expect(page.getByRole('alert').or(page.locator('.field__error')).filter({ hasText: words }).first()).toBeVisible();
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with JavaScript' : 'without JavaScript';
  const options = { javaScriptEnabled, expected: refused };

  test.describe(how, () => {
    test('the checkout names what is wrong and keeps what was typed', async ({ open }) => {
      const page = await open('customer1', options);
      await fillCart(page);
      await page.goto('/checkout');
      await page.fill('[name=note_to_store]', '단무지 많이 주세요');
      for (const [field, typed, words] of [
        ['address', '없는나라 없는길 1', /주소/],
        ['address', '부산 해운대구 우동 1', /주소|배달|지역/],
        ['phone', 'abc', /전화|번호/],
        ['name', ' ', /이름/],
      ] as const) {
        const before = await page.inputValue(`[name=${field}]`);
        await page.fill(`[name=${field}]`, typed);
        await page.click('[data-action=pay]');
        await expectSentence(page, words);
        expect(new URL(page.url()).pathname).toBe('/checkout');
        await expect(page.locator('[name=note_to_store]')).toHaveValue('단무지 많이 주세요');
        await page.fill(`[name=${field}]`, before);
      }
      await page.click('[data-action=pay]');
      await page.waitForURL('**/orders/*');
    });

    test('after a declined card the order is there again, filled in as it was', async ({ open }) => {
      const page = await open('customer1', options);
      await fillCart(page);
      await page.goto('/checkout');
      await page.fill('[name=address_detail]', '옥탑');
      await page.fill('[name=note_to_rider]', '문 앞에 두세요');
      await page.locator('label:has(input[name=card][value=tok_decline])').click();
      await page.click('[data-action=pay]');
      await page.waitForURL('**/orders/*');
      await expect(async () => {
        if (!javaScriptEnabled) await page.reload();
        await expect(page.locator('section[data-order][data-shown=payment_failed]')).toBeVisible({ timeout: 1_000 });
      }).toPass();
      await page.locator('section[data-order] [data-action=reorder]').click();
      await page.waitForURL('**/cart');
      await page.click('[data-action=checkout]');
      await page.waitForURL('**/checkout');
      await expect(page.locator('[name=address_detail]')).toHaveValue('옥탑');
      await expect(page.locator('[name=note_to_rider]')).toHaveValue('문 앞에 두세요');
      await page.locator('label:has(input[name=card][value=tok_approve])').click();
      await page.click('[data-action=pay]');
      await page.waitForURL('**/orders/*');
    });

    test('below the minimum order the checkout says how much is missing and leads back to the cart', async ({ open }) => {
      const page = await open('customer1', options);
      await page.goto('/');
      await page.locator('a[href^="/stores/"]').first().click();
      const bread = page.locator('details[data-item-id]', { hasText: '갈릭 브레드' });
      await bread.locator('summary').click();
      const added = page.waitForResponse((answer) => answer.url().includes('/api/cart/add'));
      await bread.locator('[data-action=add]').click();
      await added;
      await page.goto('/checkout');
      await expect(page.locator('.gauge')).toContainText('₩8,500');
      await expect(page.locator('[data-action=pay]')).toHaveCount(0);
      await page.locator('aside a[href="/cart"]').click();
      await page.waitForURL('**/cart');
    });

    test('a form that no page sends says so and leads back', async ({ open }) => {
      const page = await open('customer1', options);
      await fillCart(page);
      await page.goto('/cart');
      await page.locator('form:has([data-action=more]) input[name=item]').first().evaluate((field) => field.setAttribute('value', 'no id'));
      await page.click('[data-action=more]');
      await expect(page.getByText(/읽을 수 없/).first()).toBeVisible();
      if (!javaScriptEnabled) await page.locator('main a').click();
      await page.waitForURL('**/cart');
      await expect(page.locator('[data-action=more]').first()).toBeVisible();
    });

    test('pressed twice, ordered once; the same page sent again leads to the same order', async ({ open }) => {
      const page = await open('customer2', options);
      await fillCart(page);
      await page.goto('/checkout');
      const fields = await page.locator('form:has([data-action=pay])').evaluate((form) =>
        Array.from(new FormData(form as HTMLFormElement).entries()).map(([name, value]) => [name, String(value)]),
      );
      await page.dblclick('[data-action=pay]');
      await page.waitForURL('**/orders/*');
      const id = new URL(page.url()).pathname.split('/').pop();
      const again = await page.request.post('/api/orders/place', {
        headers: { accept: 'application/json', origin: new URL(page.url()).origin },
        form: Object.fromEntries(fields),
      });
      expect(again.status()).toBe(200);
      expect(await again.json()).toEqual({ go: `/orders/${id}` });
    });

    test('a session that expires in the middle of the checkout loses nothing', async ({ open }) => {
      const page = await open('customer1', options);
      await fillCart(page);
      await page.goto('/checkout');
      await page.fill('[name=note_to_rider]', '벨을 누르지 말아 주세요');
      await page.context().clearCookies({ name: 'baedal_session' });
      await page.click('[data-action=pay]');
      await page.waitForURL(/\/login/);
      await page.fill('input[name=login]', 'customer1');
      await page.fill('input[name=password]', 'baedal-demo');
      await page.click('[data-action=login]');
      await page.waitForURL(/\/checkout/);
      await expect(page.locator('[name=note_to_rider]')).toHaveValue('벨을 누르지 말아 주세요');
      await page.click('[data-action=pay]');
      await page.waitForURL('**/orders/*');
    });

    test('an empty cart cannot be ordered, a wrong password is not let in', async ({ open }) => {
      const page = await open('customer2', options);
      await page.goto('/checkout');
      await expect(page.locator('[data-action=pay]')).toHaveCount(0);
      const stranger = await open(null, options);
      await stranger.goto('/login');
      await stranger.fill('input[name=login]', 'customer1');
      await stranger.fill('input[name=password]', 'wrong-password');
      await stranger.click('[data-action=login]');
      await expectSentence(stranger, /비밀번호/);
      await expect(stranger.locator('input#login')).toHaveValue('customer1');
      await expect(stranger.locator('input#password')).toHaveValue('');
    });
  });
}

test('tampered forms are refused: quantities, sold out, another store, another owner', async ({ open }) => {
  const page = await open('customer1', { expected: refused });
  await fillCart(page);
  const store = new URL(page.url()).pathname.split('/').pop() ?? '';
  const origin = new URL(page.url()).origin;
  const post = (path: string, form: Record<string, string>, by: Page = page) =>
    by.request.post(path, { headers: { accept: 'application/json', origin }, form });
  const item = (await page.locator('details[data-item-id]').first().getAttribute('data-item-id')) ?? '';
  const soldOut = (await page.locator('.item--sold_out').first().getAttribute('data-item-id')) ?? '';
  for (const form of [
    { store, item, quantity: '0' },
    { store, item, quantity: '10000' },
    { store, item: soldOut, quantity: '1' },
    { store, item: '00000000-0000-7000-8000-000000000000', quantity: '1' },
  ]) {
    const answer = await post('/api/cart/add', form);
    expect(answer.status(), JSON.stringify(form)).toBe(422);
  }
  const id = await checkOut(page, 'tok_approve');
  const stranger = await open('owner2', { viewport: WIDE });
  const rider = await open('rider1');
  expect((await post('/api/owner/accept', { order: id, key: 'k1', minutes: '20' }, stranger)).status()).toBe(404);
  expect((await post('/api/owner/accept', { order: id, key: 'k2', minutes: '20' }, rider)).status()).toBe(403);
  const other = await open('customer2', { expected: refused });
  expect((await other.goto(`/orders/${id}`))?.status()).toBe(404);
});

test('a declined card ends the order with its reason and nothing kept', async ({ open }) => {
  const page = await open('customer1');
  await order(page, 'tok_decline');
  await shows(page, 'payment_failed');
  await expect(page.locator('.timeline')).toContainText('승인');
});

test('of two riders one gets the job, and the other is told', async ({ open }) => {
  const customer = await open('customer1');
  const owner = await open('owner1', { viewport: WIDE });
  const [first, second] = [await open('rider1'), await open('rider2', { expected: refused, javaScriptEnabled: false })];
  const id = await order(customer);
  await owner.goto('/owner');
  const ticket = owner.locator(`[data-ticket="${id}"]`);
  for (const action of ['accept', 'start', 'finish']) {
    await ticket.locator(`[data-action=${action}]`).first().click();
    await expect(ticket.locator(`[data-action=${action}]`)).toHaveCount(0);
  }
  await first.goto('/rider');
  await expect(first.locator(`[data-job="${id}"] [data-action=claim]`)).toBeVisible();
  await second.goto('/rider');
  await first.locator(`[data-job="${id}"] [data-action=claim]`).click();
  await first.locator(`[data-job="${id}"] [data-action=arrive]`).waitFor();
  // The second still shows the list as it was.
  await second.locator(`[data-job="${id}"] [data-action=claim]`).click();
  await expectSentence(second, /다른 라이더/);
});
