import { checkOut, expect, fillCart, fillStore, hydrated, live, PHONE, shows, test, WIDE } from './city';

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with JavaScript' : 'without JavaScript';
  const login = javaScriptEnabled ? 'saebom' : 'gaeul';

  test(`an owner signs up, is refused, corrects it, is approved and gets an order, ${how}`, async ({ open }) => {
    // The page that asks for the decision is told by a 403 that it is an applicant's no longer.
    const owner = await open(null, { viewport: PHONE, javaScriptEnabled, expected: [/403/] });
    const operator = await open('operator', { viewport: WIDE, javaScriptEnabled, expected: [/422/] });
    await owner.goto('/login');
    await owner.locator('a[href="/signup/owner"]').click();
    await owner.waitForURL('**/signup/owner');
    if (javaScriptEnabled) await hydrated(owner);

    // Wrong fields say so at their place, and nothing is lost but the password.
    await fillStore(owner, login, { menu: '# 피자\n마르게리타', radius_m: '3km' });
    await owner.locator('label:has(input[name=day][value="6"])').click();
    await owner.click('[data-action=apply]');
    await expect(owner.locator('#menu-error')).toContainText('2번째 줄');
    await expect(owner.locator('#radius_m-error')).toBeVisible();
    await expect(owner.locator('[name=store_name]')).toHaveValue(`${login} 화덕`);
    await expect(owner.locator('[name=menu]')).toHaveValue('# 피자\n마르게리타');
    await expect(owner.locator('[name=kind]')).toHaveValue('pizza');
    await expect(owner.locator('[name=day][value="6"]')).not.toBeChecked();
    await expect(owner.locator('[name=day][value="5"]')).toBeChecked();
    await expect(owner.locator('[name=password]')).toHaveValue('');
    if (javaScriptEnabled) {
      await operator.goto('/operator');
      await live(operator);
    }
    await owner.locator('label:has(input[name=day][value="6"])').click();
    await fillStore(owner, login, { radius_m: '3000' });
    await owner.click('[data-action=apply]');
    await owner.waitForURL('**/application');
    await expect(owner.locator('[data-application=filed]')).toBeVisible();
    await owner.goto('/owner');
    await expect(owner).toHaveURL(/\/application$/);

    // An open console shows it by itself.
    if (!javaScriptEnabled) await operator.goto('/operator');
    const one = operator.locator('[data-applicant]', { hasText: `${login} 화덕` });
    await expect(one).toContainText('02-123-4567');
    await expect(one.locator('[data-dishes="2"]')).toBeVisible();
    await one.locator('.more--danger > summary').click();
    // The browser asks for a reason; that blanks are none, the server says.
    await expect(one.locator('input[name=reason]')).toHaveAttribute('required');
    await one.locator('input[name=reason]').fill('   ');
    await one.locator('[data-action=refuse]').click();
    await expect(one.getByRole('alert').filter({ hasText: '이유' })).toBeVisible();
    await expect(one).toBeVisible();
    if ((await one.locator('details.more--danger[open]').count()) === 0) await one.locator('.more--danger > summary').click();
    await one.locator('input[name=reason]').fill('소개를 더 적어 주세요');
    await one.locator('[data-action=refuse]').click();
    await expect(one).toHaveCount(0);

    // With JavaScript the applicant's page notices it.
    if (!javaScriptEnabled) await owner.goto('/application');
    await expect(owner.locator('[data-reason]')).toContainText('소개를 더 적어 주세요');
    await expect(owner.locator('[name=description]')).toHaveValue('장작불에 굽는 피자');
    await owner.fill('[name=description]', '장작불에 굽는 나폴리 피자');
    await owner.click('[data-action=again]');
    await expect(owner.locator('[data-application=filed]')).toBeVisible();
    if (!javaScriptEnabled) await operator.goto('/operator');
    await expect(one).toContainText('나폴리');
    await one.locator('[data-action=approve]').click();
    await expect(one).toHaveCount(0);
    if (!javaScriptEnabled) await owner.goto('/application');
    await owner.waitForURL('**/owner');

    const customer = await open('customer1', { viewport: PHONE });
    await fillCart(customer, `${login} 화덕`);
    const id = await checkOut(customer, 'tok_approve');
    await shows(customer, 'received');
    await owner.goto('/owner');
    await owner.locator(`[data-ticket="${id}"] [data-action=accept]`).click();
    await shows(customer, 'accepted');
  });

  test(`a rider signs up, is approved and goes on duty, ${how}`, async ({ open }) => {
    const rider = await open(null, { viewport: PHONE, javaScriptEnabled });
    const operator = await open('operator', { viewport: PHONE, javaScriptEnabled });
    await rider.goto('/signup');
    await rider.locator('a[href="/signup/rider"]').click();
    await rider.waitForURL('**/signup/rider');
    const name = javaScriptEnabled ? 'dalim' : 'baram';
    for (const [field, text] of Object.entries({ login: name, password: 'baedal-demo', name, phone: '010-9000-0002', about: '자전거로 달려요' })) {
      await rider.fill(`#main [name=${field}]`, text);
    }
    await rider.click('[data-action=apply]');
    await rider.waitForURL('**/application');
    await operator.goto('/operator');
    const one = operator.locator('[data-applicant]', { hasText: name });
    await expect(one).toContainText('자전거로 달려요');
    await one.locator('[data-action=approve]').click();
    await expect(one).toHaveCount(0);
    await rider.goto('/application');
    await rider.waitForURL('**/rider');
    await expect(rider.locator('#main')).toBeVisible();
    await rider.locator('[data-action=duty]').first().click();
    await expect(rider.locator('[data-duty=on]')).toBeVisible();
  });
}
