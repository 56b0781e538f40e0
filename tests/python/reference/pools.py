"""Pools: the loan tape and what a tape gives at one date.

Money in cents, ratios exact fractions, terms in months. A missing input makes everything that
depends on it None.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property

from .reading import (
    Lookups,
    Row,
    divided,
    grouped,
    is_blank,
    read_date,
    read_int,
    read_number,
    read_text,
    round_half_away,
    total,
)

CLASSES = ("normal", "special_mention", "substandard", "doubtful", "loss")
DAYS_PER_MONTH = Fraction("30.4375")
COMPARABLE_ABOVE = Fraction(4, 5)
RESIDENTIAL = "住宅"
VEHICLE = "车辆"


@dataclass(frozen=True)
class Loan:
    """One loan of a tape; money in cents."""

    loan_no: str | None
    borrower_no: str | None
    contract: int | None
    principal: int | None
    balance: int | None
    overdue_days: Fraction | None
    five_class: str | None


@dataclass(frozen=True)
class Lien:
    """One loan secured by one collateral; values in cents."""

    loan_no: str | None
    collateral_no: str
    kind: str | None
    latest_net: int | None
    initial: int | None


@dataclass(frozen=True)
class Snapshot:
    """A pool at one date, from a tape or as disclosed; money in cents."""

    measured_from: str
    loan_count: int | None = None
    borrower_count: int | None = None
    contract: int | None = None
    principal: int | None = None
    balance: int | None = None
    mortgaged_balance: int | None = None
    mortgaged_ratio: Fraction | None = None
    residential_ratio: Fraction | None = None
    repaid_ratio: Fraction | None = None
    weighted_current_ltv: Fraction | None = None
    weighted_initial_ltv: Fraction | None = None
    pool_current_ltv: Fraction | None = None
    weighted_overdue_months: Fraction | None = None
    top10_ratio: Fraction | None = None
    classes: dict[str, Fraction | None] = field(default_factory=dict)
    is_complete: bool = False

    @property
    def balance_per_borrower(self) -> int | None:
        """Cents of balance per borrower, rounded to the cent."""
        ratio = divided(self.balance, self.borrower_count)
        return None if ratio is None else round_half_away(ratio)

    @property
    def is_comparable(self) -> bool | None:
        """Both shares strictly over 80 %; None when that is not known."""
        sides = [
            None if ratio is None else ratio > COMPARABLE_ABOVE
            for ratio in (self.mortgaged_ratio, self.residential_ratio)
        ]
        if False in sides:
            return False
        return None if None in sides else True


def repaid(principal: int | None, contract: int | None) -> Fraction | None:
    """1 - principal / contract amount."""
    left = divided(principal, contract)
    return None if left is None else 1 - left


def weighted(pairs: list[tuple[int | None, Fraction | None]]) -> Fraction | None:
    """Give the average of (weight, value) pairs; None when a part is missing or weighs 0 in all."""
    above = Fraction(0)
    below = 0
    for weight, value in pairs:
        if weight is None or value is None:
            return None
        above += weight * value
        below += weight
    return divided(above, below)


@dataclass(frozen=True)
class Tape:
    """The loans of a deal at one date and the liens on them."""

    loans: list[Loan]
    liens: list[Lien]
    documents: str | None = None

    @cached_property
    def liens_by_loan(self) -> dict[str | None, list[Lien]]:
        """The liens of each loan that is on the tape."""
        found: dict[str | None, list[Lien]] = {}
        for lien in self.liens:
            found.setdefault(lien.loan_no, []).append(lien)
        return found

    @cached_property
    def mortgaged(self) -> list[Loan]:
        """The loans that at least one collateral secures."""
        return [loan for loan in self.loans if loan.loan_no in self.liens_by_loan]

    @cached_property
    def balance(self) -> int | None:
        """Cents of principal, interest and fees of all loans."""
        return total(loan.balance for loan in self.loans)

    @cached_property
    def principal(self) -> int | None:
        """Cents of principal of all loans."""
        return total(loan.principal for loan in self.loans)

    @cached_property
    def _shares(self) -> dict[tuple[str | None, str], Fraction | None]:
        """The part of each collateral that belongs to each of its loans."""
        balances = {loan.loan_no: loan.balance for loan in self.loans}
        sharing: dict[str, list[str | None]] = {}
        for lien in self.liens:
            sharing.setdefault(lien.collateral_no, []).append(lien.loan_no)
        shares: dict[tuple[str | None, str], Fraction | None] = {}
        for collateral_no, loan_nos in sharing.items():
            together = total(balances[loan_no] for loan_no in loan_nos)
            for loan_no in loan_nos:
                alone = len(loan_nos) == 1
                part = Fraction(1) if alone else divided(balances[loan_no], together)
                shares[loan_no, collateral_no] = None if together is None and not alone else part
        return shares

    def _allocated(self, lien: Lien, value: int | None) -> Fraction | None:
        share = self._shares[lien.loan_no, lien.collateral_no]
        return None if value is None or share is None else value * share

    def _loan_value(self, loan: Loan, pick: Callable[[Lien], int | None]) -> Fraction | None:
        """Cents of allocated value of all collaterals of a loan; None where not above 0."""
        found = Fraction(0)
        for lien in self.liens_by_loan[loan.loan_no]:
            part = self._allocated(lien, pick(lien))
            if part is None:
                return None
            found += part
        return found if found > 0 else None

    @cached_property
    def _current_values(self) -> list[Fraction | None]:
        return [self._loan_value(loan, lambda lien: lien.latest_net) for loan in self.mortgaged]

    @cached_property
    def _initial_values(self) -> list[Fraction | None]:
        return [self._loan_value(loan, lambda lien: lien.initial) for loan in self.mortgaged]

    def largest_kind(self, loan: Loan) -> str | None:
        """Give the type of the loan's largest collateral by allocated net latest value."""

        def rank(lien: Lien) -> tuple[bool, Fraction, str]:
            value = self._allocated(lien, lien.latest_net)
            return (value is None, -(value or Fraction(0)), lien.collateral_no)

        return min(self.liens_by_loan[loan.loan_no], key=rank).kind

    def residential_ratio(self) -> Fraction | None:
        """Balance of residential loans / balance of mortgaged loans."""
        kinds = [self.largest_kind(loan) for loan in self.mortgaged]
        if None in kinds:
            return None
        homes = total(
            loan.balance if kind == RESIDENTIAL else 0
            for loan, kind in zip(self.mortgaged, kinds, strict=True)
        )
        return divided(homes, total(loan.balance for loan in self.mortgaged))

    def weighted_ltv(
        self, values: list[Fraction | None], owed: Callable[[Loan], int | None]
    ) -> Fraction | None:
        """Give the balance-weighted mean of owed / value over mortgaged loans."""
        return weighted(
            [
                (loan.balance, divided(owed(loan), value))
                for loan, value in zip(self.mortgaged, values, strict=True)
            ]
        )

    def pool_current_ltv(self) -> Fraction | None:
        """Sum of principal / sum of value over mortgaged loans."""
        if None in self._current_values:
            return None
        value = sum((part for part in self._current_values if part is not None), Fraction(0))
        return divided(total(loan.principal for loan in self.mortgaged), value)

    def borrowers(self) -> dict[str, int | None] | None:
        """Cents of balance of each borrower; None when a loan names none."""
        found: dict[str, int | None] = {}
        for loan in self.loans:
            if loan.borrower_no is None:
                return None
            found[loan.borrower_no] = total((found.get(loan.borrower_no, 0), loan.balance))
        return found

    def classes(self) -> dict[str, Fraction | None]:
        """Give the balance share of each of the five classes; all None when one loan has none."""
        if any(loan.five_class is None for loan in self.loans):
            return dict.fromkeys(CLASSES)
        return {
            name: divided(
                total(loan.balance for loan in self.loans if loan.five_class == name), self.balance
            )
            for name in CLASSES
        }

    def snapshot(self, measured_from: str) -> Snapshot:
        """All a tape gives."""
        contract = total(loan.contract for loan in self.loans)
        mortgaged_balance = total(loan.balance for loan in self.mortgaged)
        borrowers = self.borrowers()
        top10 = None
        if borrowers is not None and self.balance is not None:
            balances = sorted((b for b in borrowers.values() if b is not None), reverse=True)
            top10 = divided(sum(balances[:10]), self.balance)
        overdue = weighted(
            [(loan.balance, divided(loan.overdue_days, DAYS_PER_MONTH)) for loan in self.loans]
        )
        classes = self.classes()
        always: list[object] = [
            None if borrowers is None else len(borrowers),
            contract,
            self.principal,
            self.balance,
            mortgaged_balance,
            divided(mortgaged_balance, self.balance),
            repaid(self.principal, contract),
            overdue,
            top10,
            *classes.values(),
        ]
        residential = current = initial = pool = None
        if self.mortgaged:
            residential = self.residential_ratio()
            current = self.weighted_ltv(self._current_values, lambda loan: loan.principal)
            initial = self.weighted_ltv(self._initial_values, lambda loan: loan.contract)
            pool = self.pool_current_ltv()
            always += [residential, current, initial, pool]
        return Snapshot(
            measured_from=measured_from,
            loan_count=len(self.loans),
            borrower_count=None if borrowers is None else len(borrowers),
            contract=contract,
            principal=self.principal,
            balance=self.balance,
            mortgaged_balance=mortgaged_balance,
            mortgaged_ratio=divided(mortgaged_balance, self.balance),
            residential_ratio=residential,
            repaid_ratio=repaid(self.principal, contract),
            weighted_current_ltv=current,
            weighted_initial_ltv=initial,
            pool_current_ltv=pool,
            weighted_overdue_months=overdue,
            top10_ratio=top10,
            classes=classes,
            is_complete=None not in always,
        )

    def security_class(self) -> str:
        """Give what secures the pool: unsecured, vehicle or property."""
        if not self.mortgaged:
            return "unsecured"
        return "vehicle" if all(lien.kind == VEHICLE for lien in self.liens) else "property"


