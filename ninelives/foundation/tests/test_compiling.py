"""Reads that are put into SQL once give what the query would give, whatever they are asked."""

from collections.abc import Collection
from datetime import datetime, timedelta
from threading import Thread
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from ninelives.channels.models import ChannelAccount
from ninelives.foundation.clock import now
from ninelives.foundation.compiling import CannotCompileError, compiled
from ninelives.foundation.ids import new_id
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def accounts(brands: Collection[UUID], kind: str) -> QuerySet[ChannelAccount]:
    rows = ChannelAccount.objects.filter(brand__in=brands, kind=kind)
    return rows.select_related("brand__base").prefetch_related("brand__people").order_by("name")


def test_the_values_of_each_call_count(cast: Cast) -> None:
    read, both = compiled(accounts), [cast.brand.pk, cast.other_brand.pk]
    for brands, kind in (both, "mail"), (both, "pretend"), (both[:1], "mail"), (both[1:], "mail"), ([], "mail"):
        assert read(brands, kind) == list(accounts(brands, kind)), (brands, kind)
    assert read(both, "mail") == [cast.mailbox, cast.other_mailbox]


def test_what_is_joined_and_prefetched_is_at_hand(cast: Cast) -> None:
    (account,) = compiled(accounts)([cast.brand.pk], "mail")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert account.brand.base.name == "Zonnestroom"
        assert cast.alice in account.brand.people.all()
    assert not asked.captured_queries


def test_nothing_and_something_are_different_questions(cast: Cast) -> None:
    @compiled
    def names(since: datetime | None, most: int | None) -> QuerySet[ChannelAccount, str]:
        rows = ChannelAccount.objects.filter(created_at__gt=since) if since else ChannelAccount.objects.all()
        return rows.filter(created_at__second__lt=most or 60).order_by("name").values_list("name", flat=True)

    assert names(None, None) == names(now() - timedelta(days=1), 61) == ["Pretend", "Service", "Windkracht"]
    assert names(now() + timedelta(days=1), None) == names(None, 0 - 1) == []


def test_what_changes_the_query_is_given_by_name(cast: Cast) -> None:
    @compiled
    def named(brand: UUID, *, order: str, most: int) -> QuerySet[ChannelAccount, tuple[str, str]]:
        return ChannelAccount.objects.filter(brand=brand).order_by(order).values_list("name", "kind")[:most]

    assert named(cast.brand.pk, order="name", most=1) == [("Pretend", "pretend")]
    assert named(cast.brand.pk, order="-name", most=1) == [("Service", "mail")]
    assert len(named(cast.brand.pk, order="name", most=2)) == 2
    assert named(new_id(), order="name", most=2) == []


def test_a_value_that_would_be_lost_or_changed_is_refused(cast: Cast) -> None:
    @compiled
    def most(number: int) -> QuerySet[ChannelAccount]:
        return ChannelAccount.objects.all()[:number]

    @compiled
    def like(name: str) -> QuerySet[ChannelAccount]:
        return ChannelAccount.objects.filter(name__contains=name)

    with pytest.raises(CannotCompileError):
        most(3)
    with pytest.raises(CannotCompileError):
        like("Serv")


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_over_its_own_connection(cast: Cast) -> None:
    read, found = compiled(accounts), list[ChannelAccount]()
    assert read([cast.brand.pk], "mail") == [cast.mailbox]

    def ask() -> None:
        found.extend(read([cast.brand.pk], "mail"))
        connection.close()

    # A connection shared between threads is an error of Django's.
    thread = Thread(target=ask)
    thread.start()
    thread.join()
    assert found == [cast.mailbox]


def test_a_constant_stands_in_the_sql_so_that_a_partial_index_fits_it(cast: Cast) -> None:
    @compiled
    def called(name: str) -> QuerySet[ChannelAccount]:
        return ChannelAccount.objects.filter(name=name, takes_all=False).exclude(address=r"50% of 'it' \ %s")

    statement, params = called.statement("Pretend")
    assert params == ("Pretend",)
    assert statement.count("%s") - statement.count("%%s") == 1
    assert called("Pretend") == [cast.pretend]
    ChannelAccount.objects.filter(pk=cast.pretend.pk).update(address=r"50% of 'it' \ %s")
    assert called("Pretend") == []
