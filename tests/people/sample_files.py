"""The samples of what address books export, made anew: `python -m tests.people.sample_files data`.

Everyone in them is made up, and so are the numbers: +44 7700 900xxx is kept for fiction in the United
Kingdom, +1 202 555 01xx in the United States, and +351 910 000 xxx follows a pattern full of zeros.
"""

import sys
from pathlib import Path

from tests.people.workbooks import Day, Fault, Formula, workbook

_GOOGLE_NEW = (
    "First Name,Middle Name,Last Name,Phonetic First Name,Nickname,File As,Organization Name,Birthday,Notes,Photo,"
    "Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value"
)
_GOOGLE_OLD = (
    "Name,Given Name,Additional Name,Family Name,Yomi Name,Nickname,Birthday,Language,Notes,Group Membership,"
    "E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Phone 2 - Type,Phone 2 - Value"
)
_OUTLOOK = (
    "Title,First Name,Middle Name,Last Name,Suffix,Company,Business Street,Business Fax,Business Phone,"
    "Home Phone,Mobile Phone,Pager,Categories,E-mail Address,Language"
)


def google_new() -> str:
    """Google Contacts since 2024: no whole name, labels beside the numbers."""
    return _lines(
        _GOOGLE_NEW,
        "Ana,Maria,Lopes,,,,,,,,* myContacts ::: Choir,Home,ana@example.org,Home,+351 210 000 001,Mobile,"
        "+351 910 000 001",
        "Łucja,,Nowak,,,,,,,,* myContacts,,,Work Fax,+44 20 7946 0101,Mobile,+44 7700 900101",
        "Tom & Jo,,Hale,,,,,,,,* myContacts ::: Family,,,Mobile,+44 7700 900102 ::: +44 7700 900103,,",
        ",,,,,,The Bakery,,,,* myContacts,,,Work,+44 7700 900104,,",
        "No,,Number,,,,,,,,* myContacts,,,,,,",
    )


def google_old() -> str:
    """Google Contacts before 2024."""
    return _lines(
        _GOOGLE_OLD,
        "Ana Maria Lopes,Ana,Maria,Lopes,,,,pt,,* myContacts ::: Choir,* Home,ana@example.org,Mobile,"
        "+351 910 000 001,,",
        'Seán Ó Briain,Seán,,Ó Briain,,,,en,"Calls late,\nnever early",* myContacts,,,Mobile,07700 900105,'
        "Home,020 7946 0105",
        "李 小龙,小龙,,李,,,,zh,,* myContacts,,,Mobile,+1 202 555 0106,,",
    )


def outlook() -> str:
    """Outlook for Windows: every number has a column of its own, the office before the mobile."""
    return _lines(
        _OUTLOOK,
        ",Ivy,,Quick,,Quick Ltd,1 High St,020 7946 0110,020 7946 0111,,07700 900110,,Friends;Choir,,English",
        "Dr,Jürgen,,Weiß,,,,,,0044 20 7946 0112,+44 (0) 7700 900112,,Work,,Deutsch",
        ",Rui,,Moura,,,,,+351 910 000 013,,,,,,pt-PT",
    )


def iphone() -> str:
    """An iPhone: vCard 3.0 with grouped lines, and one card that was cut off."""
    return _cards(
        "VERSION:3.0\nPRODID:-//Example//EN\nN:Lopes;Ana;Maria;;\nFN:Ana Maria Lopes\n"
        "item1.TEL;type=pref:+351 910 000 001\nitem1.X-ABLabel:_$!<Mobile>!$_\n"
        "TEL;type=HOME;type=VOICE:+351 210 000 001\nCATEGORIES:Choir,Friends",
        "VERSION:3.0\nN:Ó Briain;Seán;;;\nFN:Seán \n Ó Briain\nTEL;type=CELL;type=VOICE;type=pref:07700 900105\n"
        "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD\n /2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsL\nNOTE:sings bass",
        "VERSION:3.0\nN:;;;;\nFN:\nORG:The Bakery;Shop\nTEL;type=WORK:+44 7700 900104",
        "VERSION:3.0\nFN:Broken Card\nTEL",
        "VERSION:3.0\nFN:No Number\nEMAIL:nobody@example.org",
    )


