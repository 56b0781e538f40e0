"""The changes a mutant can be: one node of a model's syntax tree replaced or taken out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

import sqlglot
from sqlglot import exp

from npas.mutation.executor import AS_OF_PLACE

DIALECT = "duckdb"
_SNIPPET = 110
_E = TypeVar("_E", bound=exp.Expr)
_COMPARISONS: dict[type[exp.Expr], tuple[type[exp.Expr], ...]] = {
    exp.EQ: (exp.NEQ, exp.GTE),
    exp.NEQ: (exp.EQ,),
    exp.GT: (exp.GTE, exp.LT),
    exp.GTE: (exp.GT, exp.LT),
    exp.LT: (exp.LTE, exp.GT),
    exp.LTE: (exp.LT, exp.GT),
}
_ARITHMETIC: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.Add: exp.Sub,
    exp.Sub: exp.Add,
    exp.Mul: exp.Div,
    exp.Div: exp.Mul,
}
_AGGREGATES: dict[type[exp.Expr], tuple[type[exp.Expr], ...]] = {
    exp.Sum: (exp.Max, exp.Min, exp.Count, exp.Avg),
    exp.Max: (exp.Min,),
    exp.Min: (exp.Max,),
    exp.Avg: (exp.Max, exp.Min, exp.Sum),
}
_FUNCTIONS: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.Greatest: exp.Least,
    exp.Least: exp.Greatest,
    exp.Lag: exp.Lead,
    exp.Lead: exp.Lag,
}


@dataclass(frozen=True)
class Mutant:
    """A model with one change.

    `place` is the CTE and, where it has one, the column; `original` and `mutated` are the changed
    expression with a little of what is around it; `nth` tells equal changes at one place apart.
    """

    model: str
    place: str
    operator: str
    original: str
    mutated: str
    nth: int
    sql: str

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """What names the mutant in the reviewed list of equivalent ones."""
        return (self.model, self.place, self.original, self.mutated, str(self.nth))


# what replaces a node: another one, or None to take it out
Change = tuple[str, exp.Expr | None]
Rule = Callable[[exp.Expr], Iterator[Change]]


def parsed(sql: str) -> exp.Expr:
    """Give the syntax tree of a model."""
    return sqlglot.parse_one(sql, read=DIALECT)


def printed(tree: exp.Expr) -> str:
    """Give a tree as DuckDB's SQL."""
    return tree.sql(dialect=DIALECT, comments=False)


def mutants(model: str, sql: str) -> Iterator[Mutant]:
    """Every mutant of a compiled model, in the order of its text; no two with the same SQL."""
    tree = parsed(sql)
    seen = {printed(tree)}
    counts: dict[tuple[str, str, str], int] = {}
    for position, node in enumerate(tree.walk(bfs=False)):
        for rule in RULES:
            for number, (operator, _) in enumerate(rule(node)):
                copy = tree.copy()
                mutant = _mutant(model, copy, (position, number), rule, operator)
                if mutant.sql in seen:
                    continue
                seen.add(mutant.sql)
                count = (mutant.place, mutant.original, mutant.mutated)
                counts[count] = counts.get(count, 0) + 1
                yield Mutant(
                    model,
                    mutant.place,
                    operator,
                    mutant.original,
                    mutant.mutated,
                    counts[count],
                    mutant.sql,
                )


def _mutant(
    model: str, tree: exp.Expr, where: tuple[int, int], rule: Rule, operator: str
) -> Mutant:
    position, number = where
    node = next(found for place, found in enumerate(tree.walk(bfs=False)) if place == position)
    replacement = list(rule(node))[number][1]
    around = _around(node)
    place, original = _place(node), printed(around)
    if replacement is None:
        node.pop()
    elif node is tree:
        tree = around = replacement
    else:
        node.replace(replacement)
        around = replacement if around is node else around
    mutated = "" if replacement is None and around is node else printed(around)
    return Mutant(model, place, operator, original, mutated, 1, printed(tree))


