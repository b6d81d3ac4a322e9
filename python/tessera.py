"""tessera - reads what `tessera solve` leaves behind, and evaluates its fields anywhere.

    import tessera
    run = tessera.open("02_poisson2d.h5")
    u, u_x, flux = run(["u", "u_x", "-u*u_y"], x=0.3, y=numpy.linspace(0, 1, 50))   # [50] each
    axes, values = run.grid("u")             # what the file holds on its grid
    run.record["errors"], run.history["loss"]

Expressions are those of docs/language.md.  Needs numpy and h5py (Debian: python3-numpy python3-h5py) and libtessera.so,
found beside the installed module, by the loader, or at $TESSERA_LIBRARY.  MPI is begun serially, unless mpi4py or
petsc4py have begun it; fields are evaluated by this process alone.
"""
import ctypes
import json
import os
import pathlib
import weakref

import h5py
import numpy


class Error(Exception):
    """What the library says is wrong: a file, an expression, a point outside the domain."""


def read_record(file):
    """The run record NAME.json (or NAME.h5, NAME) as a dict."""
    with open_text(_beside(file, ".json")) as text:
        return json.load(text)


def read_history(file):
    """The history of a run from NAME.jsonl (or NAME.h5, NAME), also while it goes on: (head, steps).

    head is a dict that says what runs; steps is a dict of arrays [n], one for each key ("slab", "iteration", "loss", "error",
    "seconds", ...; missing numbers are nan), and "losses": {condition: array}.  After a restart the steps since its checkpoint
    were written twice: the later ones are taken.
    """
    head, steps, again = {}, [], False
    with open_text(_beside(file, ".jsonl")) as text:
        for line in text:
            if not line.endswith("\n"):
                break  # it is being written
            entry = json.loads(line)
            if "iteration" not in entry:
                head.update(entry)
                again = bool(steps)
                continue
            while again and steps and _place(steps[-1]) >= _place(entry):
                steps.pop()
            again = False
            steps.append(entry)
    columns = {}
    for key in steps[0] if steps else []:
        if isinstance(steps[0][key], dict):
            columns[key] = {name: _column([step[key].get(name) for step in steps]) for name in steps[0][key]}
        else:
            columns[key] = _column([step.get(key) for step in steps])
    return head, columns


def open(file):  # pylint: disable=redefined-builtin
    """The run kept in NAME.h5."""
    return Run(file)


class Run:
    """A run: `axes` and `unknowns` are names, `box` [axis][2] bounds, `options` the input as flat options.

    Called with an expression, or a list of them, and coordinates (in the order of `axes`, or by name; arrays are broadcast) it
    gives the values in the shape of the coordinates, a list of expressions an array more in front.
    """

    def __init__(self, file):
        self.file = pathlib.Path(file)
        self._march = ctypes.c_void_p()
        library = _library()
        library("TessMarchOpen", library.comm, os.fsencode(self.file), ctypes.byref(self._march))
        self._close = weakref.finalize(self, library, "TessMarchDestroy", ctypes.byref(self._march))
        naxis, nunknown = library.integer(), library.integer()
        axis, unknown = ctypes.POINTER(ctypes.c_char_p)(), ctypes.POINTER(ctypes.c_char_p)()
        library("TessMarchGetNames", self._march, *map(ctypes.byref, (naxis, axis, nunknown, unknown)))
        self.axes = [axis[i].decode() for i in range(naxis.value)]
        self.unknowns = [unknown[i].decode() for i in range(nunknown.value)]
        self.box = numpy.zeros((2, len(self.axes)))
        library("TessMarchGetBox", self._march, _pointer(self.box[0]), _pointer(self.box[1]))
        self.box = self.box.T.copy()
        with h5py.File(self.file, "r") as h5:
            lines = h5["options"][()].decode().splitlines()
        self.options = dict((line[1:] + " ").split(" ", 1) for line in lines)
        self.options = {name: value.strip() for name, value in self.options.items()}

    def __call__(self, expressions, *coordinates, **named):
        unknown = set(named) - set(self.axes[len(coordinates):])
        if unknown or len(coordinates) + len(named) != len(self.axes):
            raise TypeError(f"the coordinates {', '.join(self.axes)} are wanted, each once")
        x = numpy.broadcast_arrays(*coordinates, *(named[name] for name in self.axes[len(coordinates):]))
        shape = x[0].shape
        x = numpy.ascontiguousarray([numpy.ravel(a) for a in x], dtype=float)
        names = [expressions] if isinstance(expressions, str) else list(expressions)
        outside = [i for i, (lo, hi) in enumerate(self.box) if not ((x[i] >= lo) & (x[i] <= hi)).all()]
        if outside:
            raise Error(f"points outside the domain along {', '.join(self.axes[i] for i in outside)}: see box")
        values = numpy.empty((len(names), x.shape[1]))
        library = _library()
        library("TessMarchAt", self._march, library.integer(len(names)),
                (ctypes.c_char_p * len(names))(*(name.encode() for name in names)), library.integer(x.shape[1]), _pointer(x),
                _pointer(values))
        values = values.reshape(len(names), *shape)
        return values[0] if isinstance(expressions, str) else values

    def grid(self, name):
        """(list of axes' arrays, values [n of axis 0][n of axis 1]...) of an unknown or derivative that the file holds."""
        with h5py.File(self.file, "r") as h5:
            if name not in h5:
                raise Error(f'{self.file} has no "{name}" on its grid: it has {", ".join(k for k in h5 if k not in self.axes)}')
            values = h5[name][()]
            axes = [h5[axis][()] for axis in self.axes]
        return axes, values.T if values.ndim == len(axes) else values

    @property
    def record(self):
        """The run record."""
        return read_record(self.file)

    @property
    def history(self):
        """The steps of read_history."""
        return read_history(self.file)[1]


