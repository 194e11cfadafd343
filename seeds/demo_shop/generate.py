"""Write the demo shop: three contradicting order tables, a catalogue, customers and the truth.

Run ``python seeds/demo_shop/generate.py`` from anywhere; it rewrites the CSV files beside it.

The shop is invented from the truth outwards. Customers with plain tastes first place *true*
orders; these are then copied into the tables that existed at the time; at last chosen lines are
spoilt, and whoever spoils a line writes down what must become of it. Nothing here reads a table
back, so the truth is independent of the rules that it is there to test.

Every draw comes from ``random.Random.random``, the one generator whose sequence Python promises
to keep, so that the files are the same on every platform.
"""

import csv
import random
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

SEED = 20250331
FIRST_DAY = datetime(2024, 1, 1)
LAST_DAY = datetime(2025, 3, 31)
LAST_EXPORT = datetime(2025, 3, 31, 23, 45)

V2, FINAL, FINAL_FINAL = "orders_v2", "orders_final", "orders_final_final"

Item = TypeVar("Item")


class Draws:
    """Seeded draws that depend on nothing but ``random.Random.random``."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def below(self, n: int) -> int:
        """Draw an integer from 0 to n - 1."""
        return int(self._random.random() * n)

    def chance(self, percent: int) -> bool:
        """Come true in `percent` of 100 draws."""
        return self.below(100) < percent

    def pick(self, items: Sequence[Item], weights: Sequence[int] | None = None) -> Item:
        """Draw one of the items, in proportion to integer weights when given."""
        if weights is None:
            return items[self.below(len(items))]
        ticket = self.below(sum(weights))
        for item, weight in zip(items, weights, strict=True):
            if ticket < weight:
                return item
            ticket -= weight
        raise AssertionError("weights do not add up")

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        """Return the items in a drawn order."""
        return [item for _, item in sorted(((self._random.random(), i) for i in items), key=first)]


def first(pair: tuple) -> float:
    """Return the first member of a pair: a sort key that never compares the second."""
    return pair[0]


# --- the catalogue -------------------------------------------------------------------------


@dataclass
class Product:
    """A product; `repeat_days` is how long it lasts, 0 for things bought once."""

    code: str
    title: str
    category: str
    theme: str
    price: int  # pence
    repeat_days: int = 0
    kind: str = "merchandise"

    def on_sale(self, day: datetime) -> bool:
        """Tell whether the product could be ordered on a day."""
        launched = LAUNCHED.get(self.title, date(2023, 11, 1))
        discontinued = DISCONTINUED.get(self.title, date.max)
        return launched <= day.date() < discontinued

    def price_on(self, day: datetime) -> int:
        """Return the price in pence: what lasts is 5 % dearer from October 2024 on."""
        if self.repeat_days and day >= datetime(2024, 10, 1):
            return self.price * 105 // 100
        return self.price


# theme | title | pence | days until it is bought again (0: never)
TASTES = {
    ("Tea and coffee", "TEA"): """
        espresso | Espresso beans 1 kg        | 1650 | 32
        espresso | Moka pot                   | 2850 | 0
        espresso | Milk frother               | 1900 | 0
        espresso | Café crème pods            | 890  | 28
        filter   | Filter coffee 500 g        | 950  | 30
        filter   | Pour-over dripper          | 1450 | 0
        filter   | Paper filters, 100         | 420  | 45
        tea      | Assam loose tea 250 g      | 780  | 40
        tea      | Cast-iron teapot           | 3900 | 0
        tea      | Earl Grey tea bags, 80     | 540  | 35
    """,
    ("Baking", "BAK"): """
        bread | Strong white flour 3 kg       | 560  | 30
        bread | Dried yeast sachets           | 280  | 40
        bread | Proving basket                | 1650 | 0
        bread | Dough scraper                 | 480  | 0
        bread | Rye flour 2 kg                | 490  | 42
        cake  | Springform cake tin           | 1390 | 0
        cake  | Vanilla extract               | 650  | 45
        cake  | Caster sugar 2 kg             | 310  | 30
        cake  | Piping bag set                | 1120 | 0
        cake  | Dark baking chocolate 1 kg    | 1180 | 35
    """,
    ("Gardening", "GAR"): """
        seeds   | Tomato seeds                | 250  | 0
        seeds   | Seed compost 10 l            | 620  | 38
        seeds   | Seed trays, 5               | 780  | 0
        seeds   | Salad seed mix              | 290  | 45
        plants  | Tomato feed 1 l             | 690  | 32
        plants  | Watering can                | 1850 | 0
        plants  | Slug traps, 4               | 890  | 40
        plants  | Garden twine                | 340  | 45
        tools   | Hand trowel                 | 1190 | 0
        tools   | Pruning shears              | 2290 | 0
    """,
    ("Dogs", "DOG"): """
        food | Chicken dog food 12 kg         | 3890 | 30
        food | Salmon dog food 12 kg          | 4290 | 32
        food | Dental sticks, 28              | 890  | 28
        food | Slow feeder bowl               | 1290 | 0
        walk | Waste bags, 300                | 690  | 36
        walk | Training treats                | 450  | 28
        walk | Reflective dog lead            | 1590 | 0
        walk | Rubber throw toy               | 790  | 0
        care | Oatmeal dog shampoo            | 820  | 45
        care | Grooming brush                 | 1240 | 0
    """,
    ("Cycling", "CYC"): """
        road    | Energy bars, 12             | 1490 | 28
        road    | Electrolyte tablets           | 690  | 30
        road    | Insulated water bottle      | 1290 | 0
        road    | Padded cycling shorts       | 4500 | 0
        repair  | Inner tubes, 2              | 1100 | 42
        repair  | Chain lubricant             | 790  | 38
        repair  | Track pump                  | 3200 | 0
        repair  | Bicycle degreaser           | 890  | 45
        commute | Rear light, rechargeable    | 2450 | 0
        commute | Waterproof pannier          | 5900 | 0
    """,
    ("Stationery", "STA"): """
        writing  | Fountain pen               | 2400 | 0
        writing  | Ink cartridges, 20          | 690  | 30
        writing  | Dotted notebook            | 1290 | 40
        writing  | Laid writing paper         | 890  | 42
        writing  | Pen roll                   | 1850 | 0
        drawing  | Sketch pad A4              | 980  | 36
        drawing  | Graphite pencils, 12       | 1150 | 45
        drawing  | Watercolour set            | 2690 | 0
        drawing  | Kneadable erasers, 3       | 390  | 42
        drawing  | Brush pens, 10             | 1990 | 0
    """,
    ("Knitting", "KNI"): """
        wool  | Merino wool, 5 balls          | 2950 | 30
        wool  | Bamboo knitting needles       | 1190 | 0
        wool  | Stitch markers                | 350  | 0
        wool  | Wool wash                     | 890  | 45
        wool  | Jumper pattern book           | 1690 | 0
        socks | Sock yarn, 2 balls            | 1590 | 30
        socks | Circular needles              | 1350 | 0
        socks | Sock blockers                 | 1490 | 0
        baby  | Organic cotton yarn, 4 balls  | 1790 | 34
        baby  | Wooden buttons, 20            | 460  | 42
    """,
    ("Camping", "CAM"): """
        stove | Gas cartridges, 4             | 1490 | 32
        stove | Camping stove                 | 3490 | 0
        stove | Enamel mug                    | 790  | 0
        stove | Dried trail meals, 6          | 3200 | 30
        stove | Firelighters                  | 420  | 36
        sleep | Two-person tent               | 12900 | 0
        sleep | Sleeping mat                  | 3900 | 0
        sleep | Head torch                    | 2200 | 0
        trail | Blister plasters              | 480  | 40
        trail | Midge repellent               | 790  | 36
    """,
    ("Everyday", "EVE"): """
        home | Kitchen roll, 6                | 650  | 0
        home | AA batteries, 12               | 790  | 0
        home | Cotton tote bag                | 590  | 0
        home | Scented candle                 | 1100 | 0
        home | Gift wrap, 3 rolls             | 480  | 0
    """,
}
EVERYDAY = "Everyday"
LAUNCHED = {
    "Earl Grey tea bags, 80": date(2024, 9, 1),
    "Rye flour 2 kg": date(2024, 10, 15),
    "Salad seed mix": date(2024, 12, 1),
    "Dental sticks, 28": date(2024, 8, 1),
    "Padded cycling shorts": date(2025, 1, 15),
    "Brush pens, 10": date(2024, 11, 1),
    "Sock blockers": date(2025, 2, 1),
    "Dried trail meals, 6": date(2024, 7, 1),
}
DISCONTINUED = {
    "Milk frother": date(2025, 1, 10),
    "Piping bag set": date(2024, 11, 30),
    "Garden twine": date(2025, 2, 28),
    "Rubber throw toy": date(2024, 10, 31),
    "Bicycle degreaser": date(2024, 9, 30),
    "Laid writing paper": date(2025, 1, 31),
    "Jumper pattern book": date(2024, 12, 15),
    "Enamel mug": date(2025, 3, 1),
}
OUT_OF_STOCK = {
    "Cast-iron teapot",
    "Proving basket",
    "Slug traps, 4",
    "Graphite pencils, 12",
    "Head torch",
}
BLOCKED = {"Oatmeal dog shampoo", "Firelighters"}
NOT_MERCHANDISE = [
    Product("POST-UK", "Postage, United Kingdom", "Services", "", 395, kind="postage"),
    Product("POST-EU", "Postage, Europe", "Services", "", 995, kind="postage"),
    Product("VOUCHER-10", "Gift voucher, 10 pounds", "Services", "", 1000, kind="voucher"),
    Product("VOUCHER-25", "Gift voucher, 25 pounds", "Services", "", 2500, kind="voucher"),
    Product("FEE-GIFT", "Gift wrapping fee", "Services", "", 250, kind="fee"),
]
# Written with a composed accent in the catalogue and with a combining one in orders_v2.
ACCENTED_CODES = {"Café crème pods": "TEA-CAF\u00c9"}


def make_catalogue() -> list[Product]:
    """Read the tastes above into products."""
    products = []
    for (category, prefix), table in TASTES.items():
        for number, row in enumerate(table.strip().splitlines(), start=1):
            theme, title, price, repeat_days = (cell.strip() for cell in row.split("|"))
            code = ACCENTED_CODES.get(title, f"{prefix}-{number:02}")
            products.append(Product(code, title, category, theme, int(price), int(repeat_days)))
    return products


# --- the customers -------------------------------------------------------------------------

FIRST_NAMES = """
    Ada Alma Amir Anouk Arlo Beatrix Bram Calla Cyrus Dara Delphine Edda Elio Esme Farid Fenna
    Gideon Greta Hana Hugo Ines Ivo Jonas Juno Kaia Kofi Leila Linus Mabel Malik Nadia Nils Odette
    Omar Petra Quentin Rosa Rufus Saskia Silas Tamsin Theo Una Viggo Wilma Xenia Yusuf Zadie
