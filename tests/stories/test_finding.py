"""An agent finds what was said long ago, however it was written."""

from urllib.parse import urlencode

from playwright.sync_api import expect

from tests.browser import Desk, Office
from tests.stories.people import Customer


def search(desk: Desk, q: str) -> None:
    field = desk.page.get_by_role("searchbox")
    field.fill(q)
    field.press("Enter")
    expect(desk.list).to_have_attribute("src", address_of(q))


def address_of(q: str) -> str:
    return f"/desk/all/?{urlencode({'q': q})}"


def test_by_stems_parts_numbers_files_and_nearly_so(alice: Desk, dora: Customer) -> None:
    subject = f"Finding {dora.address}"
    text = "Over de dakgootverwarmingsactie: mijn rekening is NL91 ABNA 0417 1643 00."
    dora.mails(subject, text, files={"Gebruiksaanwijzing.pdf": b"%PDF"})
    alice.goes_to("/desk/all/")
    expect(alice.row(subject)).to_be_visible()
    for q, marked in {
        "verwarmingsacties": "verwarmingsactie",
        "gootverwarm": "gootverwarm",
        "nl91abna0417164300": "NL91 ABNA 0417 1643 00",
        "aanwijzing.pdf": "aanwijzing.pdf",
    }.items():
        search(alice, q)
        expect(alice.row(subject).locator("mark")).to_have_text(marked)

    search(alice, "dakgootverwarmingsakcie")
    expect(alice.list).to_contain_text("Nothing is written just like this")
    expect(alice.row(subject).locator("mark")).to_have_text("dakgootverwarmingsactie")


def test_another_brand_finds_none_of_it(office: Office, alice: Desk, dora: Customer) -> None:
    subject = f"Elsewhere {dora.address}"
    dora.mails(subject, "De zolderramenkwestie", files={"Zolderramen.pdf": b"%PDF"})
    expect(alice.goes_to("/desk/all/").row(subject)).to_be_visible()
    charlie = office.desk_of("Charlie")
    charlie.goes_to("/desk/all/")
    for q in ("zolderramenkwestie", "ramenkwest", "zolderramen.pdf", "zolderramenkwezzie"):
        search(charlie, q)
        expect(charlie.list).to_contain_text("Nothing found")
