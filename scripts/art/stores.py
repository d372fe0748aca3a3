"""One sign picture for each store: its table under its own roof, the dish it is known for, something beside it."""

import dishes_asia as asia
import dishes_bunsik as bunsik
import dishes_cafe as cafe
import dishes_front as front
import dishes_korean as korean
import dishes_pizza as pizza
from kit import dark, light, pts
from props import chopsticks, dip, fork, round_board, stage, steam, table

SIZE = (480, 320)


# -- what hangs over the counter ---------------------------------------------------------------------

def awning(a, one, two, n=10):
    w = a.width / n
    a.rect(0, 0, a.width, 58, a.lin(("#1c0c06", 0, .5), ("#1c0c06", 1, 0), angle=90))
    for colour, start in ((one, 0), (two, 1)):
        d = "".join(f"M{pts(i * w, 0)}V28A{pts(w / 2, w / 2)} 0 0 0 {pts(i * w + w, 28)}V0Z" for i in range(start, n, 2))
        a.path(d, a.lin(dark(colour, .22), colour, light(colour, .2), angle=90))
    a.path(f"M0 28H{a.width}", stroke="#1c0c06", sw=2, op=.18)


def noren(a, colour, mark, n=5):
    """A split cloth curtain on its pole."""
    w = a.width / n
    a.rect(0, 0, a.width, 84, a.lin(("#1c0c06", 0, .45), ("#1c0c06", 1, 0), angle=90))
    for i in range(n):
        x = i * w
        a.path(f"M{pts(x + 2, 6)}H{pts(x + w - 2)}L{pts(x + w - 5, 64)}Q{pts(x + w / 2, 70, x + 5, 64)}Z", a.lin(light(colour, .12), colour, dark(colour, .25), angle=80))
        a.circle(x + w / 2, 37, 13, stroke=mark, sw=4, op=.9)
        a.path(f"M{pts(x + w * .3, 14)}L{pts(x + w * .28, 60)}M{pts(x + w * .72, 14)}L{pts(x + w * .74, 60)}", stroke=dark(colour, .4), sw=3, op=.25)
    a.path(f"M0 7H{a.width}", stroke="#4a2a18", sw=12)
    a.path(f"M0 4H{a.width}", stroke="#a8744a", sw=3)


def eaves(a, colour="#3c4248"):
    """The edge of a tiled roof with its round tile ends."""
    a.rect(0, 0, a.width, 74, a.lin(("#1c0c06", 0, .5), ("#1c0c06", 1, 0), angle=90))
    a.rect(0, 0, a.width, 26, a.lin(dark(colour, .3), colour, angle=90))
    d = "".join(f"M{x} 0V26" for x in range(24, a.width, 48))
    a.path(d, stroke=light(colour, .14), sw=26)
    a.path(d, stroke=light(colour, .4), sw=4, op=.5)
    for x in range(24, a.width, 48):
        a.circle(x, 30, 15, a.lin(light(colour, .4), colour, dark(colour, .4)))
        a.circle(x, 30, 8, stroke=light(colour, .35), sw=2.4)
    a.path("".join(f"M{x - 8} 24Q{x} 42 {x + 8} 24" for x in range(48, a.width, 48)), dark(colour, .2))


def bulbs(a, cord="#2a1a14"):
    """A string of warm lamps."""
    a.path(f"M0 8Q{a.width * .25} 52 {a.width * .5} 18T{a.width} 12", stroke=cord, sw=3)
    glow = a.rad(("#fff3b4", 0, .9), ("#ffd76a", .4, .35), ("#ffd76a", 1, 0), cx=.5, cy=.5, r=.5)
    for x, y in ((52, 28), (118, 37), (186, 33), (248, 25), (312, 20), (374, 20), (436, 20)):
        a.circle(x, y + 14, 34, glow)
        a.rect(x - 5, y - 4, 10, 9, cord, rx=2)
        a.ell(x, y + 15, 10, 12, a.rad("#fffdf0", "#ffe48a", "#f5b83c"))


