"""Tags that are given constants alone, as most are: worked out when the template is read, not each time it is shown."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from django.template import Context, Library
from django.template.base import FilterExpression, Node, Parser, TextNode, Token
from django.templatetags.i18n import TranslateNode, do_translate
from django.utils.translation import get_language

Given = ParamSpec("Given")
Made = TypeVar("Made", bound=str)


def constant_tag(register: Library, function: Callable[Given, Made]) -> Callable[Given, Made]:
    """A simple tag that gives the same for the same."""
    register.simple_tag(function)
    compile_ = register.tags[function.__name__]

    @wraps(compile_)
    def tag(parser: Parser, token: Token) -> Node:
        node: Any = compile_(parser, token)
        if node.target_var is None and all(map(_is_constant, (*node.args, *node.kwargs.values()))):
            return TextNode(node.render(Context()))
        return cast(Node, node)

    register.tags[function.__name__] = tag
    return function


def translate(parser: Parser, token: Token) -> Node:
    """Django's own tag; the words of most are there to be read in the template, and looked up once in each language."""
    node: Any = do_translate(parser, token)
    words, asked = node.filter_expression, node.message_context
    is_plain = words.var.lookups is None and not words.filters and not node.asvar and not node.noop
    return _Translated(node) if is_plain and (asked is None or _is_constant(asked)) else node


def _is_constant(given: FilterExpression) -> bool:
    return not given.is_var and not given.filters


class _Translated(Node):
    child_nodelists = ()

    def __init__(self, words: TranslateNode) -> None:
        self.words = words
        self.in_: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        known = self.in_.get(language)
        if known is None:
            known = self.in_[language] = self.words.render(context)
        return known
