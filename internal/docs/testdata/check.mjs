// Holds pages of gen docs against html-validate, axe and a browser: they
// validate, axe finds no serious violation in light and dark, they read without
// a script, the search finds, and nothing is logged as an error.
//
//	node check.mjs CHROMIUM DIR [SCREENSHOT]
//
// The three packages come from where html-validate's command is, which make puts
// into PATH. A screenshot of one page is taken when a file is named for it.
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const bin = process.env.PATH.split(delimiter).find((dir) => existsSync(join(dir, "html-validate")));
if (!bin) throw new Error("html-validate is not in PATH: run make docs-check");
const require = createRequire(join(resolve(bin, ".."), "_"));
const { HtmlValidate } = require("html-validate");
const puppeteer = require("puppeteer-core");
const axe = require.resolve("axe-core/axe.min.js");

const [chromium, dir, screenshot] = process.argv.slice(2);
const root = resolve(dir);
const problems = [];
const pages = readdirSync(root, { recursive: true }).filter((name) => name.endsWith(".html")).sort();
// The browser sees every index, and every STEP-th of the other pages, which come
// from two templates: axe takes seconds for each.
const step = Number(process.env.STEP || 16);
const sample = pages.filter((name, i) => name.endsWith("index.html") || i % step === 0);
const url = (name) => pathToFileURL(join(root, name)).href;

await validate();
console.log(`${pages.length} pages validated`);
const browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox", "--allow-file-access-from-files"] });
try {
  await look("light", sample, {});
  await look("dark", sample, { runOnly: ["color-contrast", "link-in-text-block"] });
  for (const name of pages.filter((name) => /index\.html$/.test(name) && existsSync(join(root, name, "../services")))) await search(name);
  await plain(pages.find((name) => /services/.test(name)));
  if (screenshot) await shoot(screenshot);
} finally {
  await browser.close();
}
for (const problem of problems.slice(0, 50)) console.error(problem);
console.log(`${sample.length} pages seen in the browser, ${problems.length} problems`);
process.exitCode = problems.length ? 1 : 0;

async function validate() {
  const validator = new HtmlValidate({
    extends: ["html-validate:recommended"],
    rules: {
      "long-title": "off", // names come from documents
      "no-trailing-whitespace": "off", // so do texts
    },
  });
  for (const name of pages) {
    const report = await validator.validateFile(join(root, name));
    for (const { messages } of report.results)
      for (const m of messages) problems.push(`${name}:${m.line}:${m.column}: ${m.ruleId}: ${m.message}`);
  }
}

// open makes a tab that notes what goes wrong in it.
async function open(scheme) {
  const page = await browser.newPage();
  await page.setViewport({ width: 1400, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  const note = (what) => problems.push(`${relative(root, new URL(page.url()).pathname)} (${scheme}): ${what}`);
  page.on("console", (message) => message.type() === "error" && note(message.text()));
  page.on("pageerror", (error) => note(error.message));
  page.on("requestfailed", (request) => note(`cannot load ${request.url()}`));
  return { page, note };
}

// look runs axe over pages.
async function look(scheme, names, options) {
  const { page, note } = await open(scheme);
  for (const name of names) {
    await page.goto(url(name));
    await page.addScriptTag({ path: axe });
    const { violations } = await page.evaluate((o) => window.axe.run(document, { resultTypes: ["violations"], ...o }), options);
    for (const v of violations) note(`axe: ${v.impact}: ${v.id}: ${v.help}: ${v.nodes[0].html.slice(0, 160)}`);
  }
  await page.close();
}

// search types the name of an operation that the index lists, and opens it.
async function search(name) {
  const { page, note } = await open("light");
  await page.goto(url(name));
  const wanted = await page.$eval(".calls a", (a) => ({ href: a.href, text: a.textContent, service: a.closest("section").querySelector("h3").textContent }));
  await page.keyboard.press("/");
  await page.keyboard.type(`${wanted.service}.${wanted.text}`);
  await page.waitForSelector(".search li", { timeout: 5000 }).catch(() => note("the search finds nothing"));
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.addScriptTag({ path: axe });
  const { violations } = await page.evaluate(() => window.axe.run(document.querySelector("#search")));
  for (const v of violations) note(`axe, results shown: ${v.impact}: ${v.id}: ${v.nodes[0].html.slice(0, 160)}`);
  await Promise.all([page.waitForNavigation({ timeout: 5000 }), page.keyboard.press("Enter")]).catch(() => note("Enter opens nothing"));
  if (page.url() !== wanted.href) note(`the search for ${wanted.service}.${wanted.text} led here, not to ${wanted.href}`);
  await page.close();
}

// plain reads a page without scripts.
async function plain(name) {
  const { page, note } = await open("light");
  await page.setJavaScriptEnabled(false);
  await page.goto(url(name));
  const seen = await page.evaluate(() => ({
    search: document.querySelector("#search").getBoundingClientRect().height,
    operations: document.querySelectorAll(".operation h2").length,
  }));
  if (seen.search !== 0) note("without scripts, the search shows");
  if (seen.operations === 0) note("without scripts, no operation shows");
  await page.close();
}

async function shoot(file) {
  const { page } = await open("light");
  await page.setViewport({ width: 1300, height: 760 });
  await page.goto(url("ctrlhub/services/contacts.html"));
  await page.screenshot({ path: file });
  await page.close();
}
