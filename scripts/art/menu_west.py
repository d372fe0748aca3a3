"""The pictures of the burger, café, bakery and salad menus."""

import dishes_cafe as c
import dishes_front as f
import toppings as t
from props import fork, napkin, spoon, stage
from scenes import scene


def front(wall, counter, dish, x=200, y=262, sc=1.0, beside=None):
    """A painter of something seen from the front, standing on a counter."""
    def paint(a):
        stage(a, wall, counter)
        if beside:
            beside(a)
        a.open(x, y, 0, sc)
        dish(a)
        a.close()
    return paint


def _fork(a):
    fork(a, 372, 84, 150, 92)


def _spoon(a):
    spoon(a, 366, 76, 180, 94)


def _cloth(a):
    napkin(a, 56, 226, 150, "#f6efe2", -14)


def _beans(a):
    spots = [(60, 252), (84, 266), (40, 270), (326, 262), (350, 250), (340, 276)]
    for x, y in spots:
        a.ell(x + 3, y + 4, 13, 9, "#1c0c06", rot=30, op=.35)
        a.ell(x, y, 12, 8, a.lin("#8a5030", "#4a2412"), rot=30)
        a.path(f"M{x - 8} {y - 4}Q{x} {y + 4} {x + 8} {y + 4}", stroke="#24100a", sw=2)


def _berries(a):
    t.lay(a, t.strawberry(a), [(64, 258), (94, 270), (336, 264)], sc=1.3, shade=14, spread=60)


def _lemons(a):
    t.lay(a, t.lemon(a, "#f5972a"), [(72, 258), (330, 262)], sc=1.5, shade=16, spread=40)


def _tomatoes(a):
    t.lay(a, t.tomato(a), [(44, 262), (362, 266)], sc=1.5, shade=13)


def _mango(a):
    t.lay(a, t.cube(a, "mango", ("#ffd65a", "#fbb02c", "#e58a16"), "#fff0b4"), [(50, 262), (82, 274), (344, 266)], sc=1.5, shade=12, spread=20)


MENU = {
    "cola": front("#e9b23c", "#b5451f", f.cola, y=276, sc=1),
    "cheeseburger": front("#2f6a63", "#a86a3c", f.cheeseburger, sc=1.22, y=264, beside=_tomatoes),
    "double-smash": front("#d9482f", "#5a2a1c", f.smash, sc=1.22, y=264),
    "shrimp-burger": front("#e7c48a", "#8a5a3a", f.shrimp_burger, sc=1.16, y=264),
    "chicken-burger": front("#4a5f86", "#a8683a", f.chicken_burger, sc=1.2, y=264, beside=_tomatoes),
    "french-fries": front("#f2b93c", "#a3542a", f.fries, sc=1.26, y=266),
    "strawberry-shake": front("#8fc0b8", "#c98a6a", f.shake, sc=1, y=276, beside=_berries),
    "iced-americano": front("#d8b48e", "#6a4630", f.iced_coffee, sc=1.1, y=272, beside=_beans),
    "cafe-latte": scene("#7a5a48", "wood", "#9a7660", f.latte, _spoon, (188, 148), 1.04),
    "matcha-latte": front("#f0e3c8", "#8a9a5a", f.matcha, sc=1.1, y=272),
    "strawberry-cake": front("#e79aa0", "#b5606a", c.cake, sc=1.12, y=246, beside=_berries),
    "croffle": scene("#b5838c", "check", "#d3a9ae", c.croffle, _fork, (186, 150), 1.06),
    "mango-bingsu": front("#5a9aa8", "#c9a06a", c.shaved_ice, sc=1, y=272, beside=_mango),
    "salt-bread": scene("#e2cba6", "linen", "#f1e2c6", c.salt_bread, None, (200, 148), 1.14),
    "red-bean-bun": scene("#d99a5c", "dots", "#ecb985", c.red_bean_bun, _cloth, (206, 146), 1.06),
    "milk-loaf": scene("#5f7f8a", "linen", "#7f9da6", c.milk_loaf, None, (206, 156), 1.14),
    "chicken-salad": scene("#e5e0c6", "linen", "#f4f0de", c.chicken_salad, _fork, (184, 150), 1.06),
    "salmon-poke": scene("#3f7f78", "stone", "#6fa8a0", c.poke, _fork, (184, 150), 1.06),
    "ricotta-salad": scene("#e9b7a0", "check", "#f6d8c8", c.ricotta, _fork, (184, 150), 1.06),
    "granola-yogurt": scene("#c9a3b4", "dots", "#e0c4d0", c.granola, _spoon, (184, 150), 1.06),
    "orange-juice": front("#7fb08a", "#c98f52", f.juice, sc=1.12, y=274, beside=_lemons),
}