def lanterns(a):
    a.path(f"M0 10H{a.width}", stroke="#4a1a14", sw=6)
    for x in (48, 144, 336, 432):
        a.path(f"M{x} 10V22M{x} 74V96", stroke="#e2b04a", sw=4)
        a.ell(x, 48, 30, 27, a.rad("#ff8a62", "#d9281e", "#8e1414"))
        a.path(f"M{x} 22V74M{x - 15} 25Q{x - 25} 48 {x - 15} 71M{x + 15} 25Q{x + 25} 48 {x + 15} 71", stroke="#ffb08a", sw=2, op=.6)
        a.path(f"M{x - 11} 22H{x + 11}M{x - 11} 74H{x + 11}", stroke="#e2b04a", sw=6)


def sign(ground, pattern, accent, roof, *placed, hot=None):
    """A painter: table, the dishes at their places (dish, x, y, scale), then the roof."""
    def paint(a):
        table(a, ground, pattern, accent)
        for dish, x, y, sc in placed:
            a.open(x, y, 0, sc)
            dish(a)
            a.close()
        if hot:
            steam(a, *hot, 3, 30, 84)
        roof(a)
    return paint


def counter(wall, top, roof, *placed):
    """A painter of things seen from the front, on a counter."""
    def paint(a):
        stage(a, wall, top)
        for dish, x, y, sc in placed:
            a.open(x, y, 0, sc)
            dish(a)
            a.close()
        roof(a)
    return paint


def _pizza(a):
    round_board(a, 0, 0, 138, "#8a5636")
    pizza.pulled(a, pizza.house)


def _sauce(colour, cup="#fbf7ef"):
    return lambda a: dip(a, 0, 0, 32, colour, cup)


def _sticks(a):
    chopsticks(a, 0, 0, 230, 96)


def _fork(a):
    fork(a, 0, 0, 160, 94)


STORES = {
    "mapo-pizza": sign("#2b4f4d", "check", "#44766f", lambda a: awning(a, "#d9472c", "#fbf1de", 8), (_pizza, 236, 204, 1.14)),
    "basak-chicken": sign("#c73a2a", "check", "#f3d9b4", bulbs, (korean.fried, 214, 190, 1.28), (_sauce("#f2c94a"), 426, 128, 1.1), (_sauce("#8e1a10"), 430, 232, 1.1)),
    "onsot-table": sign("#b98a58", "wood", "#d9b382", eaves, (korean.pot_rice, 212, 190, 1.02), (_sticks, 430, 76, 1), hot=(212, 170)),
    "three-oclock-bunsik": sign("#f0bd48", "dots", "#fbe3a0", lambda a: awning(a, "#2e7a68", "#fff6e0"), (bunsik.tteokbokki, 190, 196, 1.06), (_sauce("#3d1d10"), 424, 110, 1.1), (_sauce("#ffd43c"), 430, 250, 1.25)),
    "yeonnam-hongnu": sign("#7a2620", "mat", "#a3423a", lanterns, (asia.jajang, 240, 204, 1), (_sticks, 420, 92, 1)),
    "mulgyeol-sushi": sign("#a9b8a4", "mat", "#cdd8c6", lambda a: noren(a, "#2b4468", "#f3ead8"), (asia.sushi, 236, 196, 1.22)),
    "bulpan-burger": counter("#d9562f", "#4a2a1e", lambda a: awning(a, "#7a2a1c", "#f7e2c0"), (front.fries, 392, 282, 1.06), (front.cheeseburger, 176, 286, 1.28)),
    "cloud-spoon": counter("#e3a3ac", "#a86a74", lambda a: awning(a, "#f7d3d0", "#ffffff", 12), (front.iced_coffee, 372, 296, 1.02), (cafe.cake, 180, 268, 1.18)),
    "green-plate": sign("#dfe2c4", "linen", "#f2f3de", lambda a: awning(a, "#5e9a4a", "#fbf7e6"), (cafe.poke, 210, 194, 1.06), (_fork, 424, 92, 1.1)),
    "mangwon-jokbal": sign("#46604e", "wood", "#628068", eaves, (korean.trotters, 220, 192, 1.2), (_sauce("#8e1a10"), 436, 112, 1.05), (_sauce("#e9c785"), 436, 260, 1.05)),
    "dawn-bakery": sign("#55708a", "linen", "#7a94aa", lambda a: awning(a, "#e2b07a", "#fff4e0"), (cafe.milk_loaf, 244, 208, 1.36)),
    "lakeside-noodles": sign("#6fa3b5", "stone", "#a5cad6", lambda a: noren(a, "#e9e2cf", "#4a7f94"), (asia.cold_noodles, 214, 200, 1.04), (_sticks, 424, 96, 1)),
}