"""
LAST_NAMES = """
    Abberline Ashdown Birchall Brackwell Calloway Coldbrook Dunmere Eastlake Fairhollow Fennimore
    Garrowby Greystoke Hathersage Hollinbrook Inglewood Kestrelton Larkhill Loxley Marchbank
    Nettlefold Oakhanger Penhallow Quillfeather Ravenscar Saltmarsh Stonebridge Thistlewood
    Underhay Vellacott Wintergreen Yarrowdale Zennor
"""
PEOPLE = 346
GUEST, TESTERS, STAFF = "GUEST", ("C9001", "C9002"), "C9100"


@dataclass
class Customer:
    """A customer with one or two tastes, and the day of the first visit."""

    customer_id: str
    full_name: str
    account_type: str = "person"
    tastes: list[str] = field(default_factory=list)
    joined: datetime = FIRST_DAY
    second_taste_from: datetime = FIRST_DAY

    @property
    def email(self) -> str:
        """Return an address in a domain that is reserved for examples."""
        return f"{self.full_name.lower().replace(' ', '.')}.{self.customer_id.lower()}@example.com"


def make_customers(draws: Draws) -> list[Customer]:
    """Invent people with tastes, and the accounts that are not people."""
    tastes = [category for category, _ in TASTES if category != EVERYDAY]
    customers = []
    for number in range(1, PEOPLE + 1):
        joined = FIRST_DAY + timedelta(days=draws.below(draws.pick([90, 330, 440])))
        customers.append(
            Customer(
                f"C{number:04}",
                f"{draws.pick(FIRST_NAMES.split())} {draws.pick(LAST_NAMES.split())}",
                tastes=draws.shuffled(tastes)[: 1 + draws.chance(45)],
                joined=joined,
                second_taste_from=joined + timedelta(days=60 + draws.below(120)),
            )
        )
    return [
        *customers,
        Customer(GUEST, "Guest Checkout", "guest"),
        *(Customer(tester, "Test Account", "test") for tester in TESTERS),
        Customer(STAFF, "Staff Purchase", "staff"),
    ]


# --- the true orders -----------------------------------------------------------------------


@dataclass
class Line:
    """A true order line, and the rows of the tables that tell of it, newest table first."""

    customer: Customer
    product_code: str
    quantity: int
    price: int  # pence
    verdict: str = "kept"
    reason: str = ""
    planted: str = "clean"
    spoken_for: bool = False  # already planted with something, or needed as it is
    number: int = 0
    copies: list["Row"] = field(default_factory=list)


@dataclass
class Order:
    """A true order, at a London time, and the tables it was written to, newest first."""

    at: datetime
    lines: list[Line]
    status: str = "completed"
    order_id: str = ""
    tables: list[str] = field(default_factory=list)

    @property
    def has_line_ids(self) -> bool:
        """Tell whether every table that has the order numbers its lines."""
        return V2 not in self.tables


@dataclass
class Row:
    """A received line: its values, the texts that stand instead of some, and its verdict."""

    table: str
    order: Order
    line: Line
    line_id: str
    customer_id: str
    product_code: str
    quantity: int
    price: int
    status: str
    updated_at: datetime
    verdict: str
    reason: str
    planted: str
    place: int = 0  # among the rows of the same line: 0 as first written
    text: dict[str, str] = field(default_factory=dict)
    spelling: int = 0  # which of the words for its status


def opening_hours(draws: Draws, day: datetime) -> datetime:
    """Return a time between 07:00 and 21:59, far from the hours when London changes its clocks."""
    return day + timedelta(hours=7 + draws.below(15), minutes=draws.below(60))


def next_new_product(
    draws: Draws, customer: Customer, owned: set[str], catalogue: list[Product], day: datetime
) -> Product | None:
    """Draw a product new to the customer, mostly from a theme they have begun."""
    tastes = customer.tastes if day >= customer.second_taste_from else customer.tastes[:1]
    taste = draws.pick(tastes)
    shelf = [p for p in catalogue if p.category == taste]
    # Somebody who owns nearly all of a taste has no reason to look for more of it.
    if sum(p.title in owned for p in shelf) > 7:
        return None
    begun = {p.theme for p in shelf if p.title in owned}
    new = [p for p in shelf if p.title not in owned and p.on_sale(day)]
    if not new:
        return None
    return draws.pick(new, [8 if p.theme in begun else 2 for p in new])


def shop(draws: Draws, customer: Customer, catalogue: list[Product]) -> list[Order]:
    """Let one customer visit the shop from the first day to the last."""
    everyday = [p for p in catalogue if p.category == EVERYDAY]
    owned: set[str] = set()
    due: dict[str, datetime] = {}
    loyal_to: dict[str, str] = {}
    by_title = {p.title: p for p in catalogue}
    orders = []
    day = customer.joined
    while day <= LAST_DAY:
        basket = [
            by_title[title]
            for title, due_on in due.items()
            if due_on <= day + timedelta(days=6) and by_title[title].on_sale(day)
        ]
        basket = [p for p in basket if draws.chance(75)][:2]
        if not basket or draws.chance(40):
            new = next_new_product(draws, customer, owned, catalogue, day)
            if new is not None:
                basket.append(new)
        missing = [p for p in everyday if p.title not in owned]
        if missing and draws.chance(24):
            basket.append(missing[0] if draws.chance(50) else draws.pick(missing))
        if draws.chance(7):
            basket.append(draws.pick([p for p in catalogue if p.on_sale(day)]))
        basket = list({p.title: p for p in basket}.values())
        lines = []
        for product in basket:
            owned.add(product.title)
            loyal_to.setdefault(product.category, product.theme)
            # One theme of a taste becomes a habit; of the others most things are tried once.
            is_habit = loyal_to[product.category] == product.theme or draws.chance(25)
            due.pop(product.title, None)
            if product.repeat_days and is_habit:
                jitter = draws.below(product.repeat_days // 3) - product.repeat_days // 6
                due[product.title] = day + timedelta(days=product.repeat_days + jitter)
            quantity = draws.pick([1, 2, 3], [6, 3, 1]) if product.repeat_days else 1
            lines.append(Line(customer, product.code, quantity, product.price_on(day)))
        if lines:
            orders.append(Order(opening_hours(draws, day), lines))
        if draws.chance(4):
            break
        day += timedelta(days=29 + draws.below(24))
    return orders


def shop_on_other_accounts(
    draws: Draws, customers: list[Customer], catalogue: list[Product]
) -> list[Order]:
    """Place the orders of guests, testers and staff, which say nothing about anybody's taste."""
    visits = {"guest": 26, "test": 5, "staff": 9}
    orders = []
    for customer in customers:
        for _ in range(visits.get(customer.account_type, 0)):
            day = FIRST_DAY + timedelta(days=draws.below(450))
            products = draws.shuffled([p for p in catalogue if p.on_sale(day)])
            products = products[: 1 + draws.below(3)]
            lines = [
                Line(
                    customer,
                    product.code,
                    1 + draws.below(2),
                    product.price_on(day),
                    verdict="rejected",
                    reason="customer_excluded",
                    planted=f"{customer.account_type}_account",
                    spoken_for=True,
                )
                for product in products
            ]
            orders.append(Order(opening_hours(draws, day), lines))
    return orders


