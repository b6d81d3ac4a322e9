// the square [-1, 1]^2 with a disc of radius 0.5 of another material: curved triangles
//   gmsh -2 inclusion.geo -order 2 -format msh41 -bin -o inclusion.msh
SetFactory("OpenCASCADE");
Rectangle(1) = {-1, -1, 0, 2, 2};
Disk(2) = {0, 0, 0, 0.5};
BooleanFragments{ Surface{1}; Delete; }{ Surface{2}; Delete; }
circle() = Curve In BoundingBox{-0.6, -0.6, -0.1, 0.6, 0.6, 0.1};
Physical Surface("core") = {2};
Physical Surface("matrix") = {3};
square() = Boundary{ Surface{2, 3}; };
square() -= circle();
Physical Curve("outer") = {square()};
Transfinite Curve{circle()} = 65;
Mesh.MeshSizeFactor = 0.5;
Mesh.HighOrderOptimize = 0;
