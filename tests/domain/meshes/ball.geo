// a ball of radius 1: tetrahedra, curved or (-order 1) straight
//   gmsh -3 ball.geo -order 2 -format msh22 -bin -o tetrahedra.msh
SetFactory("OpenCASCADE");
Sphere(1) = {0, 0, 0, 1};
Physical Volume("body") = {1};
Physical Surface("outer") = {1};
Characteristic Length{:} = 1;
