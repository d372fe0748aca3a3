"""The mark of the platform and the pictures of empty pages."""

from kit import pts

CORAL, DEEP, TEAL, CREAM, INK = "#f2673a", "#cf4320", "#1f8a7d", "#fff4e2", "#3a2a26"


def swift_bowl(a):
    """A bowl in a hurry: the mark, in a square of 64."""
    a.rect(0, 0, 64, 64, a.lin("#ff8f58", CORAL, DEEP), rx=15)
    a.path("M41 33L51 9M48 33L59 13", stroke="#8a2a14", sw=4)
    a.path("M28 9c-5 5 5 8 0 14M37 8c-4 4 4 7 0 12", stroke="#ffd9b0", sw=4)
    a.path("M17 30H58C58 45 50 53 37.5 53S17 45 17 30Z", a.lin("#ffffff", CREAM, "#ffd9ae"))
    a.rect(29, 51, 17, 5, "#ffd9ae", rx=2)
    a.path("M17 30H58", stroke="#ffc690", sw=3)
    a.path("M5 34H11M9 41H15M5 48H19", stroke=CREAM, sw=4)


def _floor(a):
    """A ground of its own, so that the picture stands on a light and on a dark page."""
    a.rect(32, 22, 336, 250, a.lin("#fff3e4", "#fde3cb"), rx=118)
    a.circle(200, 142, 92, "#f8cfa8", op=.4)
    a.ell(200, 250, 112, 10, INK, op=.14)


def _sparks(a, spots):
    d = "".join(f"M{pts(x - 7, y)}H{pts(x + 7)}M{pts(x, y - 7)}V{pts(y + 7)}" for x, y in spots)
    a.path(d, stroke="#f0a94a", sw=4)


def cart(a):
    """A paper bag that nobody has filled yet."""
    _floor(a)
    a.path("M134 112L148 246H252L266 112Z", a.lin("#ffd9a6", "#e9ac6c", "#c98444"))
    a.path("M134 112L156 92H280L266 112Z", "#b9723a")
    a.path("M266 112L280 92L268 236L252 246Z", "#a8642e")
    a.path("M134 112H266L263 128H136Z", "#fff", op=.25)
    a.path("M168 112C168 56 232 56 232 112", stroke=DEEP, sw=9)
    a.path("M168 110C168 58 230 58 232 108", stroke="#ff9a6a", sw=3)
    a.circle(182, 170, 6, INK)
    a.circle(218, 170, 6, INK)
    a.path("M186 196Q200 184 214 196", stroke=INK, sw=5)
    _sparks(a, [(96, 92), (316, 76), (326, 180)])


def orders(a):
    """A receipt, its lines still empty, and a bowl waiting beside it."""
    _floor(a)
    a.path("M130 52H246V236L231 224L217 236L202 224L188 236L174 224L159 236L145 224L130 236Z", a.lin("#fffdf8", "#f5ead8", "#dccab0"))
    for y, w in ((84, 80), (112, 60), (140, 72)):
        a.path(f"M150 {y}h{w}", stroke="#dcc7a8", sw=9)
    a.path("M150 176h40", stroke="#f2a06a", sw=11)
    a.path("M206 190H310C308 228 288 250 258 250S208 228 206 190Z", a.lin("#36b09f", TEAL, "#12574f"))
    a.ell(258, 190, 52, 13, "#12574f")
    a.path("M240 168c-9 -14 9 -22 0 -38M264 168c-9 -14 9 -22 0 -38", stroke="#f0a94a", sw=6, op=.8)
    a.path("M218 204C222 224 234 236 246 240", stroke="#fff", sw=5, op=.5)
    _sparks(a, [(100, 120), (316, 110)])


def jobs(a):
    """A scooter at rest."""
    _floor(a)
    a.rect(102, 118, 76, 66, a.lin("#36b09f", TEAL, "#12574f"), rx=10)
    a.path("M112 132H168", stroke="#fff", sw=5, op=.5)
    a.path("M122 196C122 176 150 178 178 186H224L246 108H262L286 206", stroke=INK, sw=11)
    a.path("M118 206C120 182 152 180 186 186L204 210H236L252 150L276 206L262 222H130Z", a.lin("#ff9a64", CORAL, DEEP))
    a.path("M128 176H196C206 176 206 188 196 188H132Z", INK)
    a.path("M240 108H272", stroke=INK, sw=10)
    a.circle(262, 132, 11, a.rad("#fffbe0", "#ffe08a", "#f0b03c"))
    a.path("M134 196Q158 186 180 196", stroke="#fff", sw=5, op=.5)
    for x in (142, 284):
        a.circle(x, 226, 27, INK)
        a.circle(x, 226, 13, "#e9e2da")
        a.circle(x, 226, 5, INK)
    a.path("M68 150h26M58 178h34M72 206h22", stroke="#f0a94a", sw=5, op=.6)
    a.path("M300 74h22l-22 24h22M332 50h15l-15 17h15", stroke=TEAL, sw=5)


def tickets(a):
    """A pot with its lid on, a bell that keeps still."""
    _floor(a)
    a.open(-16, 0)
    a.rect(96, 158, 30, 22, INK, rx=10)
    a.rect(238, 158, 30, 22, INK, rx=10)
    a.path("M112 148H252V216Q252 250 218 250H146Q112 250 112 216Z", a.lin("#ff9a64", CORAL, DEEP))
    a.path("M124 164V212", stroke="#fff", sw=7, op=.45)
    a.path("M104 148C108 108 256 108 260 148Z", a.lin("#ffb68a", "#f2774a", DEEP))
    a.path("M128 134Q146 122 174 120", stroke="#fff", sw=6, op=.55)
    a.circle(182, 110, 12, INK)
    a.path("M258 250H326", stroke=INK, sw=9)
    a.path("M262 244C262 202 322 202 322 244Z", a.lin("#ffe9a8", "#f2bc4a", "#c98a1e"))
    a.path("M274 234Q276 218 288 214", stroke="#fff", sw=5, op=.7)
    a.circle(292, 206, 7, "#c98a1e")
    a.close()
    _sparks(a, [(86, 110), (312, 112), (232, 66)])


EMPTY = {"cart": cart, "orders": orders, "jobs": jobs, "tickets": tickets}
