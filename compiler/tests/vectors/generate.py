"""Makes the vectors that the standard library is compared with.

Every function is computed by a library that is independent of this project, or, where none has it,
by its definition over numpy's windows. See README.md for the versions and how to run it.

Inputs are whole numbers of a power of two, so that they are exact, and so that libraries which add
and subtract as a window moves make no error on sums of prices.
"""

import hashlib
import math
import pathlib
import warnings

import numpy as np
import pandas as pd
import pandas_ta_classic as pta
import ta
import talib
from numpy.lib.stride_tricks import sliding_window_view
from scipy import stats
from statsmodels.tsa.statespace.structural import UnobservedComponents

SEED = 20260601
LEAD = 800  # ticks before the first that is compared: the longest warm-up to a weight of 1e-12
POINTS = 10_300
TOTAL = LEAD + POINTS
PRICE = 1 / 64
RETURN = 2.0**-26
ABSENT = -(2**47)  # a point at which the reference says nothing
WIDEST = 2**46


def inputs():
    """Open, high, low, close, volume, a second price and returns, with gaps of flat prices."""
    rng = np.random.Generator(np.random.PCG64(SEED))
    rows = np.zeros((7, TOTAL), dtype=np.int64)
    close, other, flat, dry = 6400, 3200, 0, 0
    for at in range(TOTAL):
        if flat == 0 and rng.random() < 0.003:
            flat = int(rng.integers(2, 40))
        if dry == 0 and rng.random() < 0.004:
            dry = int(rng.integers(1, 30))
        volume = 0 if dry else int(rng.integers(1, 5000))
        dry = max(0, dry - 1)
        if flat:
            flat -= 1
            rows[:, at] = close, close, close, close, volume, other, 0
            continue
        pull = (6400 - close) / 400
        step = int(np.round(rng.normal(pull, 40)))
        first = close + int(rng.integers(-8, 9))
        last = max(640, first + step)
        high = max(first, last) + int(rng.integers(0, 25))
        low = min(first, last) - int(rng.integers(0, 25))
        move = int(np.round(0.5 * step + rng.normal((3200 - other) / 300, 20)))
        other = max(320, other + move)
        change = int(np.round(math.log(last / close) / RETURN))
        close = last
        rows[:, at] = first, high, low, last, volume, other, change
    return rows


RAW = inputs()
O, H, L, C, V, B, R = (RAW * np.array([[PRICE]] * 4 + [[1.0], [PRICE], [RETURN]])).astype(float)
NAMES = dict(open=0, high=1, low=2, close=3, volume=4, other=5, ret=6)


def s(x):
    return pd.Series(x)


def windows(x, n, f):
    """`f` over all windows of n, along the last axis; absent before the first."""
    out = np.full(len(x), np.nan)
    out[n - 1 :] = f(sliding_window_view(x, n))
    return out


def each(n, f, *xs):
    """`f` of each window by itself."""
    out = np.full(len(xs[0]), np.nan)
    for at in range(n - 1, len(xs[0])):
        out[at] = f(*(x[at + 1 - n : at + 1] for x in xs))
    return out


def agree(mine, theirs, where, what):
    """The reference by definition agrees with a library where that has the same definition."""
    there = where & np.isfinite(theirs) & np.isfinite(mine)
    worst = np.max(np.abs(mine[there] - theirs[there]) / (1 + np.abs(theirs[there])))
    assert there.sum() > POINTS // 2 and worst < 1e-9, (what, there.sum(), worst)
    return mine


def channel(high, low, close, n, flat=0.0):
    top, bottom = windows(high, n, lambda w: w.max(-1)), windows(low, n, lambda w: w.min(-1))
    span = top - bottom
    with np.errstate(all="ignore"):
        return span, np.where(span > flat, 100 * (close - bottom) / span, 50.0)


def mean(x, n):
    return windows(x, n, lambda w: w.mean(-1))


def stochastic():
    span, raw = channel(H, L, C, 14)
    k = mean(raw, 3)
    d = mean(k, 4)
    fine = windows(span, 6, lambda w: w.min(-1)) > 0
    tk, td = talib.STOCH(H, L, C, fastk_period=14, slowk_period=3, slowd_period=4)
    return agree(k, tk, fine, "stoch_k"), agree(d, td, fine, "stoch_d")


def stochastic_rsi():
    rsi = talib.RSI(C, 7)
    # An index that stands still differs by rounding alone, which has no place in a range.
    span, raw = channel(rsi, rsi, rsi, 14, flat=1e-9)
    raw[~np.isfinite(rsi) | ((span > 1e-11) & (span < 1e-6))] = np.nan
    k = mean(raw, 3)
    return k, mean(k, 4)


