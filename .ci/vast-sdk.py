"""Holds the VAST DB server of the tests against the official client: usage: vast-sdk.py <result.json> [<recorded.json>]

Starts the built server, does one operation after another with the client from PyPI, and checks each. Ends at the
first that differs, with another exit code than 0. The second file takes the requests that the client sent, by operation.
"""

import datetime as dt
import decimal
import importlib.metadata
import json
import logging
import os
import struct
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import vastdb
from vastdb import errors
from vastdb.table import INTERNAL_ROW_ID, QueryConfig

ROOT = Path(__file__).resolve().parent.parent
RESULT = sys.argv[1]
RECORDED = sys.argv[2] if len(sys.argv) > 2 else None
done = 0
# Its advice about endpoints, once for each query.
logging.getLogger("vastdb").setLevel(logging.CRITICAL)


def start_server():
    # Small pages and batches, keep-alives: what a client has to bear.
    settings = {"rowsPerPage": 3000, "rowsPerBatch": 1000, "framesPerKeepAlive": 3, "maxListPage": 1000}
    env = {"PATH": os.environ["PATH"], "VAST_DB_SETTINGS": json.dumps(settings)}
    main = ROOT / "dist/test/support/vast-db/main.js"
    process = subprocess.Popen(["node", str(main)], stdout=subprocess.PIPE, env=env, text=True)
    return process, json.loads(process.stdout.readline())


process, server = start_server()


def control(path, method="GET", body=None):
    request = urllib.request.Request(server["control"] + path, method=method, data=body and body.encode())
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def fault(fault, **target):
    control("/faults", "POST", json.dumps({"fault": fault, "target": target}))


@contextmanager
def operation(name):
    """One thing that is done and checked."""
    global done
    control("/operation", "PUT", name)
    yield
    done += 1
    print(f"ok {done} {name}")


def same(actual, expected):
    if actual != expected:
        raise AssertionError(f"\n{actual}\nis not\n{expected}")


@contextmanager
def refused(error, fragment=""):
    try:
        yield
    except error as refusal:
        if fragment not in str(refusal):
            raise AssertionError(f"{fragment} is not in {refusal}") from refusal
    else:
        raise AssertionError(f"not refused: {error}")


def connect(**changes):
    account = {"access": server["accessKeyId"], "secret": server["secretAccessKey"], "endpoint": server["url"]}
    return vastdb.connect(**{**account, **changes})


EVERY_TYPE = pa.schema([
    ("b", pa.bool_()), ("i8", pa.int8()), ("i16", pa.int16()), ("i32", pa.int32()), ("i64", pa.int64()),
    ("u8", pa.uint8()), ("u16", pa.uint16()), ("u32", pa.uint32()), ("u64", pa.uint64()),
    ("f32", pa.float32()), ("f64", pa.float64()), ("s", pa.utf8()), ("bin", pa.binary()),
    ("dec", pa.decimal128(12, 3)), ("day", pa.date32()),
    ("t_s", pa.time32("s")), ("t_ms", pa.time32("ms")), ("t_us", pa.time64("us")), ("t_ns", pa.time64("ns")),
    ("ts_s", pa.timestamp("s")), ("ts_ms", pa.timestamp("ms")), ("ts_us", pa.timestamp("us")),
    ("ts_ns", pa.timestamp("ns")), ("ts_utc", pa.timestamp("us", tz="UTC")),
])
MOMENTS = [dt.datetime(1969, 12, 31, 23, 59, 58), dt.datetime(2024, 4, 10, 12, 34, 56), dt.datetime(2099, 1, 1)]
TIMES = [dt.time(0, 0, 0), dt.time(12, 34, 56), dt.time(23, 59, 59)]
ROWS = pa.table(schema=EVERY_TYPE, data=[[*column, None] for column in [
    [False, True, True], [-2**7, 0, 2**7 - 1], [-2**15, 0, 2**15 - 1], [-2**31, 0, 2**31 - 1],
    [-2**63, 0, 2**63 - 1], [0, 1, 2**8 - 1], [0, 1, 2**16 - 1], [0, 1, 2**32 - 1], [0, 1, 2**64 - 1],
    [-1.5, 0.0, 2.5], [-1e300, 0.0, 5e-324], ["", "abc", "\u00e4\U0001f3ac abd"], [b"", b"\x00\x01", b"\xff\xfe"],
    [decimal.Decimal("0.000"), decimal.Decimal("1.500"), decimal.Decimal("123456789.125")],
    [moment.date() for moment in MOMENTS], TIMES, TIMES, TIMES, TIMES,
    MOMENTS, MOMENTS, MOMENTS, MOMENTS, [m.replace(tzinfo=dt.timezone.utc) for m in MOMENTS],
]])
COMPARISONS = {
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}
NESTED = pa.schema([
    ("l", pa.list_(pa.utf8())), ("ll", pa.list_(pa.list_(pa.int32()))), ("m", pa.map_(pa.utf8(), pa.float64())),
    ("s", pa.struct([("x", pa.int16()), ("y", pa.struct([("z", pa.utf8())]))])),
    ("v", pa.list_(pa.field("item", pa.float32(), nullable=False), 2)),
])
NESTED_ROWS = pa.table(schema=NESTED, data=[
    [["a", None], [], None, ["\u00fc"]], [[[1], None], [], None, [[], [2, 3]]], [{"k": 1.5, "n": None}, {}, None, {"q": 2.0}],
    [{"x": 1, "y": {"z": "a"}}, {"x": None, "y": {"z": None}}, None, {"x": 2, "y": None}], [[1, 2], None, [1, 3], [-1, 0]],
])