def add_services(draws: Draws, orders: list[Order]) -> None:
    """Put postage, vouchers and fees on some orders of people."""
    for order in orders:
        customer = order.lines[0].customer
        if customer.account_type == "person" and draws.chance(4):
            service = draws.pick(NOT_MERCHANDISE, [8, 3, 3, 2, 3])
            order.lines.append(
                Line(
                    customer,
                    service.code,
                    1,
                    service.price,
                    verdict="rejected",
                    reason="product_not_merchandise",
                    planted=service.kind,
                    spoken_for=True,
                )
            )


# --- what happens to true orders: states, returns, several lines of one product ------------------


def is_ordinary(order: Order) -> bool:
    """Tell whether nothing has been planted in an order yet."""
    return order.status == "completed" and not any(line.spoken_for for line in order.lines)


def end_some_orders(draws: Draws, orders: list[Order]) -> None:
    """Cancel, refund and lose some whole orders, with states that all their tables can tell."""
    plans = [("cancelled", 34), ("refunded", 26), ("unpaid", 14), ("draft", 10), ("fraudulent", 10)]
    spoken_by = {
        V2: {"cancelled", "refunded", "draft", "fraudulent"},
        FINAL: {"cancelled", "refunded", "unpaid"},
        FINAL_FINAL: {"cancelled", "refunded", "unpaid", "draft", "fraudulent"},
    }
    for status, wanted in plans:
        able = [o for o in orders if is_ordinary(o)]
        able = [o for o in able if all(status in spoken_by[table] for table in o.tables)]
        for order in draws.shuffled(able)[:wanted]:
            order.status = status
            for line in order.lines:
                line.verdict, line.reason = "cancelled", f"order_{status}"
                line.planted = f"{status}_order"
                line.spoken_for = True


