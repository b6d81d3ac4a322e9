/* The rows of interfaces cost one exchange with the ranks that own neighbouring patches, and with no others:
   the messages of a residual are counted as MPI sees them; the one collective is a reduction. */
#include "../catalogue/catalogue.h"

static PetscInt sent, collective, to[64];

/* Functions of these names in a program are found before those of the library: what PETSc and we call ends up
   here. PETSc makes macros of the names, hence the parentheses. */
static void Count(MPI_Comm comm, int dest)
{
  int       world;
  MPI_Group a, b;

  (void)MPI_Comm_group(comm, &a);
  (void)MPI_Comm_group(PETSC_COMM_WORLD, &b);
  (void)MPI_Group_translate_ranks(a, 1, &dest, b, &world);
  (void)MPI_Group_free(&a);
  (void)MPI_Group_free(&b);
  sent++;
  to[world]++;
}

int(MPI_Isend)(const void *x, int n, MPI_Datatype type, int dest, int tag, MPI_Comm comm, MPI_Request *r)
{
  Count(comm, dest);
  return PMPI_Isend(x, n, type, dest, tag, comm, r);
}

int(MPI_Send)(const void *x, int n, MPI_Datatype type, int dest, int tag, MPI_Comm comm)
{
  Count(comm, dest);
  return PMPI_Send(x, n, type, dest, tag, comm);
}

/* Persistent requests count when they are made: the first residual makes them, so it is counted. */
int(MPI_Send_init)(const void *x, int n, MPI_Datatype type, int dest, int tag, MPI_Comm comm, MPI_Request *r)
{
  Count(comm, dest);
  return PMPI_Send_init(x, n, type, dest, tag, comm, r);
}

int(MPI_Allreduce)(const void *x, void *y, int n, MPI_Datatype type, MPI_Op op, MPI_Comm comm)
{
  collective++;
  return PMPI_Allreduce(x, y, n, type, op, comm);
}

int(MPI_Alltoall)(const void *x, int n, MPI_Datatype type, void *y, int m, MPI_Datatype other, MPI_Comm comm)
{
  collective++;
  return PMPI_Alltoall(x, n, type, y, m, other, comm);
}

static const char *const options[] = {"unknowns u",
                                      "domain_x 0,8",
                                      "domain_y 0,1",
                                      "parts_x 8",
                                      "overlap 0",
                                      "conditions inside",
                                      "inside_type interior",
                                      "inside_equation lap(u) = 0",
                                      "inside_points 80",
                                      "interface_terms value,normal",
                                      "interface_points 40",
                                      "expert_type polynomial",
                                      "expert_polynomial_degree 2",
                                      NULL};

int main(int argc, char **argv)
{
  const TessSystem *sys;
  TessProblem       p;
  Vec               theta, r;
  PetscInt          nowned, n = 0, before;
  PetscInt64        next[16];
  PetscMPIInt       owner[16], rank, size;
  PetscBool         near[64] = {PETSC_FALSE};
  TessPatch         patch;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &size));
  PetscCall(CatalogueSetAll("exchange_", options));
  PetscCall(TessProblemCreate(PETSC_COMM_WORLD, &p));
  PetscCall(TessProblemSetOptionsPrefix(p, "exchange_"));
  PetscCall(TessProblemSetFromOptions(p));
  PetscCall(TessProblemSetUp(p));
  PetscCall(TessProblemCreateTheta(p, &theta));
  PetscCall(TessProblemCreateResidual(p, &r));
  PetscCall(TessProblemGetSystem(p, &sys));
  PetscCall(TessDomainGetSizes(sys->domain, NULL, &nowned, NULL));
  for (PetscInt s = 0; s < nowned; s++) {
    PetscCall(TessDomainGetPatch(sys->domain, s, &patch));
    for (PetscInt k = -1; k <= 1; k += 2)
      if (patch.id + k >= 0 && patch.id + k < 8)
        next[n++] = patch.id + k;
  }
  PetscCall(TessDomainFindOwners(sys->domain, n, next, owner, NULL));
  for (PetscInt i = 0; i < n; i++)
    near[owner[i]] = PETSC_TRUE;
  PetscCall(PetscArrayzero(to, 64));
  PetscCall(TessProblemComputeResidual(p, theta, r));
  for (PetscMPIInt other = 0; other < size; other++) {
    CHECK("messages go to owners of neighbours alone", !to[other] || (near[other] && other != rank));
    CHECK("one to each", to[other] <= 1);
  }
  before = sent;
  PetscCall(MPIU_Allreduce(MPI_IN_PLACE, &before, 1, MPIU_INT, MPI_SUM, PETSC_COMM_WORLD));
  CHECK("some are needed", size == 1 || before > 0);
  collective = 0;
  PetscCall(TessProblemComputeResidual(p, theta, r));
  CHECK("one small reduction in a residual: whether all numbers are finite", collective <= 1);
  PetscCall(VecDestroy(&theta));
  PetscCall(VecDestroy(&r));
  PetscCall(TessProblemDestroy(&p));
  return TessTestEnd();
}