def connecting():
    with operation("connect"):
        same(session.api.vast_version, (5, 4, 0, 1))
    with operation("connect with a wrong key"), refused(errors.Forbidden), connect(secret="wrong").transaction():
        pass
    with operation("a bucket that is not there"), refused(errors.MissingBucket), session.transaction() as tx:
        tx.bucket("nowhere")


def schemas():
    with operation("create a schema"), session.transaction() as tx:
        bucket = tx.bucket(server["bucket"])
        same(bucket.schemas(), [])
        same([s.name for s in bucket.schemas()] + [bucket.create_schema("s").name], ["s"])
    with operation("create a schema that is there"), session.transaction() as tx, refused(errors.SchemaExists):
        tx.bucket(server["bucket"]).create_schema("s")
    with operation("a schema that is not there"), session.transaction() as tx, refused(errors.MissingSchema):
        tx.bucket(server["bucket"]).schema("nowhere")
    with operation("schemas in schemas, by pages"), session.transaction() as tx:
        parent = tx.bucket(server["bucket"]).schema("s")
        children = [parent.create_schema(f"c{n}") for n in range(7)]
        same(parent.schemas(batch_size=3), children)
        children[0].create_schema("below")
    with operation("drop a schema that holds another"), refused(errors.Conflict), session.transaction() as tx:
        tx.bucket(server["bucket"]).schema("s").schema("c0").drop()
    with operation("drop schemas"), session.transaction() as tx:
        parent = tx.bucket(server["bucket"]).schema("s")
        parent.schema("c0").schema("below").drop()
        for child in parent.schemas():
            child.drop()
        same(parent.schemas(), [])
    with operation("rename a schema, and take it back"), refused(ZeroDivisionError), session.transaction() as tx:
        schema = tx.bucket(server["bucket"]).schema("s")
        schema.rename("other")
        same([s.name for s in tx.bucket(server["bucket"]).schemas()], ["other"])
        1 / 0
    with operation("schemas after a rollback"), session.transaction() as tx:
        same([s.name for s in tx.bucket(server["bucket"]).schemas()], ["s"])


@contextmanager
def opened(*tables):
    with session.transaction() as tx:
        schema = tx.bucket(server["bucket"]).schema("s")
        yield (schema, *[schema.table(name) for name in tables])


def tables():
    with operation("create a table"), opened() as (schema,):
        same(schema.create_table("every", EVERY_TYPE).arrow_schema, EVERY_TYPE)
    with operation("create a table that is there"), opened() as (schema,), refused(errors.TableExists):
        schema.create_table("every", EVERY_TYPE)
    with operation("a table that is not there"), opened() as (schema,), refused(errors.MissingTable):
        schema.table("nowhere")
    with operation("tables by pages"), opened() as (schema,):
        for n in range(7):
            schema.create_table(f"t{n}", pa.schema([("a", pa.int8())]))
        same(schema.tablenames(page_size=3), ["every", *[f"t{n}" for n in range(7)]])
    with operation("drop tables"), opened() as (schema,):
        for n in range(7):
            schema.table(f"t{n}").drop()
        same(schema.tablenames(), ["every"])
    for kind in [pa.null(), pa.dictionary(pa.int8(), pa.utf8()), pa.large_utf8(), pa.date64(), pa.duration("s")]:
        with operation(f"a column of {kind}"), opened() as (schema,), refused(errors.NotSupportedSchema):
            schema.create_table("odd", pa.schema([("a", kind)]))
    with operation("columns"), opened("every") as (_, table):
        same(table.columns(), EVERY_TYPE)
        same(table.retrieve_column_names(), EVERY_TYPE.names)