def _around(node: exp.Expr) -> exp.Expr:
    """Give the largest short expression that holds the node."""
    found = node
    parent = node.parent
    while isinstance(parent, exp.Expr) and not isinstance(
        parent, (exp.Select, exp.CTE, exp.SetOperation, exp.Alias, exp.From)
    ):
        if len(printed(parent)) > _SNIPPET:
            break
        found, parent = parent, parent.parent
    return found


def _place(node: exp.Expr) -> str:
    """Give the CTE and the column that a node stands in."""
    names: list[str] = []
    above: exp.Expr | None = node
    while above is not None:
        if isinstance(above, exp.Alias) and isinstance(above.parent, exp.Select) and not names:
            names.append(above.alias)
        if isinstance(above, exp.CTE):
            names.append(above.alias)
            break
        above = above.parent
    return ".".join(reversed(names)) or "select"


def _changed(node: _E, **parts: object) -> _E:
    copy = node.copy()
    for name, part in parts.items():
        copy.set(name, part)
    return copy


def _comparison(node: exp.Expr) -> Iterator[Change]:
    for kind in _COMPARISONS.get(type(node), ()):
        yield "comparison", kind(this=node.this.copy(), expression=node.expression.copy())


def _arithmetic(node: exp.Expr) -> Iterator[Change]:
    kind = _ARITHMETIC.get(type(node))
    if kind is not None:
        yield "arithmetic", kind(this=node.this.copy(), expression=node.expression.copy())
    if isinstance(node, (exp.Sub, exp.Div, exp.IntDiv)):
        yield "operand swap", type(node)(this=node.expression.copy(), expression=node.this.copy())


def _aggregate(node: exp.Expr) -> Iterator[Change]:
    for kind in _AGGREGATES.get(type(node), ()):
        yield "aggregate", kind(this=node.this.copy())
    if isinstance(node, exp.Count) and not isinstance(node.this, (exp.Star, exp.Distinct)):
        yield "aggregate", exp.Count(this=exp.Star())
    if isinstance(node, exp.Distinct) and not isinstance(node.parent, exp.Select):
        yield "distinct dropped", node.expressions[0].copy()
    if isinstance(node, exp.Distinct) and isinstance(node.parent, exp.Select):
        yield "distinct dropped", None


def _join(node: exp.Expr) -> Iterator[Change]:
    if isinstance(node, exp.Join) and node.kind != "CROSS" and node.args.get("on"):
        if node.side == "LEFT":
            yield "join", _changed(node, side=None, kind="INNER")
        else:
            yield "join", _changed(node, side="LEFT", kind=None)


def _clause(node: exp.Expr) -> Iterator[Change]:
    if isinstance(node, exp.Filter):
        yield "filter dropped", node.this.copy()
    elif isinstance(node, exp.Where) and not isinstance(node.parent, exp.Filter):
        yield "where dropped", None
    elif isinstance(node, exp.Qualify):
        yield "qualify dropped", None
    elif isinstance(node, exp.Union) and node.args.get("distinct"):
        yield "union all", _changed(node, distinct=False)


def _logic(node: exp.Expr) -> Iterator[Change]:
    if isinstance(node, (exp.And, exp.Or)):
        yield "operand dropped", node.this.copy()
        yield "operand dropped", node.expression.copy()
        other = exp.Or if isinstance(node, exp.And) else exp.And
        # in brackets: and binds closer than or
        yield "and / or", exp.paren(other(this=node.this.copy(), expression=node.expression.copy()))
    elif isinstance(node, exp.Between):
        yield "operand dropped", exp.GTE(this=node.this.copy(), expression=node.args["low"].copy())
        yield "operand dropped", exp.LTE(this=node.this.copy(), expression=node.args["high"].copy())
    elif isinstance(node, exp.Not):
        yield "not dropped", node.this.copy()
    elif isinstance(node, exp.Is) and not isinstance(node.parent, exp.Not):
        yield "not added", exp.not_(node.copy())
    elif isinstance(node, exp.Boolean):
        yield "boolean", exp.Boolean(this=not node.this)


