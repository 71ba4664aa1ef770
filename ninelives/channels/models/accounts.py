"""Our own addresses on each channel, and what they were told."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.db import models

from ninelives.accounts.models import Brand
from ninelives.channels.protocol import AccountView
from ninelives.foundation.clock import now
from ninelives.foundation.compiling import compiled
from ninelives.foundation.ids import new_id
from ninelives.foundation.secrets import unseal


class ChannelAccount(models.Model):
    """A mailbox, a number, a page: one address of ours on one channel."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=20)
    name = models.TextField()
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="channel_accounts")
    address = models.TextField(blank=True)
    # Takes what is addressed to nobody we know (a mailbox on the inbound port).
    takes_all = models.BooleanField(default=False)
    # Tells a customer once per conversation that the message came in.
    confirms = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "address"], condition=~models.Q(address=""), name="account_address_once"
            ),
            models.UniqueConstraint(fields=["kind"], condition=models.Q(takes_all=True), name="one_takes_all_per_kind"),
            models.UniqueConstraint(fields=["kind", "name"], name="account_name_once_per_kind"),
        ]

    def __str__(self) -> str:
        return self.name

    def view(self) -> AccountView:
        """What the adapter may know, secrets included: make it where it is used and keep it out of logs."""
        return self._view(self._told())

    def open_view(self) -> AccountView:
        """The same without secrets, for what is asked often and needs none: no secret is unsealed."""
        return self._view([row for row in self._told() if not row.is_secret])

    @property
    def inbound(self) -> str:
        """The path at which a provider that calls us does so."""
        return f"/in/{self.kind}/{self.pk}"

    def _view(self, rows: "Iterable[AccountSetting]") -> AccountView:
        told = {row.name: unseal(row.value) if row.is_secret else row.value for row in rows}
        return AccountView(
            id=str(self.pk),
            address=self.address,
            display_name=self.brand.name,
            settings={**settings.CHANNEL_DEFAULTS.get(self.kind, {}), **told},
            inbound_url=f"{settings.BASE_URL}{self.inbound}",
        )

    def _told(self) -> "Iterable[AccountSetting]":
        is_here = "settings" in getattr(self, "_prefetched_objects_cache", {})
        return self.settings.all() if is_here else _settings_of(self.pk)


class AccountSetting(models.Model):
    """One thing an account was told. The adapter says which there are; a secret one is sealed (`key-id:…`)."""

    account = models.ForeignKey(ChannelAccount, models.CASCADE, related_name="settings")
    name = models.CharField(max_length=40)
    value = models.TextField(blank=True)
    is_secret = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="setting_once")]


@compiled
def _settings_of(account: UUID) -> models.QuerySet[AccountSetting]:
    return AccountSetting.objects.filter(account=account)


class MessageTemplate(models.Model):
    """A message that the provider of this account approved beforehand, as it was last told."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(ChannelAccount, models.CASCADE, related_name="templates")
    name = models.TextField()
    language = models.CharField(max_length=15)
    # With {{1}}, {{2}}, … where values go.
    text = models.TextField()
    category = models.CharField(max_length=40, blank=True)
    is_approved = models.BooleanField(default=True)
    seen_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "name", "language"], name="template_once")]
