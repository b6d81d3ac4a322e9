// step.geo - the channel [-2, 10] x [-1, 1] less the step [-2, 0] x [-1, 0]: gmsh step.geo -2 -format msh2
h = 0.5;
Point(1) = {-2, 0, 0, h}; Point(2) = {0, 0, 0, h}; Point(3) = {0, -1, 0, h};
Point(4) = {10, -1, 0, h}; Point(5) = {10, 1, 0, h}; Point(6) = {-2, 1, 0, h};
Line(1) = {1, 2}; Line(2) = {2, 3}; Line(3) = {3, 4}; Line(4) = {4, 5}; Line(5) = {5, 6}; Line(6) = {6, 1};
Curve Loop(1) = {1:6}; Plane Surface(1) = {1};
Physical Curve("wall") = {1, 2}; Physical Curve("top") = {5}; Physical Curve("floor") = {3};
Physical Curve("inlet") = {6}; Physical Curve("outlet") = {4}; Physical Surface("fluid") = {1};
