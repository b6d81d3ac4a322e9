// the L: [-1, 1]^2 less [0, 1] x [-1, 0]
//   gmsh -2 lshape.geo -format msh41 -bin -o lshape.msh
Point(1) = {0, 0, 0};
Point(2) = {0, -1, 0};
Point(3) = {-1, -1, 0};
Point(4) = {-1, 1, 0};
Point(5) = {1, 1, 0};
Point(6) = {1, 0, 0};
For i In {1:6}
  Line(i) = {i, i % 6 + 1};
EndFor
Curve Loop(1) = {1:6};
Plane Surface(1) = {-1};
Physical Surface("plate") = {1};
Physical Curve("wall") = {1:6};
Mesh.MeshSizeFactor = 0.7;
