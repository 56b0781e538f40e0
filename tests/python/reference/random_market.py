"""Random raw files in the shape of `warehouse.md` section 2, for comparing two computations.

A market is drawn from its seed alone. It keeps the contracts (keys, dates in order, no overlap,
no start before the cut-off, units named) and holds what section 5 rules on: mixed units and
spellings, revisions, redelivered tapes, shared collaterals, gaps, missing parts, ties.
Money is drawn in cents, rates as Decimal fractions.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from .clock import anniversary
from .reading import TABLES

SEEDS = Path(__file__).resolve().parents[3] / "seeds" / "reference"
LAST_DAY = date(2026, 6, 30)
DAY = timedelta(days=1)
FACTORS = {"元": 1, "万元": 10_000, "亿元": 100_000_000}
WIDE = {ord(narrow): chr(ord(narrow) + 0xFEE0) for narrow in "0123456789,.%()"}
WIDE_CODE = {
    ord(narrow): chr(ord(narrow) + 0xFEE0)
    for narrow in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
}
NULLS = ("", "", "", "-", "--", "—", "——", "–", "/", "NA", "N/A", "不适用", "无", "null", "nan")
TAIL = ("amount_unit", "source_document", "known_on")
COLUMNS: dict[str, tuple[str, ...]] = {
    "raw_deals": (
        *("deal_code", "deal_name", "series", "originator", "trustee", "lead_underwriter"),
        *("servicer", "asset_subclass", "announce_date", "book_date", "setup_date"),
        *("cutoff_date", "legal_maturity", "liquidation_date", "payment_frequency"),
        *("issue_amount", "junior_share", "pool_balance", "pool_principal", "class_normal"),
        *("class_special_mention", "class_substandard", "class_doubtful", "class_loss"),
        *(*TAIL, "note"),
    ),
    "raw_tranches": (
        *("deal_code", "tranche_code", "tranche_name", "issue_amount", "coupon", "rate_type"),
        *("amortisation", "issue_price", "start_date", "expected_maturity", "placed_amount"),
        *("expected_life_years", "weighted_life_years", *TAIL),
    ),
    "raw_recovery_estimates": (
        *("deal_code", "agency", "stage", "rated_on", "estimated_recovery", "estimated_rate"),
        *("basis", "horizon", *TAIL),
    ),
    "raw_pool_statistics": (
        *("deal_code", "as_of_date", "stage", "metric", "value", "unit", "stated_by"),
        *("source_document", "known_on"),
    ),
    "raw_recovery_statements": (
        *("deal_code", "pool_as_of_date", "cumulative_recovery", "stated_rate"),
        *("forecast_cumulative", "stated_by", *TAIL, "note"),
    ),
    "raw_loan_pools": (
        *("deal_code", "snapshot_date", "loan_no", "borrower_no", "contract_amount"),
        *("outstanding_principal", "outstanding_interest", "outstanding_fees", "granted_on"),
        *("due_on", "overdue_days", "five_class", "guarantee_type", "city", *TAIL),
    ),
    "raw_collaterals": (
        *("deal_code", "snapshot_date", "loan_no", "collateral_no", "collateral_type", "city"),
        *("lien_rank", "prior_claims", "initial_value", "initial_valued_on", "latest_value"),
        *("latest_valued_on", *TAIL),
    ),
    "raw_trustee_reports": (
        *("deal_code", "report_no", "collection_start", "collection_end", "payment_date"),
        *("reported_on", "in_progress_count", "in_progress_balance", "in_progress_recovery"),
        *("in_progress_recovery_to_date", "settled_count", "settled_balance"),
        *("settled_recovery", "settled_recovery_to_date", "other_inflow"),
        *("disposal_expenses", "closing_balance", "stated_cumulative_rate", *TAIL),
    ),
    "raw_market_indicators": (
        *("indicator", "label", "as_of_date", "value", "unit", "source_document", "known_on"),
        "note",
    ),
}
Cells = dict[str, str]


def _names(table: str, column: str) -> list[str]:
    with (SEEDS / f"{table}.csv").open(encoding="utf-8-sig", newline="") as handle:
        return [row[column] for row in csv.DictReader(handle)]


def _pairs(table: str, key: str, value: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, other in zip(_names(table, key), _names(table, value), strict=True):
        found.setdefault(other, []).append(name)
    return found


@dataclass
class Print:
    """Spells values as documents do; every spelling reads back to the same value."""

    rng: random.Random

    def chance(self, share: float) -> bool:
        """Give true with the given probability."""
        return self.rng.random() < share

    def null(self) -> str:
        """Give a mark that stands for nothing."""
        return self.rng.choice(NULLS)

    def null_number(self) -> str:
        """Give a mark that stands for no number or date."""
        return self.rng.choice((*NULLS, "■", "一"))

    def unit(self) -> str:
        """Give the unit of a row."""
        return self.rng.choice(("元", "万元", "万元", "亿元"))

    def number(self, value: Decimal) -> str:
        """Give a number with or without thousands commas, full width or a footnote."""
        plain = f"{value:f}"
        if self.chance(0.15):
            plain = f"{value:,f}"
        if self.chance(0.05):
            plain += self.rng.choice(("(注1)", "[1]", "²", "（注2）"))
        return plain.translate(WIDE) if self.chance(0.05) else plain

    def yuan(self, cents: int | None, unit: str) -> str:
        """Give an amount in the row's unit, or with a unit of its own."""
        if cents is None:
            return self.null_number()
        own = self.rng.choice(tuple(FACTORS)) if self.chance(0.05) else None
        value = Decimal(cents) / 100 / FACTORS[own or unit]
        value = value.quantize(Decimal("0.01")) if self.chance(0.3) and own is None else value
        if value * FACTORS[own or unit] * 100 != cents:
            value = Decimal(cents) / 100 / FACTORS[own or unit]
        if own is not None:
            return f"{value:f}{own}"
        return self.number(value)

    def rate(self, value: Decimal | None) -> str:
        """Give a fraction, or the same as a percentage."""
        if value is None:
            return self.null_number()
        if self.chance(0.3):
            return f"{value:f}"
        percent = f"{value * 100:f}%"
        return percent.translate(WIDE) if self.chance(0.1) else percent

    def day(self, value: date | None) -> str:
        """Give a date in one of the spellings that are read."""
        if value is None:
            return self.null_number()
        year, month, day = value.year, value.month, value.day
        text = self.rng.choice(
            (
                *(value.isoformat(), value.isoformat(), value.isoformat()),
                *(f"{year}/{month}/{day}", f"{year}.{month}.{day}", f"{value:%Y%m%d}"),
                *(f"{value:%Y/%m/%d}", f"{year}年{month}月{day}日"),
            )
        )
        return text + self.rng.choice((" 00:00:00", " 23:59:59")) if self.chance(0.05) else text

    def code(self, code: str) -> str:
        """Give a deal code as some document prints it."""
        style = self.rng.random()
        if style < 0.8:
            return code
        if style < 0.87:
            return code.lower()
        if style < 0.94:
            return code.translate(WIDE_CODE)
        return f" {code[:2]} {code[2:]} "


