/* schwarz.c - PC type tessschwarz for A = J^T J + D, J of type panels: P = sum over s of R_s^T G_s^-1 R_s of
   blocks with their neighbours, and a coarse level Z E^-1 Z^T (Toselli & Widlund 2005, 2.2 and 3.6):
     additive        M^-1 = P + Z E^-1 Z^T
     multiplicative  M^-1 = (1 - Z E^-1 Z^T A) P (1 - A Z E^-1 Z^T) + Z E^-1 Z^T. */
#include <petsc/private/pcimpl.h>
#include "normal.h"
#include "schwarz.h"

static PetscLogEvent SchwarzApply, SchwarzSetUp, SchwarzCoarse;

enum { COMBINE_AUTO, COMBINE_ADDITIVE, COMBINE_MULTIPLICATIVE };

static const char *const combinations[] = {"auto", "additive", "multiplicative"};

#define FEWER 0.75 /* iterations of the multiplicative combination to those of the additive one */

typedef struct {
  PetscInt   degree, combine, combined; /* asked for, taken */
  PetscReal  cosine, bytes[3]; /* read in an iteration: of J and patches, of A Z, of the coarse level */
  Mat        J;                /* borrowed by reference */
  Patches    patches;
  Coarse     coarse;
  Coupling   coupling;
  Vec        c;     /* coarse unknowns */
  PetscReal *x, *y; /* local arrays */
} Schwarz;

/* J and D of the operator: J itself, J^T J as MATNORMAL, or a Mat that has them composed. */
static PetscErrorCode SchwarzOperator(PC pc, Mat *J, Vec *D)
{
  PetscBool panels, normal;
  MatType   type;

  PetscFunctionBegin;
  *J = NULL;
  *D = NULL;
  PetscCall(PetscObjectTypeCompare((PetscObject)pc->pmat, MATPANELS, &panels));
  PetscCall(PetscObjectTypeCompareAny((PetscObject)pc->pmat, &normal, MATNORMAL, MATNORMALHERMITIAN, ""));
  if (panels)
    *J = pc->pmat;
  else if (normal)
    PetscCall(MatNormalGetMat(pc->pmat, J));
  else {
    PetscCall(PetscObjectQuery((PetscObject)pc->pmat, "TessPanels", (PetscObject *)J));
    PetscCall(PetscObjectQuery((PetscObject)pc->pmat, "TessDamping", (PetscObject *)D));
  }
  if (*J)
    PetscCall(PetscObjectTypeCompare((PetscObject)*J, MATPANELS, &panels));
  PetscCall(MatGetType(pc->pmat, &type));
  PetscCheck(*J && panels, PetscObjectComm((PetscObject)pc), PETSC_ERR_ARG_WRONG,
             "-%spc_type " PCTESSSCHWARZ " needs a matrix of type " MATPANELS
             ", or its normal equations, not %s",
             ((PetscObject)pc)->prefix ? ((PetscObject)pc)->prefix : "", type);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode PCReset_Schwarz(PC pc)
{
  Schwarz *s = pc->data;

  PetscFunctionBegin;
  PetscCall(PatchesReset(&s->patches));
  PetscCall(CouplingReset(&s->coupling));
  PetscCall(CoarseReset(&s->coarse));
  PetscCall(VecDestroy(&s->c));
  PetscCall(PetscFree2(s->x, s->y));
  PetscCall(MatDestroy(&s->J));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The combination that reads fewer bytes until it has converged; counts of all ranks, as A Z would have. */
static PetscErrorCode Combine(Schwarz *s, const Pairs *pairs, MPI_Comm comm)
{
  PetscReal *bytes = s->bytes;
  PetscInt64 coarse;
  Panels    *p;

  PetscFunctionBegin;
  PetscCall(PanelsGet(s->J, &p));
  bytes[0] = bytes[1] = 0;
  for (PetscInt k = 0; k < p->npanel; k++)
    bytes[0] += 2. * sizeof(PetscReal) * p->panel[k].nrow * p->panel[k].ncol;
  for (PetscInt k = 0; k < s->patches.npatch; k++)
    bytes[0] += 2. * (PetscReal)PatchBytes(p->layout, &s->patches.patch[k]);
  bytes[1] = 2. * (PetscReal)CouplingBytes(p->layout, pairs, s->coarse.blocks);
  PetscCall(NormalFactorBytes(s->coarse.normal, &coarse));
  bytes[2] = 2. * (PetscReal)coarse;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, bytes, 3, MPIU_REAL, MPIU_SUM, comm));
  s->combined = s->combine;
  if (s->combine == COMBINE_AUTO)
    s->combined = FEWER * (bytes[0] + bytes[1] + 2 * bytes[2]) < bytes[0] + bytes[2] ? COMBINE_MULTIPLICATIVE
                                                                                     : COMBINE_ADDITIVE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode PCSetUp_Schwarz(PC pc)
{
  Schwarz  *s = pc->data;
  Panels   *p;
  Mat       J;
  Vec       D;
  Pairs     pairs;
  char      prefix[256];
  PetscBool ok[2];
  PetscInt  n;
  MPI_Comm  comm = PetscObjectComm((PetscObject)pc);

  PetscFunctionBegin;
  PetscCall(SchwarzOperator(pc, &J, &D));
  PetscCall(PetscLogEventBegin(SchwarzSetUp, pc, 0, 0, 0));
  PetscCall(PetscObjectReference((PetscObject)J));
  PetscCall(PCReset_Schwarz(pc));
  s->J = J;
  PetscCall(PanelsGet(J, &p));
  n = p->layout->nlocal * p->layout->stride + p->layout->nshared;
  PetscCall(PetscCalloc2(n, &s->x, n, &s->y));
  PetscCall(GramBlocksCreate(p, &pairs));
  PetscCall(PatchesSetUp(J, D, &pairs, s->cosine, &s->patches, &ok[0]));
  PetscCall(PetscSNPrintf(prefix, sizeof(prefix), "%spc_tessschwarz_coarse_",
                          ((PetscObject)pc)->prefix ? ((PetscObject)pc)->prefix : ""));
  PetscCall(CoarseSetUp(J, D, s->degree, prefix, &s->coarse, &ok[1]));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, ok, 2, MPIU_BOOL, MPI_LAND, comm));
  if (!ok[0] || !ok[1])
    pc->failedreason = PC_FACTOR_NUMERIC_ZEROPIVOT;
  else if (s->coarse.Z) {
    PetscCall(Combine(s, &pairs, comm));
    if (s->combined == COMBINE_MULTIPLICATIVE)
      PetscCall(CouplingSetUp(J, D, &pairs, s->coarse.blocks, &s->coupling));
    PetscCall(VecDuplicate(s->coarse.y, &s->c));
  }
  PetscCall(GramBlocksDestroy(&pairs));
  PetscCall(PetscLogEventEnd(SchwarzSetUp, pc, 0, 0, 0));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* y := E^-1 of the x of the coarse level */
