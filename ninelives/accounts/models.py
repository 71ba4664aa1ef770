"""The organisation, its brands, the people and tokens that act, and the log of who looked at whom."""

import hashlib
from collections.abc import Collection
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import QuerySet
from django.utils.functional import cached_property

from ninelives.accounts.permissions import GRANTED, ROLE_NAMES, Permission, Role
from ninelives.foundation.clock import now
from ninelives.foundation.compiling import compiled
from ninelives.foundation.ids import new_id

LANGUAGES = [("nl", "Nederlands"), ("en", "English")]


class Organisation(models.Model):
    """The one organisation of this database."""

    name = models.TextField()
    time_zone = models.TextField(default="Europe/Amsterdam")
    language = models.CharField(max_length=5, choices=LANGUAGES, default="nl")
    is_demo = models.BooleanField(default=False)
    # The only row there may be.
    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_organisation")]


class CustomerBase(models.Model):
    """Whose customers these are. Brands that share a base share its customers; others never see each other's."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.TextField(unique=True)


class Brand(models.Model):
    """A label of the organisation or a client of an outsourcer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.TextField(unique=True)
    base = models.ForeignKey(CustomerBase, models.PROTECT, related_name="brands")
    language = models.CharField(max_length=5, choices=LANGUAGES, default="nl")
    # A country's code: closed on its public holidays, where a date has no hours of its own. Empty: on none.
    holidays = models.CharField(max_length=2, blank=True, default="")

    def __str__(self) -> str:
        return self.name


class OpeningHours(models.Model):
    """From when until when a brand is open: on a day of the week or, instead of those, on one date.

    In minutes of the organisation's day, as no time of day can say 24:00. Both empty: closed all that date.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="opening_hours")
    # Monday is 0.
    weekday = models.SmallIntegerField(null=True)
    date = models.DateField(null=True)
    opens = models.SmallIntegerField(null=True)
    closes = models.SmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(weekday__range=(0, 6), date=None) | models.Q(weekday=None, date__isnull=False),
                name="hours_of_a_weekday_or_a_date",
            ),
            models.CheckConstraint(
                condition=models.Q(opens__gte=0, closes__lte=1440, closes__gt=models.F("opens"))
                | models.Q(opens=None, closes=None, date__isnull=False),
                name="hours_begin_before_they_end",
            ),
        ]


class People(BaseUserManager["Person"]):
    def create_person(self, email: str, name: str, password: str | None, **more: Any) -> "Person":
        person = self.model(email=email.strip().lower(), name=name, **more)
        person.set_password(password)
        person.save()
        return person

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email=(username or "").strip().lower())


class Person(AbstractBaseUser):
    """Somebody who works here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # Always lower-cased.
    email = models.EmailField(unique=True)
    name = models.TextField()
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    brands = models.ManyToManyField(Brand, related_name="people", blank=True)
    language = models.CharField(max_length=5, choices=LANGUAGES, default="nl")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=now)

    objects: ClassVar[People] = People()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.name

    @property
    def role_name(self) -> str:
        return str(ROLE_NAMES[Role(self.role)])

    @property
    def initials(self) -> str:
        return initials(self.name)

    def may(self, permission: Permission) -> bool:
        return self.is_active and permission in GRANTED[Role(self.role)]

    @cached_property
    def brand_names(self) -> dict[UUID, str]:
        """The brands this person works for; administrators work for all."""
        return dict(_brands(None if self.role == Role.ADMINISTRATOR else self.pk))

    @property
    def brand_ids(self) -> frozenset[UUID]:
        return frozenset(self.brand_names)

    @cached_property
    def base_ids(self) -> frozenset[UUID]:
        return bases_of(self.brand_ids)


@compiled
def _brands(person: UUID | None) -> QuerySet[Brand, tuple[UUID, str]]:
    brands = Brand.objects.filter(people=person) if person else Brand.objects.all()
    return brands.values_list("pk", "name")


class Token(models.Model):
    """A machine's right to act. Only the hash of the secret is kept: it is shown once, when it is made."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.TextField()
    digest = models.CharField(max_length=64, unique=True)
    # Empty: everything a token can do.
    scopes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    # None: every brand.
    brand = models.ForeignKey(Brand, models.CASCADE, null=True, blank=True, related_name="tokens")
    created_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="tokens")
    created_at = models.DateTimeField(default=now)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    language = "en"

    def __str__(self) -> str:
        return self.name

    def may(self, permission: Permission) -> bool:
        return self.revoked_at is None and (not self.scopes or permission in self.scopes)

    @cached_property
    def brand_ids(self) -> frozenset[UUID]:
        if self.brand_id:
            return frozenset({self.brand_id})
        return frozenset(Brand.objects.values_list("pk", flat=True))

    @cached_property
    def base_ids(self) -> frozenset[UUID]:
        return bases_of(self.brand_ids)


class Viewing(models.Model):
    """Who looked at whose data, and when. The customer is named by id alone, so that the log outlives an erasure;
    empty where nobody knows whose data it was (raw input that could not be read)."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="viewings")
    token = models.ForeignKey(Token, models.SET_NULL, null=True, related_name="viewings")
    customer = models.UUIDField(null=True)
    subject = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    at = models.DateTimeField(default=now)

    class Meta:
        indexes = [
            models.Index(fields=["customer", "at"], name="viewing_of_customer"),
            models.Index(fields=["person", "subject_id", "at"], name="viewing_by_person"),
        ]


class ActedBy(models.Model):
    """Who did it: a person, a token, or (both empty) the system itself, on a customer's deed."""

    by_person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    by_token = models.ForeignKey(Token, models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True

    @property
    def by_name(self) -> str:
        return str(self.by_person or self.by_token or "")


def by(actor: Person | Token | None) -> dict[str, Any]:
    """The fields of `ActedBy` for whoever acts."""
    return {
        "by_person": actor if isinstance(actor, Person) else None,
        "by_token": actor if isinstance(actor, Token) else None,
    }


Actor = Person | Token


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def initials(name: str) -> str:
    words = [word for word in name.replace("@", " ").split() if word[0].isalnum()]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper() if words else "?"


def bases_of(brand_ids: Collection[UUID]) -> frozenset[UUID]:
    return frozenset(Brand.objects.filter(pk__in=brand_ids).values_list("base_id", flat=True))
