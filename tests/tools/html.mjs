// Opens an HTML report in Chromium and does one check. Usage: node html.mjs CHECK FILE
import { chromium } from "playwright-core";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import assert from "node:assert/strict";

const [check, file] = process.argv.slice(2);
const url = pathToFileURL(file).href;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// Chromium has no sandbox for root, as in many containers.
const args = process.getuid() === 0 ? ["--no-sandbox"] : [];
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args });

async function open(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const seen = { requests: [], complaints: [] };
  page.on("request", (request) => seen.requests.push(request.url()));
  page.on("console", (message) => seen.complaints.push(message.text()));
  page.on("pageerror", (error) => seen.complaints.push(String(error)));
  page.on("dialog", (dialog) => seen.complaints.push(dialog.message()));
  await page.goto(url);
  return { page, seen };
}

const findings = (page) => page.locator("li[data-label]:not([hidden])");
const status = (page) => page.locator("#shown").textContent();

async function violations(page) {
  await page.evaluate(axe);
  const result = await page.evaluate(() => axe.run({ resultTypes: ["violations"] }));
  return result.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).slice(0, 3)}`);
}

const checks = {
  async accessible() {
    for (const colorScheme of ["light", "dark"]) {
      for (const width of [1280, 400]) {
        const { page, seen } = await open({ colorScheme, viewport: { width, height: 900 } });
        assert.deepEqual(await violations(page), [], `${colorScheme} ${width}, closed`);
        await page.getByRole("button", { name: "Open all" }).click();
        await page.evaluate(() => document.querySelectorAll(".rule").forEach((r) => { r.open = true; }));
        assert.deepEqual(await violations(page), [], `${colorScheme} ${width}, open`);
        assert.deepEqual(seen, { requests: [url], complaints: [] });
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wider <= 0, `the page scrolls sideways by ${wider} pixels at ${width}`);
      }
    }
    // The check can fail.
    const { page } = await open();
    await page.evaluate(() => { document.querySelector("h1").style.color = "#eee"; });
    assert.notDeepEqual(await violations(page), []);
  },

  async keyboard() {
    const { page } = await open();
    const focus = async (matches) => {
      for (let i = 0; i < 200; i += 1) {
        await page.keyboard.press("Tab");
        if (await page.evaluate((m) => document.activeElement.matches(m), matches)) return;
      }
      assert.fail(`Tab never reaches ${matches}`);
    };
    await focus(".skip");
    await page.keyboard.press("Enter");
    await focus("[name=text]");
    await page.keyboard.type("docker.sock");
    assert.match(await status(page), /^1 of /);
    assert.equal(await findings(page).count(), 1);
    await focus("summary");
    await page.keyboard.press("Enter");
    await assert.doesNotReject(findings(page).locator(".evidence").waitFor());
    await page.keyboard.press("Shift+Tab");
    // Back to the search field: Escape empties it, as in any browser.
    await page.locator("[name=text]").focus();
    await page.keyboard.press("Escape");
    await focus("[name=namespace]");
    await page.keyboard.type("kube-system");
    const names = await page.locator("tbody[data-namespace]:not([hidden])")
      .evaluateAll((bodies) => bodies.map((body) => body.dataset.namespace));
    assert.deepEqual([...new Set(names)], ["kube-system"]);
    await focus("[type=reset]");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => /^(\d+) of \1 /.test(document.getElementById("shown").textContent));
    await focus("[name=rule]");
    await page.keyboard.type("host-path");
    assert.match(await status(page), /^3 of .*, 3 of /);
    await focus("[value=critical]");
    await page.keyboard.press("Space");
    assert.match(await status(page), /^0 of .*, 0 of /);
    await focus("[type=reset]");
    await page.keyboard.press("Enter");
    const first = () => page.locator("#of-workloads tbody th").first().textContent();
    await focus("#of-workloads th:first-child button");
    await page.keyboard.press("Enter");
    assert.equal(await first(), "CronJob/nightly-report");
    await page.keyboard.press("Enter");
    assert.equal(await first(), "StatefulSet/search");
    const sorted = page.locator("#of-workloads thead th").first();
    assert.equal(await sorted.getAttribute("aria-sort"), "descending");
    await page.locator("#of-workloads").getByRole("button", { name: "Pods" }).press("Enter");
    assert.match(await first(), /node-agent|demo-app|storefront/);
  },

  async without_script() {
    const { page, seen } = await open({ javaScriptEnabled: false });
    assert.equal(await page.locator("#filter").isVisible(), false);
    const detail = page.locator("tbody details").first();
    assert.equal(await detail.locator(".evidence").first().isVisible(), false);
    await detail.locator("summary").press("Enter");
    assert.equal(await detail.locator(".evidence").first().isVisible(), true);
    // A link from the head of the page opens what it leads to.
    const link = page.locator(".first .places a").nth(1);
    const target = page.locator(await link.getAttribute("href"));
    assert.equal(await target.isVisible(), false);
    await link.press("Enter");
    assert.equal(await target.isVisible(), true);
    const rule = page.locator(".first h3 a").first();
    await rule.press("Enter");
    assert.equal(await page.locator(await rule.getAttribute("href")).isVisible(), true);
    assert.deepEqual(seen, { requests: [url], complaints: [] });
  },

  async print() {
    const { page } = await open({ javaScriptEnabled: false, colorScheme: "dark" });
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator("#filter").isVisible(), false);
    for (const detail of await page.locator("tbody .evidence").all()) {
      assert.ok((await detail.boundingBox())?.height > 5, "closed details are not printed");
    }
    const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(paper, "rgb(255, 255, 255)");
  },

  async hostile() {
    const { page, seen } = await open();
    await page.getByRole("button", { name: "Open all" }).click();
    assert.equal(await page.evaluate(() => typeof pwned), "undefined");
    assert.equal(await page.locator("script").count(), 1);
    assert.equal(await page.locator("img, svg, iframe, object, embed, link, b:not(summary b)").count(), 0);
    const links = await page.locator("a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
    assert.deepEqual(links.filter((href) => !/^(#|https:\/\/)/.test(href)), []);
    const text = await page.locator("body").innerText();
    for (const literal of [
      "<script>pwned=1</script>", "</script><img src=x onerror=pwned=1>", "\\u{202e}gnp.exe:<b>1</b>",
      "\\u{1b}[31m", "[x](javascript:pwned=1)", "{{7*7}}${pwned}<!-- -->", "\\u{0}\\u{7}\\u{200b}",
    ]) assert.ok(text.includes(literal), `no ${literal} in the page`);
    assert.ok(!/[\u202a-\u202e\u2066-\u2069\u200b\u001b]/.test(text), "an invisible mark");
    const names = await page.locator("tbody[data-namespace] :is(th, .where)").all();
    for (const name of names) assert.ok(await name.locator("bdi").count() > 0, "a name is not isolated");
    assert.deepEqual(seen, { requests: [url], complaints: [] });
    // Attributes hold the names as they are: filtering by one finds its objects.
    await page.locator("[name=namespace]").selectOption("<script>pwned=1</script>");
    assert.ok(await findings(page).count() > 5);
    assert.deepEqual(await violations(page), []);
  },

  async many() {
    const { page } = await open();
    const all = await findings(page).count();
    assert.ok(all > 19_900 && all <= 20_000, `${all} findings`);
    assert.ok(await page.locator("#cut").isVisible());
    await page.locator("[name=text]").fill("web-1234");
    assert.match(await status(page), /, 1 of /);
    await page.locator("tbody:not([hidden]) summary").first().click();
    await findings(page).first().locator(".evidence").waitFor();
    await page.locator("[name=text]").fill("");
    await page.locator("[name=namespace]").selectOption("team-1");
    const here = Number((await status(page)).split(" ")[0]);
    assert.ok(here > all / 50 && here < all / 30, `${here} in one of 40 namespaces`);
    await page.locator("#of-workloads").getByRole("button", { name: "Workload" }).click();
    await page.getByRole("button", { name: "Reset" }).click();
    await page.waitForFunction(() => /^(\d+) of \1 /.test(document.getElementById("shown").textContent));
    assert.match(await page.locator("#of-workloads tbody th").first().textContent(), /^Pod\/web-0 /);
  },

  async incomplete() {
    const { page } = await open();
    const banner = page.locator(".incomplete");
    const { y } = await banner.boundingBox();
    assert.ok(y < 300, "the banner is not at the top");
    assert.match(await banner.innerText(), /INCOMPLETE|Incomplete/);
    assert.match(await banner.innerText(), /half\.json/);
    assert.deepEqual(await violations(page), []);
  },
};

try {
  await checks[check]();
} finally {
  await browser.close();
}
