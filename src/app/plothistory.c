/* plothistory.c - how the training went: loss and error of the run record <stem>.json. */
#include <jansson.h>
#include "plot.h"

typedef struct {
  PetscInt   n;
  PetscReal *count, *seconds, *loss, *error; /* [n]; not a number where there is none */
} History;

static PetscReal Number(const json_t *step, const char key[])
{
  const json_t *value = json_object_get(step, key);

  return json_is_number(value) ? json_number_value(value) : NAN;
}

/* Rank 0.  Slabs count their iterations on. */
static PetscErrorCode Read(const char file[], History *h, char message[], size_t len)
{
  json_error_t  error;
  json_t       *record = json_load_file(file, 0, &error);
  const json_t *list   = record ? json_object_get(record, "history") : NULL;

  PetscFunctionBegin;
  message[0] = 0;
  if (!record)
    PetscCall(PetscSNPrintf(message, len, "%s line %d: %s", file, error.line, error.text));
  else if (!json_is_array(list))
    PetscCall(PetscSNPrintf(message, len, "%s has no history", file));
  h->n = (PetscInt)json_array_size(list);
  PetscCall(PetscMalloc4(h->n, &h->count, h->n, &h->seconds, h->n, &h->loss, h->n, &h->error));
  for (PetscInt i = 0; i < h->n; i++) {
    const json_t *step = json_array_get(list, (size_t)i);

    h->count[i]   = i;
    h->seconds[i] = Number(step, "seconds");
    h->loss[i]    = Number(step, "loss");
    h->error[i]   = Number(step, "error");
  }
  json_decref(record);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode AppPlotHistory(AppPlot *p)
{
  static const char *const against[] = {"iterations", "seconds"}, *const tail[] = {"", "_seconds"},
                           *const curve[] = {"loss", "relative L2 error"};
  History                         h;
  PetscMPIInt                     rank, n = 0;
  char                            file[PETSC_MAX_PATH_LEN], message[512];

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(p->comm, &rank));
  PetscCall(PetscSNPrintf(file, sizeof(file), "%s.json", p->stem));
  PetscCall(PetscMemzero(&h, sizeof(h)));
  if (!rank) {
    PetscCall(Read(file, &h, message, sizeof(message)));
    n = (PetscMPIInt)h.n;
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
  PetscCall(PetscFree4(h.count, h.seconds, h.loss, h.error));
  PetscFunctionReturn(PETSC_SUCCESS);
}
