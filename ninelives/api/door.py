"""Ninja's API with what it leaves to us: errors that are all alike, and a description that says so."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern
from django.utils.datastructures import MultiValueDict
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.parser import Parser

from ninelives.api import problems, schemas
from ninelives.api.problems import METHOD_NOT_ALLOWED, NOT_FOUND, Problem

View = Callable[..., HttpResponseBase]


class Lenient(Parser):
    """An empty parameter is one that was not given; NUL, which PostgreSQL does not know, is left out."""

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        given = super().parse_querydict(data, list_fields, request)
        plain = {name: value.replace("\0", "") if isinstance(value, str) else value for name, value in given.items()}
        return {name: value for name, value in plain.items() if value != ""}


class Described(NinjaAPI):
    """Its OpenAPI tells that any endpoint may answer with a problem."""

    _described: OpenAPISchema | None = None

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return str(operation.view_func.__name__)

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        if self._described is None:
            self._described = super().get_openapi_schema(**options)
            _finish(self._described)
        return self._described


def at_the_door(api: NinjaAPI) -> tuple[list[Any], str, str]:
    """What `path` wants of an API: its addresses, each `for_machines`."""
    patterns, app_name, namespace = api.urls
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            pattern.callback = for_machines(pattern.callback)
    return patterns, app_name, namespace


def for_machines(view: View) -> View:
    """No sign-in, no cookie, nothing kept by caches; and where Django would answer in HTML, a problem."""

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = _problem_or(view, request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer


def nowhere(request: HttpRequest) -> HttpResponse:
    raise Http404


def _problem_or(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    try:
        response = view(request, *args, **kwargs)
    except Http404:
        return problems.answer(Problem(NOT_FOUND))
    if response.status_code == 405:
        return problems.answer(Problem(METHOD_NOT_ALLOWED, headers={"Allow": response["Allow"]}))
    return response


def _finish(described: dict[str, Any]) -> None:
    shape = schemas.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    components = described["components"]["schemas"]
    components |= shape.pop("$defs", {}) | {"Problem": shape}
    described["components"]["responses"] = {
        "Problem": {
            "description": "A problem (RFC 9457)",
            "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    }
    for methods in described["paths"].values():
        for operation in methods.values():
            operation["summary"] = operation["summary"].capitalize()
            operation["responses"]["4XX"] = operation["responses"]["5XX"] = {"$ref": "#/components/responses/Problem"}
