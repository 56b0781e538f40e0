"""Loan tapes with their collaterals, and what their issuer would state of them."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from npas.sample.draws import Draws, split
from npas.sample.months import add_months, month_end

_WHOLE = 10_000
_WAN = 1_000_000  # cents of 万元
_CITIES = ("示例甲市", "示例乙市", "示例丙市", "示例丁市", "示例戊市", "示例己市")
_HOMES = ("住宅", "住宅", "居住用房", "普通商品房", "公寓", "别墅")
_OTHER_PROPERTY = ("商业用房", "商铺", "办公用房", "工业厂房", "工业用房", "土地使用权")


@dataclass(frozen=True)
class Wanted:
    """What a tape is to be like; shares and ratios in 1/10,000, `balance` in cents and exact."""

    code: str
    balance: int
    borrowers: int
    cutoff: date
    mortgaged: int
    residential: int
    current_ltv: int
    initial_ltv: int
    repaid: int
    overdue_days: int
    is_vehicle: bool
    has_prior_claims: bool


@dataclass(frozen=True)
class Collateral:
    """A collateral; amounts in cents. `prior_claims` is None on a first lien."""

    number: str
    kind: str
    city: str
    prior_claims: int | None
    initial_value: int
    initial_valued_on: date
    latest_value: int
    latest_valued_on: date

    @property
    def net_value(self) -> int:
        """What is left for this lien."""
        return self.latest_value - (self.prior_claims or 0)


@dataclass(frozen=True)
class Loan:
    """A loan; amounts in cents. `collaterals` are numbers, the most valuable first."""

    number: str
    borrower: str
    contract_amount: int
    principal: int
    interest: int
    fees: int
    granted_on: date
    due_on: date
    overdue_days: int
    five_class: str
    guarantee: str
    city: str
    collaterals: tuple[str, ...]
    is_home: bool

    @property
    def balance(self) -> int:
        """Principal, interest and fees."""
        return self.principal + self.interest + self.fees


@dataclass(frozen=True)
class Facts:
    """What an issuer states of a tape: sums in cents, shares and ratios exact.

    Classes are substandard, doubtful, loss.
    """

    principal: int
    contract_amount: int
    mortgaged: Fraction
    residential: Fraction
    current_ltv: Fraction
    initial_ltv: Fraction
    overdue_days: Fraction
    top10: Fraction
    classes: tuple[Fraction, Fraction, Fraction]


@dataclass(frozen=True)
class Tape:
    """Loans and collaterals of a pool on a day.

    `mistaken` are its loans as they were delivered first, where they were delivered again.
    """

    day: date
    loans: list[Loan]
    collaterals: dict[str, Collateral]
    mistaken: tuple[Loan, ...] = ()

    @property
    def facts(self) -> Facts:
        """What the pool comes to, for the documents that state it beside the tape."""
        balance = sum(loan.balance for loan in self.loans)
        secured = [loan for loan in self.loans if loan.collaterals]
        secured_balance = sum(loan.balance for loan in secured)
        owed: dict[str, int] = {}
        for loan in self.loans:
            owed[loan.borrower] = owed.get(loan.borrower, 0) + loan.balance
        return Facts(
            principal=sum(loan.principal for loan in self.loans),
            contract_amount=sum(loan.contract_amount for loan in self.loans),
            mortgaged=Fraction(secured_balance, balance),
            residential=Fraction(
                sum(loan.balance for loan in secured if loan.is_home), secured_balance
            ),
            current_ltv=self._loan_to_value(secured, latest=True) / secured_balance,
            initial_ltv=self._loan_to_value(secured, latest=False) / secured_balance,
            overdue_days=Fraction(
                sum(loan.overdue_days * loan.balance for loan in self.loans), balance
            ),
            top10=Fraction(sum(sorted(owed.values())[-10:]), balance),
            classes=(
                self._class_share("次级", balance),
                self._class_share("可疑", balance),
                self._class_share("损失", balance),
            ),
        )

    def _class_share(self, five_class: str, balance: int) -> Fraction:
        found = sum(loan.balance for loan in self.loans if loan.five_class == five_class)
        return Fraction(found, balance)

    def _loan_to_value(self, secured: list[Loan], *, latest: bool) -> Fraction:
        """Loan to value of each loan times its balance; loans share a collateral by balance."""
        sharing: dict[str, int] = {}
        for loan in secured:
            for number in loan.collaterals:
                sharing[number] = sharing.get(number, 0) + loan.balance
        total = Fraction(0)
        for loan in secured:
            value = Fraction(0)
            for number in loan.collaterals:
                collateral = self.collaterals[number]
                worth = collateral.net_value if latest else collateral.initial_value
                value += Fraction(worth * loan.balance, sharing[number])
            amount = loan.principal if latest else loan.contract_amount
            total += amount / value * loan.balance
        return total


def draw_tape(wanted: Wanted) -> Tape:
    """A tape at the cut-off: exactly the balance and borrowers wanted, about the rest."""
    draws = Draws("tape", wanted.code)
    owners = _owners(wanted, draws)
    weights = [draws.between(20, 100) * draws.between(30, 100) for _ in owners]
    balances = split(wanted.balance, weights, least=_WAN)
    secured = _flagged(owners, balances, wanted.mortgaged, draws)
    homes = _flagged(owners, balances, wanted.residential, draws, secured)
    loans: list[Loan] = []
    collaterals: dict[str, Collateral] = {}
    for place, owner in enumerate(owners):
        loan = _loan(wanted, draws, place + 1, owner, balances[place])
        if owner not in secured:
            loan = replace(loan, guarantee=draws.pick(("信用", "信用", "保证")))
        loans.append(loan)
    for owner in sorted(secured):
        mine = [place for place, loan in enumerate(loans) if loan.borrower == _borrower(owner)]
        pledged = _collaterals(
            wanted, draws, [loans[place] for place in mine], owner, is_home=owner in homes
        )
        collaterals |= {one.number: one for one in pledged}
        for place in mine:
            numbers = tuple(one.number for one in pledged)
            loans[place] = replace(loans[place], collaterals=numbers, is_home=owner in homes)
    return Tape(wanted.cutoff, loans, collaterals)


def delivered_twice(tape: Tape) -> Tape:
    """The tape, with a first delivery that lost a loan and the interest of another."""
    first, *rest = tape.loans
    return replace(tape, mistaken=(replace(first, interest=0), *rest[:-1]))


def later_tape(tape: Tape, wanted: Wanted) -> Tape:
    """The same pool a year on: some loans gone, some paid down, everything valued again."""
    draws = Draws("later tape", wanted.code)
    day = month_end(add_months(tape.day, 12))
    loans = []
    for loan in tape.loans:
        if draws.chance(22):
            continue
        kept = draws.between(55, 95) if draws.chance(30) else 100
        principal = loan.principal * kept // 100
        interest = loan.interest + principal * draws.between(2, 6) // 100
        late = loan.overdue_days + (day - tape.day).days
        loans.append(
            replace(
                loan,
                principal=principal,
                interest=interest,
                overdue_days=late,
                five_class=_five_class(late),
            )
        )
    used = {number for loan in loans for number in loan.collaterals}
    collaterals = {
        number: _valued_again(collateral, draws, day)
        for number, collateral in tape.collaterals.items()
        if number in used
    }
    return Tape(day, loans, collaterals)


def _valued_again(collateral: Collateral, draws: Draws, day: date) -> Collateral:
    value = collateral.latest_value * draws.between(86, 99) // 100 // _WAN * _WAN
    if value <= (collateral.prior_claims or 0):
        value = collateral.latest_value
    return replace(
        collateral, latest_value=value, latest_valued_on=day - timedelta(draws.between(10, 60))
    )


def _owners(wanted: Wanted, draws: Draws) -> list[int]:
    """The borrower of each loan: most have one loan, some two or three."""
    owners = []
    for borrower in range(1, wanted.borrowers + 1):
        count = 1
        if not wanted.is_vehicle and draws.chance(13):
            count = 3 if draws.chance(15) else 2
        owners += [borrower] * count
    return owners


def _flagged(
    owners: list[int],
    balances: list[int],
    share: int,
    draws: Draws,
    among: set[int] | None = None,
) -> set[int]:
    """Borrowers who together owe at most `share` of what those of `among` (or all) owe."""
    owed: dict[int, int] = {}
    for owner, balance in zip(owners, balances, strict=True):
        if among is None or owner in among:
            owed[owner] = owed.get(owner, 0) + balance
    if share == _WHOLE:
        return set(owed)
    left = sum(owed.values()) * share // _WHOLE
    flagged = set()
    for owner in draws.shuffled(list(owed)):
        if owed[owner] <= left:
            flagged.add(owner)
            left -= owed[owner]
    return flagged


def _borrower(owner: int) -> str:
    return f"B{owner:04d}"


def _loan(wanted: Wanted, draws: Draws, number: int, owner: int, balance: int) -> Loan:
    principal = balance * draws.between(9250, 9880) // _WHOLE
    fees = balance * draws.between(1, 30) // _WHOLE if draws.chance(40) else 0
    repaid = draws.between(0, 60)
    if draws.chance(45):
        repaid = draws.around(wanted.repaid * 2, wanted.repaid // 3 + 1)
    contract = -(-principal * _WHOLE // ((_WHOLE - repaid) * _WAN)) * _WAN
    late = max(31, draws.around(wanted.overdue_days, wanted.overdue_days * 2 // 5))
    due_on = wanted.cutoff - timedelta(late)
    if draws.chance(35):
        # interest was missed before the principal fell due
        due_on = wanted.cutoff + timedelta(draws.between(30, 700))
    term = draws.pick((12, 36, 36, 60, 120))
    return Loan(
        number=f"{wanted.code.replace('SYN-', '')}-{number:04d}",
        borrower=_borrower(owner),
        contract_amount=contract,
        principal=principal,
        interest=balance - principal - fees,
        fees=fees,
        granted_on=min(add_months(due_on, -term), wanted.cutoff - timedelta(late + 90)),
        due_on=due_on,
        overdue_days=late,
        five_class=_five_class(late),
        guarantee="抵押",
        city=draws.pick(_CITIES),
        collaterals=(),
        is_home=False,
    )


def _five_class(overdue_days: int) -> str:
    if overdue_days <= 270:
        return "次级"
    return "可疑" if overdue_days <= 720 else "损失"


def _collaterals(
    wanted: Wanted, draws: Draws, loans: list[Loan], owner: int, *, is_home: bool
) -> list[Collateral]:
    """What secures all loans of one borrower: one thing, seldom two."""
    ratio = max(1500, draws.around(wanted.current_ltv, wanted.current_ltv * 17 // 100))
    first_ratio = max(1500, draws.around(wanted.initial_ltv, wanted.initial_ltv * 9 // 100))
    latest = sum(loan.principal for loan in loans) * _WHOLE // ratio
    initial = sum(loan.contract_amount for loan in loans) * _WHOLE // first_ratio
    if wanted.is_vehicle:
        kinds = [draws.pick(("车辆", "车辆", "机动车"))]
    else:
        kinds = [draws.pick(_HOMES if is_home else _OTHER_PROPERTY)]
        if draws.chance(9):
            kinds.append("车位")
    behind = wanted.has_prior_claims and len(kinds) == 1 and draws.chance(25)
    granted = min(loan.granted_on for loan in loans)
    shares = (100,) if len(kinds) == 1 else (84, 16)
    unit = _WAN // 10 if wanted.is_vehicle else _WAN
    found = []
    for place, (kind, share) in enumerate(zip(kinds, shares, strict=True)):
        claims = latest * draws.between(20, 60) // 100 // unit * unit if behind else None
        found.append(
            Collateral(
                number=f"{wanted.code.replace('SYN-', '')}-C{owner:04d}{'ab'[place]}",
                kind=kind,
                city=loans[0].city,
                prior_claims=claims,
                initial_value=max(unit, initial * share // 100 // unit * unit),
                initial_valued_on=granted - timedelta(draws.between(5, 40)),
                latest_value=max(unit, latest * share // 100 // unit * unit) + (claims or 0),
                latest_valued_on=wanted.cutoff - timedelta(draws.between(5, 100)),
            )
        )
    return found
