// the square [-1, 1]^2 less a disc: curved triangles
//   gmsh -2 hole.geo -order 2 -format msh41 -o triangles.msh
SetFactory("OpenCASCADE");
Rectangle(1) = {-1, -1, 0, 2, 2};
Disk(2) = {0.2, 0.1, 0, 0.4};
BooleanDifference{ Surface{1}; Delete; }{ Surface{2}; Delete; }
hole() = Curve In BoundingBox{-0.3, -0.4, -0.1, 0.7, 0.6, 0.1};
square() = Boundary{ Surface{:}; };
square() -= hole();
Physical Surface("body") = Surface{:};
Physical Curve("outer") = {square()};
Physical Curve("inner") = {hole()};
Characteristic Length{:} = 0.5;