def moving_flow():
    price = (H + L + C) / 3
    flow = price * V
    change = np.diff(price, prepend=np.nan)
    up, down = np.where(change > 0, flow, 0.0), np.where(change < 0, flow, 0.0)
    ups, downs = windows(up, 14, lambda w: w.sum(-1)), windows(down, 14, lambda w: w.sum(-1))
    both = ups + downs
    with np.errstate(all="ignore"):
        mine = np.where(both > 0, 100 * ups / both, 50.0)
    return agree(mine, talib.MFI(H, L, C, V, timeperiod=14), both > 1.0, "mfi")


def hull(n):
    mine = talib.WMA(2 * talib.WMA(C, n // 2) - talib.WMA(C, n), math.isqrt(n))
    return agree(mine, pta.hma(s(C), n, talib=False).to_numpy(), np.isfinite(mine), "hma")


def mean_absolute(w):
    return np.abs(w - w.mean(-1, keepdims=True)).mean(-1)


def commodity_channel(n):
    price = H + L + C  # three times the price: exact, and the factor cancels
    # Less the newest, which is exact too, so that the mean of a quiet window keeps its digits.
    middle = windows(price, n, lambda w: (w - w[..., -1:]).mean(-1))
    spread = windows(price, n, lambda w: mean_absolute(w - w[..., -1:]))
    with np.errstate(all="ignore"):
        mine = np.where(spread > 0, -middle / (0.015 * spread), 0.0)
    return agree(mine, talib.CCI(H, L, C, n), spread > 0.01, "cci")


def volume_weighted(n):
    volumes = s(V).rolling(n).sum().to_numpy()
    with np.errstate(all="ignore"):
        mine = np.where(volumes == 0, mean(C, n), s(C * V).rolling(n).sum().to_numpy() / volumes)
    return agree(mine, talib.VWMA(C, V, n), volumes > 0, "vwma")


def chaikin(n):
    theirs = ta.volume.ChaikinMoneyFlowIndicator(s(H), s(L), s(C), s(V), n).chaikin_money_flow()
    dry = windows(V, n, lambda w: w.sum(-1)) == 0
    return np.where(dry, 0.0, theirs.to_numpy())


def half_life(n):
    def one(x):
        if np.ptp(x[:-1]) == 0:
            return 1e6
        slope = stats.linregress(x[:-1], np.diff(x)).slope
        if abs(slope) < 1e-2 or abs(slope + 1) < 1e-2:
            return np.nan  # near these the result has no digits left, or jumps
        if slope <= -1:
            return 0.0
        return 1e6 if slope > 0 else -math.log(2) / math.log1p(slope)

    return each(n, one, C)


def kalman(ratio):
    model = UnobservedComponents(C, "local level")
    return model.filter([1.0, ratio]).filtered_state[0]


def slope_of(n, y, x, part):
    def one(y, x):
        if np.ptp(x) == 0:
            return 0.0 if part == "slope" else y[-1] - y.mean()
        line = stats.linregress(x, y)
        return line.slope if part == "slope" else y[-1] - (line.intercept + line.slope * x[-1])

    return each(n, one, y, x)


def correlation(n):
    def one(y, x):
        return 0.0 if np.ptp(x) == 0 or np.ptp(y) == 0 else stats.pearsonr(y, x).statistic

    return each(n, one, C, B)


def rank(n):
    return each(n, lambda w: stats.percentileofscore(w, w[-1], kind="rank"), C)


def since(f):
    """Ticks since an extreme, the newest of equals: the first from the end."""
    return lambda w: f(w[..., ::-1], -1)


def squares(x, n, scale):
    return np.sqrt(windows(x * x, n, lambda w: w.sum(-1)) * scale)


def zscore(n):
    spread = windows(C, n, lambda w: w.std(-1, ddof=1))
    with np.errstate(all="ignore"):
        return np.where(spread > 0, (C - mean(C, n)) / spread, 0.0)


def trend():
    line, way = talib.SUPERTREND(H, L, C, 7, 1.5)
    return line, np.where(way > 0, 1.0, 0.0)


def functions():
    """name, series, settings, kind, class, reference, values"""
    real, whole = "real", "whole"
    hlc, hlcv = "high,low,close", "high,low,close,volume"
    tk, sk, tl = "TA-Lib", "scipy", "numpy by definition"
    stoch_k, stoch_d = stochastic()
    rsi_k, rsi_d = stochastic_rsi()
    macd, signal, histogram = talib.MACD(C, 8, 17, 9)
    atr = talib.ATR(H, L, C, 9)
    line, way = trend()
    down, up = talib.AROON(H, L, 14)
    std = windows(C, 20, lambda w: w.std(-1))
    middle = mean(C, 20)
    before = np.concatenate([[np.nan], C[:-1]])
    other_before = np.concatenate([[np.nan], (2 * B)[:-1]])
    lr = np.log(H / L)
    gk = 0.5 * lr**2 - (2 * math.log(2) - 1) * np.log(C / O) ** 2
    fir, iir = "window", "decay"
    yield "ema", "close", [13], real, iir, tk, talib.EMA(C, 13)
    yield "keltner_middle", "close", [13], "same", iir, tk, "ema"
    yield "sma", "close", [20], real, fir, tk, talib.SMA(C, 20)
    yield "bbands_middle", "close", [20], "same", fir, tk, "sma"
    yield "stdev", "close", [20], real, fir, "numpy", windows(C, 20, lambda w: w.std(-1, ddof=1))
    yield "zscore", "close", [20], real, fir, tl, zscore(20)
    yield "log_return", "close", [], real, fir, "numpy", np.log(C / before)
    yield "highest", "high", [12], real, fir, tk, talib.MAX(H, 12)
    yield "donchian_upper", "high", [12], "same", fir, tk, "highest"
    yield "lowest", "low", [12], real, fir, tk, talib.MIN(L, 12)
    yield "donchian_lower", "low", [12], "same", fir, tk, "lowest"
    yield "donchian_middle", "high,low", [12], real, fir, tk, (talib.MAX(H, 12) + talib.MIN(L, 12)) / 2
    yield "rsi", "close", [14], real, iir, tk, talib.RSI(C, 14)
    above, over = C > 2 * B, before > other_before
    below, under = C < 2 * B, before < other_before
    doubled = "close,doubled"
    yield "crosses_above", doubled, [], whole, fir, "numpy", (above & ~over).astype(float)
    yield "crosses_below", doubled, [], whole, fir, "numpy", (below & ~under).astype(float)
    yield "change", "close", [], real, fir, "pandas", s(C).diff().to_numpy()
    yield "momentum", "close", [10], real, fir, tk, talib.MOM(C, 10)
    yield "roc", "close", [10], real, fir, tk, talib.ROC(C, 10)
    rises = s(s(C).diff() > 0).rolling(3).sum().to_numpy() == 3
    falls = s(s(C).diff() < 0).rolling(3).sum().to_numpy() == 3
    yield "rising", "close", [3], whole, fir, "pandas", rises.astype(float)
    yield "falling", "close", [3], whole, fir, "pandas", falls.astype(float)
    yield "wma", "close", [15], real, fir, tk, talib.WMA(C, 15)
    yield "hma", "close", [21], real, fir, "TA-Lib WMA, pandas-ta-classic", hull(21)
    yield "vwma", "close,volume", [10], real, fir, "pandas, TA-Lib", volume_weighted(10)
    yield "rma", "close", [11], real, iir, tk, talib.RMA(C, 11)
    yield "dema", "close", [13], real, iir, tk, talib.DEMA(C, 13)
    yield "tema", "close", [13], real, iir, tk, talib.TEMA(C, 13)
    yield "kama", "close", [10, 2, 30], real, iir, tk, talib.KAMA(C, 10)
    yield "macd", "close", [8, 17], real, iir, tk, macd
    yield "macd_signal", "close", [8, 17, 9], real, iir, tk, signal
    yield "macd_histogram", "close", [8, 17, 9], real, iir, tk, histogram
    yield "variance", "close", [20], real, fir, "numpy", windows(C, 20, lambda w: w.var(-1, ddof=1))
    yield "median", "close", [10], real, fir, "pandas", s(C).rolling(10).median().to_numpy()
    mad = windows(C, 11, lambda w: stats.median_abs_deviation(w, axis=-1))
    yield "mad", "close", [11], real, fir, sk, mad
    yield "quantile", "close", [14, 0.3], real, fir, "pandas", s(C).rolling(14).quantile(0.3).to_numpy()
    yield "pct_rank", "close", [16], real, fir, sk, rank(16)
    yield "argmax", "close", [12], whole, fir, tl, windows(C, 12, since(np.argmax))
    yield "argmin", "close", [12], whole, fir, tl, windows(C, 12, since(np.argmin))
    yield "bbands_upper", "close", [20, 2.0], real, fir, "numpy", middle + 2 * std
    yield "bbands_lower", "close", [20, 2.0], real, fir, "numpy", middle - 2 * std
    yield "stoch_rsi_k", "close", [7, 14, 3], real, iir, "TA-Lib RSI, then numpy", rsi_k
    yield "stoch_rsi_d", "close", [7, 14, 3, 4], real, iir, "TA-Lib RSI, then numpy", rsi_d
    yield "true_range", hlc, [], real, fir, tk, talib.TRANGE(H, L, C)
    yield "atr", hlc, [9], real, iir, tk, atr
    yield "stoch_k", hlc, [14, 3], real, fir, tl + ", TA-Lib", stoch_k
    yield "stoch_d", hlc, [14, 3, 4], real, fir, tl + ", TA-Lib", stoch_d
    yield "cci", hlc, [14], real, fir, tl + ", TA-Lib", commodity_channel(14)
    yield "mfi", hlcv, [14], real, fir, tl + ", TA-Lib", moving_flow()
    span, place = channel(H, L, C, 14)
    willr = agree(place - 100, talib.WILLR(H, L, C, 14), span > 0, "willr")
    yield "willr", hlc, [14], real, fir, tl + ", TA-Lib", willr
    yield "obv", "close,volume", [], real, iir, tk, talib.OBV(C, V) - V[0]
    yield "adl", hlcv, [], real, iir, tk, talib.AD(H, L, C, V)
    yield "cmf", hlcv, [15], real, fir, "ta", chaikin(15)
    yield "aroon_up", "high", [14], real, fir, tk, up
    yield "aroon_down", "low", [14], real, fir, tk, down
    yield "keltner_upper", hlc, [9, 1.5], real, iir, tk, talib.EMA(C, 9) + 1.5 * atr
    yield "keltner_lower", hlc, [9, 1.5], real, iir, tk, talib.EMA(C, 9) - 1.5 * atr
    yield "adx", hlc, [8], real, iir, tk, talib.ADX(H, L, C, 8)
    yield "plus_di", hlc, [8], real, iir, tk, talib.PLUS_DI(H, L, C, 8)
    yield "minus_di", hlc, [8], real, iir, tk, talib.MINUS_DI(H, L, C, 8)
    yield "psar", "high,low", [0.02, 0.2], real, iir, tk, talib.SAR(H, L, 0.02, 0.2)
    yield "supertrend", hlc, [7, 1.5], real, iir, tk, line
    yield "supertrend_up", hlc, [7, 1.5], whole, iir, tk, way
    slope = slope_of(18, C, B, "slope")
    yield "linreg_slope", "close,other", [18], real, fir, sk, slope
    yield "beta", "close,other", [18], "same", fir, sk, "linreg_slope"
    yield "residual", "close,other", [18], real, fir, sk, slope_of(18, C, B, "residual")
    yield "cov", "close,other", [18], real, fir, "numpy", each(18, lambda y, x: np.cov(y, x)[0, 1], C, B)
    yield "corr", "close,other", [18], real, fir, sk, correlation(18)
    ewm = (s(R) ** 2).ewm(span=15, adjust=False).mean() ** 0.5
    yield "ewm_vol", "ret", [15], real, iir, "pandas", ewm.to_numpy()
    yield "realised_vol", "ret", [15], real, fir, "numpy", squares(R, 15, 1.0)
    yield "parkinson", "high,low", [15], real, fir, tl, squares(lr, 15, 1 / (15 * 4 * math.log(2)))
    yield "garman_klass", "open,high,low,close", [15], real, fir, tl, np.sqrt(mean(gk, 15))
    yield "half_life", "close", [25], real, fir, sk, half_life(25)
    yield "kalman1", "close", [0.05], real, iir, "statsmodels", kalman(0.05)


def main():
    warnings.simplefilter("ignore")
    here = pathlib.Path(__file__).parent
    (here / "inputs.i32").write_bytes(RAW.astype("<i4").tobytes())
    index = [f"# seed {SEED}, lead {LEAD}, points {POINTS}, total {TOTAL}"]
    blob = bytearray()
    for name, series, settings, kind, memory, reference, values in functions():
        scale, first = 0.0, len(blob)
        if kind == "same":
            scale = values
        else:
            part = np.asarray(values, dtype=float)[LEAD:]
            known = np.isfinite(part)
            assert known.sum() >= 10_000, (name, known.sum())
            if kind == "whole":
                assert known.all() and part.min() >= 0 and part.max() < 256, name
                blob += part.astype("u1").tobytes()
            else:
                scale = float(2.0 ** math.ceil(math.log2(np.max(np.abs(part[known])))) / WIDEST)
                places = np.where(known, np.round(np.nan_to_num(part) / scale), ABSENT).astype("<i8")
                blob += places.reshape(-1, 1).view("u1").reshape(-1, 8)[:, :6].tobytes()
        text = ",".join(repr(x) for x in settings)
        scale = scale if isinstance(scale, str) else repr(scale)
        index.append("\t".join([name, series, text, kind, memory, scale, str(first), reference]))
    (here / "vectors.i48").write_bytes(bytes(blob))
    (here / "index.tsv").write_text("\n".join(index) + "\n")
    for file in ("inputs.i32", "vectors.i48", "index.tsv"):
        data = (here / file).read_bytes()
        print(hashlib.sha256(data).hexdigest(), len(data), file)


if __name__ == "__main__":
    main()