def rows():
    with operation("insert"), opened("every") as (_, table):
        same(table.insert(ROWS).to_pylist(), [0, 1, 2, 3])
    with operation("insert nothing"), opened("every") as (_, table):
        same(table.insert(ROWS.slice(0, 0)).to_pylist(), [])
    with operation("insert what is of another type"), opened("every") as (_, table):
        wrong = pa.table({"i8": pa.array([1], pa.int64())})
        with refused((errors.BadRequest, errors.NotSupportedSchema), "TabularMismatchColumnType"):
            table.insert(wrong)
    with operation("select all"), opened("every") as (_, table):
        same(table.select().read_all(), ROWS)
    with operation("select some columns in another order"), opened("every") as (_, table):
        same(table.select(columns=["s", "b", "u64"]).read_all(), ROWS.select(["s", "b", "u64"]))
    with operation("select no columns"), opened("every") as (_, table):
        same(table.select(columns=[]).read_all().num_rows, 4)
    with operation("select row ids"), opened("every") as (_, table):
        read = table.select(columns=["s"], internal_row_id=True).read_all()
        same(read[INTERNAL_ROW_ID].to_pylist(), [0, 1, 2, 3])
    with operation("statistics"), opened("every") as (_, table):
        stats = table.get_stats()
        same((stats.num_rows, stats.sorting_key_enabled, stats.is_external_rowid_alloc), (4, False, False))


def predicates():
    for name in EVERY_TYPE.names:
        columns = [name, "s"] if name != "s" else ["s"]
        rows = ROWS.select(columns)
        # The client cannot compare with a zone.
        if name == "ts_utc":
            continue
        value = ROWS[name][1].as_py()
        # The client's own way to compare with a decimal.
        literal = float(value) if name == "dec" else value
        for sign, compare in COMPARISONS.items():
            with operation(f"where {name} {sign} a value"), opened("every") as (_, table):
                expected = rows.filter(compare(pc.field(name), pa.scalar(value, EVERY_TYPE.field(name).type)))
                same(table.select(columns=columns, predicate=compare(table[name], literal)).read_all(), expected)
        with operation(f"where {name} is null"), opened("every") as (_, table):
            same(table.select(columns=columns, predicate=table[name].isnull()).read_all(), rows.slice(3))
        with operation(f"where {name} is not null"), opened("every") as (_, table):
            same(table.select(columns=columns, predicate=~table[name].isnull()).read_all(), rows.slice(0, 3))
    combined = {
        "in": (lambda t: t["i64"].isin([-2**63, 2**63 - 1, 7]), [0, 2]),
        "in, of unsigned extremes": (lambda t: t["u64"].isin([ibis.literal(2**64 - 1, "uint64")]), [2]),
        "in, of text": (lambda t: t["s"].isin(["", "abc"]), [0, 1]),
        "between": (lambda t: t["i32"].between(-5, 2**31 - 1), [1, 2]),
        "and": (lambda t: (t["i8"] >= 0) & (t["s"] == "abc"), [1]),
        "or on one column": (lambda t: (t["i8"] < 0) | (t["i8"] > 5) | t["i8"].isnull(), [0, 2, 3]),
        "and of or": (lambda t: ((t["i8"] < 0) | (t["i8"] == 0)) & ((t["s"] == "") | (t["s"] == "x")), [0]),
        "contains": (lambda t: t["s"].contains("ab"), [1, 2]),
        "contains beyond ascii": (lambda t: t["s"].contains("\U0001f3ac"), [2]),
        "starts with": (lambda t: t["s"].startswith("ab"), [1]),
        "starts with nothing": (lambda t: t["s"].startswith(""), [0, 1, 2]),
        "a predicate that holds for all": (lambda t: True, [0, 1, 2, 3]),
        "a predicate that holds for none": (lambda t: False, []),
        "a column that is not selected": (lambda t: t["f64"] < 0, [0]),
    }
    for name, (predicate, expected) in combined.items():
        with operation(f"where {name}"), opened("every") as (_, table):
            read = table.select(columns=["i64", "s"], predicate=predicate(table)).read_all()
            same(read, ROWS.select(["i64", "s"]).take(pa.array(expected, pa.int8())))
    with operation("where a row id is"), opened("every") as (_, table):
        row_id = ibis.table({INTERNAL_ROW_ID: "uint64"}, name="t")[INTERNAL_ROW_ID]
        read = table.select(columns=["s"], predicate=row_id.isin([1, 3]), internal_row_id=True).read_all()
        same(read[INTERNAL_ROW_ID].to_pylist(), [1, 3])


