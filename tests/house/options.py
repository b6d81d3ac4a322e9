"""Every option that a source names has a text, stands in docs/options.md, and that page is what `tessera -help` prints today.

options.py TESSERA [ROOT]
"""
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else pathlib.Path(__file__).parents[2])
page = (root / "docs/options.md").read_text(encoding="utf-8")
bad = []
seen = set()
# between PetscOptionsBegin and End: ("-name", "text", ...; looked up by name: (options, prefix, "-name" or "name", ...
told = re.compile(r"\b(?:Petsc|Tess)Options(?:Bounded|Range)?(?:Int|Real|Scalar|Bool|BoolGroup\w*|Choice|EList|Enum|FList|String|Name)(?:Array)?"
                  r'\(\s*"-(\w+)",\s*("(?:[^"\\]|\\.)*")?')
looked = re.compile(r'\b(?:PetscOptions(?:Get\w+|HasName)|TessOptions(?:Text|Words))\([^,;]+,[^,;]+,\s*"-?(\w+)"')

for source in sorted((root / "src").rglob("*.c")):
    text = source.read_text(encoding="utf-8")
    for name, words in told.findall(text):
        seen.add(name)
        if words == '""':
            bad.append(f"{source.relative_to(root)}: -{name} has no text")
    seen.update(looked.findall(text))
for name in sorted(seen):
    if not re.search(rf"-(\S+_)?{name}\b", page):
        bad.append(f"-{name} is not in docs/options.md")
today = subprocess.run(["sh", root / "tools/options.sh", sys.argv[1]], stdout=subprocess.PIPE, text=True, check=True).stdout
if today != page:
    bad.append("docs/options.md is not current: sh tools/options.sh build/src/app/tessera > docs/options.md")
print("\n".join(bad) or f"{len(seen)} options, all with a text and in docs/options.md")
sys.exit(bool(bad) or not seen)
