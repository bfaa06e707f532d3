// Opens the pages in a real browser and prints what it saw as JSON: node browser.cjs <node_modules> <chromium> <folder>
"use strict";
const [, , modules, executablePath, folder] = process.argv;
const { chromium } = require(modules + "/playwright-core");
const axe = require.resolve(modules + "/axe-core/axe.min.js");
const options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"];

const seen = { axe: {}, overflow: {}, requests: [], trouble: [], facts: {} };

async function page(browser, language, settings) {
  const context = await browser.newContext(settings);
  const opened = await context.newPage();
  opened.on("request", (request) => { if (!request.url().startsWith("file://")) seen.requests.push(request.url()); });
  opened.on("console", (message) => seen.trouble.push(message.text()));
  opened.on("pageerror", (error) => seen.trouble.push(String(error)));
  opened.on("dialog", async (dialog) => { seen.trouble.push("dialog " + dialog.message()); await dialog.dismiss(); });
  await opened.goto(`file://${folder}/${language}.html`);
  return opened;
}

async function look(browser, language, colorScheme, width) {
  const name = `${language} ${colorScheme} ${width}`;
  const opened = await page(browser, language, { bypassCSP: true, colorScheme, viewport: { width, height: 900 } });
  seen.overflow[name] = [await overflow(opened)];
  await opened.addScriptTag({ path: axe });
  const closed = await opened.evaluate(judge);
  await opened.evaluate(() => document.querySelectorAll("details").forEach((box) => { box.open = true; }));
  seen.overflow[name].push(await overflow(opened));
  const open = await opened.evaluate(judge);
  seen.axe[name] = { violations: [...closed.violations, ...open.violations], passes: closed.passes + open.passes };
  await opened.context().close();
}

async function judge() {
  const result = await window.axe.run(document, { resultTypes: ["violations"] });
  const violations = result.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join(" | ")}`);
  return { violations, passes: result.passes.length };
}

const overflow = (opened) => opened.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

async function use(browser) {
  const facts = seen.facts;
  const opened = await page(browser, "en", { viewport: { width: 1200, height: 900 } });
  await opened.keyboard.press("Tab");
  facts.firstFocus = await opened.evaluate(() => document.activeElement.getAttribute("href"));
  await opened.keyboard.press("Enter");
  facts.afterSkip = await opened.evaluate(() => document.activeElement.id);

  await opened.click("summary:has-text('IFC-02')");
  const link = opened.locator("#c-IFC-02 .units a").first();
  await link.click();
  facts.findingSeen = await opened.locator(":target mark").first().isVisible();
  await opened.locator(":target a[href^='#x-']").first().click();
  facts.exchangeSeen = await opened.locator(":target .headers").first().isVisible();

  await opened.click("#filter button[data-outcome='fail']");
  facts.rows = await opened.locator("tr[data-outcomes]").count();
  facts.failing = await opened.locator("tr[data-outcomes]:visible").count();
  facts.status = await opened.locator("#filter-status").textContent();
  await opened.click(".buttons[data-for='failed'] button[data-do='expand']");
  facts.expanded = await opened.evaluate(() => document.querySelectorAll("#failed details.finding:not([open])").length);
  await opened.context().close();
}

async function withoutScript(browser) {
  const opened = await page(browser, "en", { javaScriptEnabled: false, viewport: { width: 1200, height: 900 } });
  const address = await opened.locator(".exchange .body").first().getAttribute("id");
  await opened.goto(opened.url() + "#" + address);
  seen.facts.revealedWithoutScript = await opened.locator(`#${address} .headers`).first().isVisible();
  seen.facts.buttonsWithoutScript = await opened.locator(".buttons:visible").count();
  await opened.context().close();
}

async function print(browser) {
  const opened = await page(browser, "en", { viewport: { width: 800, height: 900 } });
  await opened.pdf({ path: `${folder}/en.pdf`, format: "A4" });
  await opened.context().close();
}

(async () => {
  const browser = await chromium.launch({ executablePath, args: options });
  try {
    await look(browser, "en", "light", 390);
    await look(browser, "en", "dark", 1400);
    await look(browser, "de", "dark", 320);
    await look(browser, "de", "light", 1400);
    await look(browser, "en-levels", "light", 1400);
    await look(browser, "de-levels", "dark", 320);
    await use(browser);
    await withoutScript(browser);
    await print(browser);
  } finally {
    await browser.close();
  }
  process.stdout.write(JSON.stringify(seen));
})().catch((error) => { process.stderr.write(String(error.stack || error)); process.exit(1); });
