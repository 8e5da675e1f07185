"""What can be taken away from a module's code, found by names and structure, so that other wording does not hide it.

Each function below returns a change: it takes the piece of code in which a guard stands (a function, a class, an
assignment or the whole module), finds the one place in it that is meant, and changes the tree there. Places are told by
the names that they mention (variables, attributes, keywords and whole strings) and not by text, so that conditions and
sentences may be written anew. Each raises LookupError where there is no such place, or more than one.
"""

import ast
import builtins
from collections.abc import Callable, Iterable, Iterator
from typing import Any, AnyStr, TypeAlias, TypeVar

Change: TypeAlias = Callable[[ast.AST], None]
Rows: TypeAlias = dict[str, list[tuple[str, str, Change, str]]]  # by module: name, where, change, tests
Found = TypeVar("Found")

SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def changed(source: str, where: str, change: Change) -> str:
    """The module without its guard; `where` is the dotted name of what holds it, nothing for the module itself.

    Raises
    ------
    LookupError
        Where the guard isn't found, or is the same without it, or what shall stand instead knows other names.
    SyntaxError
        Where what is left is no code.
    """
    tree = ast.parse(source)
    known = {name.id for name in _all(tree, ast.Name)} | {one.arg for one in _all(tree, ast.arg)}
    known |= {alias.asname or alias.name for alias in _all(tree, ast.alias)} | vars(builtins).keys()
    before = ast.unparse(tree)
    change(_find(tree, where))
    after = ast.unparse(ast.fix_missing_locations(tree))
    if after == before:
        raise LookupError("the change changes nothing")
    if unknown := {name.id for name in _all(ast.parse(after), ast.Name)} - known:
        raise LookupError(f"the code does not know {', '.join(sorted(unknown))}")
    compile(after, where, "exec")
    return after


def drop(*names: str) -> Change:
    """Without the statement that mentions these names; of a `with` that does so, what stands in it is kept."""

    def change(scope: ast.AST) -> None:
        simple = [node for node in _all(scope, ast.stmt) if not hasattr(node, "body") and _mention(names, node)]
        contexts = [node for node in _all(scope, ast.With, ast.AsyncWith) if _mention(names, *node.items)]
        found = _one(simple + contexts, names)
        _put(scope, found, getattr(found, "body", ast.Pass()))

    return change


def drop_entry(*names: str) -> Change:
    """Without these keywords of a call, keys of a dictionary, members of a list or decorators."""

    def change(scope: ast.AST) -> None:
        for name in names:
            holder, fields, index = _one(_entries(scope, name), name)
            for field in fields:
                del getattr(holder, field)[index]

    return change


def set_entry(name: str, value: str) -> Change:
    """With another value of a call's keyword or a dictionary's key."""

    def change(scope: ast.AST) -> None:
        holder, _fields, index = _one(_entries(scope, name), name)
        if isinstance(holder, ast.Call):
            holder.keywords[index].value = _expression(value)
        else:
            holder.values[index] = _expression(value)

    return change


def drop_terms(*names: str) -> Change:
    """Without those terms of an `and` or `or` that mention one of the names each."""

    def change(scope: ast.AST) -> None:
        for name in names:
            terms = [(node.values, term) for node in _all(scope, ast.BoolOp) for term in node.values]
            mention = [pair for pair in terms if _mention([name], pair[1])]
            inner = {id(node) for _, term in mention for node in ast.walk(term) if node is not term}
            held_by, term = _one([pair for pair in mention if id(pair[1]) not in inner], name)
            held_by.remove(term)
        for single in [node for node in _all(scope, ast.BoolOp) if len(node.values) == 1]:
            _put(scope, single, single.values[0])

    return change


def never(*names: str) -> Change:
    """With a condition that never holds: of the innermost `if` that mentions the names in it or in what it leads to."""
    return _condition(names, holds=False)


def always(*names: str) -> Change:
    """With a condition that always holds: of the innermost `if` that mentions the names, as with `never`."""
    return _condition(names, holds=True)


def assign(name: str, value: str) -> Change:
    """With another value of a variable, constant or attribute that is assigned once."""

    def change(scope: ast.AST) -> None:
        found = [node for node in _all(scope, ast.Assign, ast.AnnAssign, ast.NamedExpr) if name in _targets(node)]
        _one(found, name).value = _expression(value)

    return change


def instead(name: str, value: str) -> Change:
    """With another expression where a function is called, or, where it is not called, where the name stands."""

    def change(scope: ast.AST) -> None:
        calls = _calls(scope, name)
        found = _one(calls or [node for node in _all(scope, ast.Name) if node.id == name], name)
        _put(scope, found, _expression(value))

    return change


def unwrap(name: str) -> Change:
    """With the first argument where a function is called."""

    def change(scope: ast.AST) -> None:
        call = _one(_calls(scope, name), name)
        _put(scope, call, call.args[0])

    return change


def returns(value: str, *names: str) -> Change:
    """With another value in the `return` that mentions the names."""

    def change(scope: ast.AST) -> None:
        _one([node for node in _all(scope, ast.Return) if _mention(names, node)], names).value = _expression(value)

    return change


