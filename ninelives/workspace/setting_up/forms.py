"""What a team lead may say of a queue, and how it is checked."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ninelives.accounts import hours as opening_hours
from ninelives.accounts.hours import BadHoursError
from ninelives.accounts.models import Brand, Person
from ninelives.accounts.permissions import Permission
from ninelives.accounts.queries import people_who_may
from ninelives.channels.models import ChannelAccount
from ninelives.conversations.models import Tag
from ninelives.routing.actions import Described
from ninelives.routing.models import Queue
from ninelives.workspace.setting_up.rings import Rings
from ninelives.workspace.setting_up.words import kind_name

_MONTH = 31 * 86400
_UNITS = ((3600, gettext_lazy("hours")), (60, gettext_lazy("minutes")), (1, gettext_lazy("seconds")))
# Translators: days and hours as they are typed.
HOURS_EXAMPLE = gettext_lazy("mo-fr 09:00-12:30 13:00-17:30, sa 10:00-16:00")


class SecondsWidget(forms.MultiWidget):
    template_name = "workspace/setting_up/seconds.html"

    def __init__(self) -> None:
        unit = forms.Select({"aria-label": gettext_lazy("Unit")}, choices=[(str(size), name) for size, name in _UNITS])
        super().__init__([forms.NumberInput({"min": "0", "inputmode": "numeric"}), unit])

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0"

    def decompress(self, value: int | None) -> list[Any]:
        if not value:
            return ["" if value is None else 0, "1"]
        unit = next(size for size, _name in _UNITS if value % size == 0)
        return [value // unit, str(unit)]


class Seconds(forms.MultiValueField):
    """A number and its unit; seconds."""

    def __init__(self, *, least: int = 1, most: int = _MONTH, **more: Any) -> None:
        self.least, self.most = least, most
        number = forms.IntegerField(min_value=0)
        unit = forms.ChoiceField(choices=[(str(size), name) for size, name in _UNITS])
        super().__init__([number, unit], widget=SecondsWidget(), **more)

    def compress(self, data_list: list[Any]) -> int | None:
        if not data_list:
            return None
        seconds = int(data_list[0]) * int(data_list[1])
        if not self.least <= seconds <= self.most:
            told = {"least": self.least, "most": self.most}
            raise forms.ValidationError(_("From %(least)d to %(most)d seconds.") % told)
        return seconds


class Hours(forms.CharField):
    """As `accounts.hours.weekly` reads them; in one order afterwards."""

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        try:
            return opening_hours.written(opening_hours.weekly(text))
        except BadHoursError as bad:
            told = {"part": bad.part, "example": HOURS_EXAMPLE}
            raise forms.ValidationError(_("“%(part)s” is not understood. Write it as %(example)s.") % told) from None


class Accounts(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # Not generic when it runs.
    def label_from_instance(self, obj: ChannelAccount) -> str:
        """A brand's mailbox and its chat may have one name."""
        kind = kind_name(obj.kind)
        return obj.name if obj.name == kind else f"{obj.name} · {kind}"


