"""What a command ends with when it cannot do its work, each with its exit code."""


class NpasError(Exception):
    """The message says what is wrong, where, and what to do; no traceback is shown with it."""

    exit_code = 1


class BuildFailedError(NpasError):
    """A model or a test failed; nothing was published."""

    exit_code = 1


class ReleaseError(NpasError):
    """A release that was named is not there, or is not what was published."""

    exit_code = 1


class InputRejectedError(NpasError):
    """The contracts refuse the input; nothing was built."""

    exit_code = 2


class HeldError(NpasError):
    """Built, but not published: the release before differs in a way that nothing explains."""

    exit_code = 3


class EnvironmentProblemError(NpasError):
    """The machine lacks something: the project's files, a writable home, room on the disk."""

    exit_code = 69


class BusyError(NpasError):
    """Another build of the same market is running."""

    exit_code = 75