def changes():
    with operation("update"), opened("every") as (_, table):
        ids = pa.array([3, 1], pa.uint64())
        table.update(pa.table({INTERNAL_ROW_ID: ids, "s": ["three", None], "i64": pa.array([3, None], pa.int64())}))
        same(table.select(columns=["s", "i64"]).read_all().to_pydict(),
             {"s": ["", None, ROWS["s"][2].as_py(), "three"], "i64": [-2**63, None, 2**63 - 1, 3]})
    with operation("update of a row that is not there"), opened("every") as (_, table), refused(errors.NotFound):
        table.update(pa.table({INTERNAL_ROW_ID: pa.array([99], pa.uint64()), "s": ["x"]}))
    with operation("delete"), opened("every") as (_, table):
        table.delete(pa.table({INTERNAL_ROW_ID: pa.array([2, 0], pa.uint64())}))
        same(table.select(columns=["s"], internal_row_id=True).read_all().to_pydict(),
             {"s": [None, "three"], INTERNAL_ROW_ID: [1, 3]})
    with operation("two transactions that update one row"), opened("every") as (_, mine), opened("every") as (_, theirs):
        change = pa.table({INTERNAL_ROW_ID: pa.array([1], pa.uint64()), "s": ["mine"]})
        mine.update(change)
        same(theirs.select(columns=["s"]).read_all()["s"].to_pylist(), [None, "three"])
        with refused(errors.Conflict):
            theirs.update(change)
    with operation("an update that another one preceded"), opened("every") as (_, late):
        with opened("every") as (_, table):
            table.update(pa.table({INTERNAL_ROW_ID: pa.array([1], pa.uint64()), "s": ["first"]}))
        same(late.select(columns=["s"]).read_all()["s"].to_pylist(), ["mine", "three"])
        with refused(errors.Conflict):
            late.delete(pa.table({INTERNAL_ROW_ID: pa.array([1], pa.uint64())}))
    with operation("two transactions that insert"):
        with opened("every") as (_, one), opened("every") as (_, other):
            one.insert(pa.table({"s": ["one"]}))
            other.insert(pa.table({"s": ["other"]}))
        with opened("every") as (_, table):
            same(table.select(columns=["s"]).read_all()["s"].to_pylist(), ["first", "three", "one", "other"])
    with operation("roll back rows"):
        with refused(ZeroDivisionError), opened("every") as (_, table):
            table.insert(pa.table({"s": ["never"]}))
            table.delete(pa.table({INTERNAL_ROW_ID: pa.array([1, 3], pa.uint64())}))
            1 / 0
        with opened("every") as (_, table):
            same(table.select(columns=["s"]).read_all()["s"].to_pylist(), ["first", "three", "one", "other"])


def altered():
    with operation("add columns"), opened("every") as (_, table):
        table.add_column(pa.schema([("added", pa.int16()), ("more", pa.utf8())]))
        same(table.columns().names, [*EVERY_TYPE.names, "added", "more"])
        same(table.select(columns=["added"]).read_all()["added"].to_pylist(), [None] * 4)
    with operation("fill an added column"), opened("every") as (_, table):
        table.update(pa.table({INTERNAL_ROW_ID: pa.array([3], pa.uint64()), "added": pa.array([5], pa.int16())}))
        same(table.select(columns=["s"], predicate=table["added"] == 5).read_all()["s"].to_pylist(), ["three"])
    with operation("rename a column"), opened("every") as (_, table):
        table.rename_column("added", "renamed")
        same(table.select(columns=["renamed"]).read_all()["renamed"].to_pylist(), [None, 5, None, None])
    with operation("rename one column in two transactions"), opened("every") as (_, one), opened("every") as (_, other):
        one.rename_column("renamed", "a")
        with refused(errors.Conflict):
            other.rename_column("renamed", "b")
    with operation("drop a column"), opened("every") as (_, table):
        table.drop_column(pa.schema([("a", pa.int16())]))
        same(table.columns().names, [*EVERY_TYPE.names, "more"])
    with operation("rename a table"), opened("every") as (schema, table):
        table.rename("renamed")
        same(schema.tablenames(), ["renamed"])