def purchases_of(orders: list[Order]) -> dict[tuple[str, str], list[tuple[Order, Line]]]:
    """Return the lines of every customer and product, in the order of time."""
    purchases: dict[tuple[str, str], list[tuple[Order, Line]]] = {}
    for order in orders:
        for line in order.lines:
            key = (line.customer.customer_id, line.product_code)
            purchases.setdefault(key, []).append((order, line))
    return purchases


def add_returns(draws: Draws, orders: list[Order], catalogue: list[Product]) -> list[Order]:
    """Send some purchases back, each kind of return about a dozen times.

    A customer and product takes part in one kind only, and the purchase sent back is the last
    before its return, so what a return undoes is known here without counting anything.
    """
    returns: list[Order] = []

    def send_back(line: Line, at: datetime, quantity: int, planted: str) -> None:
        verdict, reason = "cancelled", "return_matched"
        if planted == "return_without_purchase":
            verdict, reason = "rejected", "return_without_purchase"
        what = (line.customer, line.product_code, -quantity, line.price)
        returns.append(Order(at, [Line(*what, verdict, reason, planted, spoken_for=True)]))

    def undo(line: Line, planted: str) -> None:
        line.verdict, line.reason, line.planted = "cancelled", "fully_returned", planted

    wanted = {
        "returned_in_full": 16,
        "returned_in_part": 16,
        "returned_in_two_parts": 8,
        "return_larger_than_purchase": 8,
        "return_over_two_purchases": 8,
        "return_without_purchase": 12,
    }
    purchases = purchases_of(orders)
    for history in draws.shuffled(list(purchases.values())):
        if not sum(wanted.values()):
            break
        if any(line.spoken_for for _, line in history):
            continue
        last_order, last = history[-1]
        at = opening_hours(
            draws, datetime(*last_order.at.timetuple()[:3]) + timedelta(days=4 + draws.below(12))
        )
        again = at + timedelta(days=3)
        if again > LAST_DAY:
            continue
        kinds = ["returned_in_full", "return_without_purchase"]
        if last.quantity > 1:
            kinds += ["returned_in_part", "returned_in_two_parts"]
        if len(history) == 1:
            kinds.append("return_larger_than_purchase")
        elif history[-2][1].quantity > 1:
            kinds.append("return_over_two_purchases")
        kinds = [kind for kind in kinds if wanted[kind]]
        if not kinds:
            continue
        kind = kinds[-1]
        wanted[kind] -= 1
        if kind == "return_without_purchase":
            bought = {code for who, code in purchases if who == last.customer.customer_id}
            never = [p for p in catalogue if p.code not in bought and p.on_sale(at)]
            product = draws.pick(never)
            other = Line(last.customer, product.code, 1, product.price_on(at))
            send_back(other, at, 1 + draws.below(2), kind)
            # No second return of this customer may meet the first.
            for _, line in history:
                line.spoken_for = True
            continue
        for _, line in history:
            line.spoken_for = True
        if kind == "returned_in_full":
            undo(last, kind)
            send_back(last, at, last.quantity, kind)
        elif kind == "returned_in_part":
            last.planted = kind
            send_back(last, at, 1, kind)
        elif kind == "returned_in_two_parts":
            undo(last, kind)
            send_back(last, at, 1, kind)
            send_back(last, again, last.quantity - 1, kind)
        elif kind == "return_larger_than_purchase":
            undo(last, kind)
            send_back(last, at, last.quantity + 2, kind)
        else:
            undo(last, kind)
            history[-2][1].planted = kind
            send_back(last, at, last.quantity + 1, kind)
    return returns


def add_second_lines(draws: Draws, orders: list[Order], wanted: int) -> None:
    """Order a product twice in one order, with two quantities: two genuine lines."""
    for order in draws.shuffled([o for o in orders if is_ordinary(o)])[:wanted]:
        line = order.lines[0]
        for other in order.lines:
            other.spoken_for = True
        line.planted = "two_lines_of_one_product"
        order.lines.append(
            Line(
                line.customer,
                line.product_code,
                line.quantity + 1,
                line.price,
                planted="two_lines_of_one_product",
                spoken_for=True,
            )
        )


# --- writing the orders into the tables --------------------------------------------------------


