import type { Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, fillCart, fillStore, order, shows, test, WIDE, PHONE } from './city';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

type Finding = { id: string; nodes: { html: string; failureSummary?: string }[] };

/** Both themes have the same elements: what the light one has shown in full, the dark one is asked of its colours alone. */
const THEMES = [
  ['light', {}],
  ['dark', { runOnly: ['color-contrast', 'link-in-text-block'] }],
] as const;

async function check(page: Page, what: string) {
  // Evaluated, not added as a script: the pages' content policy allows none but their own.
  await page.evaluate(axe);
  for (const [colorScheme, options] of THEMES) {
    await page.emulateMedia({ colorScheme });
    await checkTheme(page, `${what}, ${colorScheme}`, options);
  }
}

async function checkTheme(page: Page, what: string, options: object) {
  // What fades in has no contrast yet. What never ends, such as a pulse, is looked at as it is; what is held up never finishes.
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every((one) => one.playState !== 'running' || one.effect?.getComputedTiming().endTime === Infinity),
  );
  const findings = await page.evaluate(async (options) => {
    const { axe } = window as unknown as { axe: { run: (o: object) => Promise<{ violations: Finding[] }> } };
    return (await axe.run({ ...options, resultTypes: ['violations'] })).violations;
  }, options);
  const said = findings.map((finding: Finding) => `${finding.id}: ${finding.nodes.map((node) => node.html.slice(0, 200)).join(' | ')}`);
  expect(said, `${what} at ${page.url()}`).toEqual([]);
}

// These two take longer than most others together: any worker that is free takes one.
test.describe.configure({ mode: 'parallel' });

for (const [lang, locale] of [
  ['ko', 'ko-KR'],
  ['en', 'en-GB'],
] as const) {
  test(`axe finds nothing on any page, light or dark: ${lang}`, async ({ open, city }) => {
    test.setTimeout(900_000);
    const options = { locale, viewport: PHONE };
    const look = async (page: Page, path: string, what: string) => {
      // A page that follows what happens may just then load itself anew.
      await expect(() => page.goto(path)).toPass();
      await expect(page.locator('html')).toHaveAttribute('lang', lang);
      await check(page, what);
    };
    const stranger = await open(null, { ...options, expected: [/404/] });
    await look(stranger, '/', 'stores');
    await look(stranger, '/login', 'login');
    await look(stranger, '/signup', 'sign-up');
    await look(stranger, '/signup/rider', 'sign-up of a rider');
    await look(stranger, '/signup/owner', 'sign-up of an owner');
    await fillStore(stranger, `axe-${lang}`, { menu: '콜라', radius_m: '3km' });
    await stranger.click('[data-action=apply]');
    await expect(stranger.getByRole('alert').first()).toBeVisible();
    await check(stranger, 'sign-up of an owner with errors');
    const applicant = await open(null, options);
    await applicant.goto('/signup/owner');
    await fillStore(applicant, `axe-${lang}`);
    await applicant.click('[data-action=apply]');
    await expect(applicant.locator('[data-application=filed]')).toBeVisible();
    await check(applicant, 'an application that waits');
    await look(stranger, '/nowhere', 'no such page');

    const customer = await open('customer1', { ...options, expected: [/422/] });
    await look(customer, '/cart', 'empty cart');
    await fillCart(customer);
    await check(customer, 'menu with a cart');
    await customer.locator('details[data-item-id] > summary').nth(1).click();
    await check(customer, 'menu with an open item');
    await look(customer, '/cart', 'cart');
    await look(customer, '/cards', 'cards');
    await look(customer, '/checkout', 'checkout');
    await customer.fill('input[name=phone]', 'x');
    await customer.click('[data-action=pay]');
    await expect(customer.getByRole('alert').first()).toBeVisible();
    await check(customer, 'checkout with errors');
    await fillCart(customer);
    const ids = [await order(customer)];
    await shows(customer, 'received');
    await check(customer, 'an order that was received');
    await look(customer, `/orders/${ids[0]}/change`, 'changing an order');
    await customer.locator('.more__summary').first().click();
    await check(customer, 'everything that can be added');
    ids.push(await order(customer, 'tok_decline'));
    await shows(customer, 'payment_failed');
    await check(customer, 'an order whose payment was declined');
    await look(customer, '/orders', 'my page');
    await look(customer, '/inbox', 'the inbox');
    await look(customer, '/account', 'the account page');
    await customer.click('[data-action=make]');
    await expect(customer.locator('[data-made]')).toBeVisible();
    await check(customer, 'a token that was just made');
    await customer.locator('[data-token] .more--danger > summary').first().click();
    await check(customer, 'revoking a token');

    const owner = await open('owner1', { ...options, viewport: WIDE });
    await look(owner, '/owner', 'board');
    const ticket = owner.locator(`[data-ticket="${ids[0]}"]`);
    for (const action of ['accept', 'start', 'finish']) {
      await ticket.locator(`[data-action=${action}]`).first().click();
      await expect(ticket.locator(`[data-action=${action}]`)).toHaveCount(0);
      await check(owner, `board after ${action}`);
    }
    await look(owner, `/owner/orders/${ids[0]}`, 'timeline for the store');
    await look(owner, '/inbox', 'the inbox of a store');
    const operator = await open('operator', { ...options, viewport: WIDE, expected: [/422/] });
    await look(operator, '/operator', 'console');
    const application = operator.locator('[data-applicant]').first();
    await application.locator('[data-dishes] > summary').click();
    await application.locator('.more--danger > summary').click();
    await check(operator, 'console with an application');
    await application.locator('input[name=reason]').fill('메뉴를 더 적어 주세요');
    await application.locator('[data-action=refuse]').click();
    await expect(operator.locator('[data-applicant]')).toHaveCount(0);
    await look(applicant, '/application', 'an application that was refused');
    await look(operator, `/operator?q=${ids[0]}`, 'an order that was found');
    await look(operator, '/operator?q=pizza', 'a number that is none');
    await look(operator, `/operator/orders/${ids[0]}`, 'an order for the operator');
    await operator.locator('details.more--danger > summary').click();
    await check(operator, 'ending an order');
    await look(operator, '/operator/settlement', 'settlement');
    await look(operator, '/operator/settlement?day=2026-02-30', 'settlement of a day that does not exist');
    const rider = await open('rider1', options);
    await look(rider, '/inbox', 'the inbox of a rider');
    await look(rider, '/rider', 'jobs');
    const job = rider.locator(`[data-job="${ids[0]}"]`);
    await expect(job).toBeVisible();
    await check(rider, 'a job');
    await job.locator('[data-action=claim]').click();
    await job.locator('[data-action=arrive]').waitFor();
    await check(rider, 'own job');
    expect(city.said()).not.toContain('ERROR');
  });
}
