import duckdb
import pytest

from npas.content_hash import TableContent, mart_contents, read_through, relations, table_content


def content(rows: str, columns: str = "first, second") -> TableContent:
    with duckdb.connect() as connection:
        connection.execute(f"create table facts as select * from (values {rows}) as v({columns})")
        return table_content(connection, "main", "facts")


def test_the_order_of_rows_does_not_matter() -> None:
    assert content("('a', 1), ('b', 2), ('c', null)") == content("('c', null), ('b', 2), ('a', 1)")


def test_rows_are_counted_and_a_repeated_row_counts_twice() -> None:
    once, twice = content("('a', 1)"), content("('a', 1), ('a', 1)")
    assert (once.rows, twice.rows) == (1, 2)
    assert once.sha256 != twice.sha256


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("('ab', 'c')", "('a', 'bc')"),
        ("(null, 'x')", "('', 'x')"),
        ("(null, 'x')", "('-', 'x')"),
        ("('1:a', 'x')", "('a', 'x')"),
        ("('a', 'b')", "('b', 'a')"),
        ("(1.10::decimal(9, 2), 'x')", "(1.11::decimal(9, 2), 'x')"),
        ("(1::integer, 'x')", "(1::bigint, 'x')"),
        ("(0.1::double, 'x')", "(0.1::double + 1e-16, 'x')"),
    ],
)
def test_other_values_give_another_hash(left: str, right: str) -> None:
    assert content(left).sha256 != content(right).sha256


def test_a_renamed_column_gives_another_hash() -> None:
    assert content("('a', 1)").sha256 != content("('a', 1)", "first, third").sha256


def test_marts_are_the_tables_and_views_of_their_schema() -> None:
    with duckdb.connect() as connection:
        connection.execute("create schema marts; create schema staging")
        connection.execute("create table staging.one as select 1 as a")
        connection.execute('create table marts."od""d" as select 1 as "a ""b"""')
        connection.execute("create view marts.seen as select * from staging.one")
        assert relations(connection) == [
            ("marts", 'od"d'),
            ("marts", "seen"),
            ("staging", "one"),
        ]
        marts = mart_contents(connection)
    assert {name: mart.rows for name, mart in marts.items()} == {'od"d': 1, "seen": 1}


def test_reading_a_relation_through_meets_a_value_that_cannot_be_computed() -> None:
    with duckdb.connect() as connection:
        connection.execute("create table facts as select 'a' as name, 'many' as printed")
        connection.execute("create view counts as select name, cast(printed as int) from facts")
        read_through(connection, "main", "facts")
        with pytest.raises(duckdb.ConversionException, match="many"):
            read_through(connection, "main", "counts")