def tables_of(at: datetime) -> list[str]:
    """Return the tables that cover a time, newest first.

    orders_final_final took over in December 2024 and exported July once more; orders_final ran on
    until January.
    """
    tables = []
    if at >= datetime(2024, 12, 1) or (at.year, at.month) == (2024, 7):
        tables.append(FINAL_FINAL)
    if datetime(2024, 7, 1) <= at < datetime(2025, 1, 11):
        tables.append(FINAL)
    if at < datetime(2024, 9, 1):
        tables.append(V2)
    return tables


def choose_tables(draws: Draws, orders: list[Order]) -> None:
    """Assign tables to orders; the newer one lacks a few that an older one has."""
    for order in orders:
        order.tables = tables_of(order.at)
        lost = len(order.tables) > 1 and draws.chance(6) and is_ordinary(order)
        if lost:
            order.tables = order.tables[-1:]
            for line in order.lines:
                line.planted = "order_missing_in_newer_table"
                line.spoken_for = True
        if V2 not in order.tables:
            # orders_v2 keeps minutes only; the other tables have the second.
            order.at += timedelta(seconds=draws.below(60))


def write_rows(draws: Draws, orders: list[Order]) -> None:
    """Write every true line into each table of its order, faithfully."""
    for order in orders:
        for number, line in enumerate(order.lines, start=1):
            line.number = number
            for table in order.tables:
                later = timedelta(days=draws.below(3), minutes=draws.below(90))
                row = Row(
                    table,
                    order,
                    line,
                    line_id=str(number),
                    customer_id=line.customer.customer_id,
                    product_code=line.product_code,
                    quantity=line.quantity,
                    price=line.price,
                    status=order.status,
                    updated_at=min(order.at + later, LAST_EXPORT),
                    verdict=line.verdict,
                    reason=line.reason,
                    planted=line.planted,
                    spelling=draws.pick([0, 0, draws.below(6)]),
                )
                if line.copies:
                    row.verdict, row.reason = "duplicate", "same_line_again"
                    # What keeps the order itself from counting is the same in every table.
                    if line.verdict != "rejected":
                        row.planted = "same_line_in_newer_table"
                line.copies.append(row)


# --- spoiling: one function a kind of mess -----------------------------------------------------

MISSING = ["", " ", "NULL", "N/A", "null", "None", "NA", "nan", "-", "\u00a0", "\u200b"]
UNUSABLE = ["C00\x0712", "X" * 300, "\x7fC0044", "7" * 257]
UNREADABLE_DATES = {
    V2: ["31/02/2024 10:15", "12/03/24 09:30", "2024-05-02", "30/13/2024 11:00", "last Tuesday"],
    FINAL: ["2024-02-30 10:15:00", "24-09-03 09:30:00", "2024-09-31 08:00:00", "03/09/2024"],
    FINAL_FINAL: ["2025-02-29T10:15:00Z", "25-01-07T09:30:00Z", "2025-13-01T08:00:00Z", "soon"],
}
FAR_DATES = {
    V2: ["01/01/1970 00:00", "01/01/2099 12:00"],
    FINAL: ["1970-01-01 00:00:00", "2099-01-01 12:00:00"],
    FINAL_FINAL: ["1970-01-01T00:00:00Z", "2099-01-01T12:00:00Z"],
}
NO_PRICE = {V2: ["0.00", "0"], FINAL: ["\u00a30.00", "\u00a30"], FINAL_FINAL: ["0", "00"]}
REDEEMED_VOUCHER = {V2: "-3.50", FINAL: "\u00a3-3.50", FINAL_FINAL: "-350"}
UNREADABLE_QUANTITIES = ["1,5", "two", "1e3", "2.0", "1 000", "0x2", "12345678901234567890"]
UNKNOWN_STATUSES = ["???", "pending review", "complete-ish", "", "4"]
UNKNOWN_PRODUCTS = ["ZZ-404", "TEA-99", "OLD-MUG", "tea-01"]

# reason, what was planted, the column, the texts (a table's own where they depend on its format)
FAULTS: list[tuple[str, str, str, list[str] | dict[str, list[str]]]] = [
    ("customer_id_missing", "customer_id_missing", "customer_id", MISSING),
    ("customer_id_unusable", "customer_id_unusable", "customer_id", UNUSABLE),
    ("product_id_missing", "product_id_missing", "product_code", MISSING),
    ("product_id_unusable", "product_id_unusable", "product_code", UNUSABLE),
    ("ordered_at_missing", "date_missing", "ordered_at", ["", " ", "NULL"]),
    ("ordered_at_unreadable", "date_unreadable", "ordered_at", UNREADABLE_DATES),
    ("ordered_at_out_of_range", "date_out_of_range", "ordered_at", FAR_DATES),
    ("quantity_missing", "quantity_missing", "quantity", ["", " ", "NULL"]),
    ("quantity_unreadable", "quantity_unreadable", "quantity", UNREADABLE_QUANTITIES),
    ("quantity_zero", "quantity_zero", "quantity", ["0", "00", "-0", "+0"]),
    ("unit_price_not_positive", "price_not_positive", "price", NO_PRICE),
    ("order_status_unknown", "status_unknown", "status", UNKNOWN_STATUSES),
    ("product_not_in_catalogue", "product_unknown", "product_code", UNKNOWN_PRODUCTS),
]
# The first fault in the order of the reasons is the one that is told.
DOUBLE_FAULTS: list[tuple[str, dict[str, str]]] = [
    ("customer_id_missing", {"customer_id": "NULL", "quantity": "0"}),
    ("product_id_missing", {"product_code": "N/A", "ordered_at": "soon"}),
    ("ordered_at_unreadable", {"ordered_at": "soon", "product_code": "ZZ-404"}),
    ("quantity_unreadable", {"quantity": "two", "status": "???"}),
    ("quantity_zero", {"quantity": "0", "product_code": "POST-UK"}),
    ("order_status_unknown", {"status": "???", "customer_id": GUEST}),
    ("customer_excluded", {"customer_id": GUEST, "product_code": "ZZ-404"}),
]


def anything(_order: Order, _line: Line) -> bool:
    """Accept every line."""
    return True


def in_several_tables(_order: Order, line: Line) -> bool:
    """Accept the lines that two or three tables have."""
    return len(line.copies) > 1


