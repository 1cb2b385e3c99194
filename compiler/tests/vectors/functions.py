"""Makes the vectors of the functions without memory of std.pm, std.size and std.book.

Everything is computed in whole numbers and fractions of any length and rounded once, at the end. The
arguments are drawn by SplitMix64 (S. Vigna 2015, public domain), which both sides have, so that
results alone are kept. No package is needed: `python functions.py`. See README.md.
"""

import decimal
import hashlib
import pathlib
import struct
from fractions import Fraction as F

SEED = 20260601
POINTS = 10_000
SCALE = 10**9
TICK = 10**6  # 0.001
ABSENT = -(2**63)
decimal.getcontext().prec = 60


class Draw:
    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) % 2**64
        z = self.state
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
        return z ^ (z >> 31)

    def below(self, n):
        return self.next() % n

    def between(self, low, high):
        return low + self.below(high - low)

    def real(self):
        """Above zero: a whole number of at most 53 bits times a power of two."""
        return F(1 + self.below(2**53 - 1), 2 ** self.below(64))

    def book(self):
        """Whether the touch alone is known, then bids and asks, best first."""
        touch = self.below(8) == 0
        sides = []
        for way in (-1, 1):
            count = self.below(2 if touch else 13)
            at = 500 * TICK + way * self.between(-2, 40) * TICK
            side = []
            for _ in range(count):
                side.append((at, 1 + self.below(10 ** self.between(1, 13))))
                at += way * self.between(1, 4) * TICK
            sides.append(side)
        return touch, *sides


def real(x):
    """A fraction as the nearest double."""
    return struct.unpack("<q", struct.pack("<d", float(x)))[0]


def root(x):
    return real(F((decimal.Decimal(x.numerator) / decimal.Decimal(x.denominator)).sqrt()))


def implied_prob(d):
    return real(F(d.below(2 * SCALE), SCALE))


def complement(d):
    return SCALE - d.between(-(10**15), 10**15)


def parity_gap(d):
    return d.between(-SCALE, 2 * SCALE) + d.between(-SCALE, 2 * SCALE) - SCALE


def sum_to_one(d):
    return sum(d.below(SCALE) for _ in range(d.between(2, 9))) - SCALE


def time_decay(d):
    span = d.between(8, 10**15)
    left = d.between(-(span // 4), span + span // 4)
    return root(min(max(F(left, span), F(0)), F(1)))


def kelly_token(d):
    p = F(d.between(-(2**50), 2**52 + 2**50), 2**52)
    price = F(d.between(-2000, 12000), 10_000)
    p, cost = min(max(p, F(0)), F(1)), max(price, F(0))
    return real((p - cost) / (1 - cost) if cost < 1 and p > cost else F(0))


def payoff(d):
    size = d.between(-(10**13), 10**13)
    price, outcome = d.below(SCALE), d.below(SCALE)
    return round(F(size * (outcome - price), SCALE))


def vol_target(d):
    goal, most = d.below(5 * SCALE), d.below(50 * SCALE)
    vol = F(0) if d.below(50) == 0 else d.real()
    return min(most, round(goal / vol)) if vol else most


def kelly_return(d):
    mean, variance = d.real(), d.real()
    return real((-mean if d.below(2) else mean) / variance)


def risk_parity(d):
    vols = [F(1 + d.below(2**40), 2**40) for _ in range(d.between(2, 9))]
    return real((1 / vols[0]) / sum(1 / vol for vol in vols))


def round_lots(d):
    size, lot = d.between(-(10**13), 10**13), d.between(1, 10**11)
    return int(F(size, lot)) * lot


def clamp_exposure(d):
    want, held, limit = d.between(-(2**61), 2**61), d.between(-(2**61), 2**61), d.below(2**61)
    return min(max(held + want, -limit), limit) - held


def mid(d):
    _, bids, asks = d.book()
    return round(F(bids[0][0] + asks[0][0], 2)) if bids and asks else ABSENT


def spread(d):
    _, bids, asks = d.book()
    return asks[0][0] - bids[0][0] if bids and asks else ABSENT


def micro_price(d):
    _, bids, asks = d.book()
    if not (bids and asks):
        return ABSENT
    (bid, bid_size), (ask, ask_size) = bids[0], asks[0]
    return round(F(bid * ask_size + ask * bid_size, bid_size + ask_size))


def imbalance(d):
    (touch, bids, asks), levels = d.book(), d.between(1, 8)
    b, a = (sum(size for _, size in side[:levels]) for side in (bids, asks))
    if b + a == 0 or (touch and levels > 1):
        return ABSENT
    return round(F((b - a) * SCALE, b + a))


def one_side(d):
    touch, *sides = d.book()
    at = d.below(2)
    return touch, sides[at], (-1, 1)[at]


def depth(d):
    touch, side, way = one_side(d)
    limit = 500 * TICK + way * d.between(-4, 60) * TICK
    if touch and side and (limit - side[-1][0]) * way > 0:
        return ABSENT
    return sum(size for price, size in side if (limit - price) * way >= 0)


def depth_within(d):
    touch, side, way = one_side(d)
    ticks = d.below(20)
    if not side or (touch and ticks > 0):
        return ABSENT
    return sum(size for price, size in side if (price - side[0][0]) * way <= ticks * TICK)


def vwap_for(d):
    _, side, _ = one_side(d)
    size = d.below(10 ** d.between(1, 13))
    left, cost = size, 0
    for price, there in side:
        cost += price * min(left, there)
        left -= min(left, there)
    return round(F(cost, size)) if size > 0 and left == 0 else ABSENT


def level_price(d):
    (_, side, _), n = one_side(d), d.between(1, 8)
    return side[n - 1][0] if n <= len(side) else ABSENT


def level_size(d):
    (_, side, _), n = one_side(d), d.between(1, 8)
    return side[n - 1][1] if n <= len(side) else ABSENT


# In this order: the place of a function is added to the seed.
FUNCTIONS = [
    implied_prob, complement, parity_gap, sum_to_one, time_decay, kelly_token, payoff, vol_target,
    kelly_return, risk_parity, round_lots, clamp_exposure, mid, spread, micro_price, imbalance,
    depth, depth_within, vwap_for, level_price, level_size,
]  # fmt: skip


def main():
    here = pathlib.Path(__file__).parent
    blob = bytearray()
    for place, function in enumerate(FUNCTIONS):
        d = Draw(SEED + place)
        found = [function(d) for _ in range(POINTS)]
        blob += struct.pack(f"<{POINTS}q", *found)
        print(function.__name__, len(set(found)), "values,", found.count(ABSENT), "absent")
    (here / "functions.i64").write_bytes(bytes(blob))
    print(hashlib.sha256(blob).hexdigest(), len(blob), "functions.i64")


if __name__ == "__main__":
    main()
