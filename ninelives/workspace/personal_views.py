"""The form in which somebody says what belongs in a view of theirs."""

from typing import Any, cast

from django import forms
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ninelives.accounts.models import Brand, Person
from ninelives.accounts.permissions import Role
from ninelives.channels.models import ChannelAccount
from ninelives.conversations.filtering import BUILT_IN, Filter
from ninelives.conversations.models import PersonalView, Tag
from ninelives.conversations.personal import filter_of

Whose = PersonalView.Whose


class View(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=40)
    status = forms.ChoiceField(
        label=_("Which"),
        choices=[
            ("open", pgettext_lazy("conversations", "Open")),
            ("closed", pgettext_lazy("conversations", "Closed")),
            ("snoozed", pgettext_lazy("conversations", "Snoozed")),
        ],
    )
    whose = forms.ChoiceField(label=_("Whose"))
    brand = forms.ModelChoiceField(Brand.objects.none(), label=_("Brand"), required=False)
    account = forms.ModelChoiceField(ChannelAccount.objects.none(), label=_("Channel address"), required=False)
    tag = forms.ModelChoiceField(Tag.objects.none(), label=_("Tag"), required=False)
    is_waiting = forms.BooleanField(label=_("The customer waits for an answer"), required=False)
    is_unread = forms.BooleanField(label=_("Unread by me"), required=False)

    def __init__(self, person: Person, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        own = [(Whose.ANYONE, _("anybody's")), (Whose.ME, _("mine")), (Whose.NOBODY, _("nobody's"))]
        colleagues = [(str(pk), name) for pk, name in _colleagues(person)]
        cast(forms.ChoiceField, self.fields["whose"]).choices = [*own, *colleagues]
        brands = Brand.objects.filter(pk__in=person.brand_ids).order_by("name")
        accounts = ChannelAccount.objects.filter(brand__in=person.brand_ids).order_by("name")
        for name, rows, empty in (
            ("brand", brands, gettext("every brand")),
            ("account", accounts, gettext("every address")),
            ("tag", Tag.objects.order_by("key"), gettext("with any tag or none")),
        ):
            field = cast("forms.ModelChoiceField[Any]", self.fields[name])
            field.queryset, field.empty_label = rows, empty
        cast("forms.ModelChoiceField[Any]", self.fields["account"]).label_from_instance = _named  # type: ignore[assignment, method-assign]

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())

    def told(self) -> dict[str, Any]:
        """As the fields of a view."""
        told = dict(self.cleaned_data)
        whose = told["whose"]
        is_colleagues = whose not in Whose.values
        told["colleague_id"] = whose if is_colleagues else None
        return told | {"whose": Whose.COLLEAGUE if is_colleagues else whose}


def initial(view: PersonalView | None, like: str) -> dict[str, Any]:
    """Of this view; of a new one what the list has that one came from."""
    filter_ = filter_of(view) if view else BUILT_IN.get(like, Filter())
    return {
        "name": view.name if view else "",
        "status": filter_.status,
        "whose": str(filter_.colleague or filter_.whose),
        "brand": filter_.brand,
        "account": filter_.account,
        "tag": filter_.tag,
        "is_waiting": filter_.is_waiting,
        "is_unread": filter_.is_unread,
    }


def _colleagues(person: Person) -> Any:
    together = Q(brands__in=person.brand_ids) | Q(role=Role.ADMINISTRATOR)
    rows = Person.objects.filter(together, is_active=True).exclude(pk=person.pk)
    return rows.distinct().order_by("name").values_list("pk", "name")


def _named(account: ChannelAccount) -> str:
    return f"{account.name} ({account.address})" if account.address else account.name
