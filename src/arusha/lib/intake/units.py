"""Units that a source may count in, and the exponents of currencies."""

from collections.abc import Mapping
from fractions import Fraction

FACTORS: Mapping[str, Mapping[str, Fraction | None]] = {
    "minutes": {"seconds": Fraction(1, 60), "minutes": Fraction(1), "hours": Fraction(60)},
    "kilograms": {
        "grams": Fraction(1, 1000),
        "kilograms": Fraction(1),
        "kg": Fraction(1),
        "tonnes": Fraction(1000),
        "pounds": Fraction("0.45359237"),
        "lb": Fraction("0.45359237"),
    },
    "minor": {"minor": Fraction(1), "major": None},
}
"""Declared unit → unit of the source → factor; None where it depends on the row's currency."""

_ZERO = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_FOUR = "CLF UYW"
_TWO = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW
CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR
ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR
MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP
STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG ZWL
"""

EXPONENTS: Mapping[str, int] = {
    code: digits for digits, codes in ((0, _ZERO), (2, _TWO), (3, _THREE), (4, _FOUR)) for code in codes.split()
}
"""ISO 4217: how many decimal places a currency's minor unit has."""
