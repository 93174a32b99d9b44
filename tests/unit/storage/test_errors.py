import inspect

from storage import errors
from storage.errors import StorageError


def test_every_failure_is_a_storage_error_and_stands_in_the_drawn_tree() -> None:
    classes = [one for _, one in inspect.getmembers(errors, inspect.isclass)]
    assert len(classes) > 1
    for one in classes:
        assert issubclass(one, StorageError)
        assert one.__name__ in (errors.__doc__ or "")
