"""The pictures of the snack-bar, Chinese, Japanese and cold-noodle menus."""

import dishes_asia as d
import dishes_bunsik as b
import toppings as t
from props import bowl, chopsticks, dip, spoon
from scenes import scene


def _sticks(a):
    chopsticks(a, 372, 36, 214, 95)


def _tools(a):
    chopsticks(a, 372, 36, 214, 94)
    spoon(a, 346, 66, 190, 95, "#c9a050")


def _cup(x, y, sauce, r=30):
    def beside(a):
        dip(a, x, y, r, sauce)
    return beside


def _soy(a):
    chopsticks(a, 120, 276, 200, -2, "#22242a")
    dip(a, 366, 40, 26, "#3d1d10")


def _danmuji(a):
    bowl(a, 352, 56, 42, "#f4efe6", "#efe6d6")
    t.lay(a, t.disc(a, "danmuji", 12, "#ffd43c", "#dba414"), [(340, 50), (360, 48), (350, 66)], shade=12, sc=1.15)


MENU = {
    "tteokbokki": scene("#f2c14a", "check", "#fbe3a0", b.tteokbokki, _sticks, (186, 152), 1.04, hot=2),
    "rabokki": scene("#3b5d7a", "dots", "#56799a", b.rabokki, _sticks, (186, 152), 1.04),
    "mixed-fritters": scene("#4f7a52", "check", "#a8c79a", b.fritters, _cup(360, 48, "#3d1d10"), sc=1.12),
    "sundae": scene("#e8cfae", "wood", "#f5e4ca", b.sundae, _cup(358, 48, "#c42a18"), (188, 152), 1.06),
    "tuna-gimbap": scene("#d9614a", "linen", "#ea8a70", b.gimbap, _danmuji, (186, 152), 1.04),
    "fishcake-soup": scene("#8a5a3c", "wood", "#ab7a56", b.fishcake_soup, _cup(360, 46, "#3d1d10"), (188, 154), 1.06, hot=3),
    "jajangmyeon": scene("#e9d7b2", "mat", "#d2473a", d.jajang, _danmuji, (186, 152), 1.04),
    "jjamppong": scene("#b3342a", "linen", "#cf5a48", d.jjamppong, _tools, (184, 152), 1.04, hot=2),
    "sweet-sour-pork": scene("#3d5a4c", "mat", "#577a68", d.sweet_sour_pork, _cup(362, 48, "#3d1d10"), (190, 152), 1.05),
    "fried-rice": scene("#e0954a", "stone", "#f2bd80", d.fried_rice, _danmuji, (184, 152), 1.04),
    "fried-dumplings": scene("#7a2f2c", "dots", "#9a4c44", d.fried_dumplings, _sticks, (188, 152), 1.06),
    "sushi-set": scene("#b9c7b4", "mat", "#d6dfcf", d.sushi, _soy, (190, 142), 1.06),
    "salmon-bowl": scene("#d8a27e", "linen", "#e9c0a2", d.salmon_bowl, _sticks, (186, 152), 1.06),
    "tonkatsu": scene("#3a4650", "wood", "#52626e", d.cutlet, _cup(362, 46, "#5a2410"), (190, 152), 1.04),
    "tonkotsu-ramen": scene("#2c3546", "wood", "#404c62", d.ramen, _tools, (182, 152), 1.05, hot=2),
    "udon": scene("#c98a5a", "mat", "#e0ab80", d.udon, _sticks, (186, 152), 1.05, hot=3),
    "mul-naengmyeon": scene("#6fa3b5", "stone", "#a5cad6", d.cold_noodles, _sticks, (188, 152), 1.06),
    "bibim-naengmyeon": scene("#e3c9a4", "linen", "#f2dec2", d.spicy_cold_noodles, _sticks, (188, 152), 1.06),
    "wang-mandu": scene("#5c6b52", "wood", "#7a8a6c", d.big_dumplings, _cup(362, 48, "#3d1d10"), (188, 152), 1.04, hot=3),
}
