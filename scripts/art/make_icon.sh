#!/usr/bin/env bash
# Renders the mark as the 180-pixel PNG that phones put on the home screen. Needs Chromium.
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
# The corners are filled: a phone rounds them itself.
printf '<body style="margin:0;background:#e85a30"><img src="file://%s/public/favicon.svg" width="180" height="180" style="display:block">' "$root" > "$work/icon.html"
"${CHROMIUM:-chromium}" --headless --no-sandbox --disable-gpu --no-first-run --allow-file-access-from-files --hide-scrollbars \
  --user-data-dir="$work/profile" --force-device-scale-factor=1 --window-size=500,500 --screenshot="$work/icon.png" "file://$work/icon.html" 2> "$work/log" || { cat "$work/log" >&2; exit 1; }
python3 - "$work/icon.png" "$root/public/apple-touch-icon.png" <<'PY'
"""Cuts the upper left 180 by 180 pixels out of an RGB(A) PNG; the standard library is enough."""
import struct, sys, zlib

data, at, chunks = open(sys.argv[1], "rb").read(), 8, {}
while at < len(data):
    size, kind = struct.unpack(">I4s", data[at:at + 8])
    chunks[kind] = chunks.get(kind, b"") + data[at + 8:at + 8 + size]
    at += size + 12
width, height, depth, colour = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
if depth != 8 or colour not in (2, 6):
    sys.exit(f"unexpected PNG: depth {depth}, colour type {colour}")
step, raw = (3 if colour == 2 else 4), zlib.decompress(chunks[b"IDAT"])
stride, before, rows = width * step, bytes(width * step), []
for y in range(180):
    kind, line = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
    for i in range(stride):
        left, up, corner = (line[i - step] if i >= step else 0), before[i], (before[i - step] if i >= step else 0)
        guess = left + up - corner
        near = min((left, up, corner), key=lambda v: abs(guess - v))
        line[i] = (line[i] + (0, left, up, (left + up) // 2, near)[kind]) & 255
    before = bytes(line)
    rows.append(b"\0" + b"".join(before[x * step:x * step + 3] for x in range(180)))

def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

with open(sys.argv[2], "wb") as out:
    out.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 180, 180, 8, 2, 0, 0, 0))
              + chunk(b"IDAT", zlib.compress(b"".join(rows), 9)) + chunk(b"IEND", b""))
PY
