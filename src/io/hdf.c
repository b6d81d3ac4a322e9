/* hdf.c - small things around the HDF5 library: its voice, its reasons, selections of many boxes. */
#include "ioimpl.h"

void TessQuietBegin_Private(TessQuiet *q)
{
  q->print = NULL;
  q->data  = NULL;
  H5Eget_auto2(H5E_DEFAULT, &q->print, &q->data);
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

void TessQuietEnd_Private(TessQuiet *q)
{
  H5Eset_auto2(H5E_DEFAULT, q->print, q->data);
}

typedef struct {
  size_t len;
  char  *reason;
} Reason;

/* Called from the innermost frame outwards; the first that says something is the reason. */
static herr_t Innermost(unsigned n, const H5E_error2_t *error, void *ctx)
{
  Reason *r = ctx;

  if (!r->reason[0] && error->desc && error->desc[0]) {
    snprintf(r->reason, r->len, "%s", error->desc);
    for (char *c = r->reason; *c; c++)
      if ((unsigned char)*c < ' ')
        *c = ' ';
  }
  return 0;
}

void TessReason_Private(size_t len, char reason[])
{
  Reason r = {len, reason};

  reason[0] = 0;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, Innermost, &r);
  if (!reason[0])
    snprintf(reason, len, "HDF5 gives no reason");
}

hid_t TessSelect_Private(PetscInt rank, const PetscInt64 extent[], PetscInt nbox, const PetscInt64 start[],
                         const PetscInt64 count[], hsize_t *npoint)
{
  hsize_t  dims[TESS_IO_RANK], first[TESS_IO_RANK], size[TESS_IO_RANK];
  hid_t    space;
  hssize_t got;
  herr_t   bad = 0;

  *npoint = 0;
  for (PetscInt i = 0; i < rank; i++)
    dims[i] = (hsize_t)extent[i];
  space = rank ? H5Screate_simple((int)rank, dims, NULL) : H5Screate(H5S_SCALAR);
  if (space < 0)
    return space;
  if (!rank) { /* a scalar has no hyperslabs: all of it, or nothing */
    if (nbox)
      bad = H5Sselect_all(space);
    else
      bad = H5Sselect_none(space);
  } else
    bad = H5Sselect_none(space);
  for (PetscInt b = 0; rank && b < nbox && bad >= 0; b++) {
    PetscBool empty = PETSC_FALSE;

    for (PetscInt i = 0; i < rank; i++) {
      first[i] = (hsize_t)start[b * rank + i];
      size[i]  = (hsize_t)count[b * rank + i];
      if (!size[i])
        empty = PETSC_TRUE;
    }
    if (!empty)
      bad = H5Sselect_hyperslab(space, H5S_SELECT_OR, first, NULL, size, NULL);
  }
  got = bad < 0 ? -1 : H5Sget_select_npoints(space);
  if (got < 0) {
    H5Sclose(space);
    return -1;
  }
  *npoint = (hsize_t)got;
  return space;
}

PetscBool TessTransferBegin_Private(TessTransfer *t, hid_t space, hsize_t n)
{
  const hsize_t one = PetscMax(n, 1);

  t->space  = space;
  t->packed = H5Screate_simple(1, &one, NULL);
  t->list   = H5Pcreate(H5P_DATASET_XFER);
  return space >= 0 && t->packed >= 0 && t->list >= 0 &&
                 H5Pset_dxpl_mpio(t->list, H5FD_MPIO_COLLECTIVE) >= 0 && (n || H5Sselect_none(t->packed) >= 0)
             ? PETSC_TRUE
             : PETSC_FALSE;
}

void TessTransferEnd_Private(TessTransfer *t)
{
  if (t->space >= 0)
    H5Sclose(t->space);
  if (t->packed >= 0)
    H5Sclose(t->packed);
  if (t->list >= 0)
    H5Pclose(t->list);
}
