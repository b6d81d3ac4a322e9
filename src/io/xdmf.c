/* xdmf.c - light descriptions of what lies in HDF5 and VTU files: XDMF (version 2, which ParaView's
 * XDMFReader reads) and PVD. */
#include <string.h>
#include "ioimpl.h"

static const char *Base(const char path[])
{
  const char *slash = strrchr(path, '/');

  return slash ? slash + 1 : path;
}

/* What all grids of the file share. */
typedef struct {
  const char             *stem;
  PetscInt                dim, space;
  const PetscInt64       *n;
  const PetscReal *const *axis;
} View;

/* Extents of the space in the order of the file, one-point axes in the place of missing ones. */
static PetscErrorCode AddExtents(TessText *t, const View *v)
{
  PetscFunctionBegin;
  for (PetscInt i = 2; i >= 0; i--)
    PetscCall(
        TessTextAdd_Private(t, i ? "%" PetscInt64_FMT " " : "%" PetscInt64_FMT, i < v->space ? v->n[i] : 1));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddPath(TessText *t, const View *v, const char dataset[])
{
  PetscFunctionBegin;
  PetscCall(TessTextAddXml_Private(t, Base(v->stem)));
  PetscCall(TessTextAdd_Private(t, ".h5:/"));
  PetscCall(TessTextAddXml_Private(t, dataset + (dataset[0] == '/')));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddGeometry(TessText *t, const View *v, const char *const axes[])
{
  PetscFunctionBegin;
  PetscCall(TessTextAdd_Private(t, "      <Topology TopologyType=\"3DRectMesh\" Dimensions=\""));
  PetscCall(AddExtents(t, v));
  PetscCall(TessTextAdd_Private(t, "\"/>\n      <Geometry GeometryType=\"VXVYVZ\">\n"));
  for (PetscInt i = 0; i < 3; i++) {
    if (i < v->space) {
      PetscCall(TessTextAdd_Private(t,
                                    "        <DataItem Format=\"HDF\" NumberType=\"Float\" Precision=\"8\" "
                                    "Dimensions=\"%" PetscInt64_FMT "\">",
                                    v->n[i]));
      PetscCall(AddPath(t, v, axes[i]));
      PetscCall(TessTextAdd_Private(t, "</DataItem>\n"));
    } else
      PetscCall(TessTextAdd_Private(t, "        <DataItem Format=\"XML\" NumberType=\"Float\" "
                                       "Precision=\"8\" Dimensions=\"1\">0</DataItem>\n"));
  }
  PetscCall(TessTextAdd_Private(t, "      </Geometry>\n"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* One dataset, at time index k if the file's array has an extent of time.  Always as a slab: the reader would
   take an array of fewer than three extents amiss, and of one and two axes show the first values only. */
static PetscErrorCode AddField(TessText *t, const View *v, const char dataset[], PetscInt64 k)
{
  const PetscBool time = v->dim > v->space ? PETSC_TRUE : PETSC_FALSE;

  PetscFunctionBegin;
  PetscCall(TessTextAdd_Private(t, "      <Attribute Name=\""));
  PetscCall(TessTextAddXml_Private(t, Base(dataset)));
  PetscCall(TessTextAdd_Private(t, "\" AttributeType=\"Scalar\" Center=\"Node\">\n"));
  PetscCall(TessTextAdd_Private(t, "        <DataItem ItemType=\"HyperSlab\" Dimensions=\""));
  PetscCall(AddExtents(t, v));
  PetscCall(TessTextAdd_Private(
      t, "\">\n          <DataItem Format=\"XML\" Dimensions=\"3 %" PetscInt_FMT "\">", v->dim));
  if (time)
    PetscCall(TessTextAdd_Private(t, "%" PetscInt64_FMT " ", k)); /* first indices, strides, counts */
  for (PetscInt i = 0; i < v->space; i++)
    PetscCall(TessTextAdd_Private(t, "0 "));
  for (PetscInt i = 0; i < v->dim; i++)
    PetscCall(TessTextAdd_Private(t, "1 "));
  if (time)
    PetscCall(TessTextAdd_Private(t, "1 "));
  for (PetscInt i = v->space - 1; i >= 0; i--)
    PetscCall(TessTextAdd_Private(t, i ? "%" PetscInt64_FMT " " : "%" PetscInt64_FMT, v->n[i]));
  PetscCall(TessTextAdd_Private(
      t,
      "</DataItem>\n          <DataItem Format=\"HDF\" NumberType=\"Float\" Precision=\"8\" Dimensions=\""));
  for (PetscInt i = v->dim - 1; i >= 0; i--)
    PetscCall(TessTextAdd_Private(t, i ? "%" PetscInt64_FMT " " : "%" PetscInt64_FMT, v->n[i]));
  PetscCall(TessTextAdd_Private(t, "\">"));
  PetscCall(AddPath(t, v, dataset));
  PetscCall(TessTextAdd_Private(t, "</DataItem>\n        </DataItem>\n      </Attribute>\n"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessXdmfWrite(MPI_Comm comm, const char stem[], PetscInt dim, PetscInt space,
                             const char *const axes[], const PetscInt64 n[], const PetscReal *const axis[],
                             PetscInt nfield, const char *const field[])
{
  const View  v = {stem, dim, space, n, axis};
  TessText    t = {NULL, 0, 0};
  PetscMPIInt rank;
  char        name[PETSC_MAX_PATH_LEN];

  PetscFunctionBegin;
  PetscCheck(space >= 1 && space <= 3 && dim - space >= 0 && dim - space <= 1, comm, PETSC_ERR_ARG_OUTOFRANGE,
             "XDMF shows 1 to 3 axes of space and one of time, not %" PetscInt_FMT " of %" PetscInt_FMT,
             space, dim);
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  if (!rank) {
    const PetscInt64 steps = dim > space ? n[space] : 1;

    PetscCall(TessTextAdd_Private(
        &t, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Xdmf Version=\"2.0\">\n<Domain>\n"));
    if (dim > space)
      PetscCall(TessTextAdd_Private(
          &t, "  <Grid Name=\"series\" GridType=\"Collection\" CollectionType=\"Temporal\">\n"));
    for (PetscInt64 k = 0; k < steps; k++) {
      PetscCall(TessTextAdd_Private(&t, "    <Grid Name=\"grid\" GridType=\"Uniform\">\n"));
      if (dim > space)
        PetscCall(TessTextAdd_Private(&t, "      <Time Value=\"%.17g\"/>\n", (double)axis[space][k]));
      PetscCall(AddGeometry(&t, &v, axes));
      for (PetscInt f = 0; f < nfield; f++)
        PetscCall(AddField(&t, &v, field[f], k));
      PetscCall(TessTextAdd_Private(&t, "    </Grid>\n"));
    }
    PetscCall(TessTextAdd_Private(&t, "%s</Domain>\n</Xdmf>\n", dim > space ? "  </Grid>\n" : ""));
  }
  PetscCall(PetscSNPrintf(name, sizeof(name), "%s.xdmf", stem));
  PetscCall(TessTextWrite_Private(comm, name, t.at, t.len));
  PetscCall(PetscFree(t.at));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessPvdWrite(MPI_Comm comm, const char stem[], PetscInt n, const PetscReal time[],
                            const char *const file[])
{
  TessText     t      = {NULL, 0, 0};
  const size_t folder = (size_t)(Base(stem) - stem);
  char         name[PETSC_MAX_PATH_LEN];

  PetscFunctionBegin;
  PetscCall(TessTextAdd_Private(
      &t, "<?xml version=\"1.0\"?>\n<VTKFile type=\"Collection\" version=\"1.0\">\n  <Collection>\n"));
  for (PetscInt i = 0; i < n; i++) {
    PetscCall(TessTextAdd_Private(&t, "    <DataSet timestep=\"%.17g\" part=\"0\" file=\"", (double)time[i]));
    PetscCall(TessTextAddXml_Private(&t, file[i] + (strncmp(file[i], stem, folder) ? 0 : folder)));
    PetscCall(TessTextAdd_Private(&t, "\"/>\n"));
  }
  PetscCall(TessTextAdd_Private(&t, "  </Collection>\n</VTKFile>\n"));
  PetscCall(PetscSNPrintf(name, sizeof(name), "%s.pvd", stem));
  PetscCall(TessTextWrite_Private(comm, name, t.at, t.len));
  PetscCall(PetscFree(t.at));
  PetscFunctionReturn(PETSC_SUCCESS);
}