open_text = pathlib.Path.open


def _beside(file, end):
    file = pathlib.Path(file)
    return file if file.suffix == end else file.with_suffix(end) if file.suffix == ".h5" else file.with_name(file.name + end)


def _place(step):
    return step["slab"], step["iteration"]


def _column(values):
    return numpy.array([numpy.nan if value is None else value for value in values])


def _pointer(array):
    return array.ctypes.data_as(ctypes.POINTER(ctypes.c_double))


class _Library:
    """libtessera.so and the PETSc in it; called with the name of a function and its arguments it raises what that returns."""

    def __init__(self):
        here = pathlib.Path(__file__).resolve()
        beside = [folder / "libtessera.so" for parent in here.parents[:6] for folder in (parent, parent / "build", *parent.glob("lib*"), *parent.glob("lib/*-linux-*"))]
        found = os.environ.get("TESSERA_LIBRARY") or next((str(path) for path in beside if path.exists()), "libtessera.so")
        os.environ.setdefault("OMPI_MCA_ess_singleton_isolated", "1")  # no daemon for a single process
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        self._dll = ctypes.CDLL(found)
        begun = ctypes.c_int()
        self("PetscInitialized", ctypes.byref(begun))
        if not begun.value:
            self("PetscOptionsSetValue", None, b"-no_signal_handler", b"1")
            self("PetscInitializeNoArguments")
            self._clean_environment()
            weakref.finalize(self, self, "PetscFinalize")  # at the end, after those of the runs
        try:  # MPI_COMM_SELF of Open MPI, or of MPICH and its kin
            self.comm = ctypes.c_void_p(ctypes.addressof(ctypes.c_char.in_dll(self._dll, "ompi_mpi_comm_self")))
        except ValueError:
            self.comm = ctypes.c_int(0x44000001)
        kind, known, size = ctypes.c_int(), ctypes.c_int(), ctypes.c_size_t()
        self("PetscDataTypeFromString", b"int", ctypes.byref(kind), ctypes.byref(known))
        self("PetscDataTypeGetSize", kind, ctypes.byref(size))
        self.integer = ctypes.c_int64 if size.value == 8 else ctypes.c_int32

    def _clean_environment(self):
        """What MPI set for itself would mislead an mpirun that is started from here."""
        entries, i, names = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ"), 0, []
        while entries[i]:
            names.append(entries[i].split(b"=")[0])
            i += 1
        for name in names:
            if name not in os.environb:
                os.unsetenv(name)

    def __call__(self, name, *arguments):
        quiet = ctypes.cast(self._dll.PetscReturnErrorHandler, ctypes.c_void_p)
        self._dll.PetscPushErrorHandler(quiet, None)
        code = getattr(self._dll, name)(*arguments)
        self._dll.PetscPopErrorHandler()
        if code:
            general, said = ctypes.c_char_p(), ctypes.c_char_p()
            self._dll.PetscErrorMessage(code, ctypes.byref(general), ctypes.byref(said))
            raise Error((said.value or general.value or b"an error of PETSc").decode(errors="replace"))


_LIBRARY = []


def _library():
    if not _LIBRARY:
        _LIBRARY.append(_Library())
    return _LIBRARY[0]