def _loan(row: Row, lookups: Lookups) -> Loan:
    principal = lookups.row_amount(row, "outstanding_principal")
    return Loan(
        loan_no=read_text(row["loan_no"]),
        borrower_no=read_text(row["borrower_no"]),
        contract=lookups.row_amount(row, "contract_amount"),
        principal=principal,
        balance=total(
            (
                principal,
                lookups.row_amount(row, "outstanding_interest"),
                lookups.row_amount(row, "outstanding_fees"),
            )
        ),
        overdue_days=read_number(row["overdue_days"]),
        five_class=lookups.five_class(row["five_class"]),
    )


def _lien(row: Row, lookups: Lookups) -> Lien:
    value = lookups.row_amount(row, "latest_value")
    prior = lookups.row_amount(row, "prior_claims")
    rank = 1 if is_blank(row["lien_rank"]) else read_int(row["lien_rank"])
    if is_blank(row["prior_claims"]) and rank is not None and rank < 2:
        prior = 0
    return Lien(
        loan_no=read_text(row["loan_no"]),
        collateral_no=read_text(row["collateral_no"]) or "",
        kind=lookups.collateral_type(row["collateral_type"]),
        latest_net=None if value is None or prior is None else value - prior,
        initial=lookups.row_amount(row, "initial_value"),
    )


