// two plates, [0, 1]^2 of copper and [1, 2] x [0, 1] of wood: straight triangles
//   gmsh -2 plates.geo -format msh40 -o plates.msh
SetFactory("OpenCASCADE");
Rectangle(1) = {0, 0, 0, 1, 1};
Rectangle(2) = {1, 0, 0, 1, 1};
BooleanFragments{ Surface{1}; Delete; }{ Surface{2}; Delete; }
Physical Surface("copper") = {1};
Physical Surface("wood") = {2};
Physical Curve("outer") = {4, 7};
Characteristic Length{:} = 0.6;
