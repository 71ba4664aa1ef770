"""One webhook that tells of several accounts, as an app at Meta has one for all its numbers and pages: each account
gets the calls that name it."""

from collections.abc import Collection, Iterable

from ninelives.channels.models import ChannelAccount
from ninelives.channels.protocol import AccountView, BadSignature, Call
from ninelives.channels.registry import SHARED, channel


def told_of(account: ChannelAccount, view: AccountView, call: Call) -> list[ChannelAccount]:
    """Those of which a call to this account tells. What names no account of ours stays here, and the ledger says so."""
    if account.kind not in SHARED:
        return [account]
    named = set(SHARED[account.kind].told_of(call.body))
    own = {view.settings[SHARED[account.kind].own]}
    others = list(_others(account, call, named - own)) if named - own else []
    return [account, *others] if named & own or not others else others


def _others(account: ChannelAccount, call: Call, named: Collection[str]) -> Iterable[ChannelAccount]:
    """Those whose own secret signs the call as well: what another app says of a number proves nothing."""
    speaks, own = channel(account.kind), SHARED[account.kind].own
    accounts = ChannelAccount.objects.filter(kind=account.kind, is_active=True, settings__name=own)
    for one in accounts.filter(settings__value__in=named).exclude(pk=account.pk).select_related("brand"):
        try:
            speaks.check(call, one.view())
        except BadSignature:
            continue
        yield one