def _last_delivery(rows: list[Row]) -> list[Row]:
    last = max(row.known_on or date.min for row in rows)
    return [row for row in rows if (row.known_on or date.min) == last]


def read_tapes(
    loan_rows: list[Row], lien_rows: list[Row], lookups: Lookups
) -> dict[str, dict[date, Tape]]:
    """Give deal key -> date -> the tape as last delivered, loans and collaterals each."""
    liens = grouped(lien_rows, lambda row: (row.deal, read_date(row["snapshot_date"])))
    tapes: dict[str, dict[date, Tape]] = {}
    for (deal, day), rows in grouped(
        loan_rows, lambda row: (row.deal, read_date(row["snapshot_date"]))
    ).items():
        if deal is None or day is None:
            continue
        last = _last_delivery(rows)
        loans = [_loan(row, lookups) for row in last]
        present = {loan.loan_no for loan in loans if loan.loan_no is not None}
        delivered = _last_delivery(liens[deal, day]) if (deal, day) in liens else []
        secured = [_lien(row, lookups) for row in delivered]
        documents = {read_text(row["source_document"]) for row in last} - {None}
        tapes.setdefault(deal, {})[day] = Tape(
            loans,
            [lien for lien in secured if lien.loan_no in present],
            "; ".join(sorted(name for name in documents if name)) or None,
        )
    return tapes