def nested():
    with operation("nested columns"), opened() as (schema,):
        table = schema.create_table("nested", NESTED)
        table.insert(NESTED_ROWS)
        same(table.select().read_all(), NESTED_ROWS)
        same(table.select(columns=["m", "l"]).read_all(), NESTED_ROWS.select(["m", "l"]))
    leaves = {
        "a field of a struct": (lambda t: t["s"]["x"] == 1, [0]),
        "a field of a struct in a struct": (lambda t: t["s"]["y"]["z"] >= "a", [0]),
        "a field of a struct, which is null": (lambda t: t["s"]["y"]["z"].isnull(), [1, 2, 3]),
        "a vector": (lambda t: t["v"] == [1, 2], [0]),
        "vectors in order": (lambda t: t["v"] > [1, 2], [2]),
        "a vector that is null": (lambda t: t["v"].isnull(), [1]),
    }
    for name, (predicate, expected) in leaves.items():
        with operation(f"where {name}"), opened("nested") as (_, table):
            same(table.select(predicate=predicate(table)).read_all(), NESTED_ROWS.take(expected))
    with operation("vectors of nothing"), opened() as (schema,), refused(errors.BadRequest, "TabularInvalidColumnTypeParam"):
        schema.create_table("odd", pa.schema([("v", pa.list_(pa.field("item", pa.int8(), nullable=False), 0))]))


EXTREMES = {
    **{f"i{bits}": (f"int{bits}", [-2**(bits - 1), 2**(bits - 1) - 1]) for bits in [8, 16, 32, 64]},
    **{f"u{bits}": (f"uint{bits}", [0, 2**bits - 1]) for bits in [8, 16, 32, 64]},
}
FLOATS = [float("nan"), float("inf"), float("-inf"), -0.0, 0.0]
TEXTS = ["", "\0", "a\0b", "\U0001f3ac\U0010ffff", "e\u0301 \u00e9", "\ufeff\u202e\ufffd", "'\"\\\r\n\t"]


def in_units(kind, bits, values):
    """Dates and times, as whole numbers of the column's unit."""
    return pa.array(values, pa.int64() if bits == 64 else pa.int32()).view(kind)


