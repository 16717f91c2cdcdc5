"""Open every page of the built site in a browser, as wide as a desk and as a phone: `python docs/look.py build/docs`.

What would not be seen in the sources is told: errors in the console, requests that leave the site, formulas that are
not set, pictures that are missing, text that is wider than the window.  A second argument is a folder for
photographs.  It needs playwright, and Chromium or Chrome.
"""

import pathlib
import shutil
import sys

from playwright.sync_api import sync_playwright

WIDTHS = {"desk": 1400, "phone": 390}
BROWSERS = "chromium", "chromium-browser", "google-chrome"

FAULTS = """async () => {
    await window.MathJax?.startup?.promise;
    const width = document.documentElement.clientWidth, faults = [];
    const moves = element => element.tagName !== "ARTICLE" && (
        /auto|scroll/.test(getComputedStyle(element).overflowX) || moves(element.parentElement));
    for (const element of document.querySelectorAll("article *"))
        if (element.getBoundingClientRect().right > width + 1 && !moves(element))
            faults.push(`wider than the window: ${element.tagName} ${element.textContent.slice(0, 40)}`);
    const formulas = document.querySelectorAll(".math").length;
    const set = document.querySelectorAll("mjx-container:not(:has(mjx-merror, [data-mjx-error]))").length;
    if (set < formulas)
        faults.push(`${formulas - set} formulas are not set`);
    for (const image of document.images)
        if (!image.naturalWidth)
            faults.push(`missing: ${image.src}`);
    return faults;
}"""


def listen(tab, faults):
    """Write down what goes wrong in a tab."""
    tab.on("console", lambda said: said.type == "error" and faults.append(said.text))
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("request", lambda asked: asked.url.startswith("http") and faults.append(f"asks {asked.url}"))


def look(site, photographs=None):
    """(page, device, fault) for each fault."""
    pages = sorted({*site.rglob("*.html")} - {*site.glob("_*/**/*.html"), site / "index.html"})   # which leads on
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)       # or what playwright has installed
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        for device, width in WIDTHS.items():
            tab, faults = browser.new_page(viewport={"width": width, "height": 900}), []
            listen(tab, faults)
            for page in pages:
                tab.goto(page.as_uri())
                tab.wait_for_load_state("load")
                faults.extend(tab.evaluate(FAULTS))
                name = page.relative_to(site).with_suffix("").as_posix()
                if photographs:
                    tab.screenshot(path=photographs / f"{name.replace('/', '-')}-{device}.png", full_page=True)
                yield from ((name, device, fault) for fault in faults)
                faults.clear()
        browser.close()


if __name__ == "__main__":
    site, *photographs = (pathlib.Path(name).resolve() for name in sys.argv[1:])
    found = list(look(site, *photographs))
    for fault in found:
        print(*fault, sep=", ")
    sys.exit(bool(found))
