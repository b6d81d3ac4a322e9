// the cube [-1, 1]^3 less a ball of radius 1/2, curved tetrahedra:
//   gmsh -3 ball.geo -order 2 -format msh41 -bin -o ball.msh
SetFactory("OpenCASCADE");
Box(1) = {-1, -1, -1, 2, 2, 2};
Sphere(2) = {0, 0, 0, 0.5};
BooleanDifference(3) = { Volume{1}; Delete; }{ Volume{2}; Delete; };
ball() = Surface In BoundingBox{-0.6, -0.6, -0.6, 0.6, 0.6, 0.6};
cube() = Boundary{ Volume{3}; };
cube() -= ball();
Physical Volume("body") = {3};
Physical Surface("ball") = {ball()};
Physical Surface("cube") = {cube()};
Characteristic Length{:} = 1;
Characteristic Length{PointsOf{Surface{ball()};}} = 0.15;
Mesh.HighOrderOptimize = 1;
