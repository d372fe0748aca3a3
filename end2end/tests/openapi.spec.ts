import { expect, PHONE, test, WIDE } from './city';

test('the description of the API can be read and tried, under a content policy without anything inline', async ({ open }) => {
  const customer = await open('customer1', { viewport: PHONE });
  await customer.goto('/account');
  await customer.fill('[name=label]', '읽기');
  await customer.click('[data-action=make]');
  const token = await customer.locator('[data-made] input').inputValue();

  // What the policy turned away, the console would say, and the test would fail.
  const reader = await open(null, { viewport: WIDE });
  const answer = await reader.goto('/openapi/');
  expect(answer?.headers()['content-security-policy']).not.toContain('unsafe-inline');
  await reader.getByRole('button', { name: 'Authorize' }).first().click();
  await reader.locator('.modal-ux input').fill(token);
  await reader.locator('.modal-ux').getByRole('button', { name: 'Apply credentials' }).click();
  await reader.locator('.modal-ux .btn-done').click();
  const stores = reader.locator('.opblock', { has: reader.locator('[data-path="/stores"]') }).first();
  await stores.locator('.opblock-summary-control').click();
  await stores.getByRole('button', { name: 'Try it out' }).click();
  await stores.getByRole('button', { name: 'Execute' }).click();
  await expect(stores.locator('.live-responses-table .response-col_status').last()).toContainText('200');
  await expect(stores.locator('.live-responses-table')).toContainText('_embedded');
});