@dataclass
class Drawn:
    """A deal as it was drawn; money in cents."""

    code: str
    cutoff: date
    announce: date
    book: date
    balance: int
    kind: str
    place: int = 0
    originator: str = ""
    has_printed_cutoff: bool = True
    tape_dates: list[date] = field(default_factory=list)


@dataclass
class Market:
    """Draws the deals of one market and keeps the raw rows."""

    rng: random.Random
    rows: dict[str, list[Cells]] = field(default_factory=lambda: {table: [] for table in TABLES})

    def __post_init__(self) -> None:
        self.out = Print(self.rng)
        self.series = _pairs("series_originators", "series", "originator_code")
        self.originators = _pairs("originator_aliases", "alias", "originator_code")
        self.trustees = _names("trustee_aliases", "alias")
        self.agencies = _pairs("agency_aliases", "alias", "agency_name")
        self.types = _pairs("collateral_types", "alias", "collateral_type")
        self.classes = _names("five_classes", "alias")
        self.subclasses = _pairs("asset_subclasses", "asset_subclass", "asset_class")

    def add(self, table: str, known_on: date, cells: Cells) -> None:
        """One raw row, unless it is known too late; columns that are not named are blank."""
        if known_on > LAST_DAY:
            return
        row = dict.fromkeys(COLUMNS[table], "")
        row.update(cells)
        row["known_on"] = known_on.isoformat()
        row["source_document"] = f"https://example.org/{table}/{len(self.rows[table]) + 1}"
        self.rows[table].append(row)

    def later(self, day: date, low: int, high: int) -> date:
        """Give a day some days later, not after the market's last day."""
        return min(day + timedelta(days=self.rng.randint(low, high)), LAST_DAY)

    def agency(self, name: str) -> str:
        """One print of an agency's name."""
        return self.rng.choice(self.agencies[name]) if self.out.chance(0.2) else name

    def cents(self, low: int, high: int) -> int:
        """Give an amount between two amounts of yuan, with or without odd cents."""
        yuan = self.rng.randint(low, high)
        return yuan * 100 + (self.rng.randint(0, 99) if self.out.chance(0.7) else 0)

    # deals -----------------------------------------------------------------------------------

    def cutoff(self) -> date:
        """Give a cut-off date; month ends and leap days are frequent."""
        year = self.rng.choice((2020, 2021, 2022, 2023, 2024, 2024, 2025))
        style = self.rng.random()
        if style < 0.1:
            return date(2024, 2, 29) if self.out.chance(0.6) else date(2020, 2, 29)
        if style < 0.4:
            month = self.rng.choice((1, 3, 5, 7, 8, 10, 12))
            return date(year, month, 31) if year < 2025 else date(2024, month, 31)
        if style < 0.5:
            return date(year, self.rng.choice((4, 6, 9)), 30)
        return date(year, 1, 1) + timedelta(days=self.rng.randint(0, 250))

    def draw(self, place: int) -> Drawn:
        """Give a deal with its dates, its tapes and its balance."""
        out, rng = self.out, self.rng
        cutoff = self.cutoff()
        announce = self.later(cutoff, 40, 220)
        book = self.later(announce, 5, 9)
        kind = rng.choice(
            ("property", "property", "property", "mixed", "vehicle", "unsecured", "exact80")
        )
        code = f"{book.year % 100:02d}RM{place:03d}X"
        drawn = Drawn(code, cutoff, announce, book, 0, kind, place)
        drawn.originator = rng.choice(tuple(self.series))
        drawn.has_printed_cutoff = not out.chance(0.05)
        if out.chance(0.6):
            drawn.balance = self.tapes(drawn)
        if drawn.balance == 0:
            drawn.balance = self.cents(20_000_000, 3_000_000_000)
        return drawn

    def printed_originator(self, drawn: Drawn) -> str:
        """Give the originator as printed: a name, an alias, nothing, a trustee, a stranger."""
        names = self.originators[drawn.originator]
        return self.rng.choice(
            (
                *([names[0]] * 10),
                *(self.rng.choice(names) for _ in range(5)),
                *(self.out.null(), self.out.null()),
                *(self.rng.choice(self.trustees), self.rng.choice(self.trustees)),
                "某某商业银行",
            )
        )

    def facts(self, drawn: Drawn) -> Cells:
        """Give the texts of a deal's row."""
        out, rng = self.out, self.rng
        asset_class = {"vehicle": "auto", "unsecured": "credit_card"}.get(drawn.kind, "micro_small")
        if out.chance(0.2):
            asset_class = rng.choice(tuple(self.subclasses))
        elif out.chance(0.5):
            asset_class = "micro_small"
        series = rng.choice(self.series[drawn.originator])
        name = self.printed_originator(drawn)
        subclass = rng.choice(self.subclasses[asset_class])
        return {
            "deal_name": f"{series}{drawn.book.year}年第{drawn.place}期",
            "series": series if out.chance(0.95) else "",
            "originator": name,
            "trustee": rng.choice(self.trustees) if out.chance(0.93) else out.null(),
            "lead_underwriter": "某证券",
            "servicer": name,
            "asset_subclass": subclass if out.chance(0.95) else out.null(),
            "payment_frequency": rng.choice(("半年度", "季度", "每月", "")),
        }

    def printed_balance(self, drawn: Drawn) -> int | None:
        """Give the cents of balance the deal prints, if any."""
        if drawn.tape_dates:
            style = self.rng.random()
            if style < 0.4:
                return None
            return drawn.balance + 100 if style < 0.5 else drawn.balance
        return None if self.out.chance(0.04) else drawn.balance

    def liquidation(self, drawn: Drawn) -> date | None:
        """Give a liquidation date around the market's last day, mostly none."""
        if not self.out.chance(0.3):
            return None
        near = (LAST_DAY, LAST_DAY + DAY, LAST_DAY - DAY, LAST_DAY + timedelta(days=300))
        return self.rng.choice((*near, self.later(drawn.book, 200, 900)))

    def deal(self, place: int) -> None:
        """Draw one deal and write everything known of it."""
        out, rng = self.out, self.rng
        drawn = self.draw(place)
        issue = round(drawn.balance * rng.uniform(0.15, 0.6) / 1_000_000) * 1_000_000
        self.deal_rows(drawn, issue)
        self.tranches(drawn, issue)
        self.estimates(drawn)
        if out.chance(0.75):
            self.statistics(drawn)
        course = rng.random()
        if course < 0.65:
            self.reports(drawn)
        if course > 0.5:
            self.statements(drawn)

    def deal_rows(self, drawn: Drawn, issue: int) -> None:
        """Write a deal's row and, now and then, its revision; some are known late."""
        out, rng = self.out, self.rng
        facts = self.facts(drawn)
        printed = self.printed_balance(drawn)
        principal = None if out.chance(0.25) else drawn.balance * rng.randint(80, 99) // 100
        shares = self.class_shares() if out.chance(0.7) else [None] * 5
        end = self.liquidation(drawn)
        known = LAST_DAY - timedelta(days=40) if out.chance(0.06) else drawn.announce
        self.deal_row(drawn, facts, (issue, printed, principal), shares, (end, known))
        revised = self.later(known, 20, 500)
        if not out.chance(0.3) or revised == known:
            return
        balance = rng.choice((printed, printed, drawn.balance, None))
        if out.chance(0.1):
            drawn.has_printed_cutoff = not drawn.has_printed_cutoff
        self.deal_row(drawn, facts, (issue, balance, principal), shares, (end, revised))

    def class_shares(self) -> list[Decimal | None]:
        """Five shares that sum to 1; a share of none may be blank."""
        cuts = sorted(self.rng.randint(0, 10_000) for _ in range(2))
        parts = [0, 0, cuts[0], cuts[1] - cuts[0], 10_000 - cuts[1]]
        if self.out.chance(0.2):
            parts[1], parts[2] = parts[2] // 3, parts[2] - parts[2] // 3
        found: list[Decimal | None] = [Decimal(part) / 10_000 for part in parts]
        return [None if share == 0 and self.out.chance(0.7) else share for share in found]

    def deal_row(
        self,
        drawn: Drawn,
        facts: Cells,
        amounts: tuple[int, int | None, int | None],
        shares: Sequence[Decimal | None],
        dates: tuple[date | None, date],
    ) -> None:
        """Write one row of raw_deals; the dates are liquidation and known_on."""
        out, unit = self.out, self.out.unit()
        liquidation, known_on = dates
        issue, balance, principal = amounts
        junior = Decimal(self.rng.randint(800, 4000)) / 10_000
        maturity = anniversary(drawn.book, 12 * self.rng.randint(3, 6))
        self.add(
            "raw_deals",
            known_on,
            {
                **facts,
                "deal_code": out.code(drawn.code),
                "announce_date": out.day(drawn.announce),
                "book_date": out.day(drawn.book),
                "setup_date": out.day(drawn.book + 3 * DAY),
                "cutoff_date": out.day(drawn.cutoff if drawn.has_printed_cutoff else None),
                "legal_maturity": out.day(maturity),
                "liquidation_date": out.day(liquidation),
                "issue_amount": out.yuan(issue, unit),
                "junior_share": out.rate(junior),
                "pool_balance": out.yuan(balance, unit),
                "pool_principal": out.yuan(principal, unit),
                **{
                    column: out.rate(share)
                    for column, share in zip(COLUMNS["raw_deals"][19:24], shares, strict=True)
                },
                "amount_unit": unit,
            },
        )

    # terms -----------------------------------------------------------------------------------

    def tranches(self, drawn: Drawn, issue: int) -> None:
        """Give the tranches of a deal, now and then without a kind or with a missing part."""
        rng, out = self.rng, self.out
        if out.chance(0.04):
            return
        junior = issue * rng.randint(10, 35) // 100 // 1_000_000 * 1_000_000
        names = rng.choice((["优先档"], ["优先级"], ["优先A1级", "优先A2级"], ["优先档"]))
        seniors = [(issue - junior) // len(names)] * len(names)
        seniors[0] += issue - junior - sum(seniors)
        listed = list(zip(names, seniors, strict=True))
        if out.chance(0.95):
            listed.append((rng.choice(("次级档", "次级")), junior))
        if out.chance(0.03):
            listed = listed[-1:]
        for place, (name, amount) in enumerate(listed):
            is_senior = "次级" not in name
            known = drawn.announce
            for _ in range(2 if out.chance(0.2) else 1):
                unit = out.unit()
                coupon = Decimal(rng.randint(180, 480)) / 10_000 if is_senior else None
                self.add(
                    "raw_tranches",
                    known,
                    {
                        "deal_code": out.code(drawn.code),
                        "tranche_code": f"{drawn.code}{'AC'[not is_senior]}{place + 1}",
                        "tranche_name": name,
                        "issue_amount": out.yuan(None if out.chance(0.04) else amount, unit),
                        "coupon": out.rate(None if out.chance(0.04) else coupon),
                        "rate_type": "固定利率" if is_senior else "零息式",
                        "amortisation": "过手摊还",
                        "issue_price": rng.choice(("100.00", "100", "102.00")),
                        "start_date": out.day(drawn.book + 3 * DAY),
                        "expected_maturity": out.day(anniversary(drawn.book, 24)),
                        "placed_amount": out.yuan(amount * 95 // 100, unit),
                        "expected_life_years": rng.choice(("2.58", "1.1", "-", "")),
                        "weighted_life_years": rng.choice(("1.03", "")),
                        "amount_unit": unit,
                    },
                )
                known = known + timedelta(days=rng.randint(5, 60))

    def estimates(self, drawn: Drawn) -> None:
        """Agencies' estimates: rates, amounts, revisions, tracking."""
        rng, out = self.rng, self.out
        for agency in rng.sample(sorted(self.agencies), rng.choice((0, 1, 2, 2, 2, 3))):
            for stage, start in (("first_rating", drawn.announce), ("tracking", None)):
                if start is None and not out.chance(0.2):
                    continue
                known = start or drawn.book + timedelta(days=rng.randint(200, 500))
                for _ in range(2 if out.chance(0.15) else 1):
                    unit = out.unit()
                    rate = Decimal(rng.randint(1500, 7500)) / 10_000
                    amount: int | None = int(drawn.balance * rate)
                    style = rng.random()
                    if style < 0.3:
                        amount = None
                    self.add(
                        "raw_recovery_estimates",
                        known,
                        {
                            "deal_code": out.code(drawn.code),
                            "agency": self.agency(agency),
                            "stage": stage,
                            "rated_on": out.day(known),
                            "estimated_recovery": out.yuan(amount, unit),
                            "estimated_rate": out.rate(None if 0.3 <= style < 0.65 else rate),
                            "basis": rng.choice(("", "", "gross", "gross", "net", "distributable")),
                            "horizon": "",
                            "amount_unit": unit,
                        },
                    )
                    known = known + timedelta(days=rng.randint(5, 120))

    def statistic(self, drawn: Drawn, metric: str, cells: Cells, stated: tuple[str, date]) -> None:
        """One disclosed metric, spelled in one of its units."""
        rng, out = self.rng, self.out
        agency, known_on = stated
        unit = "%"
        if metric in ("loan_count", "borrower_count"):
            value = out.number(Decimal(rng.randint(60, 2500)))
            unit = "count"
        elif metric == "contract_amount":
            unit = out.unit()
            value = out.yuan(drawn.balance * rng.randint(101, 160) // 100, unit)
        elif metric == "wa_overdue_months":
            in_days = out.chance(0.4)
            unit = rng.choice(("天", "日", "days")) if in_days else rng.choice(("months", "月"))
            value = out.number(Decimal(rng.randint(90, 900) if in_days else rng.randint(3, 30)))
        elif metric in ("hhi_region", "senior_principal_repaid"):
            value, unit = "0.04", "index"
        else:
            share = Decimal(rng.choice((0, 2711, 5000, 7999, 8000, 8001, 9560, 10_000, 10_000)))
            if metric.endswith("ltv"):
                share = Decimal(rng.randint(4000, 13_000))
            if metric == "top10_borrower_share":
                share = Decimal(rng.randint(100, 4000))
            percent = share / 100
            value, unit = rng.choice(
                (
                    *((f"{percent:f}", "%"), (f"{percent:f}%", "%"), (f"{percent:f}%", "")),
                    *(
                        (f"{share / 10_000:f}", "ratio"),
                        (f"{percent:f}", "%(stated in words: 全部)"),
                    ),
                )
            )
        self.add(
            "raw_pool_statistics",
            known_on,
            {
                "deal_code": out.code(drawn.code),
                **cells,
                "metric": metric,
                "value": value,
                "unit": unit,
                "stated_by": self.agency(agency),
            },
        )

    def statistic_dates(self, drawn: Drawn) -> list[tuple[str, date | None, date]]:
        """Give stage, date (none: not printed) and known_on of each set of statistics."""
        rng, out = self.rng, self.out
        dates: list[tuple[str, date | None, date]] = []
        if out.chance(0.85):
            is_blank = not drawn.has_printed_cutoff or out.chance(0.7)
            dates.append(("first_rating", None if is_blank else drawn.cutoff, drawn.announce))
        days = [day for day in drawn.tape_dates if day > drawn.cutoff and out.chance(0.4)]
        day = drawn.book + timedelta(days=rng.randint(150, 400))
        if out.chance(0.4) and day < LAST_DAY and day not in drawn.tape_dates:
            days.append(day)
        return dates + [("tracking", day, self.later(day, 20, 60)) for day in days]

    def statistics(self, drawn: Drawn) -> None:
        """Disclosed statistics at the first rating and at later dates."""
        rng, out = self.rng, self.out
        metrics = (
            *("loan_count", "borrower_count", "mortgaged_share", "residential_share"),
            *("vehicle_share", "wa_current_ltv", "wa_initial_ltv", "wa_overdue_months"),
            *("top10_borrower_share", "contract_amount", "hhi_region"),
        )
        for stage, as_of, known in self.statistic_dates(drawn):
            chosen = rng.sample(metrics, rng.randint(1, len(metrics)))
            if out.chance(0.1):
                chosen = ["senior_principal_repaid"]
            for metric in chosen:
                cells = {"as_of_date": "" if as_of is None else out.day(as_of), "stage": stage}
                agencies = rng.sample(sorted(self.agencies), 2)
                self.statistic(drawn, metric, cells, (agencies[0], known))
                if out.chance(0.12):
                    self.statistic(drawn, metric, cells, (agencies[1], known))
                if out.chance(0.1):
                    again = known + timedelta(days=rng.randint(3, 60))
                    self.statistic(drawn, metric, cells, (rng.choice(agencies), again))

    # pools -----------------------------------------------------------------------------------

    def tapes(self, drawn: Drawn) -> int:
        """Give the tapes of a deal; the cents of balance at the cut-off, 0 without such a tape."""
        balance = 0
        dates = [drawn.cutoff] if self.out.chance(0.9) else []
        if self.out.chance(0.35) or not dates:
            dates.append(drawn.cutoff + timedelta(days=self.rng.randint(120, 500)))
        for day in dates:
            if day >= LAST_DAY:
                continue
            drawn.tape_dates.append(day)
            known = max(drawn.announce, self.later(day, 10, 40))
            found = Tape(self, drawn, day).write(known)
            if day == drawn.cutoff:
                balance = found
        return balance

    # recovery --------------------------------------------------------------------------------

    def report_dates(self, drawn: Drawn) -> list[tuple[date, date, date]]:
        """Give start, end and reporting date of adjoining periods; the first is long."""
        rng, out = self.rng, self.out
        step = rng.choice((1, 1, 3, 3, 6))
        anchor = anniversary(drawn.cutoff, rng.randint(1, 9))
        if out.chance(0.6):
            anchor = anniversary(date(anchor.year, anchor.month, 1), 1) - DAY
        elif out.chance(0.3):
            anchor += timedelta(days=rng.randint(1, 20))
        start = drawn.cutoff + DAY
        if out.chance(0.08):
            start += timedelta(days=rng.randint(1, 25))
        found: list[tuple[date, date, date]] = []
        for place in range(rng.randint(1, 14)):
            end = anchor if place == 0 else self.step_end(anchor, step * place)
            reported = end + timedelta(days=rng.randint(12, 40))
            if reported > LAST_DAY:
                break
            found.append((start, end, reported))
            start = end + DAY
        return found

    def reports(self, drawn: Drawn) -> None:
        """Trustee reports of adjoining periods, with gaps, missing parts and revisions."""
        rng, out = self.rng, self.out
        gap_at = rng.randint(2, 6) if out.chance(0.2) else 0
        skip_at = rng.randint(2, 5) if out.chance(0.15) else 0
        missing_at = rng.randint(1, 6) if out.chance(0.15) else 0
        is_loose = out.chance(0.3)
        number, settled, in_progress = 1, 0, 0
        previous = drawn.cutoff
        for place, (start, end, reported) in enumerate(self.report_dates(drawn), 1):
            days = (end - start).days + 1
            cash = int(drawn.balance * days / 30 * rng.uniform(0.004, 0.03))
            if settled + in_progress + cash > drawn.balance * 9 // 10:
                break
            done = cash * rng.randint(0, 100) // 100
            moved = rng.randint(0, in_progress)
            settled += done + moved
            in_progress += cash - done - moved
            number += place == skip_at
            if place == gap_at:
                number += out.chance(0.6)
                continue
            shown = start - DAY if is_loose and start == previous + DAY else start
            parts = (cash - done, done, in_progress, settled)
            lacks = place == missing_at
            self.report(drawn, number, (shown, end, reported), parts, is_missing=lacks)
            number += 1
            previous = end

    @staticmethod
    def step_end(anchor: date, months: int) -> date:
        """Give the end of a later period: month ends stay month ends."""
        end = anniversary(anchor, months)
        is_month_end = (anchor + DAY).day == 1
        if not is_month_end:
            return end
        return anniversary(date(end.year, end.month, 1), 1) - DAY

    def report(
        self,
        drawn: Drawn,
        number: int,
        dates: tuple[date, date, date],
        parts: tuple[int, int, int, int],
        *,
        is_missing: bool,
    ) -> None:
        """One report and, now and then, its later revisions."""
        rng, out = self.rng, self.out
        start, end, known = dates
        for revision in range(rng.choice((1, 1, 1, 1, 1, 2, 2, 3))):
            in_progress, settled, in_progress_to_date, settled_to_date = parts
            if revision:
                in_progress += rng.choice((0, 100, 12_345_67, 1_000_000_00))
            lacks = is_missing and (revision == 0 or out.chance(0.4))
            side = rng.random() < 0.5
            unit = out.unit()
            left = max(drawn.balance - in_progress_to_date - settled_to_date, 0)
            rate = Decimal(in_progress_to_date + settled_to_date) / Decimal(drawn.balance)
            self.add(
                "raw_trustee_reports",
                known,
                {
                    "deal_code": out.code(drawn.code),
                    "report_no": str(number),
                    "collection_start": out.day(start),
                    "collection_end": out.day(end),
                    "payment_date": out.day(known + 5 * DAY),
                    "reported_on": out.day(known),
                    "in_progress_count": str(rng.randint(50, 900)),
                    "in_progress_balance": out.yuan(left, unit),
                    "in_progress_recovery": out.yuan(None if lacks and side else in_progress, unit),
                    "in_progress_recovery_to_date": out.yuan(
                        None if out.chance(0.05) else in_progress_to_date, unit
                    ),
                    "settled_count": str(rng.randint(0, 90)),
                    "settled_balance": out.yuan(settled, unit),
                    "settled_recovery": out.yuan(None if lacks and not side else settled, unit),
                    "settled_recovery_to_date": out.yuan(settled_to_date, unit),
                    "other_inflow": out.yuan(rng.randint(0, 5_000_00), unit),
                    "disposal_expenses": out.yuan(rng.randint(0, 50_000_00), unit),
                    "closing_balance": out.yuan(left, unit),
                    "stated_cumulative_rate": out.rate(
                        None if out.chance(0.3) else rate.quantize(Decimal("0.0001"))
                    ),
                    "amount_unit": unit,
                },
            )
            known = known + timedelta(days=rng.randint(10, 150))
            if known > LAST_DAY:
                break

    def statements(self, drawn: Drawn) -> None:
        """Cumulative recovery as agencies state it."""
        rng, out = self.rng, self.out
        day = drawn.book
        share = Decimal(0)
        for _ in range(rng.randint(1, 5)):
            day = anniversary(day, rng.choice((3, 6, 12)))
            if out.chance(0.6):
                day = anniversary(date(day.year, day.month, 1), 1) - DAY
            known = day + timedelta(days=rng.randint(30, 90))
            if known > LAST_DAY:
                break
            share += Decimal(rng.randint(200, 1200)) / 10_000
            agencies = rng.sample(sorted(self.agencies), 2)
            has_amount = out.chance(0.8)
            self.statement(drawn, day, (share if has_amount else None, share), (agencies[0], known))
            if out.chance(0.25):
                again = known + timedelta(days=rng.choice((0, 0, 20)))
                self.statement(drawn, day, (share, share), (agencies[1], again))
            if out.chance(0.15):
                again = known + timedelta(days=rng.randint(30, 80))
                self.statement(drawn, day, (share, share), (agencies[0], again))

    def statement(
        self,
        drawn: Drawn,
        day: date,
        shares: tuple[Decimal | None, Decimal],
        stated: tuple[str, date],
    ) -> None:
        """One row of raw_recovery_statements; the shares are of the amount and of the rate."""
        out, unit = self.out, self.out.unit()
        share, rate = shares
        agency, known_on = stated
        amount = None
        if share is not None:
            amount = int(drawn.balance * share) + self.rng.randint(0, 9_999)
        self.add(
            "raw_recovery_statements",
            known_on,
            {
                "deal_code": out.code(drawn.code),
                "pool_as_of_date": out.day(day),
                "cumulative_recovery": out.yuan(amount, unit),
                "stated_rate": out.rate(None if share and out.chance(0.3) else rate),
                "forecast_cumulative": "",
                "stated_by": self.agency(agency),
                "amount_unit": unit,
            },
        )

    # the rest --------------------------------------------------------------------------------

    def orphans(self) -> None:
        """Rows of deals that no deals row names."""
        ghost = Drawn(
            "99GHOST01", date(2024, 3, 31), date(2024, 6, 1), date(2024, 6, 8), 0, "mixed"
        )
        self.tapes(ghost)
        ghost.balance = self.cents(50_000_000, 90_000_000)
        self.tranches(ghost, 2_000_000_000)
        self.estimates(ghost)
        self.statistics(ghost)
        self.reports(ghost)
        self.statements(ghost)

    def closing(self) -> None:
        """Give indicators, and one deal whose row sets the market's last day."""
        for year in (2023, 2024, 2025):
            self.add(
                "raw_market_indicators",
                date(year + 1, 2, 1),
                {
                    "indicator": "inclusive_sme_loan_balance",
                    "label": "普惠小微贷款余额",
                    "as_of_date": f"{year}-12-31",
                    "value": f"{30 + year - 2023}.5",
                    "unit": "万亿元",
                },
            )
        drawn = Drawn(
            "25RMLAST", date(2025, 5, 31), date(2025, 8, 1), date(2025, 8, 8), 10_000_000_000, "x"
        )
        facts = {"deal_name": "末日2025年第一期", "series": "建欣", "originator": "建设银行"}
        amounts = (3_000_000_000, drawn.balance, None)
        self.deal_row(drawn, facts, amounts, [None] * 5, (None, LAST_DAY))


@dataclass
class Tape:
    """One tape of a deal: loans and collaterals, delivered once or twice; money in cents."""

    market: Market
    drawn: Drawn
    day: date

    def write(self, known_on: date) -> int:
        """Write the deliveries; the cents of balance of the last one (missing parts as 0)."""
        rng, out = self.market.rng, self.market.out
        loans = self.loans()
        liens = self.liens(loans)
        self.spoil(loans, liens)
        self.deliver("raw_loan_pools", loans, known_on)
        self.deliver("raw_collaterals", liens, known_on)
        style = rng.random()
        again = known_on + timedelta(days=rng.randint(5, 200))
        if style < 0.3 and again <= LAST_DAY and len(loans) > 2:
            if style < 0.2:
                loans = [dict(loan) for loan in loans]
                for _ in range(rng.randint(1, 2)):
                    loans.pop(rng.randrange(len(loans)))
                loans[0]["outstanding_principal"] = self.market.cents(100_000, 3_000_000)
                self.deliver("raw_loan_pools", loans, again)
            if style > 0.1:
                liens = [dict(lien) for lien in liens]
                for lien in liens:
                    if lien["latest_value"] is not None and out.chance(0.5):
                        lien["latest_value"] = self.whole(lien["latest_value"]) + 100_000_00
                self.deliver("raw_collaterals", self.same_values(liens), again)
        return sum(
            self.whole(loan[column])
            for loan in loans
            for column in ("outstanding_principal", "outstanding_interest", "outstanding_fees")
        )

    @staticmethod
    def whole(value: object) -> int:
        """Give the cents of a drawn cell, none as 0."""
        return value if isinstance(value, int) else 0

    @staticmethod
    def same_values(liens: list[dict[str, object]]) -> list[dict[str, object]]:
        """Give the liens with one value per collateral."""
        first: dict[object, dict[str, object]] = {}
        for lien in liens:
            kept = first.setdefault(lien["collateral_no"], lien)
            lien["latest_value"] = kept["latest_value"]
        return liens

    def loans(self) -> list[dict[str, object]]:
        """Loans of a few borrowers; equal balances in pools that meet 80 % exactly."""
        rng, market = self.market.rng, self.market
        count = rng.choice((5, 10, 25)) if self.drawn.kind == "exact80" else rng.randint(3, 30)
        found: list[dict[str, object]] = []
        for place in range(1, count + 1):
            principal = market.cents(100_000, 3_000_000)
            interest, fees = principal * rng.randint(0, 12) // 100, rng.randint(0, 5_000_00)
            if self.drawn.kind == "exact80":
                principal, interest, fees = 100_000_000, 5_000_000, 12_345
            found.append(
                {
                    "loan_no": f"L{place}",
                    "borrower_no": f"B{rng.randint(1, max(count - 2, 1))}",
                    "contract_amount": principal * rng.randint(100, 150) // 100,
                    "outstanding_principal": principal,
                    "outstanding_interest": interest,
                    "outstanding_fees": fees,
                    "overdue_days": rng.randint(30, 1500),
                    "five_class": rng.choice(market.classes),
                    "guarantee_type": "信用",
                }
            )
        return found

    def mortgaged(self, loans: list[dict[str, object]]) -> list[dict[str, object]]:
        """Give the loans that collateral secures, by the kind of the pool."""
        rng, kind = self.market.rng, self.drawn.kind
        share = {"unsecured": 0.0, "mixed": 0.5, "exact80": rng.choice((0.8, 1.0))}.get(kind, 1.0)
        if kind == "property" and self.market.out.chance(0.5):
            return loans[: max(1, len(loans) - 1)]
        return loans[: round(len(loans) * share)]

    def collateral(self, number: int, place: int, value: int) -> dict[str, object]:
        """Give one collateral; second liens carry claims before them."""
        rng, out, kind = self.market.rng, self.market.out, self.drawn.kind
        kinds = [name for name in self.market.types if name != "车辆"] + ["住宅"] * 8
        chosen = "车辆" if kind == "vehicle" else rng.choice(kinds)
        if kind == "mixed" and out.chance(0.1):
            chosen = "车辆"
        if kind == "exact80":
            chosen = "商业用房" if place % 5 == 4 else "住宅"
        rank = rng.choice(("1", "1", "1", "2", ""))
        prior: int | None = rng.choice((None, None, 0))
        if rank == "2" or out.chance(0.05):
            prior = value * rng.randint(5, 40) // 100
        return {
            "collateral_no": f"C{number}",
            "collateral_type": rng.choice(self.market.types[chosen]),
            "lien_rank": rank,
            "prior_claims": prior,
            "initial_value": value * rng.randint(95, 160) // 100,
            "latest_value": value,
        }

    def liens(self, loans: list[dict[str, object]]) -> list[dict[str, object]]:
        """Give the liens: one or several a loan, some on a shared collateral, some equal."""
        rng, out = self.market.rng, self.market.out
        collaterals: list[dict[str, object]] = []
        found: list[dict[str, object]] = []
        secured: dict[object, int] = {}
        for place, loan in enumerate(self.mortgaged(loans)):
            loan["guarantee_type"] = "抵押"
            owed = self.whole(loan["outstanding_principal"])
            own: list[dict[str, object]] = []
            if collaterals and self.drawn.kind != "exact80" and out.chance(0.2):
                shared = rng.choice(collaterals[-3:])
                owed_before = secured[shared["collateral_no"]]
                if owed_before + owed < 4 * self.whole(shared["latest_value"]):
                    own.append(shared)
            tie = out.chance(0.25)
            for _ in range(rng.choice((1, 1, 1, 2, 3)) if not own or out.chance(0.4) else 0):
                value = owed * rng.randint(40, 250) // 100
                if tie and own:
                    value = self.whole(own[-1]["latest_value"])
                collaterals.append(self.collateral(len(collaterals) + 1, place, value))
                own.append(collaterals[-1])
            for one in own:
                number = one["collateral_no"]
                secured[number] = secured.get(number, 0) + owed
            found += [{**one, "loan_no": loan["loan_no"]} for one in own]
        rng.shuffle(found)
        return found

    def spoil(self, loans: list[dict[str, object]], liens: list[dict[str, object]]) -> None:
        """Leave something out, or turn a value to nothing, in a third of the tapes."""
        rng, out = self.market.rng, self.market.out
        if not out.chance(0.4):
            return
        loan_columns = (
            *("outstanding_interest", "outstanding_principal", "contract_amount"),
            *("borrower_no", "five_class", "overdue_days"),
        )
        if out.chance(0.5) or not liens:
            rng.choice(loans)[rng.choice(loan_columns)] = None
            return
        chosen = rng.choice(liens)
        value = self.whole(chosen["latest_value"])
        faults: tuple[dict[str, object], ...] = (
            {"latest_value": None},
            {"initial_value": None},
            {"collateral_type": None},
            {"lien_rank": "2", "prior_claims": None},
            {"lien_rank": "2", "prior_claims": value},
            {"lien_rank": "2", "prior_claims": value * 11 // 10},
        )
        fault = rng.choice(faults)
        for lien in liens:
            if lien["collateral_no"] == chosen["collateral_no"]:
                lien.update(fault)

    def deliver(self, table: str, drawn: list[dict[str, object]], known_on: date) -> None:
        """One delivery of the loans or the collaterals."""
        market, out = self.market, self.market.out
        amounts = {
            *("contract_amount", "outstanding_principal", "outstanding_interest"),
            *("outstanding_fees", "prior_claims", "initial_value", "latest_value"),
        }
        code = out.code(self.drawn.code)
        for cells in drawn:
            unit = out.unit()
            row: Cells = {"deal_code": code, "snapshot_date": self.day.isoformat()}
            for column, value in cells.items():
                if column in amounts:
                    row[column] = out.yuan(value if isinstance(value, int) else None, unit)
                elif value is None:
                    row[column] = out.null()
                else:
                    row[column] = str(value)
            row["amount_unit"] = unit
            row["city"] = "杭州"
            if table == "raw_loan_pools":
                row["granted_on"] = out.day(self.day - timedelta(days=1900))
                row["due_on"] = out.day(self.day - timedelta(days=1600))
            else:
                row["initial_valued_on"] = out.day(self.day - timedelta(days=1910))
                row["latest_valued_on"] = out.day(self.day)
            market.add(table, known_on, row)


def draw_market(seed: int, deals: int = 30) -> dict[str, list[Cells]]:
    """Give the rows of the nine raw tables of a random market; the same seed, the same rows."""
    rng = random.Random(seed)  # noqa: S311 - draws test data
    market = Market(rng)
    for place in range(1, deals + 1):
        market.deal(place)
    market.orphans()
    market.closing()
    for table in COLUMNS:
        rng.shuffle(market.rows[table])
    return market.rows


def write_rows(folder: Path, rows: Mapping[str, Sequence[Cells]]) -> None:
    """Write the nine raw CSV files, a table without rows as its header alone."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, columns in COLUMNS.items():
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows[table])


def write_market(folder: Path, seed: int, deals: int = 30) -> None:
    """Write the nine raw CSV files of a random market; the same seed writes the same bytes."""
    write_rows(folder, draw_market(seed, deals))
