"""The error family. Every message says what came, what was expected, and what to do."""


class GpvtonError(Exception):
    """Base of all errors that a user can cause or cure; the command line exits with 2 on it."""


class InputError(GpvtonError):
    """A picture, option or annotation that cannot be used."""


class ImageError(InputError):
    """A picture that cannot be read, or is too small, too large or blank."""


class PersonError(InputError):
    """No person, or more than one, where exactly one is needed."""


class SeveralPeopleError(PersonError):
    """More than one person: the one to dress has to be chosen."""


class GarmentError(InputError):
    """No garment in the picture, or one that does not fit the category asked for."""


class UnfitError(InputError):
    """A person and a garment whose try-on cannot look right, refused because it was asked to."""


class WeightsError(GpvtonError):
    """A weights folder or file that is missing, truncated, of another form or another version."""


class OutputError(GpvtonError):
    """A result that cannot be written where it was asked for."""


class MissingExtraError(GpvtonError):
    """An optional dependency is missing; the message names the extra to install."""
