"""Asking who would get a contact, and the answer in words an agent understands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ninelives.accounts.models import Person
from ninelives.accounts.permissions import Permission
from ninelives.channels.models import ChannelAccount
from ninelives.conversations.models import Tag
from ninelives.customers import queries as customers
from ninelives.customers.models import Customer
from ninelives.foundation.clock import now
from ninelives.routing.live.previewing import MayServe, Meant, Previewed, preview
from ninelives.routing.models import Presence
from ninelives.routing.queries import who_served
from ninelives.routing.wording import STATES, lasting, reason
from ninelives.workspace.links import link
from ninelives.workspace.setting_up.words import kind_name


class Accounts(forms.ModelChoiceField):  # type: ignore[type-arg]  # Not generic when it runs.
    def label_from_instance(self, obj: ChannelAccount) -> str:
        return f"{kind_name(obj.kind)} · {obj.name}"


class PreviewForm(forms.Form):
    """A contact that might come."""

    account = Accounts(ChannelAccount.objects.none(), label=gettext_lazy("Comes in at"), empty_label=None)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    tags = forms.ModelMultipleChoiceField(
        Tag.objects.order_by("key"),
        label=gettext_lazy("Contact reasons (tags)"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    customer = forms.CharField(
        label=gettext_lazy("Customer: a mail address or telephone number"), required=False, max_length=200
    )
    at = forms.DateTimeField(
        label=gettext_lazy("When"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, person: Person, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.person = person
        account = cast(Accounts, self.fields["account"])
        account.queryset = ChannelAccount.objects.filter(brand__in=person.brand_ids, is_active=True).order_by(
            "brand__name", "kind", "name"
        )
        if not person.may(Permission.READ_CONVERSATIONS):
            del self.fields["customer"]

    def clean_customer(self) -> Customer | None:
        typed = str(self.cleaned_data["customer"]).strip()
        found = customers.find(self.person, address=typed).first() if typed else None
        if typed and found is None:
            raise forms.ValidationError(_("No customer with this address is known."))
        return found

    def meant(self) -> Meant:
        given = self.cleaned_data
        customer = given.get("customer")
        known = who_served(customer.pk) if customer else None
        return Meant(
            account=given["account"],
            tags=frozenset(tag.pk for tag in given["tags"]),
            language=(customer.record.language or customer.language if customer else "") or given["language"],
            known=known.pk if known else None,
            at=given["at"] or now(),
        )


@dataclass(frozen=True, slots=True)
class PersonRow:
    name: str
    after: str
    state: str
    has_room: bool


@dataclass(frozen=True, slots=True)
class PreviewShown:
    queue: str
    queue_url: str
    passed_over: tuple[str, ...]
    is_open: bool
    opens_at: datetime | None
    waits: bool  # for the queue to open
    winner: str
    why: str
    runner_up: str
    wait: str
    people: tuple[PersonRow, ...]
    more: int


_MOST = 25


def shown(meant: Meant) -> PreviewShown:
    told = preview(meant)
    people = tuple(_person(one) for one in told.may_serve)
    return PreviewShown(
        queue=told.queue.name if told.queue else "",
        queue_url=link("queue", told.queue.pk) if told.queue else "",
        passed_over=tuple(one.name for one in told.passed_over),
        is_open=told.opening.is_open if told.opening else True,
        opens_at=told.opening.opens_at if told.opening else None,
        waits=bool(told.queue and told.opening and not told.opening.is_open and told.queue.outside == "wait"),
        winner=told.name,
        why=reason(told.guard, is_given=told.person is not None),
        runner_up=told.runner_up,
        wait=_wait(told),
        people=people[:_MOST],
        more=max(0, len(people) - _MOST),
    )


def _person(one: MayServe) -> PersonRow:
    after = _("at once") if one.after == 0 else _("after %s") % lasting(one.after)
    return PersonRow(one.name, after, str(STATES[Presence.State(one.state)]), one.has_room)


def _wait(told: Previewed) -> str:
    if told.expected is None:
        return ""
    words = {"low": lasting(told.expected.low), "high": lasting(told.expected.high), "ahead": told.ahead}
    return _("Expected wait: between %(low)s and %(high)s, with %(ahead)d ahead.") % words
