// a quarter of an annulus, radii 1 and 2, quadrilaterals; extruded to hexahedra when the mesh is one of three dimensions:
//   gmsh -2 annulus.geo -setnumber dim 2 -order 2 -format msh22 -o quads.msh
//   gmsh -3 annulus.geo -setnumber dim 3 -order 2 -format msh41 -bin -o hexes.msh
DefineConstant[dim = 2];
Point(1) = {0, 0, 0};
Point(2) = {1, 0, 0};
Point(3) = {2, 0, 0};
Point(4) = {0, 2, 0};
Point(5) = {0, 1, 0};
Line(1) = {2, 3};
Circle(2) = {3, 1, 4};
Line(3) = {4, 5};
Circle(4) = {5, 1, 2};
Curve Loop(1) = {1, 2, 3, 4};
Plane Surface(1) = {1};
Transfinite Curve{1, 3} = 3;
Transfinite Curve{2, 4} = 5;
Transfinite Surface{1};
Recombine Surface{1};
If (dim == 2)
  Physical Surface("body") = {1};
  Physical Curve("outer") = {2};
  Physical Curve("inner") = {4};
Else
  out() = Extrude {0, 0, 1} { Surface{1}; Layers{2}; Recombine; };
  Physical Volume("body") = {out(1)};
  Physical Surface("outer") = {out(3)};
  Physical Surface("inner") = {out(5)};
EndIf
