"""Burgers, fries, cups and cakes: seen from the front, standing on 0,0 with their middle at x = 0."""

import toppings as t
from kit import arc, dark, light, num, pts


def ground(a, w, y=0, op=.55):
    a.shadow(w * .12, y + 2, w, 15, op=op)


# -- burgers: layers from the bottom up ------------------------------------------------------------

BUN = ("#f6c67a", "#dd9440", "#a8622a")


def bun_bottom(a, y, w=104):
    a.path(f"M{pts(-w, y - 26)}H{num(w)}C{pts(w + 2, y - 4, w - 14, y, w - 30, y)}H{num(30 - w)}C{pts(14 - w, y, -w - 2, y - 4, -w, y - 26)}Z", a.lin(*BUN, angle=75))
    a.path(f"M{pts(-w + 3, y - 25)}H{num(w - 3)}", stroke="#fff0cc", sw=4)
    return y - 26


def bun_top(a, y, w=108, seeds=True):
    h = 66
    a.path(f"M{pts(-w, y)}C{pts(-w - 4, y - h * .8, -w * .55, y - h - 14, 0, y - h - 14)}S{pts(w + 4, y - h * .8, w, y)}C{pts(w - 4, y + 8, -w + 4, y + 8, -w, y)}Z", a.rad("#ffdf9c", "#eeac54", "#b56a2a", cx=.34, cy=.2, r=.85))
    a.path(f"M{pts(-w * .78, y - 34)}C{pts(-w * .6, y - 62, -w * .2, y - 70, 0, y - 70)}", stroke="#fff4d0", sw=7, op=.55)
    if seeds:
        spots = [(x, yy) for x, yy in a.scatter(0, y - 42, 78, 17, 22, ry=27)]
        a.path("".join(f"M{pts(x + 1, yy + 1.5)}l3 2" for x, yy in spots), stroke="#9a5a20", sw=5, op=.5)
        a.path("".join(f"M{pts(x, yy)}l3 2" for x, yy in spots), stroke="#fff3d0", sw=4.6)
    return y - h


def patty(a, y, w=108, h=26, colours=("#8a4e2e", "#5c2f1a", "#37190d")):
    a.path(f"M{pts(-w, y - h / 2)}Q{pts(-w, y - h, -w + 14, y - h)}H{num(w - 14)}Q{pts(w, y - h, w, y - h / 2)}T{pts(w - 14, y)}H{num(14 - w)}Q{pts(-w, y, -w, y - h / 2)}Z", a.lin(*colours, angle=80))
    a.path("".join(f"M{pts(x, yy)}l4 2" for x, yy in a.scatter(0, y - h / 2, w - 12, 11, 26, ry=h * .34)), stroke=dark(colours[1], .35), sw=4, op=.7)
    a.path(f"M{pts(-w + 12, y - h + 4)}H{num(w * .3)}", stroke=light(colours[0], .55), sw=3, op=.7)
    return y - h


def cheese(a, y, w=108, colour="#ffbf2e"):
    a.path(f"M{pts(-w, y - 6)}H{num(w)}L{pts(w - 6, y + 2)}L{pts(w * .62, y + 5)}L{pts(w * .44, y + 24)}Q{pts(w * .38, y + 30, w * .32, y + 24)}L{pts(w * .14, y + 4)}H{num(-w * .2)}L{pts(-w * .42, y + 28)}Q{pts(-w * .48, y + 34, -w * .54, y + 26)}L{pts(-w * .74, y + 3)}L{pts(-w + 4, y + 2)}Z", a.lin("#ffe07a", colour, "#f09a1a", angle=80))
    a.path(f"M{pts(-w + 2, y - 5)}H{num(w - 2)}", stroke="#fff0b0", sw=2.4)
    return y - 6


def lettuce(a, y, w=114):
    d, x, n = f"M{pts(-w, y - 8)}", -w, 12
    step = 2 * w / n
    for i in range(n):
        d += f"Q{pts(x + step * .5, y + (16 if i % 2 else 7), x + step, y - 2 + (i % 3) * 3)}"
        x += step
    a.path(d + f"L{pts(w, y - 10)}Q{pts(0, y - 20, -w, y - 8)}Z", a.lin("#b4e06a", "#6db53f", "#3f8530", angle=80))
    a.path("".join(f"M{pts(xx, y - 8)}l{a.rng.choice((3, -3))} 9" for xx in range(int(-w) + 12, int(w), 22)), stroke="#dcf5a6", sw=2.4, op=.8)
    return y - 13


