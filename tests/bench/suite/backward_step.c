/* backward_step.c - the reference of inputs/23_backward_step by finite elements of PETSc: u . grad u + grad p
   = nu lap u, div u = 0 on a gmsh mesh with groups "inlet", "walls" (the outlet is free: nu du/dn = p n);
   Taylor-Hood triangles (Taylor and Hood 1973), Newton, MUMPS.  usage: backward_step MESH OUT.h5
   [-vel_petscspace_degree 3 -pres_petscspace_degree 2 -dm_refine K].  Writes u, v, p [y][x] on a grid of
   quarters of the step's height, 0 in the step; prints the wall's reattachment. */
#include <petscdmplex.h>
#include <petscds.h>
#include <petscsnes.h>
#include <petscviewerhdf5.h>

#define NU 0.01
#define HEIGHT 1e-3
#define POINTWISE                                                                                            \
  PetscInt dim, PetscInt Nf, PetscInt NfAux, const PetscInt uOff[], const PetscInt uOff_x[],                 \
      const PetscScalar u[], const PetscScalar u_t[], const PetscScalar u_x[], const PetscInt aOff[],        \
      const PetscInt aOff_x[], const PetscScalar a[], const PetscScalar a_t[], const PetscScalar a_x[],      \
      PetscReal t
#define RESIDUAL POINTWISE, const PetscReal x[], PetscInt nc, const PetscScalar constants[], PetscScalar f[]
#define JACOBIAN                                                                                             \
  POINTWISE, PetscReal shift, const PetscReal x[], PetscInt nc, const PetscScalar constants[], PetscScalar g[]

static void Convection(RESIDUAL)
{
  for (PetscInt c = 0; c < 2; c++)
    f[c] = u[0] * u_x[2 * c] + u[1] * u_x[2 * c + 1];
}

static void Stress(RESIDUAL)
{
  for (PetscInt c = 0; c < 2; c++)
    for (PetscInt d = 0; d < 2; d++)
      f[2 * c + d] = NU * u_x[2 * c + d] - (c == d) * u[2];
}

static void Divergence(RESIDUAL)
{
  f[0] = u_x[0] + u_x[3];
}

static void ConvectionByValue(JACOBIAN)
{
  for (PetscInt c = 0; c < 2; c++)
    for (PetscInt d = 0; d < 2; d++)
      g[2 * c + d] = u_x[2 * c + d];
}

static void ConvectionByGradient(JACOBIAN)
{
  for (PetscInt c = 0; c < 2; c++)
    for (PetscInt e = 0; e < 2; e++)
      g[(2 * c + c) * 2 + e] = u[e];
}

static void StressByGradient(JACOBIAN)
{
  for (PetscInt c = 0; c < 2; c++)
    for (PetscInt d = 0; d < 2; d++)
      g[((2 * c + c) * 2 + d) * 2 + d] = NU;
}

static void StressByPressure(JACOBIAN)
{
  g[0] = g[3] = -1;
}

static void DivergenceByGradient(JACOBIAN)
{
  g[0] = g[3] = 1;
}

static PetscErrorCode Inlet(PetscInt dim, PetscReal t, const PetscReal x[], PetscInt nc, PetscScalar u[],
                            void *ctx)
{
  u[0] = 4 * x[1] * (1 - x[1]);
  u[1] = 0;
  return 0;
}

static PetscErrorCode NoSlip(PetscInt dim, PetscReal t, const PetscReal x[], PetscInt nc, PetscScalar u[],
                             void *ctx)
{
  u[0] = u[1] = 0;
  return 0;
}