class QueueForm(forms.Form):
    """A queue of one brand. Its rings are rows of their own: `rings.py`."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Channels"), required=False, widget=forms.CheckboxSelectMultiple
    )
    accounts = Accounts(
        ChannelAccount.objects.none(),
        label=gettext_lazy("Only what comes in at"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    tags = forms.ModelMultipleChoiceField(
        Tag.objects.order_by("key"),
        label=gettext_lazy("Contact reasons (tags): one of these"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=settings.LANGUAGES,
    )
    hours = Hours(
        label=gettext_lazy("Opening hours"),
        required=False,
        max_length=400,
        widget=forms.TextInput({"placeholder": HOURS_EXAMPLE, "spellcheck": "false"}),
    )
    outside = forms.ChoiceField(
        label=gettext_lazy("Outside these hours"),
        choices=[
            (Queue.Outside.WAIT, gettext_lazy("it waits until the queue opens, and is offered to nobody")),
            (Queue.Outside.WORK, gettext_lazy("whoever is at work gets it")),
        ],
        widget=forms.RadioSelect,
    )
    within = Seconds(label=gettext_lazy("Answered within"))
    floor = forms.IntegerField(
        label=gettext_lazy("Floor: at least this share in time, in percent"),
        required=False,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    value = forms.FloatField(label=gettext_lazy("Value, beside the other queues"), min_value=0.01, max_value=1000)
    handling = Seconds(label=gettext_lazy("Work, as you expect it"))
    patience = Seconds(label=gettext_lazy("Patience, as you expect it"))
    offer_stands = Seconds(label=gettext_lazy("An offer stands"), least=5, most=3600)
    wrap_up = Seconds(label=gettext_lazy("For finishing off after a live conversation"), least=0, most=3600)
    experts = forms.ModelChoiceField(
        Queue.objects.none(),
        label=gettext_lazy("Experts: whoever waits may choose to wait in"),
        required=False,
        empty_label=gettext_lazy("no other queue"),
    )
    lets_choose = forms.BooleanField(
        label=gettext_lazy("Tell who writes how long it takes, and let them choose"), required=False
    )
    who = forms.ChoiceField(
        label=gettext_lazy("Who works in it"),
        choices=[
            ("all", gettext_lazy("everybody of the brand who answers")),
            ("some", gettext_lazy("these people")),
        ],
        widget=forms.RadioSelect,
    )
    members = forms.ModelMultipleChoiceField(
        Person.objects.none(),
        label=gettext_lazy("These people"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, brand: Brand, queue: Queue | None, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.brand, self.queue = brand, queue
        accounts = ChannelAccount.objects.filter(brand=brand, is_active=True).order_by("kind", "name")
        cast("forms.ModelMultipleChoiceField[ChannelAccount]", self.fields["accounts"]).queryset = accounts
        cast("forms.ModelMultipleChoiceField[Person]", self.fields["members"]).queryset = people_who_may(
            Permission.ANSWER, [brand]
        )
        others = Queue.objects.filter(brand=brand).order_by("position")
        cast("forms.ModelChoiceField[Queue]", self.fields["experts"]).queryset = (
            others.exclude(pk=queue.pk) if queue else others
        )
        kinds = sorted({account.kind for account in accounts} | set(queue.kinds if queue else ()))
        cast(forms.MultipleChoiceField, self.fields["kinds"]).choices = [(kind, kind_name(kind)) for kind in kinds]

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        found = Queue.objects.filter(brand=self.brand, name__iexact=name).first()
        if found and found != self.queue:
            raise forms.ValidationError(_("Another queue of this brand has this name."))
        return name

    def clean_experts(self) -> Queue | None:
        experts: Queue | None = self.cleaned_data["experts"]
        if experts and self.queue and experts.leads_to(self.queue):
            raise forms.ValidationError(_("Whoever waits there may choose this queue: that would go round in circles."))
        return experts

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("who") == "some" and not given.get("members"):
            self.add_error("members", _("Choose at least one, or let everybody work in it."))
        return given

    def described(self, rings: Rings) -> Described:
        given = self.cleaned_data
        plain = ("name", "kinds", "languages", "hours", "outside", "within", "value", "handling", "patience")
        fields = {name: given[name] for name in (*plain, "offer_stands", "wrap_up", "experts", "lets_choose")}
        fields["floor"] = None if given["floor"] is None else given["floor"] / 100
        return Described(
            fields=fields,
            accounts=[one.pk for one in given["accounts"]],
            tags=[one.pk for one in given["tags"]],
            rings=rings.said(),
            members=[one.pk for one in given["members"]] if given["who"] == "some" else None,
            is_everybodys=given["who"] == "all",
        )


def as_usual(queue: Queue | None) -> dict[str, Any]:
    """What stands in the form before anybody typed."""
    shown = queue or Queue()
    plain = ("name", "kinds", "languages", "hours", "outside", "within", "value", "handling", "patience")
    told = {name: getattr(shown, name) for name in (*plain, "offer_stands", "wrap_up", "experts", "lets_choose")}
    told["floor"] = None if shown.floor is None else round(100 * shown.floor)
    if queue is None:
        return told | {"who": "all"}
    members = [one.person_id for one in queue.members.filter(ended_at=None)]
    return told | {
        "accounts": [one.pk for one in queue.accounts.all()],
        "tags": [one.pk for one in queue.tags.all()],
        "who": "some" if queue.members.exists() else "all",
        "members": members,
    }
