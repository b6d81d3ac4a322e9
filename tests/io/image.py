"""The pictures that image.c drew are whole PNGs, and a heat map's colours grow to the right and upwards.  Standard library only."""
import struct
import sys
import zlib


def check(claim, condition):
    if not condition:
        sys.exit(f"image.py: false: {claim}")


def read_png(name, pixels=False):
    """Width, height and rows of (r, g, b), if asked for, of an image of 8 bits a channel that is not interlaced (the PNG specification, ch. 9)."""
    raw = open(name, "rb").read()
    check(f"{name} is a PNG", raw[:8] == b"\x89PNG\r\n\x1a\n")
    at, data = 8, b""
    while at < len(raw):
        size, kind = struct.unpack_from(">I4s", raw, at)
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlace = struct.unpack_from(">IIBBBBB", raw, at + 8)
        elif kind == b"IDAT":
            data += raw[at + 8:at + 8 + size]
        at += size + 12
    check(f"{name} ends as PNGs do", kind == b"IEND" and depth == 8 and colour in (2, 6) and not interlace)
    if not pixels:
        return width, height
    n = 3 if colour == 2 else 4
    data, rows, last = zlib.decompress(data), [], bytearray(n * width)
    for j in range(height):
        begin = j * (n * width + 1)
        how, line = data[begin], bytearray(data[begin + 1:begin + 1 + n * width])
        for i in range(n * width):
            a, b, c = line[i - n] if i >= n else 0, last[i], last[i - n] if i >= n else 0
            p = a + b - c
            paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            line[i] = (line[i] + (0, a, b, (a + b) // 2, paeth)[how]) & 255
        rows.append([tuple(line[n * i:n * i + 3]) for i in range(width)])
        last = line
    return width, height, rows


def near(pixel, code):
    return all(abs(p - int(code[i:i + 2], 16)) <= 24 for p, i in zip(pixel, (0, 2, 4)))


for name, low, middle, high in (("heat.png", "440154", "21908d", "fde725"), ("log.png", "000004", "b5367a", "fbfdbf")):
    width, height, rows = read_png(name, pixels=True)
    check("the size is that of one panel", (width, height) == (100 + 760 + 112, 56 + 570 + 76))
    left, right, top, bottom = 100 + 8, 100 + 760 - 8, 56 + 8, 56 + 570 - 8
    check(f"{name} begins at the lower left", near(rows[bottom][left], low))
    check(f"{name} ends at the upper right", near(rows[top][right], high))
    check(f"{name}: x + y is larger at the upper left than at the lower right", sum(rows[top][left]) > sum(rows[bottom][right]))
    check("the middle of the picture, where x + y is half of the most, has the middle colour", near(rows[56 + 570 // 2][100 + 380], middle))
width, height = read_png("panels.png")
check("three columns, two rows", width == 3 * (100 + 380 + 112) and height == 44 + 2 * (56 + 760 + 76))
for name in ("lines.png", "nothing.png"):
    check("curves", read_png(name) == (1000, 680))
