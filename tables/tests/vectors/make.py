"""Writes the Parquet files of this folder with pyarrow: python make.py (these are of pyarrow 26.0.1)."""

import datetime as dt
from decimal import Decimal as D

import pyarrow as pa
import pyarrow.parquet as pq


def write(name, columns, **options):
    pq.write_table(pa.table(columns), f"{name}.parquet", **options)


utc = dt.timezone.utc
at = [dt.datetime(2023, 11, 14, 22, 13, 20, 123000, utc), None, dt.datetime(1969, 12, 31, 23, 59, 59, 999000, utc)]
write(
    "widths",
    {
        "i8": pa.array([-128, None, 127], pa.int8()),
        "i16": pa.array([-32768, None, 32767], pa.int16()),
        "i32": pa.array([-(2**31), None, 2**31 - 1], pa.int32()),
        "i64": pa.array([-(2**63), None, 2**63 - 1], pa.int64()),
        "u8": pa.array([0, None, 255], pa.uint8()),
        "u16": pa.array([0, None, 65535], pa.uint16()),
        "u32": pa.array([0, None, 2**32 - 1], pa.uint32()),
        "u64": pa.array([0, None, 2**63 - 1], pa.uint64()),
        "f32": pa.array([1.5, None, float("-inf")], pa.float32()),
        "f64": pa.array([0.1, None, -0.0], pa.float64()),
        "text": pa.array(["käse", None, ""], pa.string()),
        "large text": pa.array(["a", None, "b"], pa.large_string()),
        "repeated text": pa.array(["x", None, "x"]).dictionary_encode(),
        "flag": pa.array([True, None, False]),
        "ms": pa.array(at, pa.timestamp("ms", "UTC")),
        "us": pa.array(at, pa.timestamp("us", "Europe/Berlin")),
        "ns": pa.array(at, pa.timestamp("ns", "UTC")),
        "decimal 5, 2": pa.array([D("123.45"), None, D("-0.01")], pa.decimal128(5, 2)),
        "decimal 18, 9": pa.array([D("0.000000001"), None, D("-1")], pa.decimal128(18, 9)),
        "decimal 38, 12": pa.array([D("1.5"), None, D("-9223372036.854775808")], pa.decimal128(38, 12)),
        "required": pa.array([1, 2, 3], pa.int64()),
    },
    row_group_size=2,
)
write("pages_v2", {"a": pa.array(range(500), pa.int64())}, data_page_version="2.0", data_page_size=1024)
write("nested", {"a": pa.array([[1, 2], [3]])})
write("structure", {"a": pa.array([{"b": 1}])})
write("naive", {"a": pa.array([dt.datetime(2024, 1, 1)], pa.timestamp("us"))})
write("days", {"a": pa.array([dt.date(2024, 1, 1)])})
write("bytes", {"a": pa.array([b"\xff"])})
write("unsigned", {"a": pa.array([1, 2**63], pa.uint64())})
write("fine", {"a": pa.array([D("0.5"), D("0.0000000005")], pa.decimal128(20, 12))})
write("large", {"a": pa.array([D("9223372037")], pa.decimal128(10, 0))})
write("far", {"a": pa.array([10**13], pa.timestamp("ms", "UTC"))})
write("gzip", {"a": pa.array([1])}, compression="gzip")
