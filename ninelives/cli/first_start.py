"""What a database gets before anybody can work with it, and who may sign in then."""

from contextlib import suppress

from ninelives.config.environment import Environment, kept_secret

# Everybody of the demo has the password in this file, so that a second start can show the sign-ins again.
PASSWORD_FILE = "demo.password"  # noqa: S105 - the name of a file
ADMINISTRATOR = "admin@ninelives.example"


def prepare(environment: Environment | None = None) -> str:
    """Found the organisation if there is none; what to print: the sign-ins."""
    from django.db import IntegrityError, transaction

    from ninelives.accounts.models import Organisation

    settings = environment or Environment.read()
    organisation = Organisation.objects.first()
    if organisation is None:
        # Two machines at once: one founds, the other waits at its row and then finds it.
        with suppress(IntegrityError), transaction.atomic():
            return _found_demo(settings) if settings.demo else _found_bare()
        organisation = Organisation.objects.get()
    return _continue_demo(settings) if organisation.is_demo else ""


def _found_demo(settings: Environment) -> str:
    from ninelives.accounts.passwords import memorable
    from ninelives.demo import founding

    # Kept before it is given: killed in between, we would know of no way in.
    password = kept_secret(settings.data / PASSWORD_FILE, lambda: memorable(3))
    founding.found(password)
    return _sign_ins(password)


def _continue_demo(settings: Environment) -> str:
    from ninelives.demo import founding

    founding.complete()
    return _sign_ins_again(settings)


def _found_bare() -> str:
    from ninelives.accounts import actions as accounts
    from ninelives.accounts.passwords import memorable
    from ninelives.accounts.permissions import Role
    from ninelives.channels.actions import open_account

    password = memorable()
    accounts.found("Ninelives")
    brand = accounts.open_brand("Ninelives")
    open_account("mail", "Mail", brand, takes_all=True)
    accounts.take_on(ADMINISTRATOR, "Administrator", Role.ADMINISTRATOR, brands=[brand], password=password)
    return f"sign in as {ADMINISTRATOR} with the password {password} (shown this once)"


def _sign_ins_again(settings: Environment) -> str:
    path = settings.data / PASSWORD_FILE
    try:
        return _sign_ins(path.read_text().strip())
    except OSError:
        return "the demo's sign-ins were made elsewhere; a new password: ninelives person password ADDRESS"


def _sign_ins(password: str) -> str:
    from ninelives.demo.cast import PEOPLE

    width = max(len(person.email) for person in PEOPLE)
    lines = [f"  {person.email:<{width}}  {person.role.replace('_', ' ')}" for person in PEOPLE]
    return "\n".join([f"sign in to the demo with the password {password} as", *lines])