def starts(code: str) -> Change:
    """With this before all that the function does."""

    def change(scope: ast.AST) -> None:
        function = _one(_all(scope, ast.FunctionDef, ast.AsyncFunctionDef), code)
        function.body[:0] = _one(_all(ast.parse(f"def function():\n {code}"), ast.FunctionDef), code).body

    return change


def in_text(old: AnyStr, new: AnyStr) -> Change:
    """With other words in a text that isn't Python: a statement of SQL, a script of Redis, a pattern."""

    def change(scope: ast.AST) -> None:
        texts = [node for node in _all(scope, ast.Constant) if isinstance(node.value, type(old))]
        text = _one([node for node in texts for _ in range(node.value.count(old))], old)
        text.value = text.value.replace(old, new)

    return change


def inside(name: str, then: Change) -> Change:
    """The change in nothing but the innermost block (a loop, `with`, `if` or `try`) that mentions the name."""

    def change(scope: ast.AST) -> None:
        blocks = [node for node in _all(scope, ast.stmt) if hasattr(node, "body") and node is not scope]
        then(_one(_innermost([node for node in blocks if _mention([name], node)]), name))

    return change


def _condition(names: tuple[str, ...], *, holds: bool) -> Change:
    def change(scope: ast.AST) -> None:
        found = [node for node in _all(scope, ast.If) if _mention(names, node.test, *node.body)]
        found += [node for node in _all(scope, ast.IfExp) if _mention(names, node.test, node.body)]
        _one(_innermost(found), names).test = ast.Constant(holds)

    return change


def _find(tree: ast.Module, where: str) -> ast.AST:
    scope: ast.AST = tree
    for name in filter(None, where.split(".")):
        inner = [node for node in _same_scope(scope) if name in {getattr(node, "name", None), *_targets(node)}]
        scope = _one([node for node in inner if isinstance(node, ast.stmt)], where)
    return scope


def _same_scope(scope: ast.AST) -> Iterator[ast.AST]:
    """What stands in a scope, but not in the functions and classes in it."""
    for node in ast.iter_child_nodes(scope):
        yield node
        if not isinstance(node, SCOPES):
            yield from _same_scope(node)


def _targets(node: ast.AST) -> set[str]:
    """What an assignment gives a value, attributes by their own names."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    if isinstance(node, ast.AnnAssign | ast.NamedExpr):
        targets = [node.target]
    return {str(getattr(target, "id", getattr(target, "attr", ""))) for target in targets}


def _all(scope: ast.AST, *kinds: type[ast.AST]) -> list[Any]:
    return [node for node in ast.walk(scope) if isinstance(node, kinds)]


def _calls(scope: ast.AST, name: str) -> list[ast.Call]:
    """Where something is called, by its last name."""
    return [
        node for node in _all(scope, ast.Call) if name in (getattr(node.func, "id", ""), getattr(node.func, "attr", ""))
    ]


def _entries(scope: ast.AST, name: str) -> Iterator[tuple[Any, tuple[str, ...], int]]:
    """Where a keyword, key or member of this name stands: what holds it, by which fields, and its number there."""
    for node in ast.walk(scope):
        match node:
            case ast.Call(keywords=keywords):
                yield from ((node, ("keywords",), n) for n, one in enumerate(keywords) if one.arg == name)
            case ast.Dict(keys=keys):
                yield from ((node, ("keys", "values"), n) for n, one in enumerate(keys) if _is(one, name))
            case ast.FunctionDef(decorator_list=members):
                called = [getattr(one, "func", one) for one in members]
                yield from ((node, ("decorator_list",), n) for n, one in enumerate(called) if _is(one, name))
            case ast.List(elts=members) | ast.Tuple(elts=members):
                yield from ((node, ("elts",), n) for n, one in enumerate(members) if _is(one, name))


def _is(node: ast.AST | None, name: str) -> bool:
    return name in (getattr(node, "value", None), getattr(node, "id", None), getattr(node, "attr", None))


def _names(*nodes: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in (inner for outer in nodes for inner in ast.walk(outer)):
        match node:
            case ast.Name(id=str(name)) | ast.Attribute(attr=str(name)) | ast.Constant(value=str(name)):
                found.add(name)
            case ast.keyword(arg=str(name)) | ast.arg(arg=str(name)):
                found.add(name)
    return found


def _mention(names: Iterable[str], *nodes: ast.AST) -> bool:
    return _names(*nodes).issuperset(names)


def _innermost(nodes: list[Any]) -> list[Any]:
    return [node for node in nodes if not any(other is not node and other in ast.walk(node) for other in nodes)]


def _one(found: Iterable[Found], what: object) -> Found:
    found = list(found)
    if len(found) != 1:
        raise LookupError(f"{len(found)} places for {what}: look for the guard again")
    return found[0]


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _put(scope: ast.AST, old: ast.AST, new: ast.AST | list[ast.stmt]) -> None:
    """Put `new` where `old` stands."""
    for node in ast.walk(scope):
        for field, value in ast.iter_fields(node):
            if value is old:
                setattr(node, field, new)
            elif isinstance(value, list) and any(one is old for one in value):
                at = next(index for index, one in enumerate(value) if one is old)
                value[at : at + 1] = new if isinstance(new, list) else [new]