def vcard_4() -> str:
    """vCard 4.0: numbers as addresses, languages, tags with commas in them."""
    return _cards(
        "VERSION:4.0\nFN:Beatriz Gouveia\nN:Gouveia;Beatriz;;;\nLANG:pt\nCATEGORIES:Choir\\, altos,Friends\n"
        'TEL;VALUE=uri;TYPE="voice,cell":tel:+351-910-000-020\nTEL;VALUE=uri;TYPE=fax:tel:+351-210-000-020',
        "VERSION:4.0\nFN:Grace Bell\nTEL;VALUE=uri;TYPE=work:tel:+44-20-7946-0121;ext=7\n"
        "TEL;VALUE=uri;TYPE=cell:tel:+44-7700-900121\nLANG;PREF=1:en",
    )


def vcard_21() -> str:
    """vCard 2.1 from an old phone: quoted-printable, with a soft line break."""
    return _cards(
        "VERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Brand=C3=A3o;Jo=C3=A3o;;;\n"
        "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Jo=C3=A3o=\n=20Brand=C3=A3o\nTEL;CELL;PREF:+351910000030",
    )


def school() -> str:
    """A class list from a spreadsheet set to German, in Windows-1252's reach: one row a child, two parents."""
    return "\r\n".join(
        [
            "Child;Mother;Mother's phone;Father;Father's phone;Class",
            "Leo Ellis;Grace Ellis;07700 900201;Tom Ellis;07700 900202;3b",
            "Mia Ellis;Grace Ellis;07700 900201;Tom Ellis;07700 900202;1a",
            "Zoë Núñez;Inês Núñez;020 7946 0203;Jörg Weiß;07700 900204;3b",
            "Ben Hale;;;Jo Hale;7700900205;3b",
            "Amy Bell;Ann Bell;3,51912E+11;;;1a",
            "07700 900206;;Sam Dunn;;;1a",
        ]
    )


def party() -> bytes:
    """A workbook with a title above the header, numbers as numbers, dates, formulas, and other sheets."""
    return workbook(
        {
            "Notes": [],
            "Guests": [
                ["Summer party, guest list"],
                [],
                ["Name", "Mobile", "Places", "consent_source", "consent_at", "Town"],
                ["Ana Lopes", 351910000001.0, 2.0, "paper form", Day(46143), "Lisboa"],
                ["Rui Moura", "+351 910 000 013", None, "asked", "2026-05-03", None],
                ["Ivy Quick", Formula('"+44 7700 900"&110', "+44 7700 900110"), 1, None, None, "Leeds"],
                ["Not Calculated", Formula("B99")],
                ["Lost Look-up", Fault("#N/A")],
                ["Too Large", 3.51912e20],
            ],
            "Budget": [["Cost", "Amount"], ["Hall", 300]],
        }
    )


def _lines(*lines: str) -> str:
    return "\r\n".join(lines) + "\r\n"


def _cards(*cards: str) -> str:
    return "".join(f"BEGIN:VCARD\n{card}\nEND:VCARD\n" for card in cards).replace("\n", "\r\n")


SAMPLES: dict[str, bytes] = {
    "google.sample.csv": google_new().encode(),
    "google-before-2024.sample.csv": google_old().encode("utf-8-sig"),
    "outlook.sample.csv": outlook().encode("cp1252"),
    "school.sample.csv": school().encode("utf-16"),
    "iphone.sample.vcf": iphone().encode(),
    "vcard4.sample.vcf": vcard_4().encode(),
    "vcard21.sample.vcf": vcard_21().encode(),
    "party.sample.xlsx": party(),
}
"""The bytes of each sample by its name in `data/`."""


if __name__ == "__main__":
    for name, content in SAMPLES.items():
        (Path(sys.argv[1]) / name).write_bytes(content)
