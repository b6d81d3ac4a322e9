/* plothistory.c - how the training went: loss and error of the run record <stem>.json. */
#include "plot.h"
#include "runs.h"

PetscErrorCode AppPlotHistory(AppPlot *p)
{
  static const char *const against[] = {"iterations", "seconds"}, *const tail[] = {"", "_seconds"},
                           *const curve[] = {"loss", "relative L2 error"};
  AppCurves                       h;
  PetscMPIInt                     rank, n = 0;
  char                            file[PETSC_MAX_PATH_LEN], message[512];

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(p->comm, &rank));
  PetscCall(PetscSNPrintf(file, sizeof(file), "%s.json", p->stem));
  PetscCall(PetscMemzero(&h, sizeof(h)));
  if (!rank) {
    json_t *record = AppRunsRead(file, message, sizeof(message));

    PetscCall(AppCurvesCreate(record, &h));
    n = (PetscMPIInt)h.n;
    json_decref(record);
    if (message[0])
      fprintf(stderr, "tessera: warning: no picture of the convergence: %s\n", message);
  }
  PetscCallMPI(MPI_Bcast(&n, 1, MPI_INT, 0, p->comm));
  for (int k = 0; k < 2 && n; k++) {
    const PetscReal *const at = k ? h.seconds : h.count, *const x[] = {at, at},
                           *const y[] = {h.loss, h.error};

    PetscCall(PetscSNPrintf(file, sizeof(file), "%s_convergence%s.png", p->stem, tail[k]));
    PetscCall(TessImageLines(p->comm, file, p->title, against[k], "", PETSC_TRUE, 2, curve,
                             (PetscInt[]){h.n, h.n}, x, y));
    PetscCall(AppPlotTell(p, file));
  }
  PetscCall(AppCurvesDestroy(&h));
  PetscFunctionReturn(PETSC_SUCCESS);
}