static PetscErrorCode SetProblem(DM dm)
{
  const char *name[] = {"vel_", "pres_"};
  PetscDS     ds;
  DMLabel     label;
  PetscInt    one = 1;
  PetscFE     fe[2];

  PetscFunctionBegin;
  for (PetscInt i = 0; i < 2; i++) {
    PetscCall(PetscFECreateDefault(PETSC_COMM_WORLD, 2, 2 - i, PETSC_TRUE, name[i], PETSC_DETERMINE, &fe[i]));
    PetscCall(DMSetField(dm, i, NULL, (PetscObject)fe[i]));
  }
  PetscCall(PetscFECopyQuadrature(fe[0], fe[1]));
  for (PetscInt i = 0; i < 2; i++)
    PetscCall(PetscFEDestroy(&fe[i]));
  PetscCall(DMCreateDS(dm));
  PetscCall(DMGetDS(dm, &ds));
  PetscCall(PetscDSSetResidual(ds, 0, Convection, Stress));
  PetscCall(PetscDSSetResidual(ds, 1, Divergence, NULL));
  PetscCall(PetscDSSetJacobian(ds, 0, 0, ConvectionByValue, ConvectionByGradient, NULL, StressByGradient));
  PetscCall(PetscDSSetJacobian(ds, 0, 1, NULL, NULL, StressByPressure, NULL));
  PetscCall(PetscDSSetJacobian(ds, 1, 0, NULL, DivergenceByGradient, NULL, NULL));
  for (PetscInt i = 0; i < 2; i++) {
    PetscCall(DMGetLabel(dm, i ? "walls" : "inlet", &label));
    PetscCall(DMLabelGetNumValues(label, &one));
    IS              is;
    const PetscInt *value;

    PetscCall(DMLabelGetValueIS(label, &is));
    PetscCall(ISGetIndices(is, &value));
    PetscCall(DMAddBoundary(dm, DM_BC_ESSENTIAL, i ? "walls" : "inlet", label, one, value, 0, 0, NULL,
                            (void (*)(void))(i ? NoSlip : Inlet), NULL, NULL, NULL));
    PetscCall(ISRestoreIndices(is, &value));
    PetscCall(ISDestroy(&is));
  }
  PetscFunctionReturn(0);
}

/* du/dy at the lower wall behind the step from u at heights D and 2D, and where it changes sign. */
static PetscErrorCode Wall(PetscInt n, const PetscScalar v[], PetscScalar shear[])
{
  PetscFunctionBegin;
  for (PetscInt i = 0; i < n; i++)
    shear[i] = (4 * v[6 * i] - v[6 * i + 3]) / (2 * HEIGHT);
  for (PetscInt i = 1; i < n; i++)
    if (shear[i - 1] * shear[i] < 0)
      PetscCall(PetscPrintf(PETSC_COMM_WORLD, "wall shear vanishes at x = %.6f\n",
                            (double)(10.0 / n * (i + 1 - shear[i] / (shear[i] - shear[i - 1])))));
  PetscFunctionReturn(0);
}

static PetscErrorCode Put(PetscViewer viewer, const char name[], PetscInt n, const PetscScalar v[])
{
  Vec grid;

  PetscFunctionBegin;
  PetscCall(VecCreateSeqWithArray(PETSC_COMM_SELF, 1, n, v, &grid));
  PetscCall(PetscObjectSetName((PetscObject)grid, name));
  PetscCall(VecView(grid, viewer));
  PetscCall(VecDestroy(&grid));
  PetscFunctionReturn(0);
}