def can_have_versions(order: Order, _line: Line) -> bool:
    """Accept lines with an id and an update time, old enough to have been touched since."""
    return order.has_line_ids and order.at < LAST_DAY - timedelta(days=15)


class Vandal:
    """Spoils lines, each at most once, and notes on the rows what must become of them."""

    def __init__(self, draws: Draws, orders: list[Order], catalogue: list[Product]) -> None:
        self.draws = draws
        self.catalogue = catalogue
        customers = (order.lines[0].customer for order in orders)
        self.people = sorted({c.customer_id for c in customers if c.account_type == "person"})
        self.lines = [
            (order, line)
            for order in orders
            if order.status == "completed"
            for line in order.lines
            if not line.spoken_for and line.quantity > 0
        ]

    def take(self, wanted: int, able: Callable[[Order, Line], bool]) -> list[tuple[Order, Line]]:
        """Draw ordinary lines that are able to carry a kind of mess."""
        pool = [pair for pair in self.lines if not pair[1].spoken_for and able(*pair)]
        taken = self.draws.shuffled(pool)[:wanted]
        if len(taken) < wanted:
            raise RuntimeError(f"only {len(taken)} lines of {wanted} can be spoilt this way")
        for _, line in taken:
            line.spoken_for = True
        return taken

    def damage(self) -> None:
        """Make single rows unreadable."""
        for reason, planted, column, texts in FAULTS:
            for table in (V2, FINAL, FINAL_FINAL):
                choices = texts[table] if isinstance(texts, dict) else texts
                wanted = max(3, len(choices) // 2)
                lines = self.take(wanted, lambda order, _, table=table: table in order.tables)
                start = self.draws.below(len(choices))
                for nth, (_, line) in enumerate(lines):
                    text = choices[(start + nth) % len(choices)]
                    self.reject(line, table, reason, planted, {column: text})
        for reason, texts in DOUBLE_FAULTS:
            for _, line in self.take(2, anything):
                self.reject(line, line.copies[0].table, reason, "two_faults", texts)
        # A voucher that is redeemed comes as a line below zero.
        for order, line in self.take(6, anything):
            table = order.tables[0]
            texts = {"product_code": "VOUCHER-10", "price": REDEEMED_VOUCHER[table]}
            self.reject(line, table, "product_not_merchandise", "voucher_redeemed", texts)

    def reject(
        self, line: Line, table: str, reason: str, planted: str, text: dict[str, str]
    ) -> None:
        """Replace the text of one row of a line, and note what becomes of all its rows.

        A row that says which line it is has its word in it: the newest table's is the last, and
        an older table's was corrected. Otherwise the next older row stands in.
        """
        nth = next(n for n, row in enumerate(line.copies) if row.table == table)
        row = line.copies[nth]
        row.text.update(text)
        row.planted = planted
        # A redeemed voucher is below zero, and has no word in what became of a purchase.
        is_identified = planted != "voucher_redeemed" and (
            row.order.has_line_ids or "product_code" not in text
        )
        if is_identified and nth > 0:
            row.verdict, row.reason = "superseded", "lower_precedence_source"
            return
        row.verdict, row.reason = "rejected", reason
        if is_identified:
            for older in line.copies[1:]:
                older.verdict, older.reason = "superseded", "lower_precedence_source"
                older.planted = "damaged_in_newer_table"
        elif nth == 0 and len(line.copies) > 1:
            heir = line.copies[1]
            heir.verdict, heir.reason = line.verdict, line.reason
            heir.planted = "stands_in_for_newer_table"

    def correct(self) -> None:
        """Let the newest table correct what the older ones say."""
        for _, line in self.take(60, in_several_tables):
            for row in self.older_rows(line, "corrected_quantity"):
                row.quantity += 1
        for _, line in self.take(25, in_several_tables):
            for row in self.older_rows(line, "corrected_price"):
                row.price += 50
        for _, line in self.take(12, in_several_tables):
            for row in self.older_rows(line, "corrected_customer"):
                row.customer_id = self.draws.pick(
                    [c for c in self.people if c != line.customer.customer_id]
                )
        # Only a line id can tell that two products are the same line.
        merchandise = [p.code for p in self.catalogue]
        for order, line in self.take(
            12, lambda order, line: order.has_line_ids and in_several_tables(order, line)
        ):
            ordered = {other.product_code for other in order.lines}
            for row in self.older_rows(line, "corrected_product"):
                row.product_code = self.draws.pick([c for c in merchandise if c not in ordered])
        for _, line in self.take(10, in_several_tables):
            for row in self.older_rows(line, "reinstated_later"):
                row.status = "cancelled"
        for status, wanted in (("cancelled", 30), ("refunded", 15)):
            for _, line in self.take(wanted, in_several_tables):
                self.older_rows(line, f"{status}_later", all_of_them=True)
                newest = line.copies[0]
                newest.status, newest.planted = status, f"{status}_later"
                newest.verdict, newest.reason = "cancelled", f"order_{status}"

    def older_rows(self, line: Line, planted: str, all_of_them: bool = False) -> list[Row]:
        """Mark the rows of a line in the older tables, or in the oldest only, as superseded."""
        start = 1 if all_of_them else 1 + self.draws.below(len(line.copies) - 1)
        for row in line.copies[start:]:
            row.verdict, row.reason = "superseded", "lower_precedence_source"
            row.planted = planted
        return line.copies[start:]

    def lose_lines(self) -> None:
        """Drop lines from the newest table that has their order."""
        for _, line in self.take(
            24, lambda order, line: len(order.lines) > 1 and in_several_tables(order, line)
        ):
            line.copies.pop(0)
            heir = line.copies[0]
            heir.verdict, heir.reason = line.verdict, line.reason
            heir.planted = "line_missing_in_newer_table"

    def repeat(self) -> None:
        """Write rows twice: equal, touched later, as an older version, or in contradiction."""
        for _, line in self.take(90, anything):
            row = self.draws.pick(line.copies)
            again = self.another(line, row, "exact_copy")
            again.verdict, again.reason = "duplicate", "same_line_again"
        # Paid, shipped and delivered are one state: the log of one line is not three lines.
        for _, line in self.take(12, lambda order, _: order.tables == [V2]):
            line.copies[0].text["status"] = "PAID"
            again = self.another(line, line.copies[0], "state_log")
            again.text["status"] = self.draws.pick(["Shipped", "DELIVERED"])
            again.verdict, again.reason = "duplicate", "same_line_again"

        for _, line in self.take(24, can_have_versions):
            newest = line.copies[0]
            older = self.another(line, newest, "touched_again")
            self.date_later(newest, older)
            older.verdict, older.reason = "duplicate", "same_line_again"
        for nth, (_, line) in enumerate(self.take(40, can_have_versions)):
            newest = line.copies[0]
            older = self.another(line, newest, "older_version")
            self.date_later(newest, older)
            older.verdict, older.reason = "superseded", "older_version"
            if nth % 3 == 0:
                older.quantity += 1
            elif nth % 3 == 1:
                older.price += 100
            else:
                older.status = "unpaid"
        for _, line in self.take(
            10, lambda order, line: can_have_versions(order, line) and len(order.tables) == 1
        ):
            older = self.another(line, line.copies[0], "cancelled_version")
            self.date_later(line.copies[0], older)
            older.verdict, older.reason = "superseded", "older_version"
            line.copies[0].status = "cancelled"
            line.copies[0].verdict, line.copies[0].reason = "cancelled", "order_cancelled"
            line.copies[0].planted = "cancelled_version"

        for table in (V2, FINAL, FINAL_FINAL):
            for _, line in self.take(5, lambda order, _, table=table: order.tables == [table]):
                row = line.copies[0]
                row.verdict, row.reason = "rejected", "contradiction_unresolved"
                row.planted = "contradiction"
                again = self.another(line, row, "contradiction")
                if table == V2:
                    again.status = "cancelled"
                else:
                    again.quantity += 2

    def another(self, line: Line, row: Row, planted: str) -> Row:
        """Write a row once more, after the first."""
        values = {**vars(row), "planted": planted, "text": dict(row.text), "place": 1}
        again = Row(**values)
        line.copies.append(again)
        return again

    def date_later(self, newest: Row, older: Row) -> None:
        """Put the newest version of a line some days after the older one, below it."""
        newest.updated_at += timedelta(days=1 + self.draws.below(9))
        newest.place, older.place = 1, 0
        newest.planted = older.planted

    def decorate(self) -> None:
        """Write valid lines in odd ways that must not matter."""
        blanks = [" {}", "{} ", "\u00a0{}", "{}\u200b", "\t{}", "\ufeff{} "]
        for column in ("customer_id", "product_code", "order_id"):
            for nth, (order, line) in enumerate(self.take(24, anything)):
                row = self.draws.pick(line.copies)
                value = order.order_id if column == "order_id" else getattr(row, column)
                row.text[column] = blanks[nth % len(blanks)].format(value)
                row.planted = "blank_in_id"
        for _, line in self.take(12, anything):
            row = line.copies[0]
            row.text["quantity"] = self.draws.pick(["+{}", "0{}"]).format(row.quantity)
            row.planted = "odd_quantity"
        for _, line in self.take(8, lambda order, _: len(order.tables) == 1):
            line.copies[0].text["price"] = ""
            line.copies[0].planted = "price_missing"
        for _, line in self.take(3, anything):
            for row in line.copies:
                row.quantity = 999
            line.copies[0].planted = "very_large_quantity"
        accented = [
            (line, row)
            for _, line in self.lines
            for row in line.copies
            if row.table == V2 and row.product_code in ACCENTED_CODES.values()
        ]
        for line, row in accented:
            if not line.spoken_for:
                row.text["product_code"] = unicodedata.normalize("NFD", row.product_code)
                row.planted = "combining_accent"

    def lose_line_ids(self) -> None:
        """Blank one line id, so that the order can only be identified by its products."""
        able = [
            order
            for order in {id(o): o for o, _ in self.lines}.values()
            if order.has_line_ids and len(order.lines) > 1 and is_ordinary(order)
        ]
        for order in self.draws.shuffled(able)[:12]:
            for line in order.lines:
                line.spoken_for = True
            oldest = order.lines[0].copies[-1]
            oldest.line_id = self.draws.pick(["", " ", "NULL"])
            oldest.planted = "line_id_missing"


# --- the files ---------------------------------------------------------------------------------

# The first spelling of a status is the usual one.
STATUS_WORDS = {
    V2: {
        "completed": ["DELIVERED", "PAID", "Shipped", "delivered ", " paid", "SHIPPED"],
        "cancelled": ["Cancelled", "cancelled", "CANCELLED "],
        "refunded": ["refunded", "Refunded", " REFUNDED"],
        "fraudulent": ["FRAUD", "fraud ", "Fraud"],
        "draft": ["draft", "Draft", "DRAFT "],
    },
    FINAL: {
        "completed": ["complete", "Complete", "COMPLETE", "complete ", " complete"],
        "cancelled": ["cancelled", "Cancelled", " CANCELLED"],
        "refunded": ["returned", "Returned ", "RETURNED"],
        "unpaid": ["unpaid", "Unpaid", "UNPAID "],
    },
    FINAL_FINAL: {
        status: [status]
        for status in ("completed", "cancelled", "refunded", "unpaid", "draft", "fraudulent")
    },
}
HEADERS = {
    V2: "row_id order_no cust cust_email sku qty order_date price state",
    FINAL: "RowId OrderID LineNo CustomerID ProductCode Quantity OrderTimestamp UnitPrice Status "
    "LastModified",
    FINAL_FINAL: "_row order_id line_id customer_id product_id units ordered_at unit_price_pence "
    "status updated_at",
}
FIRST_SOURCE_ROW = {V2: 100001, FINAL: 200001, FINAL_FINAL: 300001}


def utc(london: datetime) -> datetime:
    """Return the UTC time of a London time in the years of the shop, by day: none is at night."""
    summers = [
        (date(2024, 3, 31), date(2024, 10, 27)),
        (date(2025, 3, 30), date(2025, 10, 26)),
    ]
    is_summer = any(start <= london.date() < end for start, end in summers)
    return london - timedelta(hours=1) if is_summer else london


def pounds(pence: int) -> str:
    """Write pence as pounds: 350 becomes 3.50."""
    return f"{pence // 100}.{pence % 100:02}"


def cells_of(row: Row) -> list[str]:
    """Write a row in the format of its table, without the row id."""
    words = STATUS_WORDS[row.table][row.status]
    at = row.order.at
    text = {
        "order_id": row.order.order_id,
        "customer_id": row.customer_id,
        "product_code": row.product_code,
        "quantity": str(row.quantity),
        "status": words[row.spelling % len(words)],
    }
    if row.table == V2:
        text |= {"ordered_at": f"{at:%d/%m/%Y %H:%M}", "price": pounds(row.price)} | row.text
        columns = "order_id customer_id email product_code quantity ordered_at price status"
        text["email"] = row.line.customer.email
    else:
        if row.table == FINAL:
            text |= {"ordered_at": f"{at:%Y-%m-%d %H:%M:%S}", "price": f"\u00a3{pounds(row.price)}"}
            text["updated_at"] = f"{row.updated_at:%Y-%m-%d %H:%M:%S}"
        else:
            text |= {"ordered_at": f"{utc(at):%Y-%m-%dT%H:%M:%SZ}", "price": str(row.price)}
            text["updated_at"] = f"{utc(row.updated_at):%Y-%m-%dT%H:%M:%SZ}"
        text |= {"line_id": row.line_id} | row.text
        columns = "order_id line_id customer_id product_code quantity ordered_at price status"
        columns += " updated_at"
    return [text[column] for column in columns.split()]


def order_tables(orders: list[Order]) -> dict[str, list[list[str]]]:
    """Write each order table with numbered rows, and the truth about every one of them."""
    files: dict[str, list[list[str]]] = {}
    truth = [["order_source", "source_row", "verdict", "verdict_reason", "planted"]]
    rows = [row for order in orders for line in order.lines for row in line.copies]
    rows.sort(key=lambda row: (row.order.order_id, row.line.number, row.place))
    for table in (V2, FINAL, FINAL_FINAL):
        files[f"raw_{table}"] = [HEADERS[table].split()]
        written = (row for row in rows if row.table == table)
        for number, row in enumerate(written, start=FIRST_SOURCE_ROW[table]):
            files[f"raw_{table}"].append([str(number), *cells_of(row)])
            truth.append([table, str(number), row.verdict, row.reason, row.planted])
    files["demo_shop_truth"] = truth
    return files


def product_table(draws: Draws, products: list[Product]) -> list[list[str]]:
    """Write the catalogue as it stands on the last day."""
    header = "product_code title category price launched_on discontinued_on stock is_blocked kind"
    table = [[*header.split(), "brand", "image_url", "product_url"]]
    for product in products:
        title = product.title
        launched = LAUNCHED.get(title, date(2023, 11, 1))
        table.append(
            [
                product.code,
                title,
                product.category,
                pounds(product.price_on(LAST_DAY)),
                str(launched),
                str(DISCONTINUED.get(title, "")),
                "0" if title in OUT_OF_STOCK else str(5 + draws.below(200)),
                "true" if title in BLOCKED else "false",
                product.kind,
                *((brand(product), picture(product), page(product)) if product.theme else [""] * 3),
            ]
        )
    return table


def brand(product: Product) -> str:
    """Return the maker of a product: each theme of the shop has one."""
    return f"{product.theme.capitalize()} & Co."


def picture(product: Product) -> str:
    """Return a drawing that needs no file and no server: the name on the colour of its category."""
    hue = 360 * [category for category, _ in TASTES].index(product.category) // len(TASTES)
    drawing = (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 90 90'>"
        f"<rect width='90' height='90' fill='hsl({hue},45%,80%)'/>"
        f"<text x='45' y='55' font-size='30' text-anchor='middle'>{product.title[:2]}</text></svg>"
    )
    return f"data:image/svg+xml,{quote(drawing, safe=' ()/:=')}"


def page(product: Product) -> str:
    """Return where the page of a product would be, in the shop that does not exist."""
    return f"https://shop.example.com/products/{quote(product.code)}"


def customer_table(customers: list[Customer]) -> list[list[str]]:
    """Write the customers and the accounts that are not people."""
    header = ["customer_id", "full_name", "email", "account_type"]
    return [header, *([c.customer_id, c.full_name, c.email, c.account_type] for c in customers)]


def make_shop() -> dict[str, list[list[str]]]:
    """Invent the shop; return each file's name and its rows, the header first."""
    draws = Draws(SEED)
    catalogue = make_catalogue()
    customers = make_customers(draws)
    people = [customer for customer in customers if customer.account_type == "person"]

    orders = [order for customer in people for order in shop(draws, customer, catalogue)]
    orders += shop_on_other_accounts(draws, customers, catalogue)
    add_services(draws, orders)
    orders.sort(key=lambda order: (order.at, order.lines[0].customer.customer_id))
    orders += add_returns(draws, orders, catalogue)
    orders.sort(key=lambda order: (order.at, order.lines[0].customer.customer_id))
    for number, order in enumerate(orders, start=10001):
        order.order_id = str(number)
    choose_tables(draws, orders)
    end_some_orders(draws, orders)
    add_second_lines(draws, orders, wanted=24)
    write_rows(draws, orders)

    vandal = Vandal(draws, orders, catalogue)
    vandal.lose_line_ids()
    vandal.correct()
    vandal.lose_lines()
    vandal.repeat()
    vandal.damage()
    vandal.decorate()

    return {
        **order_tables(orders),
        "raw_products": product_table(draws, catalogue + NOT_MERCHANDISE),
        "raw_customers": customer_table(customers),
    }


def write_shop(folder: Path) -> None:
    """Write the CSV files of the shop into a folder."""
    for name, rows in make_shop().items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    here = Path(__file__).parent
    write_shop(here)
    with (here / "demo_shop_truth.csv").open(encoding="utf-8", newline="") as file:
        lines = Counter((row["order_source"], row["verdict"]) for row in csv.DictReader(file))
    for (source, verdict), count in sorted(lines.items()):
        print(f"{source:20} {verdict:12} {count:6}")
