"use strict";
const { texts, cards, customers, products, browsing } = JSON.parse(document.getElementById("records").textContent);
// In the page a text is a place in the list of them; what is looked up in a file has the text itself.
const text = (place) => (typeof place === "number" ? texts[place] : place ?? null);
const card = (place) => (typeof place === "number" ? cards[place] : place);

// Numbers as the reader's own language writes them.
const inLocale = (number, digits, signed) => new Intl.NumberFormat(undefined, {
  minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: signed ? "exceptZero" : "auto",
}).format(number);
for (const element of document.querySelectorAll("data[value]")) {
  const { digits, signed } = element.dataset;
  element.textContent = inLocale(Number(element.value), Number(digits), signed === "true");
}

// Names come from the shop: they become text, and never markup.
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}
const name = (words) => make("bdi", {}, words);
const inPage = new Set(products.map(([id]) => text(id)));
const productLink = (id, words) => {
  const shown = name(text(words) ?? text(id));
  return browsing || inPage.has(text(id)) ? make("a", { href: "#product=" + encodeURIComponent(text(id)) }, shown) : shown;
};
const between = (parts) => parts.filter((part) => part !== null).flatMap((part, place) => (place ? [" · ", part] : [part]));

// The address of a shop's page is one of the web: the query took no other.
function details([id, itemName, brand, category, price, picture, link]) {
  const words = between([
    text(brand) === null ? null : name(text(brand)), text(category) === null ? null : name(text(category)),
    price === null ? null : inLocale(price, 2),
    text(link) === null ? null : make("a", { href: text(link), rel: "noreferrer" }, "in the shop")]);
  return {
    picture: text(picture) === null ? null : make("img", { src: text(picture), alt: "", width: "48", height: "48" }),
    words: words.length ? make("p", { class: "quiet" }, ...words) : null,
  };
}
function item(place, ...below) {
  const shown = card(place);
  const { picture, words } = details(shown);
  return make("li", {}, picture, make("div", {}, productLink(shown[0], shown[1]), words, ...below));
}
const shortNote = (reason, count, wanted) => reason === null ? null
  : make("p", { class: "quiet" }, `${inLocale(count, 0)} of ${inLocale(wanted, 0)} wanted: ${reason}.`);

function reasonLines([first, ...more]) {
  const line = ([reason, share]) => make("li", {}, name(text(reason)),
    share === null ? "" : ` (${inLocale(share, 0)}\u00a0%)`);
  return [make("ul", {}, line(first)), more.length === 0 ? null : make("details", {},
    make("summary", {}, more.length === 1 ? "1 more reason" : `${inLocale(more.length, 0)} more reasons`), make("ul", {}, ...more.map(line)))];
}

function showCustomer([id, lists, words]) {
  return [
    make("h3", {}, "Customer ", name(text(id)), text(words) === null ? "" : ", " + text(words)),
    make("div", { class: "cards" }, ...lists.map(([list, wanted, why, rows]) => make("section", {},
      make("h4", {}, text(list).replaceAll("_", " ")),
      shortNote(text(why), rows.length, wanted),
      make("ol", { class: "items" }, ...rows.map(([product, reasons]) => item(product, ...reasonLines(reasons))))))),
  ];
}

const times = (count) => (count === 1 ? "1 customer" : `${inLocale(count, 0)} customers`);
const exposure = ([list, userCount, meanRank, why]) => make("li", {},
  text(list).replaceAll("_", " ") + (userCount ? `: shown to ${times(userCount)}, at rank ${inLocale(meanRank, 1)} on average.`
    : `: shown to nobody, because: ${text(why)}.`));

