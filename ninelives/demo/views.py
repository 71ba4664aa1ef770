"""The shop's pages. They are there only where the organisation is the demo."""

from csp.decorators import csp_replace, csp_update
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_GET, require_POST

from ninelives.accounts.models import Organisation
from ninelives.demo.shop import SHOPPERS, attributes, chat

WHO, LANGUAGE = "shopper", "shop_language"
LANGUAGES = ("nl", "en")
# As strict as a careful shop's, so that whoever tries the widget sees it work under it.
STYLES = {"style-src-attr": ["'none'"]}
TRUSTED_TYPES = {"require-trusted-types-for": ["'script'"]}


@login_not_required
@require_GET
@csp_replace(STYLES)
@csp_update(TRUSTED_TYPES)
def shop(request: HttpRequest) -> HttpResponse:
    _only_in_the_demo()
    shopper = SHOPPERS.get(request.COOKIES.get(WHO, ""))
    account = chat()
    with translation.override(_language(request)):
        shown = {"shopper": shopper, "tag": attributes(account, shopper) if account else None}
        answer = render(request, "demo/shop.html", shown)
    return _kept(answer, LANGUAGE, _language(request))


@login_not_required
@require_POST
def visit(request: HttpRequest) -> HttpResponse:
    """Sign in at the shop as one of its shoppers, or sign out. No password: it is a demo."""
    _only_in_the_demo()
    who = request.POST.get("who", "")
    return _kept(redirect("demo:shop"), WHO, who if who in SHOPPERS else "")


def _only_in_the_demo() -> None:
    if not Organisation.objects.filter(is_demo=True).exists():
        raise Http404


def _language(request: HttpRequest) -> str:
    """Of the shop, whatever language its visitor reads Ninelives in."""
    asked = request.GET.get("language") or request.COOKIES.get(LANGUAGE)
    return asked if asked in LANGUAGES else LANGUAGES[0]


def _kept(answer: HttpResponse, name: str, value: str) -> HttpResponse:
    answer.set_cookie(name, value, path="/demo/", httponly=True, samesite="Lax")
    return answer