def _window(node: exp.Expr) -> Iterator[Change]:
    if isinstance(node, exp.Ordered):
        yield "order flipped", _changed(node, desc=not node.args.get("desc"))
        is_first = bool(node.args.get("nulls_first"))
        yield "nulls order flipped", _changed(node, nulls_first=not is_first)
    if isinstance(node, exp.Order) and len(node.expressions) > 1:
        for place in range(len(node.expressions)):
            kept = [key.copy() for key in node.expressions]
            del kept[place]
            yield "order key dropped", _changed(node, expressions=kept)
    if isinstance(node, (exp.RowNumber, exp.DenseRank)):
        yield "ranking", exp.Anonymous(this="rank")
    if not isinstance(node, exp.Window):
        return
    keys = node.args.get("partition_by") or []
    if keys:
        yield "partition dropped", _changed(node, partition_by=None)
    for place in range(len(keys) if len(keys) > 1 else 0):
        kept = [key.copy() for key in keys]
        del kept[place]
        yield "partition key dropped", _changed(node, partition_by=kept)
    if node.args.get("order"):
        yield "order dropped", _changed(node, order=None)
    if node.args.get("spec"):
        yield "frame", _changed(node, spec=None)
        whole = exp.WindowSpec(
            kind="ROWS",
            start="UNBOUNDED",
            start_side="PRECEDING",
            end="UNBOUNDED",
            end_side="FOLLOWING",
        )
        yield "frame", _changed(node, spec=whole)


def _literal(node: exp.Expr) -> Iterator[Change]:
    if not isinstance(node, exp.Literal) or isinstance(node.parent, exp.DataTypeParam):
        return
    text = str(node.this)
    if not node.is_string:
        step = Decimal(1).scaleb(-len(text.partition(".")[2]))
        yield "number", exp.Literal.number(str(Decimal(text) + step))
    elif text != AS_OF_PLACE and isinstance(node.parent, (exp.EQ, exp.NEQ, exp.In, exp.Like)):
        yield "text", exp.Literal.string(f"{text}~")


def _branch(node: exp.Expr) -> Iterator[Change]:
    if isinstance(node, exp.Coalesce):
        arguments = [node.this, *node.expressions]
        for place in range(len(arguments)):
            kept = [argument.copy() for argument in arguments]
            del kept[place]
            yield (
                "coalesce",
                kept[0] if len(kept) == 1 else exp.Coalesce(this=kept[0], expressions=kept[1:]),
            )
    elif isinstance(node, exp.Case):
        for place, branch in enumerate(node.args["ifs"]):
            kept = [other.copy() for other in node.args["ifs"]]
            del kept[place]
            if kept:
                yield "case branch dropped", _changed(node, ifs=kept)
            else:
                # a case of one branch: as if its condition held always
                yield "case dropped", exp.paren(branch.args["true"].copy())
        if node.args.get("default"):
            yield "else dropped", _changed(node, default=None)
    elif isinstance(node, exp.Nullif):
        yield "nullif", node.this.copy()
    elif isinstance(node, exp.In) and len(node.expressions) > 1:
        for place in range(len(node.expressions)):
            kept = [element.copy() for element in node.expressions]
            del kept[place]
            yield "list element dropped", _changed(node, expressions=kept)


def _function(node: exp.Expr) -> Iterator[Change]:
    kind = _FUNCTIONS.get(type(node))
    if kind is not None:
        yield "function", kind(**{name: _copied(part) for name, part in node.args.items()})


def _copied(part: object) -> object:
    if isinstance(part, exp.Expr):
        return part.copy()
    return [_copied(one) for one in part] if isinstance(part, list) else part


RULES: tuple[Rule, ...] = (
    *(_comparison, _arithmetic, _aggregate, _join, _clause, _logic),
    *(_window, _literal, _branch, _function),
)