def exchanged_columns():
    """Values of every type that two clients may disagree on, with nulls among them."""
    whole, most = decimal.Decimal(10**38 - 1), decimal.Decimal(10**12 - 1).scaleb(-3)
    tenths = whole.scaleb(-38, EXACT)
    columns = {name: pa.array(values, kind) for name, (kind, values) in EXTREMES.items()}
    columns |= {
        "b": pa.array([True, False]),
        "f32": pa.array([*FLOATS, 1.401298464324817e-45, -3.4028234663852886e38], pa.float32()),
        "f64": pa.array([*FLOATS, 5e-324, -1.7976931348623157e308], pa.float64()),
        "s": pa.array(TEXTS),
        "bin": pa.array([b"", b"\0", bytes(range(256))]),
        "dec": pa.array([most, most.copy_negate(), decimal.Decimal("0.001")], pa.decimal128(12, 3)),
        "dec38": pa.array([whole, whole.copy_negate(), decimal.Decimal(-1)], pa.decimal128(38, 0)),
        "fraction": pa.array([tenths, tenths.copy_negate()], pa.decimal128(38, 38)),
        "day": in_units(pa.date32(), 32, [-2**31, 2**31 - 1, 0, -1]),
    }
    for unit, per_second, bits in [("s", 1, 32), ("ms", 10**3, 32), ("us", 10**6, 64), ("ns", 10**9, 64)]:
        time = pa.time32(unit) if bits == 32 else pa.time64(unit)
        columns[f"t_{unit}"] = in_units(time, bits, [0, 86_400 * per_second - 1])
        columns[f"ts_{unit}"] = in_units(pa.timestamp(unit), 64, [-2**63, 2**63 - 1, -1, 0])
    columns["ts_utc"] = in_units(pa.timestamp("us", tz="UTC"), 64, [-2**63, 2**63 - 1, 1_700_000_000_000_000])
    pair = pa.struct([("l", pa.int64()), ("r", pa.utf8())])
    columns |= {
        "list": pa.array([[], [None], ["", None, TEXTS[3]], TEXTS]),
        "lists": pa.array([[], [[]], [None, [None], [2**63 - 1, -2**63]]], pa.list_(pa.list_(pa.int64()))),
        "map": pa.array([[], [("", None)], [(TEXTS[3], -0.0), ("k", float("nan"))]], pa.map_(pa.utf8(), pa.float64())),
        "struct": pa.array([{"x": None, "y": None}, {"x": -128, "y": {"z": ""}}, {"x": 127, "y": {"z": None}}],
                           pa.struct([("x", pa.int8()), ("y", pa.struct([("z", pa.utf8())]))])),
        "pairs": pa.array([[], [None], [{"l": None, "r": None}, {"l": -2**63, "r": TEXTS[4]}]], pa.list_(pair)),
        "vector": pa.array([[0.0, -0.0], [float("inf"), 1.5]], pa.list_(pa.field("item", pa.float32(), nullable=False), 2)),
    }
    count = max(len(column) for column in columns.values()) + 1
    # A null in front, and what there is in turn: no two columns have theirs at the same places.
    turned = {
        name: column.take(pa.array([None, *[(at + turn) % len(column) for at in range(count - 1)]], pa.int64()))
        for turn, (name, column) in enumerate(columns.items())
    }
    return pa.table(turned)


EXACT = decimal.Context(prec=80)


def exact(value):
    """A value as test/support/vast-db-client/exact-values.ts has it."""
    kind = value.type
    if not value.is_valid:
        return None
    if pa.types.is_boolean(kind) or pa.types.is_string(kind):
        return value.as_py()
    if pa.types.is_floating(kind):
        return struct.pack({32: ">f", 64: ">d"}[kind.bit_width], value.as_py()).hex()
    if pa.types.is_integer(kind):
        return str(value.as_py())
    if pa.types.is_decimal(kind):
        return str(int(value.as_py().scaleb(kind.scale, EXACT)))
    if pa.types.is_binary(kind):
        return value.as_py().hex()
    if pa.types.is_map(kind):
        return [[exact(pair["key"]), exact(pair["value"])] for pair in value.values]
    if pa.types.is_struct(kind):
        return {field.name: exact(value[field.name]) for field in kind}
    if pa.types.is_list(kind) or pa.types.is_fixed_size_list(kind):
        return [exact(item) for item in value.values]
    return str(value.value)


def exactly(table):
    return {name: [exact(value) for value in table[name].combine_chunks()] for name in table.column_names}


def ours(table, **task):
    """What our client reads of a table, once it has done what it is told."""
    account = {name: server[name] for name in ["url", "accessKeyId", "secretAccessKey", "bucket"]}
    script = ROOT / "dist/test/support/vast-db-client/exchange-rows.js"
    told = json.dumps({**account, "schema": "s", "table": table, **task})
    return json.loads(subprocess.run(["node", str(script)], input=told, stdout=subprocess.PIPE, text=True, check=True).stdout)


def exchanged():
    rows = exchanged_columns()
    # Updated rows get what stood a row above.
    others = rows.take(pa.array([rows.num_rows - 1, *range(rows.num_rows - 1)]))
    ids = list(range(rows.num_rows))

    def read(name):
        with opened(name) as (_, table):
            return exactly(table.select(internal_row_id=True).read_all())

    def with_ids(columns):
        return {**exactly(columns), INTERNAL_ROW_ID: [str(row) for row in ids]}

    with operation("rows of the official client, read by ours"):
        with opened() as (schema,):
            schema.create_table("theirs", rows.schema).insert(rows)
        same(ours("theirs"), with_ids(rows))
    with operation("rows of our client, read by the official one"):
        same(ours("ours", like="theirs", insert=exactly(rows)), with_ids(rows))
        with opened("ours") as (_, table):
            same(table.columns(), rows.schema)
        same(read("ours"), with_ids(rows))
    with operation("rows that our client has updated, read by the official one"):
        ours("theirs", update={"ids": [str(row) for row in ids], "columns": exactly(others)})
        same(read("theirs"), with_ids(others))
    with operation("rows that the official client has updated, read by ours"):
        with opened("ours") as (_, table):
            table.update(others.append_column(INTERNAL_ROW_ID, pa.array(ids, pa.uint64())))
        same(ours("ours"), with_ids(others))
    with operation("some columns of some rows, updated by one and the other"):
        some = others.select(["i64", "s", "list", "map", "struct"]).slice(2, 3)
        ours("theirs", update={"ids": ["2", "3", "4"], "columns": exactly(some.slice(0, 3))})
        with opened("theirs") as (_, table):
            table.update(rows.select(["u64", "pairs"]).slice(3, 1).append_column(INTERNAL_ROW_ID, pa.array([0], pa.uint64())))
        same(ours("theirs"), read("theirs"))