function showProduct([id, product, exposures, wanted, why, bought, returned, rows]) {
  const shown = card(product);
  const { picture, words } = details(shown);
  return [make("section", { class: "box spread" },
    make("h3", {}, name(text(shown[1]) ?? text(id))),
    make("div", { class: "product" }, picture, make("div", {}, make("p", { class: "quiet" }, name(text(id))), words)),
    make("ul", { class: "plain" }, ...exposures.map(exposure)),
    returned === null ? null : make("p", { class: "quiet" }, `Of ${inLocale(bought, 0)} purchases ${inLocale(returned, 0)} came back.`),
    make("h4", {}, "What goes with it"),
    rows.length ? null : make("p", { class: "quiet" }, "Nothing: it has no list of its own."),
    why === null ? null : make("p", { class: "quiet" },
      `Fewer than ${inLocale(wanted, 0)} products rest on what was bought with it: ${text(why)}.`),
    make("ol", { class: "items" }, ...rows.map(([other, reason]) => item(other, make("ul", {}, make("li", {}, name(text(reason))))))))];
}

// Each look-up has an input, a place to show in, and a link that names its state. `find` gives a record or undefined.
function lookUp(kind, find, first, show) {
  const input = document.getElementById(kind + "-input");
  if (!input) return () => {};
  const place = document.getElementById(kind + "-shown");
  let latest;
  input.addEventListener("change", () => { location.hash = `${kind}=${encodeURIComponent(input.value)}`; });
  return async (id) => {
    const wanted = latest = id ?? first;
    if (wanted === undefined) return;
    input.value = wanted;
    if (id !== undefined) document.getElementById(kind + "s").scrollIntoView();
    const shown = await find(wanted, (words) => place.replaceChildren(make("p", { class: "quiet" }, words))).then(
      (record) => (record ? show(record) : [make("p", {}, `There is no ${kind} `, name(wanted), " here.")]),
      (error) => [make("p", {}, String(error.message))]);
    // An answer that comes after the next question is not shown.
    if (wanted === latest) place.replaceChildren(...shown);
  };
}

function inThisPage(kind, records) {
  const byId = new Map(records.map((record) => [text(record[0]), record]));
  document.getElementById(kind + "-ids")?.append(...records.map((record) => make(
    "option", { value: text(record[0]), ...(kind === "product" && { label: text(card(record[1])[1]) ?? "" }) })));
  return async (id) => byId.get(id);
}

// A worker reads the published file, from its first question on.
const askWorker = (() => {
  const waiting = [];
  let worker;
  const begin = () => {
    const at = (address) => new URL(address, document.baseURI).href;
    const place = { engine: at(browsing.engine), file: at(browsing.file) };
    worker = new Worker(URL.createObjectURL(new Blob([`const place = ${JSON.stringify(place)};\n`, browsing.worker])));
    worker.onmessage = ({ data: { turn, records, error } }) => (
      error === undefined ? waiting[turn].resolve(records) : waiting[turn].reject(new Error(error)));
    worker.onerror = (event) => waiting.forEach(({ reject }) => reject(new Error(event.message)));
  };
  return (query, id) => new Promise((resolve, reject) => {
    if (!worker) begin();
    worker.postMessage({ turn: waiting.push({ resolve, reject }) - 1, query, id });
  });
})();

async function refuseServerWithoutParts() {
  const answer = await fetch(browsing.file, { headers: { Range: "bytes=0-0" }, cache: "no-store" }).catch(() => null);
  if (answer?.status === 206) return;
  answer?.body.cancel();
  throw new Error(answer === null ? "The published file cannot be reached: open this page through a web server."
    : answer.ok ? "This web server sends files whole only; one that knows ranges is needed, and docs/report.md names some."
      : "The published file is no longer there: another publication has come. Load this page again.");
}

const inPublishedFile = (query) => async (id, say) => {
  say("Looking in the published file …");
  await refuseServerWithoutParts();
  return (await askWorker(query, id))[0];
};

const views = {};
for (const [kind, records, show] of [["customer", customers, showCustomer], ["product", products, showProduct]]) {
  views[kind] = browsing ? lookUp(kind, inPublishedFile(browsing[kind]), undefined, show)
    : lookUp(kind, inThisPage(kind, records), records.length ? text(records[0][0]) : undefined, show);
}
function follow() {
  const [, kind, id] = /^#(customer|product)=(.*)$/.exec(location.hash) ?? [];
  if (kind) views[kind](decodeURIComponent(id));
}
for (const show of Object.values(views)) show();
follow();
addEventListener("hashchange", follow);
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
