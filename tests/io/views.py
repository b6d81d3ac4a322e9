"""What views.c wrote reads back: JSON as json reads it; VTU with the right offsets, points, cells, volumes and values;
XDMF and PVD as XML that names the right arrays.  Standard library only."""
import array
import json
import math
import struct
import sys
import xml.etree.ElementTree as ET

N = [9, 6, 5]
AXIS = [[(i * i + i) / (n * n - n) for i in range(n)] for n in N]


def check(claim, condition):
    if not condition:
        sys.exit(f"views.py: false: {claim}")


def read_vtu(name):
    raw = open(name, "rb").read()
    head, rest = raw.split(b'<AppendedData encoding="raw">\n_', 1)
    tree = ET.fromstring(head + b"</VTKFile>")
    check("the lengths are 64 bit", tree.get("header_type") == "UInt64" and tree.get("byte_order") == "LittleEndian")
    piece = tree.find("UnstructuredGrid/Piece")
    arrays, end = {}, 0
    for a in piece.iter("DataArray"):
        at = int(a.get("offset"))
        check(f"{a.get('Name')} begins where the one before ends", at == end)
        (size,) = struct.unpack_from("<Q", rest, at)
        end = at + 8 + size
        code = {"Float64": "d", "Int64": "q", "UInt8": "B"}[a.get("type")]
        arrays[a.get("Name")] = array.array(code, rest[at + 8:end])
    check("the file ends behind the last array", rest[end:] == b"\n  </AppendedData>\n</VTKFile>\n")
    return int(piece.get("NumberOfPoints")), int(piece.get("NumberOfCells")), arrays


def check_vtu(space, ranks):
    npoint, ncell, a = read_vtu(f"grid{space}.vtu")
    cells = math.prod(n - 1 for n in N[:space])
    check("each cell of the grid is there once", ncell == cells)
    check("as many points as arrays hold", len(a["Points"]) == 3 * npoint and len(a["u"]) == npoint)
    seams = ranks if space > 1 else 1
    across = N[space - 1] + seams - 1 if space > 1 else 1
    between = math.prod(N[1:space - 1]) if space > 2 else 1
    check("points stand twice at seams, and else once", npoint == (N[0] + 1) * between * across)
    corners = 2 ** space
    check("cells end one after the other", list(a["offsets"]) == [corners * (i + 1) for i in range(ncell)])
    check("types", set(a["types"]) == {{1: 3, 2: 9, 3: 12}[space]})
    total, seen = 0, set()
    for c in range(ncell):
        p = [a["Points"][3 * k:3 * k + 3] for k in a["connectivity"][corners * c:corners * (c + 1)]]
        edge = [p[1][0] - p[0][0]] + ([p[3][1] - p[0][1]] if space > 1 else []) + ([p[4][2] - p[0][2]] if space > 2 else [])
        check("corners go around the lower face, then the upper", min(edge) > 0 and all(
            abs(p[v][i] - p[0][i] - edge[i] * (v in ({1, 2, 5, 6}, {2, 3, 6, 7}, {4, 5, 6, 7})[i])) < 1e-15
            for v in range(corners) for i in range(space)))
        total += math.prod(edge)
        seen.add(tuple(p[0]))
    check("no cell twice", len(seen) == ncell)
    check("volumes sum to the box", abs(total - 1) < 1e-12)
    for k in range(npoint):
        p = a["Points"][3 * k:3 * k + 3]
        u = sum(10 ** i * p[i] for i in range(space))
        check("values belong to their points", abs(a["u"][k] - u) < 1e-12 and a['a<b & "c"'][k] == -a["u"][k])


def check_xdmf(stem, space, steps):
    grids = [g for g in ET.parse(stem + ".xdmf").iter("Grid") if g.get("GridType") == "Uniform"]
    check("one grid a time", len(grids) == (steps or 1))
    dims = " ".join(str(n) for n in ([1, 1, 1] + N[:space][::-1])[-3:])
    for k, g in enumerate(grids):
        check("extents", g.find("Topology").get("Dimensions") == dims)
        item = g.find("Attribute/DataItem")
        check("name", g.find("Attribute").get("Name") == "u")
        if steps:
            check("time", abs(float(g.find("Time").get("Value")) - 0.1 * k) < 1e-15)
        time = 1 if steps else 0
        slab = [int(i) for i in item[0].text.split()]
        check("slab", slab == [k] * time + [0] * space + [1] * (space + time) + [1] * time + N[:space][::-1])
        check("extents of the slab", item.get("Dimensions") == dims)
        item = item[1]
        check("path", item.text == f"{stem}.h5:/fields/u")
        check("extents of the array", item.get("Dimensions").split() == [str(n) for n in ([3] if steps else []) + N[:space][::-1]])


def check_json():
    text = open("a.json", "rb").read().decode()
    r = json.loads(text)
    check("texts", r["name"] == 'caf\u00e9 "q" \\ \n\t\x01 \ufffd end' and r["none"] is None)
    check("whole numbers", r["large"] == 2 ** 63 - 1 and r["yes"] is True and r["no"] is False)
    check("what is not finite is null", r["nan"] is None and r["inf"] is None and r["huge"] is None)
    check("short numbers stay short", '"tenth": 0.1,' in text)
    check("objects and lists", r["empty"] == {} and r["history"] == [{"step": 0}, {"step": 1}])
    half = json.load(open("half.json"))
    check("a record under way is whole", half == r)
    check("order is kept", list(r)[:3] == ["name", "none", "large"])
    exact = [float.fromhex(h) for h in open("numbers.txt").read().split()]
    check("numbers read back to the bit", r["numbers"] == exact and len(exact) == 200)


for axes in (1, 2, 3):
    check_vtu(axes, int(sys.argv[1]))
check_xdmf("line", 1, 0)
check_xdmf("line_t", 1, 3)
check_xdmf("plane", 2, 0)
check_xdmf("plane_t", 2, 3)
check_xdmf("space_t", 3, 3)
files = [d.get("file") for d in ET.parse("series.pvd").iter("DataSet")]
check("names beside the series are relative", files == ["grid2.vtu", "other/grid3.vtu"])
check_json()
