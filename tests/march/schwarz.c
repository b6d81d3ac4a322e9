/* Schwarz iterations end where training all at once does: exactly, if patches at last see all rows of
   interfaces or if experts can take the solution, else within the residual; their number does not depend on
   the ranks, is far smaller with Robin rows than with all, and falls with sweeps in between; neighbours alone
   are written to. */
#include "march_test.h"

static const char *const plane[] = {"unknowns u",
                                    "domain_x 0,1",
                                    "domain_y 0,1",
                                    "parts_x 4",
                                    "parts_y 2",
                                    "overlap 0",
                                    "conditions inside,walls",
                                    "inside_type interior",
                                    "inside_equation -lap(u) = 2*pi^2*sin(pi*x)*sin(pi*y)",
                                    "inside_points 1200",
                                    "walls_type boundary",
                                    "walls_equation u = 0",
                                    "walls_points 200",
                                    "walls_weight 100",
                                    "interface_points 300",
                                    "interface_weight 100",
                                    "interface_robin 10",
                                    "expert_type polynomial",
                                    "expert_polynomial_degree 6",
                                    "tao_max_it 400",
                                    "reference_u sin(pi*x)*sin(pi*y)",
                                    "reference_points 20",
                                    NULL};

/* The relative error of the plane with more options, values at two points and iterations. */
static PetscErrorCode Run(MPI_Comm comm, const char prefix[], const char *const more[], PetscReal *l2,
                          PetscReal value[2], PetscInt *its)
{
  const PetscReal    x[] = {0.3, 0.81, 0.2, 0.64};
  PetscReal          max;
  TaoConvergedReason reason;
  TessMarch          m;

  PetscFunctionBegin;
  PetscCall(CatalogueSetAll(prefix, plane));
  PetscCall(CatalogueSetAll(prefix, more));
  PetscCall(RunCreate(comm, prefix, &m));
  PetscCall(TessMarchSolve(m));
  PetscCall(TessMarchGetErrors(m, l2, &max));
  PetscCall(TessMarchGetConverged(m, &reason, its));
  CHECK("converged", reason > 0);
  PetscCall(RunSample(m, "u", 2, x, value));
  PetscCall(TessMarchDestroy(&m));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Rows: outward, finish, all. */
static PetscErrorCode CheckRows(void)
{
  const char *const all[]    = {NULL};
  const char *const robin[]  = {"tao_type schwarz", NULL};
  const char *const finish[] = {"tao_type schwarz", "tao_schwarz_rows finish", "tao_schwarz_stol 1e-5", NULL};
  const char *const every[]  = {"tao_type schwarz", "tao_schwarz_rows all", NULL};
  PetscReal         l2[5], u[5][2];
  PetscInt          its[5];

  PetscFunctionBegin;
  PetscCall(Run(PETSC_COMM_WORLD, "all_", all, &l2[0], u[0], &its[0]));
  PetscCall(Run(PETSC_COMM_WORLD, "robin_", robin, &l2[1], u[1], &its[1]));
  PetscCall(Run(PETSC_COMM_SELF, "robin_", robin, &l2[2], u[2], &its[2]));
  PetscCall(Run(PETSC_COMM_WORLD, "finish_", finish, &l2[3], u[3], &its[3]));
  PetscCall(Run(PETSC_COMM_WORLD, "every_", every, &l2[4], u[4], &its[4]));
  PetscCall(PetscInfo(NULL, "l2 %g, outward %g in %d, finish %g in %d, all %g in %d\n", (double)l2[0],
                      (double)l2[1], (int)its[1], (double)l2[3], (int)its[3], (double)l2[4], (int)its[4]));
  CHECK("no worse than all at once", l2[1] < 1.5 * l2[0] && l2[0] < 1e-4);
  CHECK("the same iterations on any number of ranks", its[1] == its[2]);
  CHECK("few of them", its[1] <= 30 && its[4] > 4 * its[1]);
  for (PetscInt p = 0; p < 2; p++) {
    CHECK_BELOW("to the same field", u[1][p] - u[2][p], 1e-9);
    CHECK_BELOW("within the residual of all at once", u[1][p] - u[0][p], 3 * l2[0]);
    CHECK_BELOW("its very field in the end", u[3][p] - u[0][p], 0.02 * l2[0]);
    CHECK_BELOW("or with all rows", u[4][p] - u[0][p], 0.2 * l2[0]);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A solution that the experts can take: nothing is left, however it is solved for. */
static PetscErrorCode CheckExact(void)
{
  const char *const cubic[] = {"inside_equation -lap(u) + u^3 = (x^2 - 3*x*y)^3 - 2",
                               "walls_equation u = x^2 - 3*x*y", "reference_u x^2 - 3*x*y",
                               "tao_type schwarz", NULL};
  const char *const jump[]  = {"inside_equation if(x < 0.5, 1, 10)*lap(u) = 0",
                               "walls_equation u = if(x < 0.5, 10*x, 4.5 + x)",
                               "walls_on x_min,x_max",
                               "conditions inside,walls,lids",
                               "lids_type boundary",
                               "lids_on y_min,y_max",
                               "lids_equation dn(u) = 0",
                               "lids_points 100",
                               "interface_terms value,flux",
                               "interface_flux if(x < 0.5, 1, 10)*dn(u)",
                               "reference_u if(x < 0.5, 10*x, 4.5 + x)",
                               "tao_type schwarz",
                               "tao_schwarz_sweeps 2",
                               NULL};
  PetscReal         l2, u[2];
  PetscInt          its;

  PetscFunctionBegin;
  PetscCall(Run(PETSC_COMM_WORLD, "cubic_", cubic, &l2, u, &its));
  CHECK_BELOW("an equation that is not linear", l2, 1e-8);
  PetscCall(Run(PETSC_COMM_WORLD, "jump_", jump, &l2, u, &its));
  CHECK_BELOW("two materials", l2, 1e-8);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Patches in a row: in an iteration there are two exchanges one way and three the other (J d and r; Q^T of
   both, J^T r), each with one message to a neighbour: five for ranks inside, two and three for those at the
   ends. */
static PetscErrorCode CheckMessages(void)
{
  PetscMPIInt    rank, size;
  PetscLogDouble sent[2], ends[2];

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &size));
  for (PetscInt k = 0; k < 2; k++) {
    const char *const row[] = {"parts_x 6",
                               "parts_y 1",
                               "tao_type schwarz",
                               "tao_schwarz_stol 0",
                               "tao_schwarz_rtol 1e-30",
                               k ? "tao_max_it 6" : "tao_max_it 2",
                               NULL};
    TessMarch         m;

    PetscCall(CatalogueSetAll("row_", plane));
    PetscCall(CatalogueSetAll("row_", row));
    PetscCall(RunCreate(PETSC_COMM_WORLD, "row_", &m));
    sent[k] = petsc_isend_ct + petsc_send_ct;
    PetscCall(TessMarchSolve(m));
    sent[k] = petsc_isend_ct + petsc_send_ct - sent[k];
    PetscCall(TessMarchDestroy(&m));
  }
  ends[0] = ends[1] = sent[0] = (sent[1] - sent[0]) / 4;
  PetscCallMPI(MPI_Bcast(&ends[0], 1, MPI_DOUBLE, 0, PETSC_COMM_WORLD));
  PetscCallMPI(MPI_Bcast(&ends[1], 1, MPI_DOUBLE, size - 1, PETSC_COMM_WORLD));
  if (size == 1)
    CHECK("one rank writes to none", sent[0] == 0);
  else
    CHECK("ranks at the ends write to one other", ends[0] + ends[1] == 5 && ends[0] * ends[1] == 6);
  if (rank && rank < size - 1)
    CHECK("ranks inside to two", sent[0] == 5);
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(CheckRows());
  PetscCall(CheckExact());
  PetscCall(CheckMessages());
  return TessTestEnd();
}