def large():
    count = 200_000
    numbers = pa.table({"n": pa.array(range(count), pa.int64()), "s": [f"row {n}" for n in range(count)]})
    with operation("insert many rows"), opened() as (schema,):
        table = schema.create_table("large", numbers.schema)
        same(table.insert(numbers).to_pylist(), list(range(count)))
    with operation("select many rows, page by page"), opened("large") as (_, table):
        same(table.select().read_all().sort_by("n"), numbers)
    with operation("select with a small limit to each request"), opened("large") as (_, table):
        config = QueryConfig(num_sub_splits=3, num_splits=2, limit_rows_per_sub_split=5000, num_row_groups_per_sub_split=1)
        read = table.select(config=config, predicate=table["n"] >= 100_000).read_all()
        same(read.sort_by("n"), numbers.slice(100_000))
    with operation("select a few of many"), opened("large") as (_, table):
        same(table.select(predicate=table["n"].isin([5, 70_000, 199_999])).read_all().sort_by("n"), numbers.take([5, 70_000, 199_999]))
    with operation("select with a limit"), opened("large") as (_, table):
        same(table.select(limit_rows=7).read_all().num_rows, 7)
    with operation("splits read one by one"), opened("large") as (_, table):
        readers = table.select_splits(config=QueryConfig(num_splits=4, num_sub_splits=1, num_row_groups_per_sub_split=1))
        same(pa.concat_tables([reader.read_all() for reader in readers]).sort_by("n"), numbers)
    wide = pa.table({f"c{n}": [n] for n in range(130)})
    with operation("more columns than one insert takes"), opened() as (schema,):
        table = schema.create_table("wide", wide.schema)
        table.insert(wide)
        same(table.select().read_all(), wide)


def sorted_tables():
    columns = pa.schema([("a", pa.int64()), ("b", pa.utf8())])
    data = pa.table(schema=columns, data=[[3, 1, 2], ["c", "a", "b"]])
    with operation("a sorted table"), opened() as (schema,):
        table = schema.create_table("sorted", columns, sorting_key=["b"])
        table.insert(data)
        same([field.name for field in table.sorted_columns()], ["b"])
        same(table.get_stats().sorting_key_enabled, True)
    with operation("update a sorted table"), opened("sorted") as (_, table):
        found = table.select(columns=["a"], predicate=table["b"] == "a", internal_row_id=True).read_all()
        same(str(found.schema.field(INTERNAL_ROW_ID).type), "decimal128(38, 0)")
        table.update(found.set_column(found.column_names.index("a"), "a", pa.array([10], pa.int64())))
        same(sorted(table.select(columns=["a"]).read_all()["a"].to_pylist()), [2, 3, 10])
        table.delete(found)
        same(sorted(table.select(columns=["a"]).read_all()["a"].to_pylist()), [2, 3])
    with operation("sort a sorted table"), opened("sorted") as (_, table), refused(errors.BadRequest):
        table.add_sorting_key([0])
    with operation("sort a table"), opened() as (schema,):
        table = schema.create_table("sorted-later", columns)
        with refused(errors.BadRequest, "without elysium"):
            table.sorted_columns()
        table.add_sorting_key(["a"])
        same([field.name for field in table.sorted_columns()], ["a"])
    with operation("sort by a column that is not there"), opened() as (schema,):
        with refused(errors.InternalServerError, "We encountered an internal error"):
            schema.create_table("odd", columns, sorting_key=[7])
    with operation("row ids of our own"), opened() as (schema,):
        mine = pa.schema([("vastdb_rowid", pa.int64()), ("a", pa.utf8())])
        table = schema.create_table("mine", mine)
        table.insert(pa.table(schema=mine, data=[[7, 9], ["seven", "nine"]]))
        same(table.stats.is_external_rowid_alloc, True)
        same(table.select(predicate=table["vastdb_rowid"] == 9).read_all().to_pydict(), {"vastdb_rowid": [9], "a": ["nine"]})
        with refused(errors.BadRequest, "Found duplicate row ids or not in ascending order"):
            table.insert(pa.table(schema=mine, data=[[12, 11], ["x", "y"]]))