def tomatoes(a, y, w=104):
    for x0, x1 in ((-w, -4), (-30, 62), (24, w)):
        a.rect(x0, y - 13, x1 - x0, 13, a.lin("#ff7a5c", "#dd3526", "#b3241b", angle=80), rx=6)
        a.path(f"M{pts(x0 + 8, y - 10)}H{num(x1 - 14)}", stroke="#ffc2a8", sw=2.4, op=.8)
    return y - 13


def onions(a, y, w=100):
    d = f"M{pts(-w, y - 4)}Q{pts(-w * .5, y - 12, 0, y - 4)}T{pts(w, y - 4)}"
    a.path(d, stroke="#9a4f86", sw=9)
    a.path(d, stroke="#f3dfee", sw=5)
    return y - 8


def sauce(a, y, colour, w=98):
    a.path(f"M{pts(-w, y - 6)}H{num(w)}Q{pts(w, y + 4, w - 16, y + 2)}Q{pts(w * .6, y, w * .5, y + 12)}Q{pts(w * .42, y + 18, w * .34, y + 6)}Q{pts(0, y - 2, -w * .3, y + 4)}Q{pts(-w * .4, y + 20, -w * .5, y + 6)}L{pts(-w, y + 2)}Z", a.lin(light(colour, .4), colour, dark(colour, .15), angle=80))
    return y - 5


def stack(*layers):
    """A burger of the given layers; each draws itself at a height and tells where the next one lies."""
    def draw(a):
        ground(a, 124)
        y = bun_bottom(a, 0)
        for layer, *more in layers:
            y = layer(a, y, *more)
        bun_top(a, y)
    return draw


def crisp(a, y):
    """A fried fillet that stands out on both sides."""
    outline = a.blob(0, y - 19, 120, 23, n=21, jitter=.06)
    a.path(outline, a.lin("#fbd27a", "#dd9838", "#9a5a20", angle=80))
    spots = a.scatter(0, y - 19, 108, 13, 34, ry=17)
    a.path("".join(f"M{pts(x, yy)}l4 2" for x, yy in spots[:20]), stroke="#ffeab0", sw=5, op=.85)
    a.path("".join(f"M{pts(x, yy)}q3 3 6 1" for x, yy in spots[20:]), stroke="#8a4a16", sw=2.4, op=.55)
    return y - 37


def prawns(a, y):
    y = patty(a, y, 106, 34, ("#ffce8a", "#f0a050", "#b96a24"))
    t.lay(a, t.shrimp(a), [(-78, y + 18), (-28, y + 20), (26, y + 17), (78, y + 20)], sc=1.15, spread=24, shade=0)
    return y + 2


cheeseburger = stack((patty,), (cheese,), (tomatoes,), (onions,), (lettuce,))
smash = stack((patty, 112, 20), (cheese, 112), (patty, 112, 20), (cheese, 112, "#ffae1a"), (onions,), (sauce, "#f2a65a"))
shrimp_burger = stack((lettuce,), (prawns,), (sauce, "#fff3d6"), (tomatoes,), (lettuce,))
chicken_burger = stack((sauce, "#fff3d6"), (crisp,), (sauce, "#e2552e"), (lettuce,))


