"""What the market-watch report prints of the market, as targets of the calibration.

Amounts in units of one million yuan (100 万元), which issue amounts are whole numbers of.
"""

from dataclasses import dataclass

MILLION = 100_000_000  # cents

FIRST_YEAR, LAST_YEAR = 2016, 2025


@dataclass(frozen=True)
class Year:
    """Deals of one kind and issue year: how many, and what they sum to."""

    deals: int
    issue: int
    balance: int = 0


# Secured deals: 80, 364.0 and 1190.4 亿元, of which 2025 208.1 and 763.1.
SECURED = {
    2016: Year(2, 520, 1180),
    2017: Year(2, 700, 1660),
    2018: Year(1, 310, 750),
    2019: Year(2, 560, 1410),
    2020: Year(3, 790, 2060),
    2021: Year(3, 830, 2210),
    2022: Year(7, 2140, 5580),
    2023: Year(9, 2340, 6320),
    2024: Year(17, 7400, 21560),
    2025: Year(34, 20810, 76310),
}

# Unsecured micro-small deals. With the secured ones 2025 has 43 deals and 223.3 亿元. 2024 has 26
# and 87.55: 2025 is 2.5505 times as much, so near the edge of 2.6 that one deal a tenth larger
# falls over it.
UNSECURED = {
    2017: Year(1, 230),
    2019: Year(1, 180),
    2020: Year(1, 150),
    2021: Year(2, 340),
    2022: Year(4, 720),
    2023: Year(5, 860),
    2024: Year(9, 1355),
    2025: Year(9, 1520),
}

# Deals of other classes, so that a filter that lets them through is noticed.
OTHERS = {
    "credit_card": {2018: 1, 2021: 1, 2023: 2, 2025: 2},
    "residential_mortgage": {2019: 1, 2022: 1, 2024: 1, 2025: 1},
    "consumer": {2022: 1, 2024: 1, 2025: 1},
    "auto": {2020: 1, 2024: 1},
}

# An originator's first year with a secured deal.
ENTRY = {
    "J1": 2016,
    "G1": 2016,
    "G2": 2017,
    "J2": 2019,
    "J3": 2020,
    "G3": 2020,
    "J4": 2021,
    "C1": 2022,
    "J5": 2022,
    "C2": 2023,
    "J6": 2023,
    "C3": 2024,
    "C4": 2024,
    "C5": 2025,
}
# How often an originator of a type comes to the market.
ACTIVITY = {"G": 4, "J": 3, "C": 1, "R": 3}

# Vehicle deals, all of one originator: borrowers, and yuan per borrower. The one of 2024 has the
# lowest balance per borrower, 15.3 万元; a tenth more borrowers in another would make it lower.
VEHICLE_ORIGINATOR = "J2"
VEHICLES = {2021: (1420, 166_300), 2023: (2210, 159_400), 2024: (1985, 153_200)}
# The property deal with the highest balance per borrower, 468.9 万元.
HIGHEST_YEAR = 2023
HIGHEST = (148, 4_688_700)
# Its next lower neighbours: low enough, and high enough for a tenth to move the mean.
PER_BORROWER_LEAST, PER_BORROWER_MOST = 740_000, 3_900_000
# Printed as 157.9 万元. Above the middle of what rounds to it, so that a tenth less borrowers in
# a vehicle deal shows too.
PER_BORROWER_MEAN = 1_579_300
OVER_500_BORROWERS = 51

# Property deals: mortgaged up to 80 %, above, in full; residential up to 80 %, above, alone.
MORTGAGED = (9, 12, 56)
RESIDENTIAL = (16, 56, 5)

# Mean overdue months by issue year. 2025 prints 6.9, and lies as near to 6.95 as it may, so that
# one deal a tenth longer shows.
OVERDUE_MONTHS = {
    2016: 14,
    2017: 16,
    2018: 19,
    2019: 15,
    2020: 18,
    2021: 16,
    2022: 14,
    2023: 10,
    2024: 8,
    2025: 7,
}
OVERDUE_MEAN_OF_LAST_YEAR = (6945, 1000)

# Estimated recovery of a pool that is mortgaged and residential, per cent by issue year.
ESTIMATE = {
    2016: 71,
    2017: 69,
    2018: 67,
    2019: 63,
    2020: 61,
    2021: 57,
    2022: 54,
    2023: 50,
    2024: 46,
    2025: 43,
}
# What becomes of it in 96 months, per cent by year of the cut-off.
LIFETIME_RECOVERY = {
    2015: 68,
    2016: 65,
    2017: 62,
    2018: 59,
    2019: 55,
    2020: 51,
    2021: 47,
    2022: 42,
    2023: 37,
    2024: 33,
    2025: 29,
}
# Latest value of a collateral, per cent of its first: property lost value late.
VALUE_KEPT = {
    2016: 103,
    2017: 107,
    2018: 108,
    2019: 106,
    2020: 103,
    2021: 99,
    2022: 93,
    2023: 87,
    2024: 77,
    2025: 70,
}
