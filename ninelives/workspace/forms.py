"""What people may write about a customer."""

import re
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ninelives.accounts.models import Brand, Person
from ninelives.customers.models import Customer, CustomerAddress
from ninelives.customers.queries import is_telephone
from ninelives.foundation.address import Address
from ninelives.workspace.webhooks import events_offered


class Description(forms.Form):
    """Who a customer is."""

    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[(Customer.Kind.PERSON, _("Person")), (Customer.Kind.ORGANISATION, _("Organisation"))],
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=[("", _("not known")), *settings.LANGUAGES], required=False
    )
    preferred = forms.ModelChoiceField(
        label=_("Would rather be reached at"),
        queryset=CustomerAddress.objects.none(),
        empty_label=_("no matter where"),
        required=False,
    )

    def __init__(self, *given: Any, addresses: QuerySet[CustomerAddress], **more: Any) -> None:
        super().__init__(*given, **more)
        cast("forms.ModelChoiceField[CustomerAddress]", self.fields["preferred"]).queryset = addresses


class Details(forms.Form):
    """What tells a customer from another of the same name."""

    birth_date = forms.DateField(
        label=_("Date of birth"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    street = forms.CharField(label=_("Street"), max_length=120, required=False)
    house_number = forms.CharField(label=_("House number"), max_length=20, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=20, required=False)
    city = forms.CharField(label=_("Town"), max_length=80, required=False)
    number = forms.CharField(
        label=_("Customer number"),
        max_length=200,
        required=False,
        help_text=_("Theirs in another system. Several with commas between them."),
    )


class NewAddress(forms.Form):
    """Another mail address or telephone number: usual, until something from it proves it."""

    address = forms.CharField(label=_("Another mail address or telephone number"), max_length=250)

    def clean_address(self) -> Address:
        given = str(self.cleaned_data["address"]).strip()
        if is_telephone(given):
            return Address("phone", _international(given))
        validate_email(given)
        return Address("mail", given.lower())


def _international(telephone: str) -> str:
    """As far as it says its country; a number without one stays as it is."""
    digits = re.sub(r"\D", "", telephone)
    if telephone.startswith(("+", "00")):
        return f"+{digits.removeprefix('00') if telephone.startswith('00') else digits}"
    return digits


class Answer(forms.Form):
    """A canned answer."""

    title = forms.CharField(label=_("Title"), max_length=120)
    shortcut = forms.RegexField(
        r"^[\w-]+$",
        label=_("Shortcut"),
        max_length=40,
        help_text=_("Type / and this word while you write, and press Enter."),
        error_messages={"invalid": _("Letters, digits and - only, and no spaces.")},
    )
    text = forms.CharField(label=_("Text"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 9}))
    language = forms.ChoiceField(label=_("Language"), required=False)
    brand = forms.ModelChoiceField(Brand.objects.none(), label=_("Brand"), required=False)

    def __init__(self, person: Person, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        cast(forms.ChoiceField, self.fields["language"]).choices = [("", _("every language")), *settings.LANGUAGES]
        brand = cast("forms.ModelChoiceField[Brand]", self.fields["brand"])
        brand.queryset = Brand.objects.filter(pk__in=person.brand_ids).order_by("name")
        brand.empty_label = str(_("every brand"))


class WebhookForm(forms.Form):
    """Where another system is, and what it is told. Of which brand is decided once."""

    url = forms.CharField(
        label=_("Address"),
        max_length=2000,
        widget=forms.URLInput(attrs={"placeholder": "https://hooks.example.org/ninelives", "inputmode": "url"}),
    )
    events = forms.MultipleChoiceField(label=_("What it is told"), widget=forms.CheckboxSelectMultiple)
    brand = forms.ModelChoiceField(Brand.objects.none(), label=_("Brand"), required=False)

    def __init__(self, person: Person, *given: Any, is_made: bool = False, **named: Any) -> None:
        super().__init__(*given, **named)
        cast(forms.MultipleChoiceField, self.fields["events"]).choices = events_offered()
        brand = cast("forms.ModelChoiceField[Brand]", self.fields["brand"])
        brand.queryset = Brand.objects.filter(pk__in=person.brand_ids).order_by("name")
        brand.empty_label = str(_("every brand"))
        brand.disabled = is_made
