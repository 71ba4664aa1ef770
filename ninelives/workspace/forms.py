"""What people may write about a customer."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ninelives.customers.models import Customer


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


class NewAddress(forms.Form):
    """Another mail address: claimed, until a mail from it proves it."""

    address = forms.EmailField(label=_("Another mail address"), max_length=250)

    def clean_address(self) -> Any:
        return str(self.cleaned_data["address"]).lower()
