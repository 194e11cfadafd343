"use strict";
const { texts, customers, products } = JSON.parse(document.getElementById("records").textContent);
const text = (place) => (place === null ? null : texts[place]);

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
const inPage = new Set(products.map(([id]) => id));
const productLink = (id, words) => {
  const shown = name(text(words) ?? text(id));
  return inPage.has(id) ? make("a", { href: "#product=" + encodeURIComponent(text(id)) }, shown) : shown;
};
const shortNote = (reason, count, wanted) => reason === null ? null
  : make("p", { class: "quiet" }, `${inLocale(count, 0)} of ${inLocale(wanted, 0)} wanted: ${reason}.`);

function reasonLines([first, ...more]) {
  const line = ([reason, share]) => make("li", {}, name(text(reason)),
    share === null ? "" : ` (${inLocale(share, 0)}\u00a0%)`);
  return [make("ul", {}, line(first)), more.length === 0 ? null : make("details", {},
    make("summary", {}, more.length === 1 ? "1 more reason" : `${inLocale(more.length, 0)} more reasons`), make("ul", {}, ...more.map(line)))];
}

function showCustomer([id, words, lists]) {
  return [
    make("h3", {}, "Customer ", name(text(id)), words === null ? "" : ", " + text(words)),
    make("div", { class: "cards" }, ...lists.map(([list, wanted, why, rows]) => make("section", {},
      make("h4", {}, text(list).replaceAll("_", " ")),
      shortNote(text(why), rows.length, wanted),
      make("ol", { class: "items" }, ...rows.map(([item, itemName, reasons]) => make("li", {},
        productLink(item, itemName), ...reasonLines(reasons))))))),
  ];
}

function showProduct([id, itemName, shownTo, wanted, why, bought, returned, rows]) {
  return [make("section", { class: "box spread" },
    make("h3", {}, "Goes with ", name(text(itemName) ?? text(id))),
    make("p", { class: "quiet" }, name(text(id)), ` is shown to ${inLocale(shownTo, 0)} customers.`,
      returned === null ? "" : ` Of ${inLocale(bought, 0)} purchases ${inLocale(returned, 0)} came back.`),
    why === null ? null : make("p", { class: "quiet" },
      `Fewer than ${inLocale(wanted, 0)} products rest on what was bought with it: ${text(why)}.`),
    make("ol", { class: "items" }, ...rows.map(([item, otherName, reason]) => make("li", {},
      productLink(item, otherName), make("ul", {}, make("li", {}, name(text(reason))))))))];
}

// Each look-up has an input, a list to choose from, a place to show in, and a link that names its state.
function lookUp(kind, records, show) {
  const input = document.getElementById(kind + "-input");
  if (!input) return () => {};
  const byId = new Map(records.map((record) => [text(record[0]), record]));
  const place = document.getElementById(kind + "-shown");
  document.getElementById(kind + "-ids").append(...records.map((record) => make(
    "option", { value: text(record[0]), ...(kind === "product" && record[1] !== null && { label: text(record[1]) }) })));
  input.addEventListener("change", () => { location.hash = `${kind}=${encodeURIComponent(input.value)}`; });
  return (id) => {
    const record = byId.get(id ?? text(records[0][0]));
    input.value = record ? text(record[0]) : id;
    place.replaceChildren(...(record ? show(record)
      : [make("p", {}, `There is no ${kind} `, name(id), " in this page.")]));
    if (id !== undefined) document.getElementById(kind + "s").scrollIntoView();
  };
}

const views = { customer: lookUp("customer", customers, showCustomer), product: lookUp("product", products, showProduct) };
function follow() {
  const [, kind, id] = /^#(customer|product)=(.*)$/.exec(location.hash) ?? [];
  if (kind) views[kind](decodeURIComponent(id));
}
for (const show of Object.values(views)) show();
follow();
addEventListener("hashchange", follow);
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
