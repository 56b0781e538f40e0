"""The macro series of the sample: made up, but for the few points that the report prints."""

from datetime import date

_NOTE = "synthetic series 合成序列; the points of the market-watch report are as printed"
# year-end: balance in 万亿元, growth in per cent
_INCLUSIVE = {
    2018: ("9.30", "17.8"),
    2019: ("11.50", "23.7"),
    2020: ("14.90", "29.6"),
    2021: ("18.90", "26.8"),
    2022: ("23.40", "23.8"),
    2023: ("28.80", "23.1"),
    2024: ("32.94", "14.4"),
    2025: ("36.6", "11.1"),
}
# balance and non-performing balance in 亿元, ratio in per cent
_PERSONAL_BUSINESS = {
    date(2020, 12, 31): ("35210", "451", "1.28"),
    date(2021, 12, 31): ("44380", "515", "1.16"),
    date(2022, 12, 31): ("53640", "601", "1.12"),
    date(2023, 12, 31): ("65270", "796", "1.22"),
    date(2024, 12, 31): ("75480", "1170", "1.55"),
    date(2025, 6, 30): ("80571", "1410", "1.75"),
}


def indicator_rows(source: str) -> list[dict[str, str]]:
    """Rows of raw_market_indicators; `source` opens the name of the document."""
    rows = []
    for year, (balance, growth) in _INCLUSIVE.items():
        day = date(year, 12, 31)
        known = date(year + 1, 1, 31)
        for indicator, label, value, unit in (
            ("inclusive_sme_loan_balance", "普惠小微贷款余额", balance, "万亿元"),
            ("inclusive_sme_loan_growth", "普惠小微贷款余额同比", f"{growth}%", "%"),
        ):
            told = {"value": value, "unit": unit, "source_document": f"{source}普惠小微贷款"}
            rows.append(_row(indicator, label, day, known, told))
    for day, (balance, bad, ratio) in _PERSONAL_BUSINESS.items():
        known = date(day.year + 1, 3, 31) if day.month == 12 else date(day.year, 8, 31)
        known = min(known, date(2026, 1, 31))
        for indicator, label, value, unit in (
            ("personal_business_loan_balance", "五家国有大行个人经营贷款余额", balance, "亿元"),
            ("personal_business_npl_balance", "五家国有大行个人经营贷款不良余额", bad, "亿元"),
            ("personal_business_npl_ratio", "五家国有大行个人经营贷款平均不良率", f"{ratio}%", "%"),
        ):
            told = {"value": value, "unit": unit, "source_document": f"{source}个人经营贷款"}
            rows.append(_row(indicator, label, day, known, told))
    return rows


def _row(
    indicator: str, label: str, day: date, known: date, told: dict[str, str]
) -> dict[str, str]:
    return {
        "indicator": indicator,
        "label": label,
        "as_of_date": day.isoformat(),
        **told,
        "known_on": known.isoformat(),
        "note": _NOTE,
    }
