import { defineConfig } from '@playwright/test';

/** Debian's Chromium, or the one that CHROMIUM names. Nothing is downloaded. */
export default defineConfig({
  testDir: './tests',
  outputDir: './results',
  timeout: 240_000,
  expect: { timeout: 30_000 },
  // A file is one worker's, but for accessibility. Each worker has a server of its own.
  workers: 2,
  retries: 0,
  forbidOnly: !!process.env.CI,
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    locale: 'ko-KR',
    timezoneId: 'Asia/Seoul',
    // A trace of every test takes as long as the tests: `--trace on` for the one that is looked into.
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