/* Values [field][y][x] of the grid's points that lie in the mesh, and the shear of the wall. */
static PetscErrorCode Write(DM dm, Vec X, const char file[])
{
  enum { NX = 97, NY = 33, NWALL = 400 };
  DMInterpolationInfo it;
  PetscReal          *at;
  PetscScalar        *g;
  PetscInt            n = 0, all, *where;
  Vec                 local, values;
  const PetscScalar  *v;
  PetscViewer         viewer;
  const char *const   name[] = {"u", "v", "p"};

  PetscFunctionBegin;
  PetscCall(PetscMalloc3(2 * (NX * NY + 2 * NWALL), &at, NX * NY, &where, NX * NY, &g));
  for (PetscInt j = 0; j < NY; j++)
    for (PetscInt i = 0; i < NX; i++) {
      const PetscReal x = -2 + 12.0 * i / (NX - 1), y = -1 + 2.0 * j / (NY - 1);

      if (x < 0 && y < 0)
        continue;
      where[n]      = j * NX + i;
      at[2 * n]     = x;
      at[2 * n + 1] = y;
      n++;
    }
  all = n;
  for (PetscInt i = 0; i < 2 * NWALL; i++, all++) {
    at[2 * all]     = 10.0 * (i / 2 + 1) / NWALL;
    at[2 * all + 1] = -1 + HEIGHT * (i % 2 + 1);
  }
  PetscCall(DMInterpolationCreate(PETSC_COMM_WORLD, &it));
  PetscCall(DMInterpolationSetDim(it, 2));
  PetscCall(DMInterpolationSetDof(it, 3));
  PetscCall(DMInterpolationAddPoints(it, all, at));
  PetscCall(DMInterpolationSetUp(it, dm, PETSC_FALSE, PETSC_FALSE));
  PetscCall(DMInterpolationGetVector(it, &values));
  PetscCall(DMGetLocalVector(dm, &local));
  PetscCall(DMPlexInsertBoundaryValues(dm, PETSC_TRUE, local, 0, NULL, NULL, NULL));
  PetscCall(DMGlobalToLocal(dm, X, INSERT_VALUES, local));
  PetscCall(DMInterpolationEvaluate(it, dm, local, values));
  PetscCall(VecGetArrayRead(values, &v));
  PetscCall(PetscViewerHDF5Open(PETSC_COMM_WORLD, file, FILE_MODE_WRITE, &viewer));
  for (PetscInt c = 0; c < 3; c++) {
    PetscCall(PetscArrayzero(g, NX * NY));
    for (PetscInt k = 0; k < n; k++)
      g[where[k]] = v[3 * k + c];
    PetscCall(Put(viewer, name[c], NX * NY, g));
  }
  PetscCall(Wall(NWALL, v + 3 * n, g));
  PetscCall(Put(viewer, "shear", NWALL, g));
  PetscCall(PetscViewerDestroy(&viewer));
  PetscCall(VecRestoreArrayRead(values, &v));
  PetscCall(DMInterpolationRestoreVector(it, &values));
  PetscCall(DMRestoreLocalVector(dm, &local));
  PetscCall(DMInterpolationDestroy(&it));
  PetscCall(PetscFree3(at, where, g));
  PetscFunctionReturn(0);
}

int main(int argc, char **argv)
{
  DM                  dm;
  SNES                snes;
  Vec                 X;
  PetscInt            n, its;
  SNESConvergedReason reason;

  PetscFunctionBeginUser;
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCheck(argc > 2, PETSC_COMM_SELF, PETSC_ERR_USER, "usage: backward_step MESH OUT.h5");
  PetscCall(PetscOptionsSetValue(NULL, "-dm_plex_gmsh_use_regions", ""));
  PetscCall(DMPlexCreateFromFile(PETSC_COMM_WORLD, argv[1], "step", PETSC_TRUE, &dm));
  PetscCall(DMSetFromOptions(dm));
  PetscCall(SetProblem(dm));
  PetscCall(DMPlexCreateClosureIndex(dm, NULL));
  PetscCall(SNESCreate(PETSC_COMM_WORLD, &snes));
  PetscCall(SNESSetDM(snes, dm));
  PetscCall(DMPlexSetSNESLocalFEM(dm, NULL, NULL, NULL));
  PetscCall(SNESSetFromOptions(snes));
  PetscCall(DMCreateGlobalVector(dm, &X));
  PetscCall(SNESSolve(snes, NULL, X));
  PetscCall(SNESGetConvergedReason(snes, &reason));
  PetscCall(SNESGetIterationNumber(snes, &its));
  PetscCall(VecGetSize(X, &n));
  PetscCall(PetscPrintf(PETSC_COMM_WORLD, "%" PetscInt_FMT " unknowns, %" PetscInt_FMT " Newton steps, %s\n",
                        n, its, SNESConvergedReasons[reason]));
  PetscCall(Write(dm, X, argv[2]));
  PetscCall(VecDestroy(&X));
  PetscCall(SNESDestroy(&snes));
  PetscCall(DMDestroy(&dm));
  return PetscFinalize();
}
