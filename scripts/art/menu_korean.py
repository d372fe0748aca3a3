"""The pictures of the chicken, home-cooking and trotter menus."""

import dishes_korean as d
import toppings as t
from props import bowl, chopsticks, dip, napkin, spoon
from scenes import scene


def _cup(x, y, sauce, r=32):
    return lambda a: dip(a, x, y, r, sauce)


def _sides(a):
    """Chopsticks and spoon at the right, a small dish of kimchi at the upper left."""
    chopsticks(a, 366, 40, 210, 92)
    spoon(a, 342, 70, 190, 94)


def _kimchi(a):
    bowl(a, 48, 58, 44, "#f4efe6", "#efe6d6")
    t.lay(a, t.leaf(a, "kimchi", ("#ffb27c", "#e2552e", "#a92c16"), "#ffe3c0"), [(38, 54), (60, 52), (48, 68)], sc=.75, shade=18)
    _sides(a)


def _sauces(a):
    dip(a, 40, 52, 30, "#c42a18")
    dip(a, 362, 250, 30, "#e9c785")


def _cola_side(a):
    napkin(a, 338, 236, 120, "#e8ded0", 14)
    dip(a, 48, 50, 32, "#f6e3a8")


MENU = {
    "fried-chicken": scene("#c93a2a", "check", "#f3d9b4", d.fried, _cup(362, 46, "#d2341c"), sc=1.18),
    "glazed-chicken": scene("#f2b33d", "dots", "#ffd98a", d.glazed, _cola_side, sc=1.04),
    "garlic-soy-chicken": scene("#cdb48c", "linen", "#e2cfae", d.garlic_soy, _cup(358, 50, "#3d1d10"), sc=1.04),
    "scallion-chicken": scene("#3f6b57", "wood", "#5b8a72", d.scallion_chicken, _cup(360, 40, "#e2b23c"), sc=1.04),
    "cheese-balls": scene("#2f4a63", "dots", "#4a6a88", d.cheese_balls, _cup(356, 58, "#f2c94a"), sc=1.06),
    "pickled-radish": scene("#7fb2b0", "check", "#b9dad4", d.radish_cubes, sc=1.14),
    "kimchi-stew": scene("#d8c4a0", "wood", "#ecdcc0", d.kimchi_stew, _sides, (184, 154), 1.06, hot=3),
    "spicy-pork": scene("#a2542f", "mat", "#c4744a", d.spicy_pork, _kimchi, (200, 156), hot=2),
    "bibimbap": scene("#e3b04f", "linen", "#f1cc82", d.bibimbap, _sides, (184, 152), 1.06),
    "bulgogi-pot-rice": scene("#46565a", "mat", "#5f7276", d.pot_rice, _kimchi, (200, 154), hot=2),
    "seafood-pancake": scene("#6a8f8a", "wood", "#89aca6", d.pancake, _cup(360, 48, "#4e2412"), (188, 154), 1.06),
    "steamed-egg": scene("#b9623f", "linen", "#d08460", d.steamed_egg, None, (200, 154), 1.12, hot=3),
    "jokbal": scene("#4d6653", "mat", "#68846e", d.trotters, _sauces),
    "fire-jokbal": scene("#d9a25c", "wood", "#ecc58c", d.fire_trotters, _sauces),
    "bossam": scene("#8a3f38", "linen", "#a85c50", d.bossam, _sauces, sc=1.02),
    "tray-noodles": scene("#b88a4e", "stone", "#d9b47c", d.tray_noodles, lambda a: chopsticks(a, 376, 40, 210, 96), (186, 152), 1.04),
    "rice-balls": scene("#64799a", "dots", "#8597b5", d.rice_balls, _cup(358, 54, "#f5e6b4"), (192, 152), 1.1),
}
