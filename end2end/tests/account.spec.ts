import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { City, expect, expectNotReloaded, freePort, hydrated, logIn, mark, PHONE, test, WIDE } from './city';

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with JavaScript' : 'without JavaScript';

  test(`a token is made, shown once, used and revoked, ${how}`, async ({ open, city }) => {
    const page = await open('customer1', { viewport: PHONE, javaScriptEnabled });
    const label = `주문 봇 ${javaScriptEnabled}`;
    // From the bar at the top of every page.
    await page.locator('.menu > summary').click();
    await page.locator('.menu__panel a[href="/account"]').click();
    await page.waitForURL('**/account');
    await expect(page.locator('#main')).toContainText('customer1');
    await expect(page.locator('#main')).toContainText('고객');
    await expect(page.locator('a[href="/openapi"]')).toBeVisible();
    await expect(page.locator('a[href="/webhooks"]')).toBeVisible();
    if (javaScriptEnabled) {
      await hydrated(page);
      await mark(page);
    }

    await page.fill('[name=label]', label);
    await page.locator('label:has(input[name=term][value="365"])').click();
    await page.click('[data-action=make]');
    const field = page.locator('[data-made] input');
    await expect(field).toHaveValue(/^bdl_[\w-]{43}$/);
    await expect(field).toBeFocused();
    const secret = await field.inputValue();
    const copy = page.locator('[data-action=copy]');
    if (javaScriptEnabled) {
      await expectNotReloaded(page);
      // The form is ready for another one.
      await expect(page.locator('[name=label]')).toHaveValue('');
      await copy.click();
      await expect(page.locator('.toast')).toContainText('복사했어요');
      // What was copied is what was shown.
      await page.locator('[name=label]').focus();
      await page.keyboard.press('Control+V');
      await expect(page.locator('[name=label]')).toHaveValue(secret);
    } else {
      await expect(copy).toBeHidden();
    }
    const token = page.locator('[data-token]', { hasText: label });
    await expect(token).toContainText('아직 없음');

    const call = (bearer: string) =>
      fetch(`${city.url}/api/orders/list`, {
        method: 'POST',
        headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/x-www-form-urlencoded' },
        body: 'page=0',
      });
    expect((await call(secret)).status).toBe(200);

    // Loaded again, the page has forgotten it.
    await page.reload();
    await expect(page.locator('[data-made]')).toHaveCount(0);
    await expect(page.locator('#main')).toContainText('만들 때 한 번만 보여요');
    expect(await page.content()).not.toContain(secret);
    await expect(async () => {
      await page.goto('/account');
      await expect(token).not.toContainText('아직 없음', { timeout: 500 });
    }).toPass();
    await expect(page.locator('#main')).not.toContainText('만들 때 한 번만 보여요');

    if (javaScriptEnabled) {
      await hydrated(page);
      await mark(page);
    }
    // It asks first.
    await expect(token.locator('[data-action=revoke]')).toBeHidden();
    await token.locator('.more--danger > summary').click();
    await token.locator('[data-action=revoke]').click();
    await expect(token).toHaveCount(0);
    if (javaScriptEnabled) {
      await expectNotReloaded(page);
      await expect(page.locator('.toast')).toContainText('폐기했어요');
    }
    const refused = await call(secret);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  });

  test(`a refused form keeps what was typed, ${how}`, async ({ open }) => {
    const page = await open('owner1', { viewport: WIDE, javaScriptEnabled, expected: [/409/, /422/] });
    await page.goto('/account');
    if (javaScriptEnabled) await hydrated(page);
    await page.locator('[name=label]').evaluate((field) => field.removeAttribute('maxlength'));
    await page.fill('[name=label]', '가'.repeat(61));
    await page.locator('label:has(input[name=term][value="never"])').click();
    await page.click('[data-action=make]');
    await expect(page.locator('#label-error')).toContainText('60자 이내');
    await expect(page.locator('[name=label]')).toHaveValue('가'.repeat(61));
    await expect(page.locator('input[name=term][value="never"]')).toBeChecked();
    await expect(page.locator('[data-token]')).toHaveCount(0);
  });
}

test('a secret is told to nobody else, and revoking right after making forgets it', async ({ open }) => {
  const page = await open('rider1', { viewport: PHONE });
  await page.goto('/account');
  await hydrated(page);
  await page.click('[data-action=make]');
  await expect(page.locator('[data-made]')).toBeVisible();
  await expect(page.locator('[data-made]')).toContainText('API 토큰');
  const other = await open('rider2', { viewport: PHONE });
  await other.goto(new URL(page.url()).pathname + new URL(page.url()).search);
  await expect(other.locator('[data-made]')).toHaveCount(0);
  await expect(other.locator('[data-token]')).toHaveCount(0);
  await page.locator('[data-token] .more--danger > summary').click();
  await page.locator('[data-action=revoke]').click();
  await expect(page.locator('[data-token]')).toHaveCount(0);
  await expect(page.locator('[data-made]')).toHaveCount(0);
  await expect(page).toHaveURL(/\/account$/);
  await page.goBack();
  await expect(page.locator('[data-made]')).toHaveCount(0);
});

test('the account’s menu closes by itself', async ({ open }) => {
  const page = await open('customer1', { viewport: PHONE });
  await page.goto('/');
  await hydrated(page);
  const menu = page.locator('details.menu');
  const handle = menu.locator('> summary');
  const closes = async (how: () => Promise<unknown>) => {
    await handle.click();
    await expect(menu).toHaveAttribute('open');
    await how();
    await expect(menu).not.toHaveAttribute('open');
  };
  await closes(() => page.keyboard.press('Escape'));
  await expect(handle).toBeFocused();
  // Beside everything, in the page's margin.
  await closes(() => page.mouse.click(4, 600));
  await closes(() => page.locator('input[type=search]').focus());
  await mark(page);
  // A choice leads on within the page, and the menu is out of the way.
  await closes(() => menu.locator('a[href="/orders"]').click());
  await expect(page).toHaveURL(/\/orders$/);
  await expectNotReloaded(page);
  await closes(() => menu.locator('a[href="/orders"]').click());
});

test('the secret of a webhook can be copied, and is shown once', async ({ browser }) => {
  const folder = mkdtempSync(join(tmpdir(), 'baedal-e2e-'));
  // The receiver may be this machine: nobody's name has to be looked up.
  const city = new City(await freePort(), folder, ['--webhook-allow-private']);
  await city.start();
  try {
    const context = await browser.newContext({ viewport: PHONE, baseURL: city.url });
    const page = await context.newPage();
    await logIn(page, city, 'customer2', '/webhooks');
    await hydrated(page);
    await page.fill('[name=url]', `http://127.0.0.1:${city.port}/nobody`);
    await page.click('[data-action=register]');
    const field = page.locator('input[data-secret]');
    await expect(field).toHaveValue(/^whsec_/);
    await expect(field).toBeFocused();
    const secret = await field.inputValue();
    await page.click('[data-action=copy]');
    await expect(page.locator('.toast')).toContainText('복사했어요');
    await page.locator('[name=url]').fill('');
    await page.keyboard.press('Control+V');
    await expect(page.locator('[name=url]')).toHaveValue(secret);
    await page.goto('/webhooks');
    await expect(page.locator('[data-webhook]')).toHaveCount(1);
    expect(await page.content()).not.toContain(secret);
    await context.close();
  } finally {
    await city.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