def fries(a):
    ground(a, 84)
    sticks = [((i % 10 - 4.5) * 14.5, -168 + i // 10 * 24 + a.rng.uniform(-12, 12), a.rng.uniform(-8, 8)) for i in range(28)]
    for x, top, lean in sorted(sticks, key=lambda s: s[1]):
        a.path(f"M{pts(x * .8, -60)}L{pts(x + lean, top)}", stroke="#a8681c", sw=15)
        a.path(f"M{pts(x * .8, -60)}L{pts(x + lean, top)}", stroke="#f5bd4a", sw=12)
        a.path(f"M{pts(x * .8 - 3, -60)}L{pts(x + lean - 3, top)}", stroke="#ffe59a", sw=4)
    a.path("M-78 -106Q0 -70 78 -106L62 0Q0 8 -62 0Z", a.lin("#f26a44", "#d93a28", "#a3231c", angle=20))
    a.path("M-78 -106Q0 -70 78 -106L77 -98Q0 -62 -77 -98Z", "#fff", op=.3)
    for x in (-44, -15, 15, 44):
        a.path(f"M{pts(x * 1.1, -84 + abs(x) * -.12)}L{pts(x * .9, 2)}", stroke="#fff1dc", sw=9, op=.85)
    a.path("M-70 -88L-58 -8", stroke="#fff", sw=5, op=.4)


# -- cups and glasses ------------------------------------------------------------------------------

def glass(a, top, bottom, height, fill, level=.86):
    """A clear tumbler with something in it; returns the liquid's top."""
    ground(a, bottom + 18)
    y = -height * level
    w = bottom + (top - bottom) * level
    a.path(f"M{pts(-w, y)}L{pts(-bottom, -8)}Q{pts(0, 4, bottom, -8)}L{pts(w, y)}Z", fill)
    a.ell(0, y, w, 11, "#fff", op=.35)
    return y, w


def glass_front(a, top, bottom, height):
    d = f"M{pts(-top, -height)}L{pts(-bottom - 3, -6)}Q{pts(0, 8, bottom + 3, -6)}L{pts(top, -height)}"
    a.path(d + "Z", a.lin(("#ffffff", 0, .42), ("#ffffff", .25, .08), ("#ffffff", .8, .02), ("#ffffff", 1, .3), angle=0))
    a.path(d, stroke="#fff", sw=3, op=.7)
    a.ell(0, -height, top, 11, stroke="#fff", sw=3, op=.85)
    a.path(f"M{pts(-top + 14, -height + 26)}L{pts(-bottom + 6, -34)}", stroke="#fff", sw=7, op=.65)


def ice(a, spots, size=30):
    for x, y in spots:
        a.rect(x - size / 2, y - size / 2, size, size, a.lin(("#ffffff", 0, .85), ("#dff2ff", .5, .3), ("#ffffff", 1, .55)), rx=6, rot=a.turn(40), stroke="#fff", sw=1.6, op=.8)


def straw(a, x, y0, y1, lean, colour):
    a.path(f"M{pts(x, y0)}L{pts(x + lean, y1)}", stroke=dark(colour, .2), sw=11)
    a.path(f"M{pts(x - 1, y0)}L{pts(x + lean - 1, y1)}", stroke=colour, sw=8)
    a.path(f"M{pts(x - 3, y0)}L{pts(x + lean - 3, y1)}", stroke="#fff", sw=2.4, op=.7)


def iced_coffee(a):
    straw(a, 20, -150, -232, 16, "#2f7a66")
    glass(a, 64, 48, 190, a.lin("#b5713c", "#6a3618", "#33160a", angle=70))
    ice(a, ((-28, -148), (14, -156), (36, -128), (-6, -122), (-36, -104), (18, -88), (-14, -64)), 34)
    glass_front(a, 64, 48, 190)


def latte(a):
    """A cup of latte from above, a leaf poured into its foam."""
    from props import plate
    plate(a, 0, 4, 126, "#f3ebdd", rim=.7)
    a.path("M74 -30C130 -50 140 24 82 24", stroke="#c9bba4", sw=20)
    a.path("M74 -32C128 -50 136 20 82 20", stroke="#fbf6ec", sw=15)
    a.circle(6, 10, 88, "#3a1408", op=.25)
    a.circle(0, 0, 88, a.lin("#fff", "#f3ebdd", "#c9bba4"))
    a.circle(0, 0, 76, a.rad("#d99a5a", "#a9642c", "#7a4018"))
    for k, w in ((0, 44), (1, 38), (2, 30), (3, 21)):
        y = 42 - k * 25
        a.path(f"M{pts(-w, y - 20)}C{pts(-w * .7, y + 4, -8, y + 10, 0, y + 14)}C{pts(8, y + 10, w * .7, y + 4, w, y - 20)}C{pts(w * .6, y - 8, 10, y - 8, 0, y - 2)}C{pts(-10, y - 8, -w * .6, y - 8, -w, y - 20)}Z", "#fff4e0")
    a.path("M0 -56V60", stroke="#fff4e0", sw=4)
    a.path(arc(0, 0, 72, 195, 262), stroke="#ffdca8", sw=4, op=.7)


def matcha(a):
    straw(a, -18, -150, -228, -14, "#e9e2cf")
    glass(a, 64, 48, 190, a.lin(("#7fae3f", 0), ("#8dba4a", .38), ("#dfe6b4", .55), ("#fffdf4", .72), ("#f4eedc", 1), angle=90))
    ice(a, ((-24, -146), (18, -152), (34, -120), (-30, -106)), 32)
    a.path("M-52 -96C-30 -70 -26 -110 -6 -84S22 -70 30 -96S48 -76 54 -100", stroke="#a8c86a", sw=10, op=.55)
    glass_front(a, 64, 48, 190)


def juice(a, colours=("#ffb84a", "#f5862a", "#dd5a1c"), fruit="#f5972a"):
    straw(a, 24, -140, -222, 18, "#f5efe0")
    glass(a, 60, 46, 180, a.lin(*colours, angle=75))
    ice(a, ((-20, -136), (22, -128), (-2, -100)), 30)
    a.path("".join(f"M{pts(x, y)}h.1" for x, y in a.scatter(0, -70, 38, 16, 12, ry=52)), stroke="#fff0c4", sw=5, op=.6)
    glass_front(a, 60, 46, 180)
    t.lay(a, t.lemon(a, fruit), [(-58, -180)], sc=2, shade=0, spread=20)
    t.lay(a, t.mint(a), [(-14, -188)], sc=1.1, shade=0, spread=20)


def shake(a):
    straw(a, 22, -190, -258, 18, "#e2463a")
    glass(a, 62, 40, 176, a.lin("#ffd9d4", "#f7a8a4", "#e27c80", angle=75), .97)
    a.path("M-62 -170C-72 -196 -44 -204 -36 -200C-40 -226 6 -232 12 -214C36 -222 48 -200 44 -192C66 -196 70 -174 60 -170Q0 -156 -62 -170Z", a.rad("#fff", "#fff6ea", "#e6cfc0"))
    a.path("M-44 -186Q-30 -196 -16 -190M-8 -206Q8 -212 18 -202M18 -184Q34 -192 48 -184", stroke="#e0c4b4", sw=4, op=.8)
    glass_front(a, 62, 40, 174)
    a.circle(-6, -232, 15, a.rad("#ff8a80", "#dc2c34", "#a8182a"))
    a.path("M-4 -245Q2 -262 16 -264", stroke="#5a7a2c", sw=3.4)
    a.path("M-40 -140Q-44 -96 -34 -60M38 -150Q34 -110 36 -80", stroke="#d9485a", sw=8, op=.55)


def cola(a):
    """A bottle that two or three share, and a glass."""
    a.open(-46, 0)
    ground(a, 58)
    a.path("M-15 -236H15V-216C15 -196 46 -176 46 -140V-14Q46 0 32 0H-32Q-46 0 -46 -14V-140C-46 -176 -15 -196 -15 -216Z", a.lin("#7a3a20", "#3d150c", "#1c0805", angle=10))
    a.rect(-19, -256, 38, 24, a.lin("#ffe08a", "#e9a52c", "#b5741a", angle=10), rx=5)
    a.path("M-46 -130H46V-56H-46Z", a.lin("#8fd0c0", "#3f9a8a", "#216a60", angle=10))
    a.path("M-46 -126H46M-46 -60H46", stroke="#fff4dc", sw=3, op=.8)
    a.circle(0, -93, 22, "#fff4dc")
    a.path("".join(f"M{pts(x, y)}h.1" for x, y in ((-7, -86), (6, -90), (-2, -101), (8, -103))), stroke="#3f9a8a", sw=8)
    a.path("M-34 -150C-34 -170 -14 -186 -8 -204M-34 -44V-18", stroke="#fff", sw=6, op=.5)
    a.close()
    a.open(62, 6, 0, .78)
    glass(a, 54, 42, 158, a.lin("#8a4420", "#4a1c0e", "#240c06", angle=75))
    ice(a, ((-18, -118), (20, -124), (4, -90)), 32)
    a.path("".join(f"M{pts(x, y)}h.1" for x, y in a.scatter(0, -60, 34, 14, 12, ry=40)), stroke="#e9b07a", sw=5, op=.6)
    glass_front(a, 54, 42, 158)
    a.close()