static PetscErrorCode SolveCoarse(PC pc, Coarse *c)
{
  PetscFunctionBegin;
  PetscCall(PetscLogEventBegin(SchwarzCoarse, pc, 0, 0, 0));
  PetscCall(TessNormalSolve(c->normal, c->x, c->y));
  PetscCall(PetscLogEventEnd(SchwarzCoarse, pc, 0, 0, 0));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* With c = E^-1 Z^T x and r = x - A Z c, p = P r: y = p + Z (c - E^-1 (A Z)^T p); without the terms of A Z
   where the levels are added. */
static PetscErrorCode PCApply_Schwarz(PC pc, Vec x, Vec y)
{
  Schwarz        *s      = pc->data;
  Coarse         *coarse = &s->coarse;
  const PetscBool twice  = (PetscBool)(coarse->Z && s->combined == COMBINE_MULTIPLICATIVE);
  TessLayout      t;

  PetscFunctionBegin;
  PetscCall(PetscLogEventBegin(SchwarzApply, pc, x, y, 0));
  PetscCall(TessMatPanelsGetLayout(s->J, &t));
  PetscCall(VecCopy(x, y));
  if (coarse->Z) {
    PetscCall(MatMultTranspose(coarse->Z, x, coarse->x));
    PetscCall(SolveCoarse(pc, coarse));
    PetscCall(VecCopy(coarse->y, s->c));
  }
  if (twice)
    PetscCall(CouplingSubtract(&s->coupling, s->c, y));
  PetscCall(TessLayoutGlobalToLocal(t, y, s->x));
  PetscCall(PatchesApply(s->J->data, &s->patches, s->x, s->y));
  PetscCall(TessLayoutLocalToGlobalAdd(t, s->y, y));
  if (twice) {
    PetscCall(CouplingTranspose(&s->coupling, y, coarse->x));
    PetscCall(SolveCoarse(pc, coarse));
    PetscCall(VecAXPY(s->c, -1, coarse->y));
  }
  if (coarse->Z)
    PetscCall(MatMultAdd(coarse->Z, s->c, y, y));
  PetscCall(PetscLogEventEnd(SchwarzApply, pc, x, y, 0));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode PCDestroy_Schwarz(PC pc)
{
  PetscFunctionBegin;
  PetscCall(PCReset_Schwarz(pc));
  PetscCall(PetscFree(pc->data));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode PCSetFromOptions_Schwarz(PC pc, TessOptionItems PetscOptionsObject)
{
  Schwarz *s = pc->data;

  PetscFunctionBegin;
  PetscOptionsHeadBegin(PetscOptionsObject, "Two-level Schwarz");
  PetscCall(TessOptionsInt("-pc_tessschwarz_degree",
                           "Polynomials that the coarse level reproduces on each block; -1: no coarse level",
                           &s->degree, -1, 3));
  PetscCall(TessOptionsReal("-pc_tessschwarz_cosine",
                            "Directions of neighbours with a larger cosine to the span of a block belong to "
                            "its patch",
                            &s->cosine, 0, 1));
  PetscCall(TessOptionsChoice("-pc_tessschwarz_combine", "How the coarse level joins the patches",
                              PETSC_STATIC_ARRAY_LENGTH(combinations), combinations, &s->combine));
  PetscOptionsHeadEnd();
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode PCView_Schwarz(PC pc, PetscViewer viewer)
{
  Schwarz   *s = pc->data;
  PetscBool  ascii;
  PetscInt64 sums[2] = {0, s->patches.npatch};
  PetscInt   most    = 0;
  Panels    *p;
  MPI_Comm   comm = PetscObjectComm((PetscObject)pc);

  PetscFunctionBegin;
  PetscCall(PetscObjectTypeCompare((PetscObject)viewer, PETSCVIEWERASCII, &ascii));
  if (!ascii || !s->J)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PanelsGet(s->J, &p));
  for (PetscInt k = 0; k < s->patches.npatch; k++) {
    sums[0] += PatchBytes(p->layout, &s->patches.patch[k]);
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, sums, 2, MPIU_INT64, MPI_SUM, comm));
  PetscCallMPI(MPI_Allreduce(&s->patches.most, &most, 1, MPIU_INT, MPI_MAX, comm));
  PetscCall(PetscViewerASCIIPrintf(viewer,
                                   "  patches: %" PetscInt64_FMT ", unknowns of the largest: %" PetscInt_FMT
                                   ", factors: %.3g MB, %.3g kB a patch\n",
                                   sums[1], most, sums[0] / 1e6, sums[1] ? sums[0] / 1e3 / sums[1] : 0.));
  PetscCall(PetscViewerASCIIPrintf(viewer,
                                   "  coarse level: degree %" PetscInt_FMT ", unknowns: %" PetscInt_FMT "\n",
                                   s->degree, s->coarse.N));
  if (s->coarse.Z)
    PetscCall(PetscViewerASCIIPrintf(
        viewer,
        "  levels: %s%s; an iteration reads %.3g MB of J and patches, and %.3g MB of the coarse factor%s\n",
        combinations[s->combined], s->combine ? "" : " by size", s->bytes[0] / 1e6, s->bytes[2] / 1e6,
        s->combined == COMBINE_MULTIPLICATIVE ? " twice" : ""));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode PCCreate_Schwarz(PC pc)
{
  Schwarz *s;

  PetscFunctionBegin;
  PetscCall(PetscNew(&s));
  s->degree               = 2;
  s->cosine               = 0.1;
  pc->data                = s;
  pc->ops->apply          = PCApply_Schwarz;
  pc->ops->applytranspose = PCApply_Schwarz;
  pc->ops->setup          = PCSetUp_Schwarz;
  pc->ops->reset          = PCReset_Schwarz;
  pc->ops->destroy        = PCDestroy_Schwarz;
  pc->ops->setfromoptions = PCSetFromOptions_Schwarz;
  pc->ops->view           = PCView_Schwarz;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TessLinearRegister(void)
{
  PetscFunctionBegin;
  PetscCall(TessInitializeBase());
  PetscCall(PCRegister(PCTESSSCHWARZ, PCCreate_Schwarz));
  PetscCall(PetscLogEventRegister("TessSchwarzSetUp", TESS_CLASSID, &SchwarzSetUp));
  PetscCall(PetscLogEventRegister("TessSchwarzApply", TESS_CLASSID, &SchwarzApply));
  PetscCall(PetscLogEventRegister("TessSchwarzCoarse", TESS_CLASSID, &SchwarzCoarse));
  PetscFunctionReturn(PETSC_SUCCESS);
}
