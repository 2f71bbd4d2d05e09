"""Invented people and places, plainly so: compound names that nobody goes by, and mailboxes under `.example`.

The domain `.example` is reserved by RFC 2606, so that no message to a made-up mailbox ever reaches anybody.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from itertools import count
from math import gcd

from gse_skills.demo.dice import Dice


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GIVEN = _words(
    "Aaliyah Abel Adaeze Agnes Ailsa Amara Anouk Anwen Arjun Asha Astrid Ayesha Babajide Beatrix Bethan Blessing Bram "
    "Callum Caoimhe Carys Cerys Chidi Chloë Clement Cordelia Dafydd Daksha Delphine Dilys Ebele Edmund Eilidh Eluned "
    "Emeka Emrys Esme Farah Fergus Fintan Folake Freya Gareth Gita Grace Greta Gwilym Hamish Harriet Hassan Hester "
    "Hugo Ifeoma Imogen Ingrid Iqbal Isla Ivo Jarek Jemima Joachim Kamala Kasia Keir Kwame Lakshmi Leila Lowri Ludo "
    "Maeve Magnus Mairi Malik Marta Meera Morwenna Nadia Naveen Nia Niamh Olwen Omari Oona Padma Parveen Petra Quentin "
    "Rafael Rhiannon Roshni Rufus Saoirse Seren Siân Sunita Tamsin Tariq Tegan Umar Ursula Wanjiru Winifred Yusuf Zoë"
)
FIRST = _words(
    "Amble Banter Barley Billow Bobbin Bracket Bramble Brindle Bristle Bumble Button Candle Caper Cinder Clover Cobble "
    "Cotton Custard Damson Dapple Dimple Drizzle Ember Fennel Fiddle Flannel Gable Ginger Glimmer Goblet Gravel "
    "Juniper Kindle Ladle Lantern Lichen Mallow Marble Marrow Mistle Muddle Mustard Nimble Nutmeg Paddle Parsnip "
    "Pebble Pepper Quarrel Quibble Quiver Ripple Rumble Saddle Saffron Satchel Sorrel Speckle Tangle Tansy Thimble "
    "Trestle Trundle Tumble Turnip Twinkle Velvet Whistle"
)
LAST = _words(
    "acre bank barrow beck bough brook burrow combe croft dale dell down fallow fell ferry field fold gate glade "
    "heath hollow hurst keep lane lea loft mead mere mill moor nook orchard path pool quarry reach ridge shaw shore "
    "spinney stead stile thwaite vale wade wharf wick yard"
)
_NAMES = len(GIVEN) * len(FIRST) * len(LAST)
_INITIALS = "ABCDEFGHJKLMNOPRSTVW"


def compound(number: int) -> str:
    """A word made of two, a different one for each number from 0 up.

    >>> compound(0), compound(1)
    ('Ambleacre', 'Ambledown')
    """
    first, last = divmod(number, len(LAST))
    # the second half moves on from one number to the next as well, or neighbours in a list would rhyme
    return FIRST[first % len(FIRST)] + LAST[(last * 11 + first) % len(LAST)]


def people(dice: Dice) -> Iterator[str]:
    """Full names, no two the same: steps of fixed length through all pairs of names, then again with an initial."""
    start = dice.below(_NAMES)
    step = next(step for step in count(_NAMES // 3 + dice.below(_NAMES // 3)) if gcd(step, _NAMES) == 1)
    for initial in ("", *(f" {letter}." for letter in _INITIALS)):
        for number in range(_NAMES):
            family, given = divmod((start + number * step) % _NAMES, len(GIVEN))
            yield f"{GIVEN[given]}{initial} {compound(family)}"


def places(taken: Collection[str] = ()) -> Iterator[str]:
    """Names of places, no two the same and none in `taken`."""
    size = len(FIRST) * len(LAST)
    for number in range(size):
        place = compound(number * 1009 % size)
        if place not in taken:
            yield place


def mailbox(name: str, domain: str) -> str:
    """The mailbox of a person.

    >>> mailbox("Siân B. Thimblereach", "larkmoor")
    'sian.b.thimblereach@larkmoor.example'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return f"{plain.replace('.', '').replace(' ', '.')}@{domain}.example"