def troubles():
    with operation("told to slow down"), opened() as (schema,):
        fault({"kind": "answer", "status": 503, "code": "SlowDown"}, command="table", times=2)
        same("large" in schema.tablenames(), True)
    with operation("a stream that breaks off goes on where it was"), opened("large") as (_, table):
        fault({"kind": "cut_after_frames", "frames": 40}, command="data", times=3)
        same(sorted(table.select(columns=["n"]).read_all()["n"].to_pylist()), list(range(200_000)))
    with operation("a query that fails in the middle"), opened("large") as (_, table):
        fault({"kind": "fail_after_frames", "frames": 20}, command="data")
        with refused(Exception):
            table.select(columns=["n"]).read_all()
    with operation("a transaction that expired"), refused(errors.NotFound), opened() as (schema,):
        fault({"kind": "expire"}, command="table")
        schema.tablenames()
    with operation("a snapshot"):
        control("/snapshots", "POST", json.dumps({"name": "before"}))
        with opened("mine") as (_, table):
            table.drop()
        with session.transaction() as tx:
            [snapshot] = tx.bucket(server["bucket"]).snapshots()
            same(snapshot.schema("s").table("mine").select(columns=["a"]).read_all()["a"].to_pylist(), ["seven", "nine"])


def leaving():
    with operation("drop a schema that holds tables"), refused(errors.Conflict), opened() as (schema,):
        schema.drop()
    with operation("drop all"), opened() as (schema,):
        for name in schema.tablenames():
            schema.table(name).drop()
        schema.drop()
        same(schema.bucket.schemas(), [])


def record():
    """One request a line. Left out: what is long, what was sent before, and of predicates all but the query."""
    recorded, seen = [], set()
    for entry in control("/requests"):
        name, requests = entry["operation"], entry["requests"]
        if name in LEFT_OUT or not requests:
            continue
        kept = [r for r in requests if not name.startswith("where ") or r["command"] == "data"]
        texts = [json.dumps(r, ensure_ascii=False) for r in kept]
        lines = ",\n".join(f"    {text}" for text in texts if text not in seen)
        seen.update(texts)
        if lines:
            recorded.append(f'  {{ "operation": {json.dumps(name)}, "requests": [\n{lines}\n  ] }}')
    Path(RECORDED).write_text("[\n" + ",\n".join(recorded) + "\n]\n")


# What waits and tries again is different each time; and what our client sent is not to be held against itself.
LEFT_OUT = {
    "rows of the official client, read by ours", "rows of our client, read by the official one",
    "rows that our client has updated, read by the official one",
    "rows that the official client has updated, read by ours",
    "some columns of some rows, updated by one and the other",
    "", "insert many rows", "select many rows, page by page", "select with a small limit to each request",
    "more columns than one insert takes", "told to slow down", "a stream that breaks off goes on where it was",
    "a query that fails in the middle", "select with a limit", "splits read one by one", "select a few of many",
}

failed = None
try:
    session = connect()
    for part in [connecting, schemas, tables, rows, predicates, changes, altered, nested, exchanged, large, sorted_tables, troubles, leaving]:
        part()
    if RECORDED:
        record()
except BaseException as error:
    failed = error
finally:
    process.terminate()
    process.wait()

counts = {"numPassedTests": done, "numFailedTests": 1 if failed else 0, "numPendingTests": 0, "numFailedTestSuites": 0}
broken = [{"name": f"vast-sdk.py, after {done} operations", "status": "failed", "message": repr(failed), "assertionResults": []}]
Path(RESULT).write_text(json.dumps({**counts, "testResults": broken if failed else []}))
print(f"VAST DB: {done} operations of vastdb {importlib.metadata.version('vastdb')} as expected")
if failed:
    raise failed
